/** Who was invited through a room and hasn't declined: the newest of each room. */
import type { Database } from "./database.js";

export interface StoredInvitation {
  /** Bare. */
  readonly invited: string;
  /** Bare, the real address. */
  readonly inviter: string;
  /** The inviter's address as the invited was told it. */
  readonly shown: string;
}

/** So many are remembered of a room at most. */
const MOST = 1000;

/** All that change something are to be called inside a transaction. */
export class RoomsInvitations {
  readonly #find;
  readonly #put;
  readonly #prune;
  readonly #remove;

  constructor(db: Database) {
    this.#find = db.prepare<[number, string], StoredInvitation>(
      "SELECT invited, inviter, shown FROM invitations WHERE room = ? AND invited = ?",
    );
    this.#put = db.prepare<[StoredInvitation & { room: number; at: number }]>(
      "INSERT OR REPLACE INTO invitations (room, invited, inviter, shown, at) VALUES (@room, @invited, @inviter, @shown, @at)",
    );
    this.#prune = db.prepare<[number, number]>(
      `DELETE FROM invitations WHERE room = ? AND at <=
         (SELECT at FROM invitations WHERE room = ? ORDER BY at DESC LIMIT 1 OFFSET ${MOST})`,
    );
    this.#remove = db.prepare<[number, string, string]>(
      "DELETE FROM invitations WHERE room = ? AND invited = ? AND inviter = ?",
    );
  }

  /** Those of somebody. */
  of(room: number, invited: string): StoredInvitation[] {
    return this.#find.all(room, invited);
  }

  /** @param at microseconds since 1970 */
  put(room: number, at: number, invitation: StoredInvitation): void {
    this.#put.run({ ...invitation, room, at });
    this.#prune.run(room, room);
  }

  remove(room: number, { invited, inviter }: StoredInvitation): void {
    this.#remove.run(room, invited, inviter);
  }
}
