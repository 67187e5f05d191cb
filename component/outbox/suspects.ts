/**
 * Finds the stanza because of which the server closes the stream. After a stream error about content (RFC 6120 §4.9.3),
 * or a close without a reason shortly after a write, the unacknowledged stanzas are suspects. They are written again in
 * order: first as many at a time as the square root of their number, finally one by one. A stanza that is alone in
 * flight at two closes with an error about content, or at three of any kind, is rejected.
 *
 * A close isn't counted if the server has restarted since, or has refused connections for a while.
 */
import { isBefore, type Position } from "../../storage/outbox-row.js";
import { blameOf, type CloseBlame, type StreamEnd } from "../link/stream-end.js";
import type { Part } from "./in-flight.js";
import type { StanzaAt } from "./row-reader.js";

/** A stanza that the server rejects. */
export interface Rejected extends StanzaAt {
  /** How the server closed the stream. */
  readonly closed: StreamEnd;
}

/** The suspects before `end`, of which at most `most` may be unacknowledged at a time. */
interface Range {
  readonly end: Position;
  readonly most: number;
}

/** The end of a stream that is still to be judged: was a stanza the cause? */
interface Close {
  readonly closed: StreamEnd;
  readonly blame: CloseBlame;
  readonly range: Range;
  /** The only unacknowledged stanza; undefined if there were several. */
  readonly alone: Part | undefined;
}

/** Up to this many suspects are written singly, because a round trip costs less than a new stream. */
const SINGLY = 64;
/** How many closes reject a stanza that was alone in flight: of any kind, or with an error about content. */
const CLOSES = { any: 3, named: 2 };
/** After this many closes without an ack in between, the server is at fault, not a stanza. */
const BARREN = 100;
/** A stream closed more than this many milliseconds after the last write wasn't closed because of a stanza. */
const RIGHT_BEHIND_MS = 5_000;

/**
 * What always holds: the ranges are nested, each inner one ends earlier and allows fewer at a time; the innermost counts.
 * `#close` is set from the end of a stream to the next judge() alone. `#closes` counts only stanzas within ranges: it is empty
 * when they are. Acks end ranges from the inside. Who writes stays RowFlow: here it is only said how many, and which one is
 * rejected.
 */
export class Suspects {
  /** The ranges of suspects, the innermost range last. */
  #ranges: Range[] = [];
  /** How many closes happened with a stanza alone in flight, by row id and offset. */
  readonly #closes = new Map<string, { any: number; named: number }>();
  #close: Close | undefined;
  #barren = 0;

  /** How many stanzas may be unacknowledged. */
  get most(): number {
    return this.#ranges.at(-1)?.most ?? Infinity;
  }

  /** Whether all suspects are cleared and all closes are judged. */
  get isEmpty(): boolean {
    return this.#ranges.length === 0 && this.#close === undefined;
  }

  /** Whether the server closes every stream; then the component reconnects more slowly. */
  get isServerAtFault(): boolean {
    return this.#barren >= BARREN;
  }

  /** Whether the last close was the one that showed the server to be at fault. */
  get isNews(): boolean {
    return this.#barren === BARREN;
  }

  /**
   * Notes the end of a stream. @returns whether stanzas may be the cause; if so, open a new stream immediately
   * @param written the unacknowledged parts @param ms time since the last write, in milliseconds
   */
  closed(closed: StreamEnd, written: readonly Part[], ms: number): boolean {
    const blame = blameOf(closed);
    const last = written.at(-1);
    if (last === undefined || blame === "none" || ms > RIGHT_BEHIND_MS) return false;
    const count = written.reduce((sum, part) => sum + part.end - part.start, 0);
    const range = { end: endOf(last), most: count <= SINGLY ? 1 : Math.ceil(Math.sqrt(count)) };
    this.#close = { closed, blame, range, alone: count === 1 ? written[0] : undefined };
    return !this.isServerAtFault;
  }

  /**
   * Judges the last close when the link is up again. @returns the rejected stanza, if any
   * @param hasLivedOn whether the server has kept running and accepting connections
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

  acked(part: Part): void {
    const end = endOf(part);
    this.#barren = 0;
    while (this.#ranges.length > 0 && !isBefore(end, this.#ranges.at(-1)?.end ?? end)) this.#ranges.pop();
    if (this.#ranges.length === 0) this.#closes.clear();
  }

  /** Forgets all suspects, because the server has restarted. */
  clear(): void {
    this.#ranges = [];
    this.#closes.clear();
  }
}

function endOf({ row, end }: Part): Position {
  return { rowId: row.rowId, offset: end };
}
