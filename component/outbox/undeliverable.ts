/**
 * Handles stanzas that can't be delivered. Stanzas that are too large, or because of which the server closes the stream,
 * become dead letters; refused privileged messages are sent again.
 */
import { weightOfRows, type Row } from "../../storage/outbox-row.js";
import { badRequest, Refusal } from "../refusal.js";
import { counted } from "../wording.js";
import { blameOf } from "../link/stream-end.js";
import type { OutboxDependencies } from "./dependencies.js";
import type { InFlight } from "./in-flight.js";
import type { Journal } from "./journal.js";
import type { KeptRows } from "./replay.js";
import type { Oversized } from "./next-write.js";
import type { PendingCalls } from "./pending-calls.js";
import type { RefusedMessage } from "./privileged-messages.js";
import type { Quotas } from "./quotas.js";
import { rowFrom, takeOut, type OutboxRow } from "./row-stanzas.js";
import type { Rejected } from "./suspects.js";

/** The dependencies of the classes that send rows. */
export interface RowDependencies extends OutboxDependencies {
  readonly journal: Journal;
  readonly kept: KeptRows;
  readonly quotas: Quotas;
  readonly pending: PendingCalls;
}

/** Makes the refusal of a call whose stanzas are a dead letter. */
export function refusalOfLetter({ id, reason }: { readonly id: number; readonly reason: string }): Refusal {
  const text = `the server doesn't take it (${reason}): an operator can retry it, as dead letter ${id}`;
  return badRequest(text);
}

/** Names the call of a row in the log; the row, if no call is recorded. */
function callOf(rowId: number, request: string | undefined): string {
  return request === undefined ? `row ${rowId}` : `call ${request}`;
}

/**
 * What always holds: a stanza is in the outbox or among the dead letters, never in both or neither (#bury() is one
 * transaction); its call's other rows follow only from rejected(). Nothing here moves the ack position:
 * the acks of later rows move it over those that are gone, and RowFlow does if none follows.
 */
export class Undeliverable {
  constructor(
    private readonly dependencies: RowDependencies,
    private readonly inFlight: InFlight,
  ) {}

  /** Moves a rejected stanza to the dead letters. @param acked the ack position: the id of the first unacknowledged row */
  rejected({ row, offset, closed }: Rejected, acked: number): void {
    // If the call has a dead letter already, all remaining stanzas of the call become dead letters, too.
    const { deadLetters, journal, store } = this.dependencies;
    let rest: Row[] | undefined;
    if (deadLetters.has(row.call)) {
      // Rows that were acknowledged or parked, but not on the disk, aren't found.
      journal.noteNow();
      rest = store.waitingOf(row.call, acked);
    }
    this.#bury(row, offset, closed.text, rest);
    // If a stream ended without a reason, it may have delivered the stanza.
    if (blameOf(closed) === "content") this.#refuseCall(row);
  }

  /** Makes a stanza above limits.stanza_bytes a dead letter; the limit was lowered after the stanza was accepted. */
  oversized({ row, offset, bytes }: Oversized): void {
    const reason = `too large for this component's limit (${bytes} bytes; limits.stanza_bytes is ${this.dependencies.stanzaBytes})`;
    this.#bury(row, offset, reason, undefined);
    this.#refuseCall(row);
  }

  blameServer(): void {
    this.dependencies.log.error(
      "The server closes every stream, whatever it is sent, and acknowledges nothing. See the server's log. The component " +
        "goes on trying, ever more slowly, until a stanza is acknowledged.",
    );
  }

  expired(count: number): void {
    if (count === 0) return;
    this.dependencies.log.info(
      `Dropped ${counted(count, "notification")}, too old to be sent (notify.max_age)`,
    );
    this.dependencies.metrics.expired.inc(count);
  }

  /** Handles a refused privileged message: sends its row again if the host refuses all such messages, else logs it. */
  refused({ rowId, offset, host, condition, isForbidden }: RefusedMessage): void {
    if (!isForbidden) {
      // In direct mode, this error would have gone to the user.
      this.dependencies.metrics.bounces.inc({ condition });
      const request = this.dependencies.history?.bouncedRow(rowId, host, condition);
      this.dependencies.log.warn(
        `Bounced: ${condition} from ${host} for a message of ${callOf(rowId, request)}`,
        {
          request,
        },
      );
      return;
    }
    this.dependencies.metrics.forbidden.inc();
    if (!this.inFlight.refuse(rowId, offset)) {
      const request = this.dependencies.history?.requestOf(rowId);
      this.dependencies.log.warn(
        `${host} refused a message of ${callOf(rowId, request)} (${condition}) after acknowledging it: the message is lost. ` +
          `Run "qtalk-component doctor" for the permission, and let the program send the message again.`,
        { request },
      );
    }
    this.dependencies.modes.forbidden(host);
  }

  /** Makes a stanza a dead letter, with `rest`, other rows of its call. @throws if the disk fails: nothing is changed */
  #bury(row: OutboxRow, offset: number, reason: string, rest: readonly Row[] | undefined): void {
    const { out, left } =
      rest === undefined ? takeOut(row, offset) : { out: rowFrom(row, offset), left: undefined };
    const request = this.dependencies.history?.requestOf(row.rowId);
    const { quotas, pending, deadLetters } = this.dependencies;
    const others = (rest ?? []).filter(({ rowId }) => rowId !== row.rowId);
    deadLetters.now(() => {
      deadLetters.add(row, out, left, reason);
      for (const other of others) deadLetters.add(other, other, undefined, reason);
    });
    quotas.remove(row);
    if (left !== undefined) quotas.count(row.isParked ? "parked" : "waiting", weightOfRows([left]));
    const dead = out.stanzas + quotas.remove(...others).stanzas;
    for (const { rowId } of [row, ...others]) pending.incomplete(rowId);
    this.dependencies.metrics.deadLetters.inc(dead);
    const are = dead > 1 ? `${dead} stanzas, the rest of the call, are dead letters` : "It is a dead letter";
    this.dependencies.log.error(
      `A stanza from ${row.sender} (${callOf(row.rowId, request)}) can't be sent (${reason}). ${are} now: see "qtalk-component outbox list", ` +
        `then run "outbox retry" or "outbox drop".`,
      { request },
    );
  }

  /** Refuses the call of a dead letter if no other stanza of its row was written; else the call is `queued`. */
  #refuseCall({ rowId, stanzas }: OutboxRow): void {
    const { store, pending } = this.dependencies;
    const letter = stanzas === 1 ? store.obstacleTo(rowId) : undefined;
    if (typeof letter === "object") pending.dead(rowId, refusalOfLetter(letter));
  }
}
