/** The bots of the component's domain: their names, and the rooms where these are reserved. */
import type { BotsStore, StoredBot } from "../../storage/bots-store.js";
import { ExternalChanges } from "../../storage/external-changes.js";
import type { Jid } from "../address.js";
import { looksOf } from "../lookalikes.js";
import type { ReservedNames } from "../muc/room/room-view.js";
import { nickFrom } from "../nick.js";

/** The resource with which a bot is online. */
export const RESOURCE = "bot";

/** Bots' addresses by the skeleton of their names (UTS #39), by room; undefined: in every room. */
type Reservations = Map<string | undefined, Map<string, string>>;

export class Bots implements ReservedNames {
  #known = new Map<string, StoredBot>();
  #reserved: Reservations = new Map();
  readonly #changes: ExternalChanges;

  /** @param nickLength the most characters of a nickname */
  constructor(
    private readonly store: BotsStore,
    private readonly options: { readonly domain: string; readonly nickLength: number },
  ) {
    this.#changes = new ExternalChanges(store);
  }

  /** @param name the localpart of an address at the component's domain */
  has(name: string): boolean {
    return this.#current().has(name);
  }

  /** @param now whether to look for changes first */
  find(name: string, now = false): StoredBot | undefined {
    return this.#current(now).get(name);
  }

  /** Returns the bot with this address. */
  at(jid: Jid): StoredBot | undefined {
    return jid.local === undefined || jid.domain !== this.options.domain ? undefined : this.find(jid.local);
  }

  /** Returns the bot for which a nickname is reserved: its title, id and address, in rooms where its webhooks post. */
  reserver(room: string, looks: string): string | undefined {
    this.#current();
    return this.#reserved.get(room)?.get(looks) ?? this.#reserved.get(undefined)?.get(looks);
  }

  #current(now = false): ReadonlyMap<string, StoredBot> {
    if (this.#changes.haveOccurred(now)) {
      this.#known = new Map(this.store.all().map((bot) => [bot.name, bot]));
      this.#reserved = this.#reservations();
    }
    return this.#known;
  }

  #reservations(): Reservations {
    const reserved: Reservations = new Map();
    for (const { name, title, at } of this.store.places()) {
      const account = `${name}@${this.options.domain}`;
      const here = reserved.get(at) ?? new Map<string, string>();
      reserved.set(at, here);
      for (const text of [title, name, account]) {
        const nick = nickFrom(text, this.options.nickLength);
        const looks = nick && looksOf(nick.text);
        if (looks !== undefined && !here.has(looks)) here.set(looks, account);
      }
    }
    return reserved;
  }
}
