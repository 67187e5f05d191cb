/** Caches senders' names, which every message needs. Imports may change the directory, so entries expire soon. */
import type { DirectoryStore } from "../../storage/directory-store.js";
import type { VcardStore } from "../../storage/vcard-store.js";
import type { Jid } from "../addresses/address.js";

/** How long a user's names are cached, in milliseconds. */
const CACHED_MS = 10_000;
/** How many users' names are cached at most. */
const MOST_CACHED = 10_000;

interface Cached {
  readonly names: readonly string[];
  /** When the entry expires, in milliseconds of performance.now(). */
  readonly until: number;
}

export class NameCache {
  /** The cached names by bare address, the oldest first. */
  readonly #cached = new Map<string, Cached>();

  constructor(
    private readonly directory: DirectoryStore,
    private readonly vcards: VcardStore,
  ) {}

  /** Returns the user's names: first the directory's, then the cached vCard's. */
  of(jid: Jid): readonly string[] {
    const { text, local, domain } = jid.bare;
    if (local === undefined) return [];
    const now = performance.now();
    const cached = this.#cached.get(text);
    if (cached !== undefined && cached.until > now) return cached.names;
    const found = [this.directory.nameOf(local, domain), this.vcards.nameOf(text)];
    const names = found.filter((name) => name !== undefined);
    this.#cached.delete(text);
    this.#cached.set(text, { names, until: now + CACHED_MS });
    const [oldest] = this.#cached.keys();
    if (this.#cached.size > MOST_CACHED && oldest !== undefined) this.#cached.delete(oldest);
    return names;
  }

  clear(): void {
    this.#cached.clear();
  }

  /** Drops a user's cached names. Called when the vCard was requested again. */
  forget(jid: Jid): void {
    this.#cached.delete(jid.bare.text);
  }
}
