/** The soak's books: what was asked, what was answered, what arrived, and when something was killed; and the verdict. */

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
   * How long before something was killed the oldest message had arrived that then arrived once more, in seconds:
   * Infinity where nothing was killed in between.
   */
  readonly oldestRepeat: number;
}

/** A client may read a message so much later than a killed server had written it. */
const READING_MS = 2_000;

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  /** Messages that have not arrived, but for those refused. */
  readonly #open = new Set<string>();
  /** What arrived, in the order of first arrivals, and when it did so last; milliseconds of performance.now(). */
  readonly #arrived = new Map<string, number>();
  #arrivals = 0;
  /** When something was killed, or began to be ended. */
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
    return this.#count("accepted");
  }

  get delivered(): number {
    return this.#arrived.size;
  }

  /** Accepted messages that have not arrived. */
  get owed(): ReadonlySet<string> {
    return new Set([...this.#open].filter((id) => this.#entries.get(id)?.answer === "accepted"));
  }

  /** Asked for when nothing is on its way any more. */
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

  /** First arrivals that came before one asked for earlier, between the same two. */
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

  #count(answer: Entry["answer"]): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (entry.answer === answer) count += 1;
    return count;
  }
}

/** Whether every promise was kept. @param longest how old what arrives again may be, in seconds */
export function isSound(verdict: Verdict, longest: number): boolean {
  const { lost, refusedButDelivered, outOfOrder, oldestRepeat } = verdict;
  return lost === 0 && refusedButDelivered === 0 && outOfOrder === 0 && oldestRepeat <= longest;
}
