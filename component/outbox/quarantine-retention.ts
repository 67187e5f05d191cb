/**
 * What of the rows in quarantine was routed lately: it is kept like everybody else's (retention.ts), to be sent again
 * where the server has restarted. Those rows are routed one by one, so each has its own account.
 */
import type { Position } from "../../storage/outbox-progress.js";
import { bytesOf, type Weight } from "../../storage/outbox-row.js";
import type { OutboxRow } from "./origin.js";
import type { Retention } from "./retention.js";

interface KeptRow {
  /** From which of its stanzas on they are kept. */
  readonly start: number;
  /** Before which of them all are routed. */
  readonly end: number;
  /** When the last of them was routed, in milliseconds since 1970. */
  readonly at: number;
  readonly bytes: number;
  /** Where nothing of it is left to be sent: the row. */
  readonly finished: Pick<OutboxRow, "sender"> | undefined;
}

/** What is to be sent again. */
export interface QuarantineReplay {
  /** The first of the rows. */
  readonly first: number | undefined;
  /** Those that weren't waiting any more. */
  readonly finished: readonly Pick<OutboxRow, "sender">[];
  readonly weight: Weight;
}

export class QuarantineRetention {
  readonly #retention: Pick<Retention, "isOver">;
  /** By seq, the longest unchanged first. */
  readonly #rows = new Map<number, KeptRow>();
  #bytes = 0;
  /** How many stanzas of which rows are sent again since the last replay. */
  #replayed = new Map<number, number>();

  constructor(retention: Pick<Retention, "isOver">) {
    this.#retention = retention;
  }

  /** Whether nothing would have to be sent again. */
  get isEmpty(): boolean {
    const rows = [...this.#rows.values()];
    return rows.every(({ at }) => this.#retention.isOver(at, this.#bytes));
  }

  /** From which stanza on a row is kept; undefined where nothing of it is. */
  startOf(seq: number): number | undefined {
    return this.#rows.get(seq)?.start;
  }

  /** Before which stanza all of a row are routed, as far as is kept. */
  endOf(seq: number): number {
    return this.#rows.get(seq)?.end ?? 0;
  }

  isFinished(seq: number): boolean {
    return this.#rows.get(seq)?.finished !== undefined;
  }

  /** How many of a row's stanzas were routed by a server that has died since. */
  sentBefore(seq: number): number {
    return this.#replayed.get(seq) ?? 0;
  }

  /** These stanzas of a row, from `start` to before `end`, are routed; with `isFinished` nothing more of it is to be sent. */
  routed(
    row: OutboxRow,
    { start, end, isFinished }: { start: number; end: number; isFinished: boolean },
  ): void {
    const before = this.#rows.get(row.seq);
    this.#forget(row.seq);
    this.#rows.set(row.seq, {
      start: before?.start ?? start,
      end,
      at: Date.now(),
      bytes: bytesOf(row),
      finished: isFinished ? { sender: row.sender } : undefined,
    });
    this.#bytes += bytesOf(row);
  }

  /** What need not be kept any more: the rows that may go, and how far the others are routed. */
  expired(): { readonly gone: readonly number[]; readonly left: readonly Position[] } {
    const gone: number[] = [];
    const left: Position[] = [];
    let bytes = this.#bytes;
    for (const [seq, { at, end, finished, bytes: some }] of this.#rows) {
      if (!this.#retention.isOver(at, bytes)) break;
      bytes -= some;
      if (finished === undefined) left.push({ seq, done: end });
      else gone.push(seq);
    }
    return { gone, left };
  }

  forget(seqs: readonly number[]): void {
    for (const seq of seqs) this.#forget(seq);
  }

  /** All of it is sent again, and kept no more. */
  replay(): QuarantineReplay {
    const rows = [...this.#rows.values()];
    const seqs = [...this.#rows.keys()];
    const finished = rows.flatMap((row) => row.finished ?? []);
    const stanzas = rows.reduce((sum, { start, end }) => sum + end - start, 0);
    const bytes = rows.reduce((sum, row) => sum + (row.finished === undefined ? 0 : row.bytes), 0);
    this.#replayed = new Map([...this.#rows].map(([seq, { end }]) => [seq, end]));
    this.#rows.clear();
    this.#bytes = 0;
    return { first: seqs.length === 0 ? undefined : Math.min(...seqs), finished, weight: { stanzas, bytes } };
  }

  /** These rows are sent again, too. */
  addReplayed(rows: readonly OutboxRow[]): void {
    for (const { seq, stanzas } of rows) this.#replayed.set(seq, stanzas);
  }

  #forget(seq: number): void {
    this.#bytes -= this.#rows.get(seq)?.bytes ?? 0;
    this.#rows.delete(seq);
  }
}
