/**
 * Queues occupants' presence that exceeds the rate limit. It can't be refused, because after an error servers no longer
 * tell the room when the session ends. Only the latest presence of each session in a room is kept. If a replaced presence
 * requested a full replay (XEP-0045 §17.3), the latest one does, too.
 */
import type { TokenBuckets } from "../../token-bucket.js";
import { xml, type Element } from "../../xml/builder.js";
import { MUC } from "../wire/ns.js";

interface Waiting {
  readonly account: string;
  readonly presence: Element;
  readonly settle: (due: Element | undefined) => void;
}

const LOOK_MS = 500;
/** The most sessions whose presence waits. */
const MOST = 10_000;

export class PresenceQueue {
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly budget: TokenBuckets) {}

  /**
   * Charges a presence to the account's budget, now or later.
   * @param place the session and the room
   * @returns the presence to handle, or undefined if a later one of the same place replaced it
   */
  admit(
    place: string,
    account: string,
    presence: Element,
  ): Element | undefined | Promise<Element | undefined> {
    const before = this.#waiting.get(place);
    if (before === undefined && this.budget.consume(account)) return presence;
    before?.settle(undefined);
    if (before === undefined && this.#waiting.size >= MOST) return undefined;
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    const latest = before === undefined ? presence : askingAs(before.presence, presence);
    return new Promise((settle) => this.#waiting.set(place, { account, presence: latest, settle }));
  }

  /** Drops the waiting presence of a place. */
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

/** The later presence, with the earlier one's request for a replay. */
function askingAs(earlier: Element, later: Element): Element {
  const wish = earlier.getChild("x", MUC.muc);
  if (wish === undefined || later.getChild("x", MUC.muc) !== undefined) return later;
  return xml("presence", later.attrs, ...later.children, wish);
}
