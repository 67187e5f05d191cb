/** What the server doesn't take: a stanza over which it closes the stream, and a privileged message that it refuses. */
import type { Logger } from "winston";
import type { DeadLetters } from "../../storage/dead-letters.js";
import { plus } from "../../storage/outbox-progress.js";
import { weightOfRows } from "../../storage/outbox-row.js";
import type { OutboxStore } from "../../storage/outbox-store.js";
import type { Metrics } from "../metrics.js";
import type { CallHistory } from "./call-history.js";
import type { InFlight } from "./in-flight.js";
import type { RefusedMessage } from "./privileged-messages.js";
import type { Quotas } from "./quotas.js";
import { rowFrom, stanzasOf, takeOut } from "./row-stanzas.js";
import type { SendModes } from "./send-modes.js";
import type { Rejected } from "./suspects.js";

export interface RejectionParts {
  readonly store: OutboxStore;
  readonly deadLetters: DeadLetters;
  readonly inFlight: InFlight;
  readonly quotas: Quotas;
  readonly modes: SendModes;
  readonly history?: CallHistory | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Servers take stanzas of so many bytes at least (RFC 6120 §13.12): a smaller one isn't rejected for its size. */
const LEAST_LIMIT = 10_000;

export class Rejections {
  readonly #parts: RejectionParts;
  /** The most characters of what the server acknowledged in one write. */
  #largest = 0;

  constructor(parts: RejectionParts) {
    this.#parts = parts;
  }

  /** The server took a stanza of so many characters. */
  passed(size: number): void {
    this.#largest = Math.max(this.#largest, size);
  }

  /**
   * Makes a stanza a dead letter. If another of the same call is one already, the rest of the call goes with it.
   * @param acked the first row that isn't acknowledged
   * @throws if the disk doesn't take it
   */
  bury({ row, place, closed }: Rejected, acked: number): void {
    const { store, deadLetters, quotas, history, metrics, log } = this.#parts;
    const bytes = Buffer.byteLength(stanzasOf(row, undefined).at(place));
    const isTooLarge = bytes > LEAST_LIMIT && bytes > this.#largest;
    const reason = isTooLarge ? `too large for the server (${bytes} bytes): ${closed.text}` : closed.text;
    const isSecond = deadLetters.has(row.call);
    const { out, left } = isSecond ? { out: rowFrom(row, place), left: undefined } : takeOut(row, place);
    const request = history?.requestOf(row.seq);
    let dead = out.stanzas;
    quotas.remove(deadLetters.add(row, out, left, reason));
    if (isSecond) {
      const rest = store.waitingOf(row.call, acked);
      deadLetters.addAll(rest, reason);
      const weight = plus(weightOfRows(rest), { stanzas: 0, bytes: 0 });
      quotas.remove(weight);
      dead += weight.stanzas;
    }
    metrics.deadLetters.inc(dead);
    const what =
      dead > 1 ? `${dead} stanzas, the rest of their call, are dead letters` : "It is a dead letter";
    log.error(
      `The server closed the stream over row ${row.seq} (${reason}). ${what} now; see "qtalk-component outbox list".`,
      { request },
    );
  }

  /** The server closes the stream whatever it is sent. */
  blameServer(): void {
    this.#parts.log.error(
      "The server closes the stream whatever it is sent, and has acknowledged nothing since. See the server's own log; " +
        "stanzas are tried ever more slowly until one is acknowledged.",
    );
  }

  /** A privileged message came back: its row isn't acknowledged, and goes again in the mode that then holds. */
  refused({ seq, place, host, condition, isForbidden }: RefusedMessage): void {
    const { inFlight, modes, history, metrics, log } = this.#parts;
    if (!isForbidden) {
      // The error is about the message: sent directly it would have come back from its receiver.
      metrics.bounces.inc({ condition });
      const request = history?.bouncedRow({ seq, receiver: host, condition });
      log.warn(`Bounced: ${condition} from ${host} for row ${seq}`, { request });
      return;
    }
    metrics.forbidden.inc();
    if (inFlight.refuse(seq, place) === undefined)
      log.warn(`${host} refused row ${seq} after it had acknowledged it: it is lost`);
    modes.forbidden(host);
  }
}
