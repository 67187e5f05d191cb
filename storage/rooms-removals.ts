/** What goes: destroyed rooms, their tombstones, and users who are being removed from all their rooms. */
import type { Database } from "./database.js";

/** A room with more rows of a kind than this isn't deleted at once. */
const FEW = 50;
/** So many rows of a kind are deleted at once: two milliseconds. */
const SLICE = 500;
/** Of messages fewer, as each is taken out of the index of what was said, too. */
const MESSAGES = 20;

/**
 * What is left of destroyed rooms. Deleting a long archive takes long, so such a room only loses its name and its place
 * in the list at once; its rows go afterwards, some at a time.
 */
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

export interface DestroyedRoom {
  /** The localpart of its address. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly destroyedAt: number;
  /** Bare addresses. */
  readonly owners: readonly string[];
  /** The room that people may go to instead. */
  readonly alternative: string | undefined;
  readonly reason: string | undefined;
}

interface RawRoom {
  destroyed_at: number;
  owners: string;
  alternative: string | null;
  reason: string | null;
}

/** Tombstones. All that change something are to be called inside a transaction. */
export class RoomsDestroyed {
  readonly #find;
  readonly #put;
  readonly #remove;
  readonly #prune;

  constructor(db: Database) {
    this.#find = db.prepare<[string], RawRoom>(
      "SELECT destroyed_at, owners, alternative, reason FROM destroyed_rooms WHERE name = ?",
    );
    this.#put = db.prepare<[string, number, string, string | null, string | null]>(
      `INSERT OR REPLACE INTO destroyed_rooms (name, destroyed_at, owners, alternative, reason)
       VALUES (?, ?, ?, ?, ?)`,
    );
    this.#remove = db.prepare<[string]>("DELETE FROM destroyed_rooms WHERE name = ?");
    this.#prune = db.prepare<[number, number]>(
      `DELETE FROM destroyed_rooms WHERE name IN
         (SELECT name FROM destroyed_rooms WHERE destroyed_at < ? ORDER BY destroyed_at LIMIT ?)`,
    );
  }

  find(name: string): DestroyedRoom | undefined {
    const raw = this.#find.get(name);
    if (raw === undefined) return undefined;
    const { destroyed_at: destroyedAt, owners, alternative, reason } = raw;
    return {
      name,
      destroyedAt,
      owners: JSON.parse(owners) as string[],
      alternative: alternative ?? undefined,
      reason: reason ?? undefined,
    };
  }

  put({ name, destroyedAt, owners, alternative, reason }: DestroyedRoom): void {
    this.#put.run(name, destroyedAt, JSON.stringify(owners), alternative ?? null, reason ?? null);
  }

  remove(name: string): void {
    this.#remove.run(name);
  }

  /** Deletes those destroyed before this, in milliseconds since 1970; so many at most. @returns how many */
  prune(before: number, limit: number): number {
    return this.#prune.run(before, limit).changes;
  }
}

export interface StoredDismissal {
  /** Bare. */
  readonly jid: string;
  /** Microseconds since 1970: members of a room since later than this stay. */
  readonly askedAt: number;
}

/** Users who are being removed from all their rooms, and the rooms that are left. */
export class RoomsDismissals {
  readonly #put;
  readonly #end;
  readonly #all;
  readonly #newest;
  readonly #rooms;

  constructor(db: Database) {
    this.#put = db.prepare<[string, number]>(
      "INSERT INTO dismissals (jid, asked_at) VALUES (?, ?) ON CONFLICT (jid) DO UPDATE SET asked_at = excluded.asked_at",
    );
    this.#end = db.prepare<[string, number]>("DELETE FROM dismissals WHERE jid = ? AND asked_at = ?");
    this.#all = db.prepare<[], StoredDismissal>(
      "SELECT jid, asked_at AS askedAt FROM dismissals ORDER BY asked_at, jid",
    );
    this.#newest = db.prepare<[], { at: number | null }>("SELECT max(asked_at) AS at FROM dismissals");
    this.#rooms = db.prepare<[string, number, number, number], { id: number; name: string }>(
      `SELECT rooms.id, rooms.name FROM affiliations JOIN rooms ON rooms.id = affiliations.room
       WHERE jid = ? AND room > ? AND since <= ? AND affiliation <> 'outcast'
         AND room NOT IN (SELECT room FROM remains)
       ORDER BY room LIMIT ?`,
    );
  }

  /** Notes it, or a later moment of one that isn't done; to be called inside a transaction. */
  put({ jid, askedAt }: StoredDismissal): void {
    this.#put.run(jid, askedAt);
  }

  /** It is done with, unless it was asked for again meanwhile; to be called inside a transaction. */
  end({ jid, askedAt }: StoredDismissal): boolean {
    return this.#end.run(jid, askedAt).changes > 0;
  }

  /** Those not done with, oldest first. */
  all(): StoredDismissal[] {
    return this.#all.all();
  }

  /** The latest moment among them; 0 where there are none. */
  newest(): number {
    return this.#newest.get()?.at ?? 0;
  }

  /** Some of the rooms that they are still to leave, those after the room of this id, oldest first. */
  roomsLeft({ jid, askedAt }: StoredDismissal, after: number, limit: number): { id: number; name: string }[] {
    return this.#rooms.all(jid, after, askedAt, limit);
  }
}
