/** Writes stanzas that bypass the outbox, such as replies. Stanzas that don't fit into the link's buffer are dropped. */
import type { Metrics } from "../metrics.js";
import { Lines } from "../limits/fair-lines.js";
import { QuotaPool } from "../limits/quota-pool.js";
import type { WireText } from "../xml/wire-text.js";
import type { Link } from "./link.js";

/** The part of the link that this class uses. */
export interface UnqueuedLink extends Pick<Link, "isUp" | "domain" | "write" | "buffered"> {
  on(event: "up" | "down" | "drain", listener: () => void): unknown;
}

/** How many jobs may wait for the link. */
const MAX_WAITING = 10_000;
/** How many jobs run at the same time, one of each account. */
const MAX_RUNNING = 64;
/** The limits of the link's buffer after a write, in characters. Texts longer than `long` may fill half of `most`. */
const BUFFER = { most: 16 * 1024 * 1024, long: 4 * 1024 };

type Job = () => Promise<void>;

export class UnqueuedWriter {
  /** The waiting jobs, in a line for each account. */
  readonly #lines = new Lines<Job>(
    (account) => !this.#running.has(account),
    (start, account) => this.#run(account, start),
    () => this.#running.size >= MAX_RUNNING || this.isBlocked,
  );
  /** The accounts whose jobs are running. */
  readonly #running = new Set<string>();
  readonly #quotas = new QuotaPool(MAX_WAITING);
  #isFull = false;

  constructor(
    private readonly link: UnqueuedLink,
    private readonly metrics: Pick<Metrics, "dropped">,
  ) {
    const free = (): void => {
      this.#isFull = false;
      this.#lines.resume();
    };
    link.on("drain", free);
    link.on("up", free);
  }

  get domain(): string {
    return this.link.domain;
  }

  get isUp(): boolean {
    return this.link.isUp;
  }

  /** Whether writing is impossible now, because the link is down or its buffer is full. */
  get isBlocked(): boolean {
    return this.#isFull || !this.link.isUp;
  }

  on(event: "down", listener: () => void): void {
    this.link.on(event, listener);
  }

  /** Writes stanzas. Returns false if they are dropped, because the link is down or its buffer is full. */
  write(stanzas: WireText): boolean {
    if (stanzas === "") return true;
    const most = stanzas.length > BUFFER.long ? BUFFER.most / 2 : BUFFER.most;
    if (!this.link.isUp || this.link.buffered + stanzas.length > most) {
      this.metrics.dropped.inc();
      return false;
    }
    if (!this.link.write(stanzas)) this.#isFull = true;
    return true;
  }

  /**
   * Runs a job when the link's buffer has room. Accounts take turns, and an account's jobs run one after another. Jobs
   * write long results, so this limits the memory for simultaneous requests. Returns undefined if too many of the
   * account's jobs wait.
   */
  whenFree<T>(account: string, work: () => T | Promise<T>): Promise<T> | undefined {
    if (!this.#quotas.hasRoom(account, 1)) return undefined;
    this.#quotas.acquire(account, 1);
    const done = new Promise<T>((resolve, reject) => {
      const start = async (): Promise<void> => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.#lines.add(account, start);
    });
    this.#lines.resume();
    return done;
  }

  #run(account: string, start: Job): void {
    this.#running.add(account);
    const done = (): void => {
      this.#running.delete(account);
      this.#quotas.release(account, 1);
      this.#lines.resume();
    };
    start().then(done, done);
  }
}
