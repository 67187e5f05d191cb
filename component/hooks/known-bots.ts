/** The bots, in whose names webhooks send messages, and the nicknames that are reserved for them in rooms. */
import { hash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { BotPicture, BotPlace, BotsStore, StoredBot } from "../../storage/bots-store.js";
import { Jid, type FullJid } from "../addresses/address.js";
import { looksOf } from "../addresses/lookalikes.js";
import { BOT_RESOURCE, type RoomBot, type RoomBots } from "../muc/room/room-rules.js";
import { nickFrom } from "../addresses/nick.js";
import { xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { FORMAT_NAMES } from "./formats/formats.js";

const VCARD_UPDATE = "vcard-temp:x:update";

/** Maps a room (undefined: all rooms) and the looksOf() of a reserved name to the bot's address. */
type Reservations = Map<string | undefined, Map<string, string>>;

export class KnownBots implements RoomBots {
  #known = new Map<string, StoredBot>();
  #reserved: Reservations = new Map();
  /** The bots that post to rooms, by room; undefined: to all rooms. */
  #posting = new Map<string | undefined, readonly RoomBot[]>();
  /** Whether the bots must be read again. */
  #isStale = true;

  /** @param options `serviceName` is reserved for the service; `nickLength` is the limit of a nickname, in characters */
  constructor(
    private readonly store: BotsStore,
    private readonly options: {
      readonly domain: string;
      readonly serviceName?: string;
      readonly nickLength: number;
    },
  ) {}

  /** Called when bots or webhooks have changed. */
  forget(): void {
    this.#isStale = true;
  }

  /** Whether there is a bot with this localpart. */
  has(name: string): boolean {
    return this.#current().has(name);
  }

  /** Returns the bot with this localpart. */
  find(name: string): StoredBot | undefined {
    return this.#current().get(name);
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

  in(room: string): readonly RoomBot[] {
    this.#current();
    const here = this.#posting.get(room);
    const everywhere = this.#posting.get(undefined) ?? [];
    if (here === undefined || everywhere.length === 0) return here ?? everywhere;
    return [...here, ...everywhere.filter(({ jid }) => !here.some((bot) => bot.jid.equals(jid)))];
  }

  #current(): ReadonlyMap<string, StoredBot> {
    if (this.#isStale) {
      this.#known = new Map(this.store.all().map((bot) => [bot.name, bot]));
      const places = this.store.places();
      this.#reserved = this.#reservations(places);
      this.#posting = this.#postingBots(places);
      this.#isStale = false;
    }
    return this.#known;
  }

  #postingBots(places: readonly BotPlace[]): Map<string | undefined, readonly RoomBot[]> {
    const bots = new Map<string, RoomBot>();
    for (const { name, title, picture } of this.#known.values()) {
      const jid = Jid.of(name, this.options.domain, BOT_RESOURCE) as FullJid | undefined;
      if (jid !== undefined) bots.set(name, { jid, title, presence: serialise(photoOf(picture)) });
    }
    const posting = new Map<string | undefined, RoomBot[]>();
    for (const { name, at, posts } of places) {
      const bot = bots.get(name);
      const here = posting.get(at) ?? [];
      if (posts && bot !== undefined && !here.includes(bot)) posting.set(at, [...here, bot]);
    }
    return posting;
  }

  #reservations(places: readonly BotPlace[]): Reservations {
    const { domain, serviceName } = this.options;
    const reserved: Reservations = new Map();
    if (serviceName !== undefined) reserved.set(undefined, new Map([[looksOf(serviceName), domain]]));
    for (const { name, title, at } of places) {
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

/** Returns the child element of a presence that identifies the bot's picture (XEP-0153). */
export function photoOf(picture: BotPicture | undefined): Element {
  const photo = xml("photo", {}, picture === undefined ? undefined : hash("sha1", picture.bytes));
  return xml("x", VCARD_UPDATE, photo);
}

/** Returns the picture for a hook's format, or else for the format that the hook is named after; undefined if there is none. */
export function defaultPicture(format: string, hook: string): BotPicture | undefined {
  const name = [format, hook].find((each) => FORMAT_NAMES.includes(each));
  // From the compiled file, the folder is three up.
  const file = new URL(`../../../component/hooks/pictures/${name ?? ""}.png`, import.meta.url);
  return existsSync(file) ? { bytes: readFileSync(file), type: "image/png" } : undefined;
}
