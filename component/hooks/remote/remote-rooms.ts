/** The rooms of other group chat services to which webhooks post, or which bots enter at an operator's request. */
import { BotRoomsStore } from "../../../storage/bot-rooms-store.js";
import { Jid, type AccountJid } from "../../addresses/address.js";
import type { Element } from "../../xml/builder.js";
import { notAccepted } from "../fault.js";
import type { PostAnswer, RemotePost } from "./posts.js";
import { RemoteRoom } from "./remote-room.js";
import { RoomWire, type RemoteRoomsDependencies } from "./room-wire.js";

/** The timeout of an attempt to enter, in milliseconds. */
const ATTEMPT_MS = 15_000;

export class RemoteRooms {
  readonly #store: BotRoomsStore;
  readonly #rooms = new Map<string, RemoteRoom>();

  constructor(private readonly dependencies: RemoteRoomsDependencies) {
    const { db, link, metrics } = dependencies;
    this.#store = new BotRoomsStore(db);
    link.on("up", () => {
      this.#rooms.forEach((room) => room.linkUp());
      this.refresh();
    });
    link.on("down", () => this.#rooms.forEach((room) => room.linkDown()));
    metrics.gaugeOf(
      "qtalk_bot_posts_waiting",
      "Posts that rooms of other group chat services have neither sent back nor refused",
      () => this.#store.postCount(),
    );
    metrics.gaugeOf(
      "qtalk_bot_rooms_outside",
      "Rooms of other group chat services that bots should be in and are not, as bot list shows",
      () => this.#store.outsideCount(),
    );
  }

  /**
   * Stores messages together, and sends them as soon as the bot is inside.
   * @returns "confirmed" when the room has sent all of them back; undefined if the bot has no such room
   */
  async post(bot: string, to: Jid, posts: readonly RemotePost[]): Promise<PostAnswer | undefined> {
    const { link, confirmTimeout } = this.dependencies;
    const room = this.#at(bot, to);
    if (room === undefined) return undefined;
    if (!room.isRoom) {
      room.enter("post");
      await room.settled(confirmTimeout);
    }
    if (this.#at(bot, to) !== room) return undefined;
    if (room.isRoom) return await room.post(posts, link.isUp ? confirmTimeout : 0);
    return notAccepted("unanswered", `${to.text} has not answered yet whether it is a room`);
  }

  has(bot: string, to: Jid): boolean {
    return this.#at(bot, to) !== undefined;
  }

  /** Whether an address is that of a room that the bot was in, until an operator's change ended its stay. */
  hasLeft(bot: string, to: Jid): boolean {
    return !this.has(bot, to) && this.#store.hasLeft(bot, to.bare.text);
  }

  /** Returns a bot's nickname in a room; undefined if it was never inside. */
  nickOf(bot: string, to: Jid): string | undefined {
    return this.#at(bot, to)?.nick;
  }

  /** Resolves when a bot has tried to enter a room, or after 15 seconds. @returns false if it is still trying */
  async settle(bot: string, to: Jid): Promise<boolean> {
    return (await this.#at(bot, to)?.settled(ATTEMPT_MS)) ?? true;
  }

  async isRoom(address: AccountJid): Promise<boolean> {
    const service = Jid.of(undefined, this.dependencies.domain);
    const about =
      service &&
      (await new RoomWire(service, address, this.dependencies).about({ isKnown: false, isTrap: false }));
    return about?.isRoom === true;
  }

  /**
   * Consumes a message that is a result of an archive query, or that came back with an error and its own addresses, as
   * jabberd2 returns messages. Returns false for any other stanza.
   */
  consume(stanza: Element): boolean {
    const isError = stanza.attrs.type === "error";
    if (stanza.name !== "message" || !(isError || stanza.getChild("result") !== undefined)) return false;
    const [from, to] = [Jid.parse(stanza.attrs.from ?? ""), Jid.parse(stanza.attrs.to ?? "")];
    if (from === undefined || to === undefined) return false;
    if (isError) return from.domain === this.dependencies.domain && this.message(stanza, to, from);
    return from.resource === undefined && this.#at(to.local ?? "", from)?.wire.consume(stanza) === true;
  }

  presence(stanza: Element, from: Jid, to: Jid): void {
    this.#at(to.local ?? "", from)?.presence(stanza, from.resource);
  }

  /**
   * Consumes a message from the room of a bot, and records it for outgoing webhooks, unless a bot wrote it: bots could
   * reply to each other endlessly. Returns false for messages from other addresses.
   */
  message(stanza: Element, from: Jid, { local: bot = "" }: Jid): boolean {
    const room = this.#at(bot, from);
    const { resource: nick = "" } = from;
    const author = room?.message(stanza, from.resource);
    if (room === undefined || author === undefined) return room !== undefined;
    const inside = [...this.#rooms.values()].filter((each) => each.room.equals(room.room) && each.isThere);
    if (inside.some((each) => each.nick === nick)) return true;
    const insiders = inside.map((each) => each.bot).sort();
    const affiliation = room.occupants.affiliationOf(nick);
    const heard = { bot, insiders, ownNick: room.nick ?? "", nick, affiliation, message: stanza, author };
    this.dependencies.listener.heardIn(room.room, heard);
    return true;
  }

  /** Reads the bots' rooms again: bots enter new ones, and those that an operator wants, and leave removed ones. */
  refresh(): void {
    try {
      const stored = new Map(this.#store.list().map((each) => [keyOf(each.bot, each.room), each]));
      const moved = [...this.#rooms.values()].flatMap((room) =>
        [...room.reconcile()].map(([to, posts]) => ({ key: keyOf(room.bot, to), posts })),
      );
      for (const [key, room] of this.#rooms) if (!stored.has(key)) this.#remove(room);
      for (const [key, each] of stored) {
        const known = this.#rooms.get(key);
        const room: RemoteRoom = known ?? new RemoteRoom(this.dependencies, each, () => this.#forget(room));
        this.#rooms.set(key, room);
        if (room.requestedAt === each.requestedAt) continue;
        room.requestedAt = each.requestedAt;
        room.enter("operator");
      }
      for (const { key, posts } of moved) this.#rooms.get(key)?.adopt(posts);
    } catch (error) {
      this.dependencies.log.error(`The bots' rooms can't be read: ${String(error)}`);
    }
  }

  #remove(room: RemoteRoom): void {
    this.#rooms.delete(keyOf(room.bot, room.room.text));
    room.leave();
  }

  #at(bot: string, { bare }: Jid): RemoteRoom | undefined {
    return this.#rooms.get(keyOf(bot, bare.text));
  }

  /** Removes an address that isn't a room's, so that posts are sent to it as to a user. */
  #forget(room: RemoteRoom): void {
    const { commit, log } = this.dependencies;
    const { bot, room: address } = room;
    this.#remove(room);
    log.info(`${address.text} is no room: ${bot}'s posts are sent to it as to a user`);
    commit
      .run(() => this.#store.remove(bot, address.text))
      .catch((error: unknown) =>
        log.error(`${bot} could not be removed from ${address.text}: ${String(error)}`),
      );
  }
}

function keyOf(bot: string, room: string): string {
  return `${bot} ${room}`;
}
