/** Waits for incoming stanzas that are recognised by predicates. */
import type { Element } from "../xml/builder.js";

interface Waiter {
  matches(stanza: Element): boolean;
  settle(stanza: Element | undefined): void;
}

export class Awaited {
  readonly #waiters = new Set<Waiter>();

  /** Returns the first stanza that matches; undefined if none comes within `ms` milliseconds, or after giveUp(). */
  next(matches: (stanza: Element) => boolean, ms: number): Promise<Element | undefined> {
    return new Promise((resolve) => {
      const settle = (stanza: Element | undefined): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        resolve(stanza);
      };
      const waiter: Waiter = { matches, settle };
      const timer = setTimeout(() => settle(undefined), ms).unref();
      this.#waiters.add(waiter);
    });
  }

  /** Consumes a stanza that matches one of the predicates. @returns false for any other stanza */
  consume(stanza: Element): boolean {
    for (const waiter of this.#waiters) {
      if (!waiter.matches(stanza)) continue;
      waiter.settle(stanza);
      return true;
    }
    return false;
  }

  /** Ends all waiting without a result. */
  giveUp(): void {
    for (const waiter of [...this.#waiters]) waiter.settle(undefined);
  }
}
