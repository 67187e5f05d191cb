/** How many rooms there are, how many are in them, and how far their archives go back. */
import type { Database } from "./database.js";

export class RoomsCount {
  readonly #rooms;
  readonly #occupants;
  readonly #oldest;

  constructor(db: Database) {
    this.#rooms = db.prepare<[], { n: number }>(
      "SELECT (SELECT count(*) FROM rooms) - (SELECT count(*) FROM remains) AS n",
    );
    this.#oldest = db.prepare<[], { id: number | null }>("SELECT min(id) AS id FROM archive");
    this.#occupants = db.prepare<[], { n: number }>("SELECT count(*) AS n FROM occupants");
  }

  get rooms(): number {
    return this.#rooms.get()?.n ?? 0;
  }

  /** When the oldest message that is kept was said, in microseconds since 1970; 0 where there is none. */
  get oldestMessage(): number {
    return this.#oldest.get()?.id ?? 0;
  }

  /** Sessions, as somebody may be in with several. */
  get occupants(): number {
    return this.#occupants.get()?.n ?? 0;
  }
}
