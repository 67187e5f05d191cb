/** Sends probes (stanzas that test the server) over a link, and waits for the stanzas that come back. */
import { randomUUID } from "node:crypto";
import type { Link } from "../link/link.js";
import type { Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";

interface Waiter {
  matches(stanza: Element): boolean;
  settle(stanza: Element | undefined): void;
}

export const PROBE = "probe-";
/** The beginning of the ids of this process's probes. */
const OWN = `${PROBE}${randomUUID()}-`;

export const newProbeId = (): string => `${OWN}${randomUUID()}`;

/**
 * Returns whether a stanza is a probe that another process sent from a domain to itself: this process gets it only if
 * both are connected with this domain.
 */
export function isOthersProbe({ attrs: { id = "", from, to } }: Element, domain: string): boolean {
  return from === domain && to === domain && id.startsWith(PROBE) && !id.startsWith(OWN);
}
export const hasId = (id: string) => (stanza: Element) => stanza.attrs.id === id;

export type ProbeExchange = Pick<Exchange, "domain" | "send" | "next">;

export class Exchange {
  readonly #waiters = new Set<Waiter>();
  /** The number of the stream, to ignore results of earlier streams. */
  era = 0;

  constructor(private readonly link: Pick<Link, "domain" | "write">) {}

  get domain(): string {
    return this.link.domain;
  }

  send(stanza: Element): void {
    this.link.write(serialise(stanza));
  }

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

  /** Ends all waiting without a result, because the stream is down. */
  giveUp(): void {
    this.era += 1;
    for (const waiter of [...this.#waiters]) waiter.settle(undefined);
  }
}
