/**
 * The rooms of other services in which bots are: those that hooks need, and those that operators have them enter. Which
 * there are is in the database, where commands change it; so is where each bot is.
 */
import type { Logger } from "winston";
import { BotRoomsStore, type StoredBotRoom } from "../../../storage/bot-rooms-store.js";
import { ExternalChanges } from "../../../storage/external-changes.js";
import type { Database } from "../../../storage/database.js";
import type { GroupCommit } from "../../../storage/group-commit.js";
import { Jid } from "../../address.js";
import type { HooksConfig } from "../../config.js";
import type { IqRequests } from "../../iq-requests.js";
import type { Metrics } from "../../metrics.js";
import type { Element } from "../../xml/builder.js";
import type { WireText } from "../../xml/wire-text.js";
import type { Bounce } from "../bot-handlers.js";
import type { Bots } from "../bots.js";
import { HookFault } from "../fault.js";
import type { RemotePost, RemoteRoomsApi } from "../saying.js";
import type { Listener } from "../out/listener.js";
import { RemoteRoom, type RemoteRoomParts } from "./remote-room.js";

export interface RemoteRoomsParts {
  readonly db: Database;
  readonly commit: GroupCommit;
  readonly bots: Bots;
  /** The component's own. */
  readonly domain: string;
  readonly config: Pick<HooksConfig, "queue">;
  readonly nickLength: number;
  readonly link: { readonly isUp: boolean; on(event: "up" | "down", listener: () => void): unknown };
  readonly requests: Pick<IqRequests, "ask">;
  readonly unqueued: { write(stanza: WireText): boolean };
  /** How long a post waits to be confirmed, in milliseconds. */
  readonly confirmTimeout: number;
  readonly bounced: (bounce: Bounce) => void;
  readonly listener: Pick<Listener, "heardIn">;
  readonly times?: RemoteRoomParts["times"];
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** What commands change is noticed so soon; a room's answer is waited for so long. Milliseconds. */
const MS = { look: 250, answer: 20_000 };
const TIMES = { idle: 600_000, kicked: 60_000 };

export class RemoteRooms implements RemoteRoomsApi {
  readonly #parts: RemoteRoomsParts;
  readonly #store: BotRoomsStore;
  readonly #changes: ExternalChanges;
  /** By bot and address. */
  readonly #rooms = new Map<string, RemoteRoom>();
  #ticker: NodeJS.Timeout | undefined;

  constructor(parts: RemoteRoomsParts) {
    const { db, link, metrics } = parts;
    this.#parts = parts;
    this.#store = new BotRoomsStore(db);
    this.#changes = new ExternalChanges(this.#store);
    link.on("up", () => {
      for (const room of this.#rooms.values()) room.linkUp();
      this.#refresh();
      this.#ticker = setInterval(() => this.#refresh(), MS.look).unref();
    });
    link.on("down", () => {
      clearInterval(this.#ticker);
      for (const room of this.#rooms.values()) room.linkDown();
    });
    metrics.gaugeOf(
      "qtalk_bot_posts_waiting",
      "Messages that rooms of other services have yet to send back",
      () => this.#store.postCount(),
    );
    metrics.gaugeOf(
      "qtalk_bot_rooms_outside",
      "Rooms of other services that bots should be in and aren't",
      () => [...this.#rooms.values()].filter(({ occupancy }) => !occupancy.isInside).length,
    );
  }

  async post(bot: string, to: Jid, post: RemotePost): ReturnType<RemoteRoomsApi["post"]> {
    const { link, confirmTimeout } = this.#parts;
    this.#refresh();
    const room = this.#at(bot, to);
    if (room === undefined) return undefined;
    if (!room.occupancy.isRoom) await room.occupancy.enter();
    if (this.#at(bot, to) !== room) return undefined;
    if (room.occupancy.isRoom) return await room.post(post, link.isUp ? confirmTimeout : 0);
    return new HookFault("unavailable", `it isn't known yet whether ${to.text} is a room; nothing was said`);
  }

  has(bot: string, to: Jid): boolean {
    return this.#at(bot, to) !== undefined;
  }

  isWaiting(id: string): boolean {
    return this.#store.isWaiting(id);
  }

  /** Takes a message of an archive that was asked for; false for every other stanza. */
  consume(stanza: Element): boolean {
    if (stanza.name !== "message" || stanza.getChild("result") === undefined) return false;
    const [from, to] = [Jid.parse(stanza.attrs.from ?? ""), Jid.parse(stanza.attrs.to ?? "")];
    if (from?.resource !== undefined) return false;
    return from !== undefined && this.#at(to?.local ?? "", from)?.archive.consume(stanza) === true;
  }

  presence(stanza: Element, from: Jid, to: Jid): void {
    this.#at(to.local ?? "", from)?.occupancy.presence(stanza, from.resource);
  }

  /** @returns false if it isn't from a room that the bot is in, or should be */
  message(stanza: Element, from: Jid, to: Jid): boolean {
    const room = this.#at(to.local ?? "", from);
    room?.message(stanza, from.resource);
    return room !== undefined;
  }

  #at(bot: string, { bare }: Jid): RemoteRoom | undefined {
    return this.#rooms.get(keyOf(bot, bare.text));
  }

  /** Takes over what commands have changed. */
  #refresh(): void {
    if (!this.#changes.haveOccurred()) return;
    const stored = new Map(this.#store.list().map((each) => [keyOf(each.bot, each.room), each]));
    for (const [key, room] of this.#rooms) {
      if (stored.has(key)) continue;
      this.#rooms.delete(key);
      room.leave();
    }
    for (const [key, each] of stored) {
      const known = this.#rooms.get(key);
      if (known === undefined) this.#add(key, each);
      else known.asked(each.askedAt);
    }
  }

  #add(key: string, stored: StoredBotRoom): void {
    const { unqueued, config, link, times = TIMES } = this.#parts;
    const parts = {
      ...{ ...this.#parts, store: this.#store, times, patience: MS.answer, most: config.queue },
      write: (stanza: WireText) => unqueued.write(stanza),
      heard: (room: RemoteRoom, nick: string, message: Element) => this.#heard(room, nick, message),
      isNone: ({ bot, room }: RemoteRoom) => this.#forget(bot, room),
    };
    const room = new RemoteRoom(parts, stored);
    this.#rooms.set(key, room);
    if (link.isUp) void room.occupancy.enter();
  }

  /** What bots say is told to none: two of them would never stop answering each other. */
  #heard({ bot, room, occupancy }: RemoteRoom, nick: string, message: Element): void {
    const inside = [...this.#rooms.values()].filter(
      (each) => each.room.text === room.text && each.occupancy.isInside,
    );
    if (inside.some((each) => each.occupancy.nick === nick)) return;
    const insiders = inside.map((each) => each.bot).sort();
    this.#parts.listener.heardIn(room, { bot, insiders, nick, message, ownNick: occupancy.nick ?? "" });
  }

  /** What is said to this address is said to somebody. */
  #forget(bot: string, address: Jid): void {
    const { commit, log } = this.#parts;
    this.#rooms.delete(keyOf(bot, address.text));
    log.info(`${address.text} is no room: what ${bot} says there is said to a person`);
    commit
      .run(() => this.#store.remove(bot, address.text))
      .catch((error: unknown) => log.error(`${bot} can't be taken out of ${address.text}: ${String(error)}`));
  }
}

function keyOf(bot: string, room: string): string {
  return `${bot} ${room}`;
}
