/** Holds the items that a connection received, in order, and lets callers wait for specific items. */

/** The longest wait for anything, in milliseconds. It is long, because other processes may keep the machine busy. */
export const PATIENCE_MS = 120_000;

/** Thrown if an awaited item didn't arrive in time, or before the connection closed. */
export class NothingCame extends Error {
  override readonly name = "NothingCame";
}

/** How many items an error lists at most, and how many characters of each. */
const LISTED = { items: 30, characters: 500 };

interface Waiter<T> {
  readonly matches: (item: T) => boolean;
  readonly resolve: (item: T) => void;
  readonly reject: (error: Error) => void;
}

export class Inbox<T> {
  /** All items received, in order, whether `next` returned them or not. */
  readonly received: T[] = [];
  readonly #untaken: T[] = [];
  readonly #waiters = new Set<Waiter<T>>();
  #closed: Error | undefined;

  /** @param show formats an item for the error that lists what was received instead of the awaited item */
  constructor(private readonly show: (item: T) => string = String) {}

  push(item: T): void {
    this.received.push(item);
    for (const waiter of this.#waiters) {
      if (!waiter.matches(item)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(item);
      return;
    }
    this.#untaken.push(item);
  }

  /** Closes the inbox. No more items may arrive. @param reason the error of present and future waits */
  close(reason: Error): void {
    this.#closed ??= reason;
    for (const waiter of [...this.#waiters]) waiter.reject(this.#closed);
  }

  /**
   * Takes the first matching item that wasn't taken yet, or waits until one arrives.
   * @param timeoutMs the longest wait, in milliseconds
   * @throws NothingCame if no item matches in time, or if the connection is closed
   */
  next(matches: (item: T) => boolean = () => true, timeoutMs = PATIENCE_MS): Promise<T> {
    const index = this.#untaken.findIndex(matches);
    const found = this.#untaken[index];
    if (found !== undefined) {
      this.#untaken.splice(index, 1);
      return Promise.resolve(found);
    }
    return this.#wait(matches, timeoutMs);
  }

  #wait(matches: (item: T) => boolean, timeoutMs: number): Promise<T> {
    // The error is created here, so that its stack contains the waiting line.
    const failure = new NothingCame();
    return new Promise((resolve, reject) => {
      const fail = (why: string, cause?: Error) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        const last = this.#untaken.slice(-LISTED.items);
        const listed = last.map((item) => this.show(item).slice(0, LISTED.characters)).join("\n  ");
        failure.message = `${why}; the last of ${this.#untaken.length} others: ${listed || "nothing"}`;
        failure.cause = cause;
        reject(failure);
      };
      const waiter: Waiter<T> = {
        matches,
        resolve: (item) => {
          clearTimeout(timer);
          resolve(item);
        },
        reject: (error) => fail(error.message, error),
      };
      const timer = setTimeout(
        () => fail(`nothing that was waited for came within ${timeoutMs} ms`),
        timeoutMs,
      );
      if (this.#closed === undefined) this.#waiters.add(waiter);
      else waiter.reject(this.#closed);
    });
  }
}
