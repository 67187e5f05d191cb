/** How many rooms there are, and how many are in them. */
import type { Database } from "./database.js";

export class RoomsCount {
  readonly #rooms;
  readonly #occupants;

  constructor(db: Database) {
    this.#rooms = db.prepare<[], { n: number }>(
      "SELECT (SELECT count(*) FROM rooms) - (SELECT count(*) FROM remains) AS n",
    );
    this.#occupants = db.prepare<[], { n: number }>("SELECT count(*) AS n FROM occupants");
  }

  get rooms(): number {
    return this.#rooms.get()?.n ?? 0;
  }

  /** Sessions, as somebody may be in with several. */
  get occupants(): number {
    return this.#occupants.get()?.n ?? 0;
  }
}
