/**
 * Lets committed rows through to the sender, in the order of their commits. A message on its own may be in flight while
 * the disk is still busy with it, as its call is answered only when both are done. What a room says tells of the room's
 * state, so the disk must have that before anybody hears of it; whatever comes later waits behind it.
 */
import type { OutboxRow } from "./origin.js";

interface Entry {
  readonly rows: readonly OutboxRow[];
  isHeld: boolean;
}

export class DurabilityGate {
  readonly #pass: (rows: readonly OutboxRow[]) => void;
  #entries: Entry[] = [];

  constructor(pass: (rows: readonly OutboxRow[]) => void) {
    this.#pass = pass;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** The first row that waits. */
  get first(): number | undefined {
    return this.#entries[0]?.rows[0]?.seq;
  }

  /**
   * Takes rows that were just committed.
   * @param isHeld whether they wait until the disk has them
   * @returns to be called once it has
   */
  enqueue(rows: readonly OutboxRow[], isHeld: boolean): () => void {
    if (rows.length === 0) return () => undefined;
    const entry = { rows, isHeld };
    this.#entries.push(entry);
    this.#open();
    return () => {
      entry.isHeld = false;
      this.#open();
    };
  }

  #open(): void {
    for (let [first] = this.#entries; first?.isHeld === false; [first] = this.#entries) {
      this.#entries.shift();
      this.#pass(first.rows);
    }
  }
}
