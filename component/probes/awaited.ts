/** Stanzas that somebody waits for, who recognises them when they come. */
import type { Element } from "../xml/builder.js";

interface Waiter {
  matches(stanza: Element): boolean;
  settle(stanza: Element | undefined): void;
}

export class Awaited {
  readonly #waiters = new Set<Waiter>();

  /**
   * The first stanza that matches; undefined where none came in time, or everything was given up.
   * @param ms how long it is waited for
   */
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

  /** Takes a stanza that is waited for; false for every other. */
  consume(stanza: Element): boolean {
    for (const waiter of this.#waiters) {
      if (!waiter.matches(stanza)) continue;
      waiter.settle(stanza);
      return true;
    }
    return false;
  }

  /** Nothing comes any more. */
  giveUp(): void {
    for (const waiter of [...this.#waiters]) waiter.settle(undefined);
  }
}
