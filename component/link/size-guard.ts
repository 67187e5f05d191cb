/** Drops stanzas over the server's size limit: they would end the stream. Each is a bug: it is counted and logged. */
import type { Logger } from "winston";
import type { Metrics } from "../metrics.js";
import { separate } from "../xml/splice.js";
import { fits, inOneWrite, type WireText } from "../xml/wire-text.js";
import { elided } from "../wording.js";

/** The minimum interval between two log lines, in milliseconds. */
const LOGGED_EVERY = 60_000;
/** How many characters of a dropped stanza are logged. */
const EXCERPT = 200;

export class SizeGuard {
  #loggedAt = -Infinity;

  /** @param most the maximum size of a stanza, in bytes */
  constructor(
    private readonly most: number,
    private readonly log: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** Returns the stanzas without those that are too large. */
  pass(stanzas: WireText): WireText {
    // Usually, all stanzas together are within the limit of a single one.
    if (fits(stanzas, this.most)) return stanzas;
    return inOneWrite(separate(stanzas).filter((stanza) => this.#passes(stanza)));
  }

  #passes(stanza: WireText): boolean {
    if (fits(stanza, this.most)) return true;
    this.metrics.stanzasDropped.inc();
    const now = performance.now();
    if (now - this.#loggedAt < LOGGED_EVERY) return false;
    this.#loggedAt = now;
    this.log.error(
      `A stanza of ${Buffer.byteLength(stanza)} bytes was not written, as ${this.most} are allowed; ` +
        `please report this: ${elided(stanza, EXCERPT)}`,
    );
    return false;
  }
}
