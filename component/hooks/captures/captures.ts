/**
 * The posts that `hook capture` keeps, so that an operator can read or pass on what a program really sends. They are in
 * memory alone, and few: nothing of them survives the component, or two hours.
 */
import { stringify } from "yaml";
import { counted } from "../../wording.js";
import { withoutSecrets } from "./blanking.js";
import { rawPostText, type RawPost } from "./raw-post.js";

/** How many posts are kept of a hook, for how many hooks, and how many bytes of a hook's posts. */
export const MOST = { posts: 20, hooks: 8, bytes: 1024 ** 2 };
/** How long posts are kept, and how long they can be read then, in milliseconds. */
export const CAPTURE_MS = { open: 3600_000, read: 2 * 3600_000 };

interface Capture {
  /** In milliseconds since 1970. */
  readonly since: number;
  readonly posts: { readonly at: number; readonly text: string }[];
  bytes: number;
  /** How many posts weren't kept, because they were too large or too many. */
  missed: number;
}

export class Captures {
  /** By the hook's id. */
  readonly #captures = new Map<string, Capture>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Begins to keep a hook's posts, and forgets those kept before. @returns false if too many hooks are captured */
  begin(hook: string): boolean {
    this.#forget();
    if (!this.#captures.has(hook) && this.#captures.size >= MOST.hooks) return false;
    this.#captures.set(hook, { since: this.now(), posts: [], bytes: 0, missed: 0 });
    setTimeout(() => this.#forget(), CAPTURE_MS.read + 1_000).unref();
    return true;
  }

  /** Keeps a post if the hook's posts are captured. @param secrets the hook's own @returns whether it took any work */
  keep(hook: string, post: () => RawPost, secrets: readonly string[]): boolean {
    const capture = this.#captures.get(hook);
    if (capture === undefined || this.now() - capture.since >= CAPTURE_MS.open) return false;
    if (capture.posts.length >= MOST.posts) {
      capture.missed += 1;
      return false;
    }
    const raw = post();
    const isLarge = capture.bytes + raw.body.length > MOST.bytes;
    const text = isLarge ? "" : rawPostText(withoutSecrets(raw, secrets));
    if (isLarge || capture.bytes + text.length > MOST.bytes) capture.missed += 1;
    else {
      capture.bytes += text.length;
      capture.posts.push({ at: this.now(), text });
    }
    return true;
  }

  /** Returns the text of one of a hook's posts; undefined if there is none. @param number 1 for the first */
  post(hook: string, number: number): string | undefined {
    return this.#find(hook)?.posts[number - 1]?.text;
  }

  /** Returns a hook's posts in the form of formats' tests (YAML); undefined if they aren't captured. */
  text(hook: string, name: string): string | undefined {
    const capture = this.#find(hook);
    if (capture === undefined) return undefined;
    const { since, posts, missed } = capture;
    const time = (at: number): string => new Date(at).toISOString();
    const ends = time(since + CAPTURE_MS.open);
    const head = [
      `# ${counted(posts.length, "post")} to the hook ${name}, since ${time(since)}; captured until ${ends}, ${MOST.posts} at most.`,
      "# Secrets that were recognised are blanked. Read the rest before you pass it on.",
      ...(missed === 0 ? [] : [`# ${counted(missed, "more post")}: too many, or too large to keep.`]),
    ];
    const list = posts.map(({ at, text }) => ({ it: `came at ${time(at)}`, post: text }));
    return `${head.join("\n")}\n${list.length === 0 ? "" : stringify(list, { lineWidth: 0, blockQuote: "literal" })}`;
  }

  #find(hook: string): Capture | undefined {
    this.#forget();
    return this.#captures.get(hook);
  }

  #forget(): void {
    for (const [hook, { since }] of this.#captures)
      if (this.now() - since >= CAPTURE_MS.read) this.#captures.delete(hook);
  }
}
