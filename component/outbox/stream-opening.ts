/** What is found out on a new stream before anything is written to it: which barrier comes back, and what is allowed. */
import { BarrierNegotiation } from "./barrier-negotiation.js";
import type { BarrierKind } from "./barrier.js";
import type { SenderTimes, WritingParts } from "./sender-parts.js";

export class StreamOpening {
  readonly #parts: Pick<WritingParts, "barrier" | "link" | "ways">;
  readonly #times: Pick<SenderTimes, "negotiation" | "silence">;
  readonly #onOpen: () => void;
  #negotiation: BarrierNegotiation | undefined;

  /** @param onOpen told when all is known */
  constructor(
    parts: Pick<WritingParts, "barrier" | "link" | "ways">,
    times: Pick<SenderTimes, "negotiation" | "silence">,
    onOpen: () => void,
  ) {
    this.#parts = parts;
    this.#times = times;
    this.#onOpen = onOpen;
  }

  /** The stream is up. */
  start(): void {
    const { barrier, link } = this.#parts;
    this.#negotiation = new BarrierNegotiation(barrier, {
      patience: this.#times.negotiation,
      silence: this.#times.silence,
      onSettled: (kind) => this.#settled(kind),
      onSilence: () => link.abandon("the server returned neither a message nor a ping to the component"),
    });
    link.write(this.#negotiation.text);
  }

  /** Consumes a barrier's id that came back; false where it isn't one of the negotiation's. */
  consume(id: string): boolean {
    return this.#negotiation?.consume(id) === true;
  }

  /** The stream is down. */
  stop(): void {
    this.#negotiation?.stop();
    this.#negotiation = undefined;
  }

  #settled(kind: BarrierKind): void {
    const { barrier, ways } = this.#parts;
    this.#negotiation = undefined;
    barrier.kind = kind;
    ways.begin(this.#onOpen);
  }
}
