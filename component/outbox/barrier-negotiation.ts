/**
 * Finds out on a new stream which kind of barrier the server returns: both are sent, the message is taken as soon as
 * it is back, the ping where the message isn't back in time.
 */
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { Barrier, BarrierKind } from "./barrier.js";

export interface BarrierNegotiationOptions {
  /** How long the message is waited for before a ping will do, in milliseconds. */
  readonly patience: number;
  /** How long either is waited for before the stream is given up, in milliseconds. */
  readonly silence: number;
  onSettled(kind: BarrierKind): void;
  onSilence(): void;
}

export class BarrierNegotiation {
  readonly #options: BarrierNegotiationOptions;
  readonly #kinds: ReadonlyMap<string, BarrierKind>;
  readonly #timers: readonly NodeJS.Timeout[];
  #isPinged = false;
  #isPatient = true;
  /** What to write to the stream. */
  readonly text: WireText;

  constructor(barrier: Barrier, options: BarrierNegotiationOptions) {
    this.#options = options;
    const message = barrier.make("message");
    const ping = barrier.make("ping");
    this.text = inOneWrite([message.text, ping.text]);
    this.#kinds = new Map([
      [message.id, "message"],
      [ping.id, "ping"],
    ]);
    this.#timers = [
      setTimeout(() => this.#onImpatient(), options.patience),
      setTimeout(() => options.onSilence(), options.silence),
    ];
  }

  /** Consumes a barrier's id that came back; false where it isn't one of the negotiation's. */
  consume(id: string): boolean {
    const kind = this.#kinds.get(id);
    if (kind === undefined) return false;
    if (kind === "ping" && this.#isPatient) this.#isPinged = true;
    else this.#settle(kind);
    return true;
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #onImpatient(): void {
    this.#isPatient = false;
    if (this.#isPinged) this.#settle("ping");
  }

  #settle(kind: BarrierKind): void {
    this.stop();
    this.#options.onSettled(kind);
  }
}
