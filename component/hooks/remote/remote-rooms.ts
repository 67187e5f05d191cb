/**
 * The rooms of other services in which bots are: those that hooks need, and those that operators have them enter. Which
 * there are is in the database, where commands change it; so is where each bot is.
 */
import type { Logger } from "winston";
import { BotRoomsStore, type StoredBotRoom } from "../../../storage/bot-rooms-store.js";
import { ChangesBeside } from "../../../storage/changes-beside.js";
import type { Database } from "../../../storage/database.js";
import type { GroupCommit } from "../../../storage/group-commit.js";
import { HookMessages } from "../../../storage/hook-messages.js";
import { Jid, type AccountJid, type FullJid } from "../../address.js";
import type { HooksConfig } from "../../config.js";
import type { IqRequests } from "../../iq-requests.js";
import type { Metrics } from "../../metrics.js";
import type { Element } from "../../xml/builder.js";
import type { WireText } from "../../xml/wire-text.js";
import { photoOf, type Bounce } from "../bot-handlers.js";
import { RESOURCE, type Bots } from "../bots.js";
import { HookFault } from "../fault.js";
import type { RemotePost, RemoteRoomsApi } from "../saying.js";
import { RoomArchive } from "./archive.js";
import { MUC_USER, Occupancy, TIMES, type OccupancyTimes } from "./occupancy.js";
import { PostQueue } from "./post-queue.js";
import { errorIn, NO_ROOM, reasonOf } from "./room-error.js";

/** Something that somebody said in a room. */
export interface Heard {
  readonly bot: string;
  readonly room: string;
  readonly nick: string;
  readonly message: Element;
}

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
  readonly write: (stanza: WireText) => boolean;
  /** How long a post waits to be confirmed, in milliseconds. */
  readonly confirmTimeout: number;
  readonly bounced: (bounce: Bounce) => void;
  readonly times?: Partial<OccupancyTimes>;
  readonly metrics: Metrics;
  readonly log: Logger;
}

interface RemoteRoom {
  readonly bot: string;
  readonly jid: FullJid;
  readonly room: AccountJid;
  readonly occupancy: Occupancy;
  readonly archive: RoomArchive;
  readonly queue: PostQueue;
  askedAt: number;
  /** What was noted last. */
  noted: string;
}

/** What commands change is noticed so soon, in milliseconds. */
const LOOK_MS = 250;

export class RemoteRooms implements RemoteRoomsApi {
  readonly #parts: RemoteRoomsParts;
  readonly #store: BotRoomsStore;
  readonly #messages: HookMessages;
  readonly #changes: ChangesBeside;
  readonly #times: OccupancyTimes;
  #rooms = new Map<string, RemoteRoom>();
  #ticker: NodeJS.Timeout | undefined;
  /** Takes what others say in rooms. */
  onHeard: (heard: Heard) => void = () => undefined;

  constructor(parts: RemoteRoomsParts) {
    const { db, link, metrics } = parts;
    this.#parts = parts;
    this.#store = new BotRoomsStore(db);
    this.#messages = new HookMessages(db);
    this.#changes = new ChangesBeside(this.#store);
    this.#times = { ...TIMES, ...parts.times };
    link.on("up", () => {
      for (const { occupancy } of this.#rooms.values()) occupancy.linkUp();
      this.#refresh();
    });
    link.on("down", () => {
      for (const { occupancy, queue } of this.#rooms.values()) {
        queue.linkDown();
        occupancy.linkDown();
      }
    });
    metrics.gaugeOf(
      "qtalk_bot_posts_waiting",
      "Messages that rooms of other services have yet to return",
      () => this.#store.postCount(),
    );
    metrics.gaugeOf(
      "qtalk_bot_rooms_outside",
      "Rooms of other services that bots should be in and aren't",
      () => [...this.#rooms.values()].reduce((sum, { occupancy }) => sum + Number(!occupancy.isInside), 0),
    );
  }

  start(): void {
    this.#ticker = setInterval(() => this.#refresh(), LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#ticker);
    for (const { queue } of this.#rooms.values()) queue.linkDown();
  }

  async post(bot: string, to: Jid, post: RemotePost): ReturnType<RemoteRoomsApi["post"]> {
    this.#refresh();
    const room = this.#at(bot, to.bare.text);
    if (room === undefined) return undefined;
    const { occupancy, queue } = room;
    if (!occupancy.isRoom) await occupancy.enter();
    if (this.#at(bot, to.bare.text) !== room) return undefined;
    if (!occupancy.isRoom)
      return new HookFault(
        "unavailable",
        `it isn't known yet whether ${to.text} is a room; nothing was said`,
      );
    const fault = occupancy.wanted();
    if (fault !== undefined) return fault;
    if (queue.size >= this.#parts.config.queue)
      return new HookFault("unavailable", `too much waits for ${to.text} (hooks.queue); nothing was said`);
    return await this.#accept(room, post);
  }

  isWaiting(id: string): boolean {
    return this.#store.isWaiting(id);
  }

  /** Takes a message of an archive that was asked for; false for every other stanza. */
  consume(stanza: Element): boolean {
    if (stanza.name !== "message" || stanza.getChild("result") === undefined) return false;
    const [from, to] = [Jid.parse(stanza.attrs.from ?? ""), Jid.parse(stanza.attrs.to ?? "")];
    return this.#at(to?.local ?? "", from?.text ?? "")?.archive.consume(stanza) === true;
  }

  presence(stanza: Element, from: Jid, to: Jid): void {
    this.#at(to.local ?? "", from.bare.text)?.occupancy.presence(stanza, from.resource);
  }

  message(stanza: Element, from: Jid, to: Jid): boolean {
    const room = this.#at(to.local ?? "", from.bare.text);
    if (room === undefined) return false;
    const { occupancy, queue } = room;
    const { type = "normal", id = "" } = stanza.attrs;
    occupancy.heard();
    if (type === "error") {
      const error = queue.refused(id, errorIn(stanza));
      if (error !== undefined) occupancy.lost(error);
    } else if (type !== "groupchat") this.#invited(room, stanza);
    else if (from.resource !== occupancy.nick) this.#hear(room, stanza, from.resource);
    else queue.reflected(id);
    return true;
  }

  #hear({ bot, room }: RemoteRoom, message: Element, nick: string | undefined): void {
    if (nick !== undefined) this.onHeard({ bot, room: room.text, nick, message });
  }

  /** An invitation through the room (XEP-0045 §7.8.2). */
  #invited({ bot, room, occupancy }: RemoteRoom, stanza: Element): void {
    const x = stanza.getChild("x", MUC_USER);
    if (x?.getChild("invite") === undefined || occupancy.isInside) return;
    const password = x.getChildText("password");
    const enter = (): void => void occupancy.enter();
    if (password === null || password === "") enter();
    else this.#write(() => this.#store.setPassword(bot, room.text, password)).then(enter, enter);
  }

  /** Stores a post, and sends it in its turn. */
  async #accept(
    { bot, room, queue }: RemoteRoom,
    { id, stanza, note }: RemotePost,
  ): Promise<ReturnType<PostQueue["add"]>> {
    const { commit, confirmTimeout, link } = this.#parts;
    const post = { id, acceptedAt: Date.now() };
    try {
      return await commit.runThen(
        () => {
          note();
          return this.#store.addPost(bot, room.text, post, stanza);
        },
        (seq) => queue.add({ ...post, seq }, link.isUp ? confirmTimeout : 0),
      );
    } catch {
      return new HookFault("unavailable", "storage failed; nothing was said, try again");
    }
  }

  #at(bot: string, room: string): RemoteRoom | undefined {
    return this.#rooms.get(`${bot} ${room}`);
  }

  /** Takes over what commands have changed. */
  #refresh(): void {
    if (!this.#changes.happened()) return;
    const stored = new Map(this.#store.list().map((each) => [`${each.bot} ${each.room}`, each]));
    for (const [key, room] of this.#rooms) if (!stored.has(key)) this.#remove(key, room);
    for (const [key, each] of stored) {
      const known = this.#rooms.get(key);
      if (known === undefined) this.#add(key, each);
      else if (known.askedAt !== each.askedAt) {
        known.askedAt = each.askedAt;
        known.noted = "";
        void known.occupancy.enter();
      }
    }
  }

  #add(key: string, { bot, room: address, nick, askedAt }: StoredBotRoom): void {
    const { domain, requests, bots, write, nickLength } = this.#parts;
    const [jid, room] = [Jid.of(bot, domain, RESOURCE) as FullJid, Jid.parse(address) as AccountJid];
    const occupancy = new Occupancy(
      {
        ...{ bot: jid, room, requests, write, nickLength, times: this.#times },
        looks: () => {
          const known = bots.find(bot);
          return { title: known?.title ?? bot, photo: photoOf(known?.picture) };
        },
        password: () => this.#store.find(bot, address)?.password,
        changed: () => this.#changed(key, added),
      },
      nick,
    );
    const archive = new RoomArchive(requests, jid, room, this.#times.answer);
    const queue = new PostQueue(
      {
        ...{ occupancy, archive, domain, bot: jid.bare.text, write, patience: this.#times.answer },
        stanza: (seq) => this.#store.stanza(seq),
        done: ({ seq, id }, condition) => this.#done(added, seq, id, condition),
      },
      this.#store.posts(bot, address),
    );
    const added: RemoteRoom = { bot, jid, room, occupancy, archive, queue, askedAt, noted: "" };
    this.#rooms.set(key, added);
    if (this.#parts.link.isUp) void occupancy.enter();
  }

  #remove(key: string, { occupancy, queue }: RemoteRoom): void {
    this.#rooms.delete(key);
    occupancy.leave();
    queue.stop();
  }

  #changed(key: string, remote: RemoteRoom): void {
    const { bot, jid, room, occupancy, queue } = remote;
    const { state, error, nick, fault } = occupancy;
    if (this.#rooms.get(key) !== remote) return;
    if (state === "entering") {
      queue.unsure();
      return;
    }
    const address = jid.bare.text;
    if (error?.condition === NO_ROOM) {
      this.#remove(key, remote);
      void this.#write(() => this.#store.remove(bot, room.text));
      this.#parts.log.info(`${room.text} is no room: what ${address} says there is said to somebody`);
      return;
    }
    const reason = error && reasonOf(error, address);
    const noted = JSON.stringify([state, reason, nick]);
    if (noted !== remote.noted) {
      remote.noted = noted;
      const status = { bot, room: room.text, state, condition: error?.condition, reason, nick };
      void this.#write(() => this.#store.note(status, Date.now()));
      if (reason === undefined) this.#parts.log.info(`${address} is in ${room.text} as ${nick ?? ""}`);
      else this.#parts.log.warn(`${address} isn't in ${room.text}: ${reason}`);
    }
    if (occupancy.isInside) queue.run();
    else {
      queue.unsure();
      if (fault !== undefined && error !== undefined) queue.refuse(fault, error.condition);
    }
  }

  /** The room has returned a message, or refused it. */
  #done({ jid, room }: RemoteRoom, seq: number, id: string, condition?: string): void {
    const { bounced, log } = this.#parts;
    void this.#write(() => {
      this.#store.removePost(seq);
      if (condition !== undefined) this.#messages.bounced(id, room.text, condition);
    });
    if (condition === undefined) return;
    log.warn(`${room.text} didn't take the message ${id} of ${jid.bare.text}: ${condition}`);
    bounced({ id, sender: jid.bare.text, from: room.text, condition });
  }

  async #write(work: () => void): Promise<void> {
    try {
      await this.#parts.commit.run(work);
    } catch (error) {
      this.#parts.log.error(`What became of a bot in a room can't be stored: ${String(error)}`);
    }
  }
}
