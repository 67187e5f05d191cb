/** The bots, in whose names webhooks send messages, and the nicknames that are reserved for them in rooms. */
import { hash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { BotPicture, BotsStore, StoredBot } from "../../storage/bots-store.js";
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
    if (!this.#isStale) return this.#known;
    const { domain, serviceName } = this.options;
    const all = this.store.all();
    const bots = new Map(all.map((bot) => [bot.name, roomBotOf(bot, domain)]));
    this.#known = new Map(all.map((bot) => [bot.name, bot]));
    this.#reserved = new Map();
    this.#posting = new Map();
    if (serviceName !== undefined) this.#reserve(undefined, [serviceName], domain);
    for (const { name, title, at, posts } of this.store.places()) {
      const account = `${name}@${domain}`;
      this.#reserve(at, [title, name, account], account);
      const bot = posts ? bots.get(name) : undefined;
      const here = this.#posting.get(at) ?? [];
      if (bot !== undefined && !here.includes(bot)) this.#posting.set(at, [...here, bot]);
    }
    this.#isStale = false;
    return this.#known;
  }

  /** Reserves what looks like one of these texts, unless another bot has it. @param at undefined: in all rooms */
  #reserve(at: string | undefined, texts: readonly string[], account: string): void {
    const here = this.#reserved.get(at) ?? new Map<string, string>();
    this.#reserved.set(at, here);
    for (const text of texts) {
      const nick = nickFrom(text, this.options.nickLength);
      const looks = nick && looksOf(nick.text);
      if (looks !== undefined && !here.has(looks)) here.set(looks, account);
    }
  }
}

function roomBotOf({ name, title, picture }: StoredBot, domain: string): RoomBot {
  const jid = Jid.of(name, domain, BOT_RESOURCE) as FullJid;
  return { jid, title, presence: serialise(photoOf(picture)) };
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
