/** One bot in one room of another group chat service: whether it is inside, the messages it receives, and its posts. */
import type { Logger } from "winston";
import type { BotRoomsStore, StoredBotRoom } from "../../../storage/bot-rooms-store.js";
import type { Database } from "../../../storage/database.js";
import { HookMessages, type Decision } from "../../../storage/hook-messages.js";
import type { GroupCommit } from "../../../storage/group-commit.js";
import { Jid, type AccountJid, type FullJid } from "../../address.js";
import type { HooksConfig } from "../../config.js";
import type { IqRequests } from "../../iq-requests.js";
import type { Element } from "../../xml/builder.js";
import type { WireText } from "../../xml/wire-text.js";
import { MUC } from "../../muc/wire/ns.js";
import type { Bounce } from "../bot-handlers.js";
import { photoOf, type Bots } from "../bots.js";
import { BOT_RESOURCE } from "../../muc/room/room-view.js";
import { HookFault } from "../fault.js";
import type { RemotePost, RemoteRoomsApi } from "../sending.js";
import { RoomArchive } from "./archive.js";
import { Entrance, type BotProfile } from "./entrance.js";
import { Occupancy, type OccupancyTimes } from "./occupancy.js";
import { PostQueue, type FinishedPost } from "./post-queue.js";
import { errorIn, NO_ROOM, reasonOf } from "./room-error.js";
import { RoomSession } from "./room-session.js";

/** How long the bot waits for a response of the room, in milliseconds. */
const ANSWER_MS = 20_000;
const TIMES = { idle: 600_000, kicked: 60_000 };

export interface RemoteRoomDependencies {
  readonly db: Database;
  readonly commit: GroupCommit;
  readonly bots: Bots;
  readonly domain: string;
  readonly config: Pick<HooksConfig, "queue">;
  /** The maximum length of a nickname, in characters. */
  readonly nickLength: number;
  readonly requests: Pick<IqRequests, "ask">;
  readonly unqueued: { write(stanza: WireText): boolean };
  readonly bounced: (bounce: Bounce) => void;
  readonly times?: OccupancyTimes & { readonly answer?: number };
  readonly log: Logger;
}

interface RoomEvents {
  /** Called with each message of another occupant. */
  readonly heard: (room: RemoteRoom, nick: string, message: Element) => void;
  /** Called if the address turns out not to be a room's. */
  readonly notRoom: (room: RemoteRoom) => void;
}

export class RemoteRoom {
  readonly bot: string;
  readonly room: AccountJid;
  readonly occupancy: Occupancy;
  readonly archive: RoomArchive;
  readonly #entrance: Entrance;
  readonly #messages: HookMessages;
  readonly #address: string;
  readonly #queue: PostQueue;
  /** When a command last requested that the bot enter, in milliseconds since 1970. */
  #requestedAt: number;
  /** The last status that was stored, serialised. */
  #noted = "";

  constructor(
    private readonly dependencies: RemoteRoomDependencies,
    private readonly store: BotRoomsStore,
    { bot, room: address, nick, requestedAt }: StoredBotRoom,
    private readonly events: RoomEvents,
  ) {
    const { domain, bots, requests, unqueued, nickLength, times, log } = dependencies;
    const [jid, room] = [Jid.of(bot, domain, BOT_RESOURCE) as FullJid, Jid.parse(address) as AccountJid];
    this.bot = bot;
    this.#messages = new HookMessages(dependencies.db);
    this.room = room;
    this.#requestedAt = requestedAt;
    this.#address = jid.bare.text;
    const profile = (): BotProfile => {
      const known = bots.find(bot);
      const { password } = store.find(bot, address) ?? { password: undefined };
      return { title: known?.title ?? bot, photo: photoOf(known?.picture), password };
    };
    const session = new RoomSession(jid, room, times?.answer ?? ANSWER_MS, { requests, unqueued, log });
    this.#entrance = new Entrance(session, profile, nickLength, nick !== undefined);
    this.occupancy = new Occupancy(this.#entrance, times ?? TIMES, () => this.#changed(), nick);
    this.archive = new RoomArchive(session);
    this.#queue = new PostQueue(this.occupancy, this.#entrance, this.archive, {
      domain,
      stored: store.posts(bot, address),
      stanzaOf: (rowId) => store.stanza(rowId),
      finished: (post, decision) => this.#finished(post, decision),
    });
  }

  /** Whether the address is known to be a room's. */
  get isRoom(): boolean {
    return this.#entrance.isRoom;
  }

  /** Enters again if the command's request to enter is new. @param at the request's time, in milliseconds since 1970 */
  requested(at: number): void {
    if (this.#requestedAt === at) return;
    this.#requestedAt = at;
    this.#noted = "";
    this.occupancy.enterInBackground();
  }

  /** Stores a post, to be sent after earlier ones. Resolves to "queued" if there is no result in `timeout` ms. */
  async post(post: RemotePost, timeout: number): ReturnType<RemoteRoomsApi["post"]> {
    const { commit, config } = this.dependencies;
    const fault = this.occupancy.request();
    if (fault !== undefined) return fault;
    if (this.#queue.size >= config.queue)
      return unavailable(`${config.queue} messages wait for ${this.room.text}, the limit (hooks.queue)`);
    const stored = { id: post.id, acceptedAt: Date.now() };
    try {
      return await commit.runThen(
        () => {
          post.note();
          return this.store.addPost(this.bot, this.room.text, stored, post.stanza);
        },
        (rowId) => this.#queue.add({ ...stored, rowId }, timeout),
      );
    } catch {
      return unavailable("the database could not store it");
    }
  }

  /** Handles a message from the room or an occupant. */
  message(stanza: Element, nick: string | undefined): void {
    const { type = "normal", id = "" } = stanza.attrs;
    this.occupancy.heard();
    if (type === "error") {
      const error = this.#queue.refused(id, errorIn(stanza));
      if (error !== undefined) this.occupancy.lost(error);
    } else if (type !== "groupchat") this.#invited(stanza);
    else if (nick === this.occupancy.nick) this.#queue.reflected(id);
    else if (nick !== undefined && this.occupancy.isInside) this.events.heard(this, nick, stanza);
  }

  linkDown(): void {
    this.#queue.linkDown();
    this.occupancy.linkDown();
  }

  leave(): void {
    this.occupancy.leave();
    this.#queue.stop();
  }

  /** Accepts a mediated invitation (XEP-0045 §7.8.2). */
  #invited(stanza: Element): void {
    const x = stanza.getChild("x", MUC.user);
    if (x?.getChild("invite") === undefined || this.occupancy.isInside) return;
    const password = x.getChildText("password") ?? "";
    const enter = (): void => this.occupancy.enterInBackground();
    if (password === "") enter();
    else {
      const stored = this.#write(() => this.store.setPassword(this.bot, this.room.text, password)).then(
        enter,
      );
      this.#entrance.session.background(stored, "storing the password of");
    }
  }

  #changed(): void {
    const { occupancy } = this;
    const { state, error, nick, fault } = occupancy;
    if (!occupancy.isInside) this.#queue.unsure();
    if (state === "entering") return;
    if (error?.condition === NO_ROOM) {
      this.events.notRoom(this);
      return;
    }
    const reason = error && reasonOf(error, this.#address);
    this.#note({ state, condition: error?.condition, reason, nick });
    if (occupancy.isInside) this.#queue.run();
    else if (fault !== undefined && error !== undefined) this.#queue.refuseAll(fault, error.condition);
  }

  /** Stores and logs the bot's status. */
  #note(status: Pick<StoredBotRoom, "state" | "condition" | "reason" | "nick">): void {
    const noted = JSON.stringify(status);
    if (noted === this.#noted) return;
    this.#noted = noted;
    const { log } = this.dependencies;
    const row = { ...status, bot: this.bot, room: this.room.text };
    this.#entrance.session.background(
      this.#write(() => this.store.note(row, Date.now())),
      "noting the state in",
    );
    const { nick = "", reason } = status;
    if (reason === undefined) log.info(`${this.#address} is in ${this.room.text} as ${nick}`);
    else log.warn(`${this.#address} isn't in ${this.room.text}: ${reason}`);
  }

  /** Stores what became of a post, and reports it if the room refused it. */
  #finished(post: FinishedPost, decision: Decision): Promise<void> {
    const { bounced, log } = this.dependencies;
    const at = Date.now();
    const done = this.#write(() => {
      this.store.removePost(post);
      this.#messages.decide(post.id, decision);
      this.#messages.noteTimes(post.id, post.sentAt, at);
    });
    const { condition } = decision;
    if (condition === undefined) return done;
    log.warn(`${this.room.text} refused the message ${post.id} of ${this.#address}: ${condition}`);
    bounced({ id: post.id, sender: this.#address, from: this.room.text, condition });
    return done;
  }

  async #write(work: () => void): Promise<void> {
    const { commit, log } = this.dependencies;
    try {
      await commit.run(work);
    } catch (error) {
      log.error(`The state of ${this.#address} in ${this.room.text} could not be stored: ${String(error)}`);
    }
  }
}

function unavailable(why: string): HookFault {
  return new HookFault("unavailable", `${why}; nothing was sent, try again`);
}
