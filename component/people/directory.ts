/**
 * Who somebody is: the company's own list first, then what they say of themselves on their server (contract:
 * get_user_nick, and the names in muc_users).
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DirectoryStore } from "../../storage/directory-store.js";
import type { Image, VcardStore } from "../../storage/vcard-store.js";
import { isAccount, type AccountJid, type Jid } from "../address.js";
import { IMAGE_NAME } from "./avatar.js";
import { NameCache } from "./name-cache.js";
import type { Profile, Vcards } from "./vcards.js";

/** So many are read in a turn of the event loop. */
const AT_ONCE = 1000;

export class Directory {
  readonly #asksHosts: ReadonlySet<string>;
  readonly #names: NameCache;

  /** @param asksHosts the hosts whose users are asked for their vCards; nobody can make us ask another server */
  constructor(
    private readonly store: DirectoryStore,
    private readonly vcards: Vcards,
    private readonly images: VcardStore,
    asksHosts: readonly string[],
  ) {
    this.#asksHosts = new Set(asksHosts);
    this.#names = new NameCache(store, images);
  }

  /** What they are called, at once, the best known name first: by the company's list, by what is remembered. */
  namesOf(jid: Jid): readonly string[] {
    return this.#names.of(jid);
  }

  /** What the company's list says of somebody. */
  listed({ local, domain }: Jid): { readonly name: string; readonly department: string } | undefined {
    return local === undefined ? undefined : this.store.find(local, domain);
  }

  /** The names that the company's list gives to many, by address. */
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

  /** Their name and picture; undefined where nobody knows them. */
  async find(jid: AccountJid): Promise<Profile | undefined> {
    const listed = this.store.find(jid.local, jid.domain);
    if (listed !== undefined) return { name: listed.name, avatar: listed.avatar };
    if (!this.#asksHosts.has(jid.domain)) return undefined;
    return await this.vcards.find(jid).finally(() => this.#names.forget(jid));
  }

  /** The addresses of all whom the company's list has at the hosts served, and as employed. */
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

  /** A picture that came in a vCard, by its file name. */
  image(name: string): Image | undefined {
    return IMAGE_NAME.test(name) ? this.images.image(name) : undefined;
  }
}

/** Somebody's account of all the addresses there are. */
export function accountOf(jid: Jid): AccountJid | undefined {
  const { bare } = jid;
  return isAccount(bare) ? bare : undefined;
}
