/**
 * Writing what needs no place in the outbox: replies, questions, pages of archives. It gives way where the server
 * doesn't take what is written: what is long is made one after another, and what doesn't fit is dropped.
 */
import type { Metrics } from "../metrics.js";
import { TickSlice } from "../meter.js";
import { QuotaPool } from "../quota-pool.js";
import type { WireText } from "../xml/wire-text.js";
import type { Link } from "./link.js";

/** What it needs of a link; a test may stand in for it. */
export interface UnqueuedLink extends Pick<Link, "isUp" | "domain" | "write" | "buffered"> {
  on(event: "up" | "down" | "drain", listener: () => void): unknown;
}

/** So much may wait for the link at most; so many of that are worked at. */
const MOST_WAITING = 10_000;
const AT_ONCE = 4;
/** So many characters may be in the link's buffer when something more is written: half of it for what is long. */
const BUFFER = { most: 16 * 1024 * 1024, long: 4 * 1024 };

interface Waiting {
  readonly name: string;
  start(): Promise<void>;
}

export class UnqueuedWriter {
  readonly #link: UnqueuedLink;
  readonly #dropped: Metrics["dropped"];
  readonly #waiting: Waiting[] = [];
  readonly #shares = new QuotaPool(MOST_WAITING);
  readonly #slice = new TickSlice(() => this.#resume());
  #running = 0;
  #isFull = false;

  constructor(link: UnqueuedLink, { dropped }: Pick<Metrics, "dropped">) {
    this.#link = link;
    this.#dropped = dropped;
    const free = (): void => {
      this.#isFull = false;
      this.#resume();
    };
    link.on("drain", free);
    link.on("up", free);
  }

  get domain(): string {
    return this.#link.domain;
  }

  get isUp(): boolean {
    return this.#link.isUp;
  }

  /** Whether nothing more should be written for now. */
  get isBlocked(): boolean {
    return this.#isFull || !this.#link.isUp;
  }

  on(event: "down", listener: () => void): void {
    this.#link.on(event, listener);
  }

  /** Writes finished stanzas; false where they are lost, as the link is down or the server takes nothing. */
  write(stanzas: WireText): boolean {
    if (stanzas === "") return true;
    const most = stanzas.length > BUFFER.long ? BUFFER.most / 2 : BUFFER.most;
    if (!this.#link.isUp || this.#link.buffered + stanzas.length > most) {
      this.#dropped.inc();
      return false;
    }
    if (!this.#link.write(stanzas)) this.#isFull = true;
    return true;
  }

  /**
   * Does work that writes something long once the link takes more, after what waited before: so it isn't in memory
   * many times at once where many ask for it.
   * @param name whose it is: nobody fills the queue for all
   * @returns when it is done; undefined where too much waits
   */
  whenFree<T>(name: string, work: () => T | Promise<T>): Promise<T> | undefined {
    if (!this.#shares.hasRoom(name, 1)) return undefined;
    this.#shares.acquire(name, 1);
    const done = new Promise<T>((resolve, reject) => {
      const start = async (): Promise<void> => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.#waiting.push({ name, start });
    });
    this.#resume();
    return done;
  }

  #resume(): void {
    while (this.#waiting.length > 0 && this.#running < AT_ONCE && !this.isBlocked && !this.#slice.isOver) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running += 1;
      void next.start().finally(() => {
        this.#running -= 1;
        this.#shares.release(next.name, 1);
        this.#resume();
      });
    }
  }
}
