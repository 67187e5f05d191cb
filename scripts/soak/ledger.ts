/** Records the soak's calls, answers, arrivals and kills, and judges them. */

/** One message that a sender asked to be sent. */
interface Entry {
  readonly id: string;
  /** Sender and receiver; order is promised between the same two. */
  readonly pair: string;
  answer: "none" | "accepted" | "refused";
}

export interface Verdict {
  readonly accepted: number;
  readonly refused: number;
  /** Different messages that arrived. */
  readonly delivered: number;
  readonly duplicates: number;
  readonly lost: number;
  readonly refusedButDelivered: number;
  readonly outOfOrder: number;
  /**
   * The longest time between a message's arrival and the kill after which it arrived again, in seconds; Infinity if nothing
   * was killed in between.
   */
  readonly oldestRepeat: number;
}

/** A client may read a message so much later than a killed server had written it. */
const READING_MS = 2_000;

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  /** Messages that have not arrived, but for those refused. */
  readonly #open = new Set<string>();
  /** The last arrival of each message, in the order of first arrivals; milliseconds of performance.now(). */
  readonly #arrived = new Map<string, number>();
  #arrivals = 0;
  /** The times at which something was killed, or began to stop. */
  readonly #kills: number[] = [];
  #oldestRepeat = 0;

  /** Notes a message that is about to be asked for; those of one pair in the order in which they are asked. */
  ask(id: string, pair: string): void {
    this.#entries.set(id, { id, pair, answer: "none" });
    this.#open.add(id);
  }

  answer(ids: readonly string[], answer: "accepted" | "refused"): void {
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry === undefined) throw new Error(`${id} was answered, and never asked`);
      entry.answer = answer;
      if (answer === "refused") this.#open.delete(id);
    }
  }

  arrive(id: string): void {
    // Copies are counted for those alone who look at them.
    if (!this.#entries.has(id)) return;
    const now = performance.now();
    const before = this.#arrived.get(id);
    this.#arrivals += 1;
    this.#open.delete(id);
    this.#arrived.set(id, now);
    if (before === undefined) return;
    const kill = this.#kills.find((at) => at > before - READING_MS) ?? Infinity;
    this.#oldestRepeat = Math.max(this.#oldestRepeat, kill - before);
  }

  /** Something is killed now. */
  kill(): void {
    this.#kills.push(performance.now());
  }

  get accepted(): number {
    return [...this.#entries.values()].filter(({ answer }) => answer === "accepted").length;
  }

  get delivered(): number {
    return this.#arrived.size;
  }

  /** Accepted messages that have not arrived. */
  get owed(): ReadonlySet<string> {
    return new Set([...this.#open].filter((id) => this.#entries.get(id)?.answer === "accepted"));
  }

  /** Call it when nothing is under way any more. */
  verdict(): Verdict {
    const entries = [...this.#entries.values()];
    const refused = entries.filter(({ answer }) => answer === "refused");
    return {
      accepted: this.accepted,
      refused: refused.length,
      delivered: this.#arrived.size,
      duplicates: this.#arrivals - this.#arrived.size,
      lost: this.owed.size,
      refusedButDelivered: refused.filter(({ id }) => this.#arrived.has(id)).length,
      outOfOrder: this.#outOfOrder(),
      oldestRepeat: this.#oldestRepeat / 1000,
    };
  }

  /** Counts first arrivals before the arrival of an earlier message of the same pair. */
  #outOfOrder(): number {
    const places = new Map([...this.#entries.keys()].map((id, index) => [id, index]));
    const newest = new Map<string, number>();
    let faults = 0;
    for (const id of this.#arrived.keys()) {
      const place = places.get(id) ?? -1;
      const pair = this.#entries.get(id)?.pair ?? "";
      if (place < (newest.get(pair) ?? -1)) faults += 1;
      else newest.set(pair, place);
    }
    return faults;
  }
}

/** Whether every promise was kept. @param longest the greatest age of a message that arrives again, in seconds */
export function isSound(verdict: Verdict, longest: number): boolean {
  const { lost, refusedButDelivered, outOfOrder, oldestRepeat } = verdict;
  return lost === 0 && refusedButDelivered === 0 && outOfOrder === 0 && oldestRepeat <= longest;
}
