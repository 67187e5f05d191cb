/** Deletes what was said in a room, some at a time: a long archive takes long. */
import type { Database } from "./database.js";

/** So many messages are deleted at once: two milliseconds. */
const SLICE = 500;

export class RoomsPurge {
  readonly #slice;

  constructor(db: Database) {
    this.#slice = db.prepare<[number, number]>(
      `DELETE FROM archive WHERE id IN (SELECT id FROM archive WHERE room = ? AND id < ? LIMIT ${SLICE})`,
    );
  }

  /**
   * Deletes some messages with ids below this (microseconds since 1970); to be called inside a transaction.
   * @returns how many; 0 where there are none left
   */
  slice(room: number, before: number): number {
    return this.#slice.run(room, before).changes;
  }
}
