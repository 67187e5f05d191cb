/** Deleting what was said in rooms longer ago than it is kept. All that delete are to be called inside a transaction. */
import type { Database } from "./database.js";

/** A room that keeps its archive for fewer days than the service. */
export interface ForgettingRoom {
  readonly id: number;
  readonly days: number;
}

export class RoomsRetention {
  readonly #prune;
  readonly #pruneRoom;
  readonly #rooms;

  constructor(db: Database) {
    this.#prune = db.prepare<[number, number]>(
      "DELETE FROM archive WHERE id IN (SELECT id FROM archive WHERE id < ? ORDER BY id LIMIT ?)",
    );
    this.#pruneRoom = db.prepare<[number, number, number]>(
      "DELETE FROM archive WHERE id IN (SELECT id FROM archive WHERE room = ? AND id < ? ORDER BY id LIMIT ?)",
    );
    this.#rooms = db.prepare<[number, number], ForgettingRoom>(
      `SELECT id, options ->> '$.archiveDays' AS days FROM rooms
       WHERE options ->> '$.archiveDays' > 0 AND id > ? ORDER BY id LIMIT ?`,
    );
  }

  /**
   * Deletes messages of whatever room, so many of the oldest at most.
   * @param before microseconds since 1970
   * @returns how many
   */
  prune(before: number, limit: number): number {
    return this.#prune.run(before, limit).changes;
  }

  /** The same of one room. */
  pruneRoom(room: number, before: number, limit: number): number {
    return this.#pruneRoom.run(room, before, limit).changes;
  }

  /** Rooms with a term of their own, by id, those after this one. */
  roomsAfter(id: number, limit: number): ForgettingRoom[] {
    return this.#rooms.all(id, limit);
  }
}
