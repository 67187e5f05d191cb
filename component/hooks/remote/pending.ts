/** What a bot's state waits for: the answer to one question, and one time; and who waits until it is settled. */
import type { Logger } from "winston";
import { inBackground } from "../../background.js";
import type { Clock } from "../clock.js";

export class Pending {
  #question: Promise<unknown> | undefined;
  #timer: ReturnType<Clock["after"]> | undefined;

  readonly #waiters = new Set<() => void>();

  /** @param place what is asked, for the log */
  constructor(
    private readonly place: string,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** Whether a question has no answer yet. */
  get isAsking(): boolean {
    return this.#question !== undefined;
  }

  /** Continues with the answer to a question, unless forget() is called before, or another question asked. */
  ask<T>(question: Promise<T>, work: (answer: T) => void): void {
    this.#question = question;
    const done = question.then((answer) => {
      if (question !== this.#question) return;
      this.#question = undefined;
      work(answer);
    });
    inBackground(done, `handling an answer of ${this.place}`, this.log);
  }

  /** Ignores the answer to the question, as the state has changed. */
  forget(): void {
    this.#question = undefined;
  }

  /** Returns whether a time has come; if not, `work` is run then. @param at Infinity: never */
  isTime(at: number, work: () => void): boolean {
    this.cancel();
    const now = this.clock.now();
    if (at <= now) return true;
    if (at !== Infinity) this.#timer = this.clock.after(at - now, work);
    return false;
  }

  /** Forgets the time. */
  cancel(): void {
    this.#timer?.cancel();
  }

  /** Resolves when the state is settled, or after `ms` milliseconds. @returns whether it is settled */
  settled(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter = (): void => {
        late.cancel();
        this.#waiters.delete(waiter);
        resolve(true);
      };
      const late = this.clock.after(ms, () => {
        this.#waiters.delete(waiter);
        resolve(false);
      });
      this.#waiters.add(waiter);
    });
  }

  settle(): void {
    for (const waiter of this.#waiters) waiter();
  }
}
