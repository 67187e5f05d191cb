/** Bounds the bytes of all posts and mails to hooks that arrive or are handled at a time, whatever way they come. */
import type { HooksConfig } from "../config.js";
import { QuotaPool } from "../limits/quota-pool.js";
import { Refusal, refuse } from "../refusal.js";
import type { Hook } from "./hook.js";

/** How many bytes of each post don't count, so that large posts never cause the refusal of small ones. */
const EXEMPT = 16 * 1024;

/** The bytes of one post, from the first that arrives until its program has the answer. */
export interface HeldBytes {
  /** Returns why so many more bytes can't be taken now. */
  readonly refuse: (more: number) => Refusal | undefined;
  /** Counts bytes that have arrived, or refuses them. */
  readonly take: (more: number) => Refusal | undefined;
  end(): void;
}

export class PostBytes {
  readonly #pool: QuotaPool;

  constructor(private readonly config: Pick<HooksConfig, "posts_bytes">) {
    this.#pool = new QuotaPool(() => config.posts_bytes);
  }

  /** Begins a post to a hook, which may have as much as is free, so that something remains for others. */
  begin({ id }: Pick<Hook, "id">): HeldBytes {
    const pool = this.#pool;
    const { posts_bytes: most } = this.config;
    let [size, held] = [0, 0];
    const growth = (more: number): number => Math.max(0, size + more - EXEMPT - held);
    // One that is alone may have more than that: its size has a limit of its own.
    const fits = (bytes: number): boolean => bytes === 0 || pool.used === held || pool.hasRoom(id, bytes);
    const refused = (more: number): Refusal | undefined =>
      fits(growth(more))
        ? undefined
        : refuse.unavailable(
            `posts to hooks have too many bytes at once, of ${most} that all may have (hooks.posts_bytes); nothing was sent, try again later`,
          );
    return {
      refuse: refused,
      take: (more) => {
        const refusal = refused(more);
        if (refusal !== undefined) return refusal;
        const bytes = growth(more);
        size += more;
        held += bytes;
        pool.acquire(id, bytes);
        return undefined;
      },
      end: () => {
        pool.release(id, held);
        held = 0;
        size = 0;
      },
    };
  }
}
