/** Provides users' names and pictures, from the company's directory or else from vCards. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DirectoryStore } from "../../storage/directory-store.js";
import type { Image, VcardStore } from "../../storage/vcard-store.js";
import { isAccount, type AccountJid, type Jid } from "../addresses/address.js";
import { IMAGE_NAME } from "./vcard.js";
import type { Profile, Vcards } from "./vcards.js";

/** How many addresses are read in one turn of the event loop. */
const BATCH_ROWS = 1000;
/** How long a user's names are cached, in milliseconds: not for long, as imports may change the directory. */
const CACHED_MS = 10_000;
const MAX_CACHED = 10_000;

export class Directory {
  readonly #asksHosts: ReadonlySet<string>;
  /** The names that every message of a user needs, by bare address, the oldest first. `until`: by performance.now(). */
  readonly #names = new Map<string, { readonly names: readonly string[]; readonly until: number }>();

  /** @param asksHosts the hosts whose servers may be asked for vCards */
  constructor(
    private readonly store: DirectoryStore,
    private readonly vcards: Vcards,
    private readonly cached: VcardStore,
    asksHosts: readonly string[],
  ) {
    this.#asksHosts = new Set(asksHosts);
  }

  /** Forgets cached names. Called when the directory has changed. */
  forget(): void {
    this.#names.clear();
  }

  /** Returns the names that are known without asking a server: first the directory's, then the cached vCard's. */
  namesOf(jid: Jid): readonly string[] {
    const { text, local, domain } = jid.bare;
    if (local === undefined) return [];
    const now = performance.now();
    const known = this.#names.get(text);
    if (known !== undefined && known.until > now) return known.names;
    const found = [this.store.nameOf(local, domain), this.cached.nameOf(text)];
    const names = found.filter((name) => name !== undefined);
    this.#names.delete(text);
    this.#names.set(text, { names, until: now + CACHED_MS });
    const [oldest] = this.#names.keys();
    if (this.#names.size > MAX_CACHED && oldest !== undefined) this.#names.delete(oldest);
    return names;
  }

  /** Returns a user's entry in the directory; undefined if there is none. */
  listed({ local, domain }: Jid): { readonly name: string; readonly department: string } | undefined {
    return local === undefined ? undefined : this.store.find(local, domain);
  }

  /** Returns the directory's names of many users, by address. */
  displayNames(jids: readonly AccountJid[]): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    for (const host of new Set(jids.map(({ domain }) => domain))) {
      const some = jids.filter(({ domain }) => domain === host);
      const locals = some.map(({ local }) => local);
      const found = this.store.namesOf(locals, host);
      for (const [i, { text }] of some.entries()) {
        const name = found[i];
        if (name !== undefined) names.set(text, name);
      }
    }
    return names;
  }

  /** Returns a user's name and picture, if necessary from the user's server; undefined if the user is unknown. */
  async find(jid: AccountJid): Promise<Profile | undefined> {
    const listed = this.store.find(jid.local, jid.domain);
    if (listed !== undefined) return { name: listed.name, avatar: listed.avatar };
    if (!this.#asksHosts.has(jid.domain)) return undefined;
    return await this.vcards.find(jid).finally(() => this.#names.delete(jid.text));
  }

  /** Returns the addresses of all employed users of the served hosts. */
  async everyone(): Promise<string[]> {
    const hosts = [...this.#asksHosts];
    const all: string[] = [];
    for (;;) {
      const some = this.store.employedAfter(hosts, all.at(-1) ?? "", BATCH_ROWS);
      all.push(...some);
      if (some.length < BATCH_ROWS) return all;
      await nextTurn();
    }
  }

  /** Returns a picture from a vCard; undefined if there is none with this file name. */
  image(name: string): Image | undefined {
    return IMAGE_NAME.test(name) ? this.cached.image(name) : undefined;
  }
}

/** Returns the account of an address; undefined if the address isn't a user's. */
export function accountOf(jid: Jid): AccountJid | undefined {
  const { bare } = jid;
  return isAccount(bare) ? bare : undefined;
}
