/** What a connection received, in order, for somebody who waits for one thing at a time. */

/** Thrown to whoever waits for what did not come: in time, or before the connection closed. */
export class NothingCame extends Error {
  override readonly name = "NothingCame";
}

interface Waiter<T> {
  readonly matches: (item: T) => boolean;
  readonly resolve: (item: T) => void;
  readonly reject: (error: Error) => void;
}

export class Inbox<T> {
  /** Everything that ever came, taken or not, in order. */
  readonly received: T[] = [];
  readonly #untaken: T[] = [];
  readonly #waiters = new Set<Waiter<T>>();
  #closed: Error | undefined;

  /** @param show how an item reads in the error that lists what came instead */
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

  /** Nothing more will come: what waits for it, and what will, fails with this reason. */
  close(reason: Error): void {
    this.#closed ??= reason;
    for (const waiter of [...this.#waiters]) waiter.reject(this.#closed);
  }

  /**
   * Takes the first item that matches: one that came before and was not taken yet, or else the next to come.
   * What doesn't match stays for others.
   * @throws NothingCame after `timeoutMs`, or once the connection is closed
   */
  next(matches: (item: T) => boolean = () => true, timeoutMs = 60_000): Promise<T> {
    const index = this.#untaken.findIndex(matches);
    const found = this.#untaken[index];
    if (found !== undefined) {
      this.#untaken.splice(index, 1);
      return Promise.resolve(found);
    }
    return this.#wait(matches, timeoutMs);
  }

  #wait(matches: (item: T) => boolean, timeoutMs: number): Promise<T> {
    // Made here, so that its stack names the line that waits.
    const failure = new NothingCame();
    return new Promise((resolve, reject) => {
      const fail = (why: string, cause?: Error) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        failure.message = `${why}; came, but wasn't it: ${this.#untaken.map(this.show).join("\n  ") || "nothing"}`;
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
