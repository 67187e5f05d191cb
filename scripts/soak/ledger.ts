/** Records what happens in the soak test, and counts broken guarantees. */

/** A message that a sender asked the component to send. */
interface Entry {
  /** Names the sender and the receiver. Messages of the same pair must arrive in order. */
  readonly pair: string;
  /** The number of messages that were recorded before. */
  readonly place: number;
  answer?: "accepted" | "refused";
  /** The last arrival, in milliseconds of performance.now(). */
  arrivedAt?: number;
}

/** How long a client may still read messages from a killed server, in milliseconds after the kill. */
const READING_MS = 2_000;

const MAX_UNEXPLAINED = 10;

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  /** The place of the newest message of each pair that has arrived. */
  readonly #newest = new Map<string, number>();
  /** When the component or the server was killed or began to stop, in milliseconds of performance.now(). */
  readonly #kills: number[] = [];
  /** The first messages that came again though no kill explains it, with when and how they came. */
  readonly #unexplained: string[] = [];
  #duplicates = 0;
  #outOfOrder = 0;
  #oldestRepeat = 0;

  /** Records a message before it is sent. Messages of a pair must be recorded in the order of sending. */
  ask(id: string, pair: string): void {
    this.#entries.set(id, { pair, place: this.#entries.size });
  }

  answer(ids: readonly string[], answer: "accepted" | "refused"): void {
    for (const id of ids) Object.assign(this.#entries.get(id) ?? {}, { answer });
  }

  arrive(id: string): void {
    const entry = this.#entries.get(id);
    // A sender's copy only counts if it was recorded before the message was sent.
    if (entry === undefined) return;
    const before = entry.arrivedAt;
    entry.arrivedAt = performance.now();
    if (before !== undefined) {
      this.#duplicates += 1;
      const kill = this.#kills.find((at) => at > before - READING_MS) ?? Infinity;
      this.#oldestRepeat = Math.max(this.#oldestRepeat, kill - before);
      if (kill === Infinity && this.#unexplained.length < MAX_UNEXPLAINED)
        this.#unexplained.push(this.#repeat(id, before, entry.arrivedAt));
    } else if (entry.place < (this.#newest.get(entry.pair) ?? -1)) this.#outOfOrder += 1;
    else this.#newest.set(entry.pair, entry.place);
  }

  /** The repeated messages that no kill explains: the first ten, one line each. */
  get unexplained(): readonly string[] {
    return this.#unexplained;
  }

  #repeat(id: string, before: number, now: number): string {
    const ago = (at: number): string => ((now - at) / 1000).toFixed(1);
    const last = this.#kills.at(-1);
    const kill = last === undefined ? "nothing was killed" : `the last kill was ${ago(last)} s ago`;
    return `${id} came again ${ago(before)} s after its last arrival; ${kill}`;
  }

  kill(): void {
    this.#kills.push(performance.now());
  }

  /**
   * Returns the figures so far. Guarantees can be judged when no more messages are on their way.
   * @param isMeant for which messages the numbers of answers and arrivals are; by default, for all
   */
  figures(isMeant: (id: string) => boolean = () => true) {
    const all = [...this.#entries].filter(([id]) => isMeant(id)).map(([, entry]) => entry);
    const answered = (answer: Entry["answer"], hasArrived?: boolean): number =>
      all.filter((entry) => {
        const isCounted = hasArrived === undefined || hasArrived === (entry.arrivedAt !== undefined);
        return entry.answer === answer && isCounted;
      }).length;
    return {
      accepted: answered("accepted"),
      refused: answered("refused"),
      /** How many different messages arrived. */
      delivered: all.filter(({ arrivedAt }) => arrivedAt !== undefined).length,
      duplicates: this.#duplicates,
      lost: answered("accepted", false),
      refusedButDelivered: answered("refused", true),
      /** How many messages arrived before an earlier message of the same pair. */
      outOfOrder: this.#outOfOrder,
      /** The longest time from a message's arrival to the kill that repeated it, in seconds; Infinity if no kill did. */
      oldestRepeat: this.#oldestRepeat / 1000,
    };
  }
}
