/**
 * Retention: what the server has routed is kept a little longer, as a server that dies takes along what it hasn't passed
 * on to its clients yet. It goes once the server was heard so long after it had confirmed it, so that no time counts in
 * which the server may have been dead already; and earlier where there is too much of it.
 */
import { isSame, type Confirmation, type Confirmer, type Position } from "../../storage/outbox-progress.js";
import type { Beginning } from "../../storage/outbox-store.js";

export interface RetentionLimits {
  /** Milliseconds; 0: nothing is kept. */
  readonly ms: number;
  /** The most bytes on the disk. */
  readonly bytes: number;
}

/** Some stanzas that were confirmed at about the same time. */
interface Span {
  end: Position;
  bytes: number;
  /** When the first and the last of them were confirmed; milliseconds since 1970. */
  readonly since: number;
  until: number;
}

/** What is confirmed within so many milliseconds goes together. */
const TOGETHER_MS = 100;

export class Retention {
  readonly #limits: RetentionLimits;
  #spans: Span[] = [];
  #bytes = 0;
  #start: Position;
  #confirmed: Position;
  #by: Confirmer;
  /** Since when there is a link, and to whom. */
  #link: Pick<Confirmer, "peer" | "upAt"> = { peer: undefined, upAt: 0 };

  constructor(limits: RetentionLimits, { start, kept, by }: Beginning) {
    this.#limits = limits;
    this.#start = kept;
    this.#confirmed = start;
    this.#by = by ?? { peer: undefined, upAt: 0, heardAt: 0 };
    if (!this.isEmpty) this.#spans.push({ end: start, bytes: 0, since: 0, until: this.#by.heardAt });
  }

  get isEmpty(): boolean {
    return isSame(this.#start, this.#confirmed);
  }

  /** The first place that is kept; all before may go. */
  get start(): Position {
    return this.#start;
  }

  get confirmation(): Confirmation {
    return { confirmed: this.#confirmed, by: this.#by };
  }

  /** How many bytes are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether what was confirmed then need not be kept; nor where so many bytes are. Times in milliseconds since 1970. */
  isOver(at: number, bytes: number): boolean {
    return at + this.#limits.ms <= this.#by.heardAt || bytes > this.#limits.bytes;
  }

  /** There is a link again, and what was confirmed over the last one need not be sent again. */
  linked(peer: string | undefined, upAt: number): void {
    this.#link = { peer, upAt };
  }

  /**
   * The server has routed all before this place.
   * @param bytes the rows that ended since it was told of last
   * @param now milliseconds since 1970
   * @returns whether that changes anything on the disk
   */
  confirm(end: Position, bytes: number, now: number): boolean {
    const isNew = !isSame(end, this.#confirmed);
    const { heardAt } = this.#by;
    this.#by = { ...this.#link, heardAt: now };
    // A clock that was set back.
    if (now < heardAt) for (const span of this.#spans) span.until = Math.min(span.until, now);
    this.#confirmed = end;
    if (isNew) this.#note(end, bytes, now);
    return this.#prune() || isNew;
  }

  /** What is kept is to be sent again: it isn't confirmed any more. */
  rewind(): void {
    this.#confirmed = this.#start;
    this.#spans = [];
    this.#bytes = 0;
  }

  #note(end: Position, bytes: number, now: number): void {
    const last = this.#spans.at(-1);
    this.#bytes += bytes;
    if (last !== undefined && now - last.since < TOGETHER_MS) {
      last.end = end;
      last.bytes += bytes;
      last.until = now;
    } else this.#spans.push({ end, bytes, since: now, until: now });
  }

  #prune(): boolean {
    const kept = this.#start;
    for (let [first] = this.#spans; first !== undefined; [first] = this.#spans) {
      if (!this.isOver(first.until, this.#bytes)) break;
      this.#spans.shift();
      this.#bytes -= first.bytes;
      this.#start = first.end;
    }
    return this.#start !== kept;
  }
}
