/**
 * What doesn't go out: a stanza over which the server closes the stream, or that is larger than it may be, becomes a dead
 * letter; a privileged message that the server refuses goes again; what is too old is dropped.
 */
import { weightOfRows, type Row } from "../../storage/outbox-row.js";
import { Errcode, Refusal } from "../refusal.js";
import type { OutboxDependencies } from "./dependencies.js";
import type { InFlight } from "./in-flight.js";
import type { Journal } from "./journal.js";
import type { KeptRows } from "./kept-rows.js";
import type { Oversized } from "./next-write.js";
import type { PendingCalls } from "./pending-calls.js";
import type { RefusedMessage } from "./privileged-messages.js";
import type { Quotas } from "./quotas.js";
import { rowFrom, stanzasOf, takeOut, type OutboxRow } from "./row-stanzas.js";
import type { Rejected } from "./suspects.js";

/** What rows are sent with. */
export interface RowDependencies extends OutboxDependencies {
  readonly journal: Journal;
  readonly kept: KeptRows;
  readonly quotas: Quotas;
  readonly pending: PendingCalls;
}

/** Servers take stanzas of so many bytes at least (RFC 6120 §13.12): a smaller one isn't rejected for its size. */
const LEAST_LIMIT = 10_000;

/** The refusal of a call that is a dead letter. */
export function refusalOf({ id, reason }: { readonly id: number; readonly reason: string }): Refusal {
  const text = `the server doesn't take it (${reason}): an operator can retry it, as dead letter ${id}`;
  return new Refusal(Errcode.request, text);
}

export class Rejections {
  /** The most characters of a stanza that the server acknowledged. */
  #largest = 0;

  constructor(
    private readonly dependencies: RowDependencies,
    private readonly inFlight: InFlight,
  ) {}

  /** The server took a stanza of so many characters. */
  passed(size: number): void {
    this.#largest = Math.max(this.#largest, size);
  }

  /** The server rejects a stanza. @param acked the first row that isn't acknowledged */
  rejected({ row, offset, closed: { text } }: Rejected, acked: number): void {
    const bytes = Buffer.byteLength(stanzasOf(row).at(offset));
    const isTooLarge = bytes > LEAST_LIMIT && bytes > this.#largest;
    const reason = isTooLarge ? `too large for the server (${bytes} bytes): ${text}` : text;
    // The second of one call takes the rest of it along.
    const rest = this.dependencies.deadLetters.has(row.call)
      ? this.dependencies.store.waitingOf(row.call, acked)
      : undefined;
    this.#bury(row, offset, reason, rest);
  }

  /** A stanza is larger than limits.stanza_bytes, which has been lowered. */
  oversized({ row, offset, bytes }: Oversized, most: number): void {
    const reason = `too large for this component's limit (${bytes} bytes; limits.stanza_bytes is ${most})`;
    this.#bury(row, offset, reason, undefined);
  }

  /** The server closes the stream whatever it is sent. */
  blameServer(): void {
    this.dependencies.log.error(
      "The server closes the stream whatever it is sent, and has acknowledged nothing since. See the server's own log; " +
        "stanzas are tried ever more slowly until one is acknowledged.",
    );
  }

  /** So many notifications were too old. */
  expired(count: number): void {
    if (count === 0) return;
    this.dependencies.log.info(`Dropped ${count} notifications that were too old to be sent`);
    this.dependencies.metrics.expired.inc(count);
  }

  /** A privileged message came back: its row isn't acknowledged, and goes again in the mode that then holds. */
  refused({ rowId, offset, host, condition, isForbidden }: RefusedMessage): void {
    if (!isForbidden) {
      // The error is about the message: sent directly it would have come back from its receiver.
      this.dependencies.metrics.bounces.inc({ condition });
      const request = this.dependencies.history?.bouncedRow({ rowId, receiver: host, condition });
      this.dependencies.log.warn(`Bounced: ${condition} from ${host} for row ${rowId}`, { request });
      return;
    }
    this.dependencies.metrics.forbidden.inc();
    if (this.inFlight.refuse(rowId, offset) === undefined)
      this.dependencies.log.warn(`${host} refused row ${rowId} after it had acknowledged it: it is lost`);
    this.dependencies.modes.forbidden(host);
  }

  /** @throws if the disk doesn't take it; then nothing was done */
  #bury(row: OutboxRow, offset: number, reason: string, rest: readonly Row[] | undefined): void {
    const { out, left } =
      rest === undefined ? takeOut(row, offset) : { out: rowFrom(row, offset), left: undefined };
    const request = this.dependencies.history?.requestOf(row.rowId);
    const { quotas, pending, deadLetters, store } = this.dependencies;
    quotas.remove(deadLetters.add(row, out, left, reason));
    const others = (rest ?? []).filter(({ rowId }) => rowId !== row.rowId);
    deadLetters.addAll(others, reason);
    const weight = weightOfRows(others);
    quotas.remove(weight);
    // What comes before it in its row may have arrived.
    const isWhole = left === undefined && (rest === undefined || offset === 0);
    if (!isWhole) pending.incomplete(row.rowId);
    for (const { rowId } of isWhole ? [row, ...others] : others) {
      const letter = store.obstacleTo(rowId);
      if (typeof letter === "object") pending.dead(rowId, refusalOf(letter));
    }
    const dead = out.stanzas + weight.stanzas;
    this.dependencies.metrics.deadLetters.inc(dead);
    const are =
      dead > 1 ? `${dead} stanzas, the rest of their call, are dead letters` : "It is a dead letter";
    this.dependencies.log.error(
      `A stanza of row ${row.rowId} can't be sent (${reason}). ${are} now; see "qtalk-component outbox list".`,
      { request },
    );
  }
}
