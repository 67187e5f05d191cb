/**
 * Queues presence above the rate limit: the latest of each session in a room. Presence can't be refused: after an
 * error, servers no longer send the room an unavailable presence when the session ends.
 */
import type { TokenBuckets } from "../../limits/token-bucket.js";
import { xml, type Element } from "../../xml/builder.js";
import { MUC } from "../wire/ns.js";

interface Waiting {
  readonly account: string;
  readonly presence: Element;
  /** Ends the waiting. @param due the presence to handle; undefined if it is dropped */
  readonly settle: (due: Element | undefined) => void;
}

const LOOK_MS = 500;
/** How many presences may wait. Further ones are dropped. */
const MAX_WAITING = 10_000;

export class PresenceRateLimit {
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly budget: TokenBuckets) {}

  /**
   * Charges a presence to the account's budget, now or later.
   * @param place key for the pair of session and room
   * @returns the presence to handle; undefined if it is dropped, for example because a later one replaced it
   */
  admit(
    place: string,
    account: string,
    presence: Element,
  ): Element | undefined | Promise<Element | undefined> {
    const before = this.#waiting.get(place);
    if (before === undefined && this.budget.consume(account)) return presence;
    before?.settle(undefined);
    if (before === undefined && this.#waiting.size >= MAX_WAITING) return undefined;
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    const latest = before === undefined ? presence : askingAs(before.presence, presence);
    return new Promise((settle) => this.#waiting.set(place, { account, presence: latest, settle }));
  }

  /** Drops the waiting presence of a session in a room, if there is one. */
  forget(place: string): void {
    const waiting = this.#waiting.get(place);
    this.#waiting.delete(place);
    waiting?.settle(undefined);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const place of [...this.#waiting.keys()]) this.forget(place);
  }

  #look(): void {
    for (const [place, { account, presence, settle }] of this.#waiting) {
      if (!this.budget.consume(account)) continue;
      this.#waiting.delete(place);
      settle(presence);
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** Returns the later presence, with the earlier one's request for a full replay (<x/>, XEP-0045 §17.3). */
function askingAs(earlier: Element, later: Element): Element {
  const wish = earlier.getChild("x", MUC.muc);
  if (wish === undefined || later.getChild("x", MUC.muc) !== undefined) return later;
  return xml("presence", later.attrs, ...later.children, wish);
}
