/** Work of which only so much may run at the same time; the rest waits, in order. */
export class Concurrency {
  /** What is waiting, the oldest first. Nothing waits while fewer than `most` run. */
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param most how many run at the same time @param waiting how many more may wait, for those that ask isFull */
  constructor(
    private readonly most: number,
    private readonly waiting = Infinity,
  ) {}

  /** Whether as many wait as may wait. */
  get isFull(): boolean {
    return this.#running >= this.most && this.#waiting.length >= this.waiting;
  }

  /** Runs work as soon as fewer than `most` others run. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      // The next one takes over this one's place.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
