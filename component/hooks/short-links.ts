/** Short links in messages, `/s/ID` at the hooks' public URL, to queries that nobody reads. */
import { hash } from "node:crypto";
import { HookLinks, type ShortLink } from "../../storage/hook-links.js";
import type { StoredHook } from "../../storage/hooks-store.js";
import type { HookDependencies } from "./dependencies.js";
import type { ShortenUrl } from "./formats/format.js";

/** How long a link leads somewhere after a message last had it, in milliseconds. */
const KEPT_MS = 30 * 24 * 3600_000;
/** The longest URL that has a short link, in characters: browsers and servers take few that are longer. */
const MAX_URL = 8192;
/** The length of an id before its encoding: long enough that nobody guesses one. */
const ID_BYTES = 9;

export class ShortLinks {
  readonly #store: HookLinks;

  constructor(private readonly dependencies: Pick<HookDependencies, "db" | "commit" | "config">) {
    this.#store = new HookLinks(dependencies.db);
  }

  /**
   * Returns a function that makes short links, and adds them to `made`; undefined if hooks have no public URL.
   * @param hook if people silence its alerts by reactions, links to forms for that are left out
   */
  shortener(made: ShortLink[], { source }: Pick<StoredHook, "source">): ShortenUrl | undefined {
    const { url: base } = this.dependencies.config;
    if (base === undefined) return undefined;
    return ({ name, url }) => {
      if (source.silenceAt !== undefined && /^silence\b/.test(name)) return undefined;
      if (url.length > MAX_URL) return undefined;
      const id = hash("sha256", url, "buffer").subarray(0, ID_BYTES).toString("base64url");
      made.push({ id, url });
      return `${base}/s/${id}`;
    };
  }

  /** Stores the links of a message that is sent afterwards. */
  async store(links: readonly ShortLink[]): Promise<void> {
    if (links.length === 0) return;
    const now = Date.now();
    await this.dependencies.commit.run(() => {
      for (const link of links) this.#store.put(link, now, now - KEPT_MS);
    });
  }

  /** Returns the URL to which a link leads; undefined if it is unknown. */
  find(id: string): string | undefined {
    return this.#store.find(id);
  }
}
