import { TickSlice } from "./meter.js";

/** Items in lines, such as one for each account. The lines take turns, an item each, for a time slice of each tick. */
export class Lines<T> {
  /** The line whose turn is next comes first. No line is empty. */
  readonly #lines = new Map<string, T[]>();
  readonly #slice = new TickSlice(() => this.resume());
  #isDue = false;

  /** @param isTurn whether a line's next item may be handled now @param isBlocked whether nothing may be handled now */
  constructor(
    private readonly isTurn: (key: string, next: T) => boolean,
    private readonly handle: (item: T, key: string) => void,
    private readonly isBlocked = (): boolean => false,
  ) {}

  /** Whether this turn's time slice is used up; then resume() is called in the next turn. */
  isUsedUp(): boolean {
    return this.#slice.isUsedUp();
  }

  /** The next item of each line. */
  get next(): T[] {
    return [...this.#lines.values()].flatMap((line) => line.slice(0, 1));
  }

  has(key: string): boolean {
    return this.#lines.has(key);
  }

  add(key: string, item: T): void {
    const line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, [item]);
    else line.push(item);
  }

  resume(): void {
    // A line that goes on is put last, so that this loop comes to it again.
    for (const [key, line] of this.#lines) {
      if (this.isBlocked()) return;
      const [next] = line as [T];
      if (!this.isTurn(key, next)) continue;
      if (this.isUsedUp()) return;
      line.shift();
      this.#lines.delete(key);
      if (line.length > 0) this.#lines.set(key, line);
      this.handle(next, key);
    }
  }

  /** Calls resume() in the next turn of the event loop. */
  resumeSoon(): void {
    if (this.#isDue || this.#lines.size === 0) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.resume();
    });
  }
}
