/** Rooms as the database has them, in a database of their own. */
import { openDatabase, type Database } from "../../storage/database.js";
import { RoomsStore, type StoredAffiliation, type StoredOccupant } from "../../storage/rooms-store.js";
import { Folder } from "./folder.js";

export class StoredRooms implements Disposable {
  readonly #folder = new Folder();
  readonly db: Database = openDatabase(this.#folder.at("qtalk.db"));
  readonly store = new RoomsStore(this.db);

  /** Adds a room. @param options its options, such as a title and retention time */
  add(id: number, name: string, options: object = {}, isListed = false): void {
    const room = { id, name, secret: Buffer.alloc(16), createdAt: 0, locked: false, listed: isListed };
    this.store.put({ ...room, options: JSON.stringify(options), subject: undefined });
  }

  affiliate(room: number, jid: string, more: Partial<StoredAffiliation> = {}): void {
    const member = { jid, affiliation: "member" as const, since: room, nick: undefined, reason: undefined };
    this.store.putAffiliation(room, { ...member, invited: false, ...more });
  }

  seat(room: number, jid: string, nick: string, more: Partial<StoredOccupant> = {}): void {
    const one = { jid, nick, role: "participant" as const, presence: "", presentAt: 1, isShown: true };
    this.store.putOccupant(room, { ...one, ...more });
  }

  [Symbol.dispose](): void {
    this.db.close();
    this.#folder.remove();
  }
}

/** Does all steps of a metered read. @returns its result, and how many steps it took */
export function allSteps<T>(steps: Generator<number, T, void>): {
  readonly result: T;
  readonly steps: number;
} {
  for (let count = 0; ; count += 1) {
    const step = steps.next();
    if (step.done) return { result: step.value, steps: count };
  }
}
