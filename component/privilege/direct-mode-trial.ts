/**
 * Tests whether the server accepts users' addresses as senders (direct mode): a stanza of this kind to the component
 * itself must come back. A server that checks senders closes the stream, so the test is repeated only after a pause.
 */
import { hasId, newProbeId, type Exchange } from "../probes/exchange.js";
import type { StreamEnd } from "../link/stream-end.js";
import { NS, xml } from "../xml/builder.js";

/** The result of the test. `closed`: the test made the server close the stream; `lost`: no stanza came back. */
export type DirectModeState = "unknown" | "allowed" | "closed" | "lost";

/** How long to wait for the test's stanza, in milliseconds. */
const WAIT_MS = 2_000;
/** The first and the longest pause until the next test, in milliseconds; the pause doubles. */
const AGAIN = { first: 30_000, longest: 600_000 };

export class DirectModeTrial {
  state: DirectModeState = "unknown";
  #pause = AGAIN.first;
  /** When the next test is allowed, in milliseconds of performance.now(). */
  #notBefore = -Infinity;

  constructor(private readonly exchange: Exchange) {}

  /** How many milliseconds must pass before the next test. */
  get dueIn(): number {
    return Math.max(0, this.#notBefore - performance.now());
  }

  /** Ends the pause, because an operator says that the server was reconfigured. */
  resume(): void {
    this.#pause = AGAIN.first;
    this.#notBefore = -Infinity;
  }

  /** Tests direct mode with an address of this host, if the pause is over. */
  async try(host: string): Promise<void> {
    if (this.dueIn > 0) return;
    const id = newProbeId();
    const { domain, era } = this.exchange;
    this.exchange.send(xml("message", { from: `${id}@${host}`, to: domain, id }, xml("no-store", NS.hints)));
    const back = await this.exchange.next(hasId(id), WAIT_MS);
    if (era !== this.exchange.era) return;
    if (back !== undefined && back.attrs.type !== "error") {
      this.state = "allowed";
      this.#pause = AGAIN.first;
    } else {
      this.state = "lost";
      this.#postpone();
    }
  }

  end({ condition }: StreamEnd): void {
    if (condition === "invalid-from") {
      this.state = "closed";
      this.#postpone();
      return;
    }
    // The server may have restarted with another configuration.
    this.#notBefore = -Infinity;
    this.state = "unknown";
  }

  #postpone(): void {
    this.#notBefore = performance.now() + this.#pause;
    this.#pause = Math.min(AGAIN.longest, this.#pause * 2);
  }
}
