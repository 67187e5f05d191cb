/** The bots, in whose names webhooks send messages, and the nicknames that are reserved for them in rooms. */
import type { BotsStore, StoredBot } from "../../storage/bots-store.js";
import { ExternalChanges } from "../../storage/external-changes.js";
import type { Jid } from "../address.js";
import { looksOf } from "../lookalikes.js";
import type { ReservedNames } from "../muc/room/room-view.js";
import { nickFrom } from "../nick.js";

/** The resource of the session in which a bot is online. */
export const RESOURCE = "bot";

/** Maps a room (undefined: all rooms) and the looksOf() of a reserved name to the bot's address. */
type Reservations = Map<string | undefined, Map<string, string>>;

export class Bots implements ReservedNames {
  #known = new Map<string, StoredBot>();
  #reserved: Reservations = new Map();
  readonly #changes: ExternalChanges;

  /** @param options `serviceName` is reserved for the service; `nickLength` is the limit of a nickname, in characters */
  constructor(
    private readonly store: BotsStore,
    private readonly options: {
      readonly domain: string;
      readonly serviceName?: string;
      readonly nickLength: number;
    },
  ) {
    this.#changes = new ExternalChanges(store);
  }

  /** Whether there is a bot with this localpart. */
  has(name: string): boolean {
    return this.#current().has(name);
  }

  /** Returns the bot with this localpart. @param now whether to look for changes in the database first */
  find(name: string, now = false): StoredBot | undefined {
    return this.#current(now).get(name);
  }

  /** Returns the bot with this address; undefined if there is none. */
  at(jid: Jid): StoredBot | undefined {
    return jid.local === undefined || jid.domain !== this.options.domain ? undefined : this.find(jid.local);
  }

  /**
   * Returns the address of a bot that posts to the room and whose title, id or address looks like a nickname; the
   * service's for the service's name.
   * @param looks the nickname's looksOf()
   */
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
    const { domain, serviceName } = this.options;
    const reserved: Reservations = new Map();
    if (serviceName !== undefined) reserved.set(undefined, new Map([[looksOf(serviceName), domain]]));
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
