/**
 * What is left of destroyed rooms. Deleting a long archive takes long, so such a room only loses its name and its
 * place in the list at once; its rows go afterwards, some at a time.
 */
import type { Database } from "./database.js";

/** A room with more rows of a kind than this isn't deleted at once. */
const FEW = 50;
/** So many rows of a kind are deleted at once: two milliseconds. */
const SLICE = 500;
/** Of messages fewer, as each is taken out of the index of what was said, too. */
const MESSAGES = 20;

export class RoomsRemains {
  readonly #rowsOf;
  readonly #rename;
  readonly #note;
  readonly #deleteRoom;
  readonly #next;
  readonly #archive;
  readonly #affiliations;
  readonly #occupants;

  constructor(db: Database) {
    const some = (table: string): string => `SELECT 1 FROM ${table} WHERE room = @room LIMIT ${FEW + 1}`;
    const count = (table: string): string => `(SELECT count(*) FROM (${some(table)}))`;
    this.#rowsOf = db.prepare<[{ room: number }], { most: number }>(
      `SELECT max(${count("archive")}, ${count("affiliations")}, ${count("occupants")}) AS most`,
    );
    this.#rename = db.prepare<[number]>("UPDATE rooms SET name = '/' || id, listed = 0 WHERE id = ?");
    this.#note = db.prepare<[number]>("INSERT OR IGNORE INTO remains (room) VALUES (?)");
    this.#deleteRoom = db.prepare<[number]>("DELETE FROM rooms WHERE id = ?");
    this.#next = db.prepare<[], { room: number }>("SELECT room FROM remains LIMIT 1");
    this.#archive = db.prepare<[number, number]>(
      "DELETE FROM archive WHERE id IN (SELECT id FROM archive WHERE room = ? LIMIT ?)",
    );
    const first = (table: string): string =>
      `DELETE FROM ${table} WHERE room = @room AND jid IN (SELECT jid FROM ${table} WHERE room = @room LIMIT @limit)`;
    this.#affiliations = db.prepare<[{ room: number; limit: number }]>(first("affiliations"));
    this.#occupants = db.prepare<[{ room: number; limit: number }]>(first("occupants"));
  }

  /** Deletes a room, or only its name where much belongs to it; to be called inside a transaction. */
  remove(room: number): void {
    if ((this.#rowsOf.get({ room })?.most ?? 0) <= FEW) {
      this.#deleteRoom.run(room);
      return;
    }
    this.#rename.run(room);
    this.#note.run(room);
  }

  /** Whether there is something left to delete. */
  get any(): boolean {
    return this.#next.get() !== undefined;
  }

  /** Deletes some of it; to be called inside a transaction. */
  prune(): void {
    const room = this.#next.get()?.room;
    if (room === undefined) return;
    const some = { room, limit: SLICE };
    if (this.#archive.run(room, MESSAGES).changes > 0) return;
    if (this.#affiliations.run(some).changes > 0) return;
    if (this.#occupants.run(some).changes > 0) return;
    this.#deleteRoom.run(room);
  }
}
