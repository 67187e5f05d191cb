/**
 * Whether the server takes stanzas with its users' addresses as their senders: found out by sending one to the component
 * itself, which must come back. A server that checks senders closes the whole stream for it, so where it has done that,
 * it isn't asked again soon.
 */
import { hasId, newProbeId, type Exchange } from "../probes/domain-owner.js";
import type { StreamEnd } from "../link/stream-end.js";
import { NS, xml } from "../xml/builder.js";

/**
 * - `unknown`: not yet found out on this stream
 * - `allowed`: one came back
 * - `closed`: the server closed the stream for it
 * - `lost`: nothing came back
 */
export type DirectModeState = "unknown" | "allowed" | "closed" | "lost";

const WAIT_MS = 2_000;
/** Milliseconds until it is tried again, doubling. */
const AGAIN = { first: 30_000, longest: 600_000 };

export class DirectModeTrial {
  #state: DirectModeState = "unknown";
  /** Tells one stream from the next. */
  #era = 0;
  #pause = AGAIN.first;
  /** In milliseconds of performance.now(). */
  #notBefore = -Infinity;

  constructor(private readonly exchange: Exchange) {}

  get state(): DirectModeState {
    return this.#state;
  }

  /** Milliseconds until it may be tried again. */
  get dueIn(): number {
    return Math.max(0, this.#notBefore - performance.now());
  }

  /** Tries with a user of this host; where it isn't time for that, what was found out last stands. */
  async try(host: string): Promise<void> {
    if (this.dueIn > 0) return;
    const era = this.#era;
    const id = newProbeId();
    const { domain } = this.exchange;
    this.exchange.send(xml("message", { from: `${id}@${host}`, to: domain, id }, xml("no-store", NS.hints)));
    const back = await this.exchange.next(hasId(id), WAIT_MS);
    if (era !== this.#era) return;
    if (back !== undefined && back.attrs.type !== "error") {
      this.#state = "allowed";
      this.#pause = AGAIN.first;
    } else {
      this.#state = "lost";
      this.#putOff();
    }
  }

  /** The stream is down. */
  end({ condition }: StreamEnd): void {
    this.#era += 1;
    if (condition === "invalid-from") {
      this.#state = "closed";
      this.#putOff();
      return;
    }
    // It may have been changed and started again.
    this.#notBefore = -Infinity;
    this.#state = "unknown";
  }

  #putOff(): void {
    this.#notBefore = performance.now() + this.#pause;
    this.#pause = Math.min(AGAIN.longest, this.#pause * 2);
  }
}
