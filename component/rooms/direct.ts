/**
 * Writing what needs no place in the rooms' order: pages of archives, pings, vCards. It gives way where the link is
 * full.
 */
import type { Link } from "../link/link.js";

/** What it needs of a link; a test may stand in for it. */
export interface DirectLink extends Pick<Link, "isUp" | "write"> {
  on(event: "up" | "down" | "drain", listener: () => void): unknown;
}

/** So much may wait for the link at most. */
const MOST_WAITING = 10_000;

export class Direct {
  readonly #link: DirectLink;
  readonly #waiting: (() => void)[] = [];
  #isFull = false;

  constructor(link: DirectLink) {
    this.#link = link;
    const free = (): void => {
      this.#isFull = false;
      this.#resume();
    };
    link.on("drain", free);
    link.on("up", free);
  }

  /** Whether nothing more should be written for now. */
  get isBlocked(): boolean {
    return this.#isFull || !this.#link.isUp;
  }

  /** Writes finished stanzas. */
  write(stanzas: string): void {
    if (stanzas !== "" && !this.#link.write(stanzas)) this.#isFull = true;
  }

  /**
   * Does work that writes something long once the link takes more, after what waited before: so it isn't in memory
   * many times at once where many ask for it.
   * @returns when it is done; undefined where too much waits
   */
  whenFree<T>(work: () => T): Promise<T> | undefined {
    if (this.#waiting.length >= MOST_WAITING) return undefined;
    const done = new Promise<T>((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    this.#resume();
    return done;
  }

  #resume(): void {
    while (!this.isBlocked) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next();
    }
  }
}
