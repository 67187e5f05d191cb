/**
 * Tests whether the server accepts stanzas with users' addresses as senders (direct mode): one to the component itself
 * must come back. A server that checks senders closes the stream over it; then the test isn't repeated soon.
 */
import { hasId, newProbeId, type Exchange } from "../probes/domain-owner.js";
import type { StreamEnd } from "../link/stream-end.js";
import { NS, xml } from "../xml/builder.js";

/**
 * - `unknown`: not tested on this stream yet
 * - `allowed`: the stanza came back
 * - `closed`: the server closed the stream over it
 * - `lost`: nothing came back
 */
export type DirectModeState = "unknown" | "allowed" | "closed" | "lost";

const WAIT_MS = 2_000;
/** Milliseconds until the next test, doubling. */
const AGAIN = { first: 30_000, longest: 600_000 };

export class DirectModeTrial {
  #state: DirectModeState = "unknown";
  /** Distinguishes streams. */
  #era = 0;
  #pause = AGAIN.first;
  /** In milliseconds of performance.now(). */
  #notBefore = -Infinity;

  constructor(private readonly exchange: Exchange) {}

  get state(): DirectModeState {
    return this.#state;
  }

  /** Milliseconds until the next test may be made. */
  get dueIn(): number {
    return Math.max(0, this.#notBefore - performance.now());
  }

  /** Tests with an address of this host, unless it is too early for another test. */
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
      this.#postpone();
    }
  }

  /** The stream is down. */
  end({ condition }: StreamEnd): void {
    this.#era += 1;
    if (condition === "invalid-from") {
      this.#state = "closed";
      this.#postpone();
      return;
    }
    // The server may have been reconfigured and restarted.
    this.#notBefore = -Infinity;
    this.#state = "unknown";
  }

  #postpone(): void {
    this.#notBefore = performance.now() + this.#pause;
    this.#pause = Math.min(AGAIN.longest, this.#pause * 2);
  }
}
