/**
 * Drops stanzas that are larger than servers accept, since they close the stream over them. All other code refuses large
 * stanzas earlier; a stanza that is dropped here is a bug, so it is counted and logged.
 */
import type { Logger } from "winston";
import type { Metrics } from "../metrics.js";
import { stanzasOf } from "../xml/stored.js";
import { fits, inOneWrite, type WireText } from "../xml/wire-text.js";

/** It is logged at most this often; milliseconds. */
const LOGGED_EVERY = 60_000;
/** How much of a stanza is logged, in characters. */
const EXCERPT = 200;

export class SizeGuard {
  #loggedAt = -Infinity;

  /** @param most the bytes that one stanza may have */
  constructor(
    private readonly most: number,
    private readonly log: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** Returns those of these stanzas that may be written. */
  pass(stanzas: WireText): WireText {
    // Several together are mostly smaller than the limit for one.
    if (fits(stanzas, this.most)) return stanzas;
    return inOneWrite(stanzasOf(stanzas).filter((stanza) => this.#passes(stanza)));
  }

  #passes(stanza: WireText): boolean {
    if (fits(stanza, this.most)) return true;
    this.metrics.stanzasDropped.inc();
    const now = performance.now();
    if (now - this.#loggedAt < LOGGED_EVERY) return false;
    this.#loggedAt = now;
    this.log.error(
      `A stanza of ${Buffer.byteLength(stanza)} bytes was not written, as ${this.most} are allowed; ` +
        `please report this: ${stanza.slice(0, EXCERPT)}`,
    );
    return false;
  }
}
