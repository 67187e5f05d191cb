/**
 * Finds the stanza over which the server closes the stream. If the stream error is about content (RFC 6120 §4.9.3), or the
 * server closes without a reason right behind a write, the stanzas in flight are suspects. They are written again in small
 * parts, in order: at most the square root of their number, at last one by one. A stanza that was alone in flight at two
 * such closes, or at three without a reason, is rejected: it becomes a dead letter.
 *
 * A close isn't counted if the server has restarted since, or refused connections for a while.
 */
import { isBefore, type Position } from "../../storage/outbox-progress.js";
import { blameOf, type Blame, type StreamEnd } from "../link/stream-end.js";
import type { Part } from "./in-flight.js";
import type { OutboxRow } from "./row-stanzas.js";

/** A stanza that the server rejects. */
export interface Rejected {
  readonly row: OutboxRow;
  readonly offset: number;
  /** How the server closed the stream. */
  readonly closed: StreamEnd;
}

/** The stanzas up to `end`, of which `most` may be in flight. */
interface Range {
  readonly end: Position;
  readonly most: number;
}

/** A close that is still to be judged. */
interface Close {
  readonly closed: StreamEnd;
  readonly blame: Blame;
  readonly range: Range;
  /** The only stanza in flight. */
  readonly alone: Part | undefined;
}

/** Up to this many are written one by one, as a round trip costs less than a close. */
const SINGLY = 64;
/** The number of closes with a stanza alone in flight that reject it: any, or such about its content. */
const CLOSES = { any: 3, named: 2 };
/** After this many closes without an ack, the server is at fault. */
const BARREN = 100;
/** A close this long after the last write isn't about stanzas; milliseconds. */
const RIGHT_BEHIND_MS = 5_000;

export class Suspects {
  /** The innermost range last. */
  #ranges: Range[] = [];
  /** The closes with a stanza alone in flight, by its position. */
  readonly #closes = new Map<string, { any: number; named: number }>();
  #close: Close | undefined;
  #barren = 0;

  /** The most stanzas in flight. */
  get most(): number {
    return this.#ranges.at(-1)?.most ?? Infinity;
  }

  /** Whether no stanza is suspected, and no close waits to be judged. */
  get isEmpty(): boolean {
    return this.#ranges.length === 0 && this.#close === undefined;
  }

  /** Whether the server closes every stream: then attempts slow down. */
  get isServerAtFault(): boolean {
    return this.#barren >= BARREN;
  }

  /** Whether the last close has shown that. */
  get isNews(): boolean {
    return this.#barren === BARREN;
  }

  /**
   * The stream is down.
   * @param written the unacknowledged parts
   * @param ms since the last write
   * @returns whether stanzas are suspected, so that a new stream should be made at once
   */
  closed(closed: StreamEnd, written: readonly Part[], ms: number): boolean {
    const blame = blameOf(closed);
    const last = written.at(-1);
    if (last === undefined || blame === "none" || ms > RIGHT_BEHIND_MS) return false;
    const count = written.reduce((sum, part) => sum + stanzasIn(part), 0);
    const range = { end: endOf(last), most: count <= SINGLY ? 1 : Math.ceil(Math.sqrt(count)) };
    this.#close = { closed, blame, range, alone: count === 1 ? written[0] : undefined };
    return !this.isServerAtFault;
  }

  /**
   * The link is up again.
   * @param hasLivedOn whether the server neither restarted nor refused connections since
   * @returns the stanza that is rejected, if there is one
   */
  judge(hasLivedOn: boolean): Rejected | undefined {
    const close = this.#close;
    this.#close = undefined;
    if (close === undefined || !hasLivedOn) return undefined;
    const { range, alone, blame, closed } = close;
    this.#ranges = [...this.#ranges.filter(({ end }) => isBefore(range.end, end)), range];
    this.#barren += 1;
    if (alone === undefined || this.isServerAtFault) return undefined;
    const { row, start: offset } = alone;
    const key = `${row.rowId} ${offset}`;
    const { any, named } = this.#closes.get(key) ?? { any: 0, named: 0 };
    const met = { any: any + 1, named: named + Number(blame === "content") };
    this.#closes.set(key, met);
    if (met.any < CLOSES.any && met.named < CLOSES.named) return undefined;
    this.#closes.delete(key);
    return { row, offset, closed };
  }

  /** These are acknowledged. */
  acked(part: Part): void {
    const end = endOf(part);
    this.#barren = 0;
    while (this.#ranges.length > 0 && !isBefore(end, this.#ranges.at(-1)?.end ?? end)) this.#ranges.pop();
    if (this.#ranges.length === 0) this.#closes.clear();
  }

  /** Forgets all suspects, as the server has restarted. */
  clear(): void {
    this.#ranges = [];
    this.#closes.clear();
  }
}

function endOf({ row, end }: Part): Position {
  return { rowId: row.rowId, offset: end };
}

/** A message and its copy are written together, and count as one. */
function stanzasIn({ row, start, end }: Part): number {
  return row.isCopied ? 1 : end - start;
}
