/**
 * What is found out on a new stream before anything is written to it: which barrier comes back, since when the server
 * runs where that matters, and what is allowed.
 */
import type { Element } from "../xml/builder.js";
import { inOneWrite } from "../xml/wire-text.js";
import { BarrierNegotiation } from "./barrier-negotiation.js";
import type { BarrierKind } from "./barrier.js";
import type { Replay } from "./replay.js";
import type { SenderTimes, WritingParts } from "./sender-parts.js";
import { UptimeQuestion } from "./uptime-question.js";

interface OpeningParts extends Pick<WritingParts, "barrier" | "link" | "ways" | "hosts" | "store"> {
  readonly replay: Replay;
}

/** So long a server that said nothing of its uptime the last time is given once its barrier is back; milliseconds. */
const HURRY_MS = 250;

export class StreamOpening {
  readonly #parts: OpeningParts;
  readonly #times: Pick<SenderTimes, "negotiation" | "silence">;
  readonly #onOpen: () => void;
  #negotiation: BarrierNegotiation | undefined;
  #question: UptimeQuestion | undefined;
  #kind: BarrierKind | undefined;
  #uptime: number | undefined;
  /** Whether the server said nothing when it was asked for its uptime last, as ejabberd 24.12 with mod_privilege. */
  #isSilent = false;
  /** When the stream came up, in milliseconds since 1970. */
  #upAt = 0;

  /** @param onOpen told when all is known, and what may be lost with a server waits again */
  constructor(parts: OpeningParts, times: Pick<SenderTimes, "negotiation" | "silence">, onOpen: () => void) {
    this.#parts = parts;
    this.#times = times;
    this.#onOpen = onOpen;
  }

  /** The stream is up. */
  start(): void {
    const { barrier, link, hosts, replay } = this.#parts;
    this.#upAt = Date.now();
    const { negotiation: patience, silence } = this.#times;
    this.#kind = undefined;
    this.#uptime = undefined;
    this.#negotiation = new BarrierNegotiation(barrier, {
      patience,
      silence,
      onSettled: (kind) => {
        this.#negotiation = undefined;
        this.#kind = kind;
        if (this.#isSilent) this.#question?.hurry(Math.min(patience, HURRY_MS));
        this.#settle();
      },
      onSilence: () => link.abandon("the server returned neither a message nor a ping to the component"),
    });
    const texts = [this.#negotiation.text];
    if (replay.isNeeded) {
      this.#question = new UptimeQuestion({
        domain: link.domain,
        hosts,
        patience,
        onSettled: (seconds) => {
          this.#question = undefined;
          this.#isSilent = seconds === undefined;
          this.#uptime = seconds;
          this.#settle();
        },
      });
      texts.unshift(this.#question.text);
    }
    link.write(inOneWrite(texts));
  }

  /** Consumes what the server says of its uptime; false for every other stanza. */
  consumeUptime(stanza: Element): boolean {
    return this.#question?.consume(stanza) === true;
  }

  /** Consumes a barrier's id that came back; false where it isn't one of the negotiation's. */
  consume(id: string): boolean {
    return this.#negotiation?.consume(id) === true;
  }

  /** The stream is down. */
  stop(): void {
    this.#negotiation?.stop();
    this.#negotiation = undefined;
    this.#question?.stop();
    this.#question = undefined;
  }

  #settle(): void {
    const { barrier, link, replay, store, ways } = this.#parts;
    if (this.#kind === undefined || this.#question !== undefined) return;
    barrier.kind = this.#kind;
    try {
      replay.begin({ peer: link.reached?.peer, upAt: this.#upAt }, this.#uptime);
    } catch (error) {
      link.abandon(`what may have to be sent again can't be read: ${store.explain(error)}`);
      return;
    }
    ways.begin(this.#onOpen);
  }
}
