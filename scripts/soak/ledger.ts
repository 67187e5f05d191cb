/** The soak's books: what was asked, what was answered, what arrived; and the verdict. */

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
}

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  /** Messages that have not arrived, but for those refused. */
  readonly #open = new Set<string>();
  /** What arrived, in the order of first arrivals. */
  readonly #arrived = new Set<string>();
  #arrivals = 0;

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
    this.#arrivals += 1;
    this.#arrived.add(id);
    this.#open.delete(id);
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

  /** Messages that have not arrived, but for those refused: some may be accepted, and not yet said to be. */
  get open(): ReadonlySet<string> {
    return this.#open;
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
    };
  }

  /** First arrivals that came before one asked for earlier, between the same two. */
  #outOfOrder(): number {
    const places = new Map([...this.#entries.keys()].map((id, index) => [id, index]));
    const newest = new Map<string, number>();
    let faults = 0;
    for (const id of this.#arrived) {
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

/** Whether every promise was kept. */
export function isSound({ lost, refusedButDelivered, outOfOrder }: Verdict): boolean {
  return lost === 0 && refusedButDelivered === 0 && outOfOrder === 0;
}
