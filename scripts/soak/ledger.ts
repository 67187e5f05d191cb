/** Records what happens in the soak test, and judges whether guarantees were kept. */

/** A message that a sender asked the component to send. */
interface Entry {
  readonly id: string;
  /** Names the sender and the receiver. Messages of the same pair must arrive in order. */
  readonly pair: string;
  answer: "none" | "accepted" | "refused";
}

export interface Verdict {
  readonly accepted: number;
  readonly refused: number;
  /** How many different messages arrived. */
  readonly delivered: number;
  /** How many times a message arrived again. */
  readonly duplicates: number;
  /** How many accepted messages didn't arrive. */
  readonly lost: number;
  /** How many refused messages arrived. */
  readonly refusedButDelivered: number;
  /** How many messages arrived before an earlier message of the same pair. */
  readonly outOfOrder: number;
  /** The longest time from a message's arrival to the kill that repeated it, in seconds; Infinity if no kill did. */
  readonly oldestRepeat: number;
}

/** How long a client may still read messages from a killed server, in milliseconds after the kill. */
const READING_MS = 2_000;

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  /** The messages that have neither arrived nor been refused. */
  readonly #open = new Set<string>();
  /** Each message's last arrival, in milliseconds of performance.now(). The order is that of first arrivals. */
  readonly #arrived = new Map<string, number>();
  #arrivals = 0;
  /** When the component or the server was killed or began to stop, in milliseconds of performance.now(). */
  readonly #kills: number[] = [];
  #oldestRepeat = 0;

  /** Records a message before it is sent. Messages of a pair must be recorded in the order of sending. */
  ask(id: string, pair: string): void {
    this.#entries.set(id, { id, pair, answer: "none" });
    this.#open.add(id);
  }

  /** Records the response to a request with these messages. */
  answer(ids: readonly string[], answer: "accepted" | "refused"): void {
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry === undefined) throw new Error(`${id} was answered, and never asked`);
      entry.answer = answer;
      if (answer === "refused") this.#open.delete(id);
    }
  }

  /** Records that a client received a message. */
  arrive(id: string): void {
    // A sender's copy only counts if it was recorded before the message was sent.
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

  /** Records that the component or the server is killed now. */
  kill(): void {
    this.#kills.push(performance.now());
  }

  get accepted(): number {
    return [...this.#entries.values()].filter(({ answer }) => answer === "accepted").length;
  }

  get delivered(): number {
    return this.#arrived.size;
  }

  /** The accepted messages that have not arrived. */
  get owed(): ReadonlySet<string> {
    return new Set([...this.#open].filter((id) => this.#entries.get(id)?.answer === "accepted"));
  }

  /** Judges the test. Must be called when no more messages are on their way. */
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

  /** Counts the messages that arrived first after a later message of the same pair. */
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

/** Returns whether all guarantees were kept. @param longest the limit for `oldestRepeat`, in seconds */
export function isSound(verdict: Verdict, longest: number): boolean {
  const { lost, refusedButDelivered, outOfOrder, oldestRepeat } = verdict;
  return lost === 0 && refusedButDelivered === 0 && outOfOrder === 0 && oldestRepeat <= longest;
}
