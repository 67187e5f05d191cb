/**
 * The last look at what is written: no stanza may have more bytes than servers take, as they close the stream for it.
 * Whoever makes something large refuses it to who asked; what is found here nevertheless is a fault of the program, so
 * it is dropped, counted and said, and the stream stays.
 */
import type { Logger } from "winston";
import type { Metrics } from "../metrics.js";
import { stanzasOf } from "../xml/stored.js";
import { fits, inOneWrite, type WireText } from "../xml/wire-text.js";

/** It is said at most this often; milliseconds. */
const SAID_EVERY = 60_000;
/** So much of a stanza is shown, in characters. */
const SHOWN = 200;

export class SizeGuard {
  #saidAt = -Infinity;

  /** @param most the bytes that one stanza may have */
  constructor(
    private readonly most: number,
    private readonly log: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** What of these stanzas may be written. */
  pass(stanzas: WireText): WireText {
    // Several together are mostly less than one may be.
    if (fits(stanzas, this.most)) return stanzas;
    return inOneWrite(stanzasOf(stanzas).filter((stanza) => this.#passes(stanza)));
  }

  #passes(stanza: WireText): boolean {
    if (fits(stanza, this.most)) return true;
    this.metrics.stanzasDropped.inc();
    const now = performance.now();
    if (now - this.#saidAt < SAID_EVERY) return false;
    this.#saidAt = now;
    this.log.error(
      `A stanza of ${Buffer.byteLength(stanza)} bytes was not written, as ${this.most} are allowed; ` +
        `please report this: ${stanza.slice(0, SHOWN)}`,
    );
    return false;
  }
}
