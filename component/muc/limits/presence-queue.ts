/**
 * Presence of those inside that comes too fast isn't refused: servers forget whom they have to tell of a session's end
 * once an error came from there. It waits until there is budget for it; only the latest of each session in a room does,
 * as presence says how things are now. Where an earlier one wanted to be told everything again (XEP-0045 §17.3), the
 * latest does, too: whoever enters again is always answered.
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
/** The presence of so many sessions waits, at most. */
const MOST = 10_000;

export class PresenceQueue {
  readonly #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly budget: TokenBuckets) {}

  /**
   * Takes what a presence costs from the account's budget, now or later.
   * @param place the session and the room
   * @returns what is to be handled, with what it took over; undefined where a later one of the place replaced it
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

  /** What still waits there is no longer wanted. */
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

/** The later presence, with the wish of the earlier one to be told everything again. */
function askingAs(earlier: Element, later: Element): Element {
  const wish = earlier.getChild("x", MUC.muc);
  if (wish === undefined || later.getChild("x", MUC.muc) !== undefined) return later;
  return xml("presence", later.attrs, ...later.children, wish);
}
