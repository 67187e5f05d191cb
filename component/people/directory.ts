/** Provides users' names and pictures, from the company's directory or else from vCards. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DirectoryStore } from "../../storage/directory-store.js";
import type { Image, VcardStore } from "../../storage/vcard-store.js";
import { isAccount, type AccountJid, type Jid } from "../addresses/address.js";
import { IMAGE_NAME } from "./avatar.js";
import { NameCache } from "./name-cache.js";
import type { Profile, Vcards } from "./vcards.js";

/** How many addresses are read in one turn of the event loop. */
const AT_ONCE = 1000;

export class Directory {
  readonly #asksHosts: ReadonlySet<string>;
  readonly #names: NameCache;

  /** @param asksHosts the hosts whose servers may be asked for vCards */
  constructor(
    private readonly store: DirectoryStore,
    private readonly vcards: Vcards,
    private readonly images: VcardStore,
    asksHosts: readonly string[],
  ) {
    this.#asksHosts = new Set(asksHosts);
    this.#names = new NameCache(store, images);
  }

  /** Forgets cached names. Called when the directory has changed. */
  forget(): void {
    this.#names.clear();
  }

  /** Returns the names that are known without asking a server: first the directory's, then the cached vCard's. */
  namesOf(jid: Jid): readonly string[] {
    return this.#names.of(jid);
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
      const found = this.store.namesOf(
        some.map(({ local }) => local),
        host,
      );
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
    return await this.vcards.find(jid).finally(() => this.#names.forget(jid));
  }

  /** Returns the addresses of all employed users of the served hosts. */
  async everyone(): Promise<string[]> {
    const hosts = [...this.#asksHosts];
    const all: string[] = [];
    for (;;) {
      const some = this.store.employedAfter(hosts, all.at(-1) ?? "", AT_ONCE);
      all.push(...some);
      if (some.length < AT_ONCE) return all;
      await nextTurn();
    }
  }

  /** Returns a picture from a vCard; undefined if there is none with this file name. */
  image(name: string): Image | undefined {
    return IMAGE_NAME.test(name) ? this.images.image(name) : undefined;
  }
}

/** Returns the account of an address; undefined if the address isn't a user's. */
export function accountOf(jid: Jid): AccountJid | undefined {
  const { bare } = jid;
  return isAccount(bare) ? bare : undefined;
}
