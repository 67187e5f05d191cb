/** One bot in one room of another service: where it is, what it hears, and what it has to send there. */
import type { Logger } from "winston";
import type { BotRoomsStore, StoredBotRoom } from "../../../storage/bot-rooms-store.js";
import type { GroupCommit } from "../../../storage/group-commit.js";
import { Jid, type AccountJid, type FullJid } from "../../address.js";
import type { IqRequests } from "../../iq-requests.js";
import type { Element } from "../../xml/builder.js";
import { MUC } from "../../muc/wire/ns.js";
import type { WireText } from "../../xml/wire-text.js";
import { photoOf, type Bounce } from "../bot-handlers.js";
import { RESOURCE, type Bots } from "../bots.js";
import { HookFault } from "../fault.js";
import type { RemotePost, RemoteRoomsApi } from "../saying.js";
import { RoomArchive } from "./archive.js";
import { Occupancy, type OccupancyTimes } from "./occupancy.js";
import { PostQueue } from "./post-queue.js";
import { errorIn, NO_ROOM, reasonOf } from "./room-error.js";

export interface RemoteRoomParts {
  readonly store: BotRoomsStore;
  readonly commit: GroupCommit;
  readonly bots: Bots;
  /** The component's own. */
  readonly domain: string;
  readonly nickLength: number;
  readonly requests: Pick<IqRequests, "ask">;
  readonly write: (stanza: WireText) => boolean;
  readonly times: OccupancyTimes;
  /** How long an answer of the room is waited for, in milliseconds. */
  readonly patience: number;
  /** How many messages may wait. */
  readonly most: number;
  readonly bounced: (bounce: Bounce) => void;
  /** Somebody said something. */
  readonly heard: (room: RemoteRoom, nick: string, message: Element) => void;
  /** The address turns out to be no room's. */
  readonly isNone: (room: RemoteRoom) => void;
  readonly log: Logger;
}

export class RemoteRoom {
  readonly bot: string;
  readonly room: AccountJid;
  readonly occupancy: Occupancy;
  readonly archive: RoomArchive;
  readonly #parts: RemoteRoomParts;
  readonly #address: string;
  readonly #queue: PostQueue;
  #askedAt: number;
  /** What was noted last. */
  #noted = "";

  constructor(parts: RemoteRoomParts, { bot, room: address, nick, askedAt }: StoredBotRoom) {
    const { domain, bots, store, requests, patience } = parts;
    const [jid, room] = [Jid.of(bot, domain, RESOURCE) as FullJid, Jid.parse(address) as AccountJid];
    this.#parts = parts;
    this.bot = bot;
    this.room = room;
    this.#askedAt = askedAt;
    this.#address = jid.bare.text;
    const looks = (): { title: string; photo: Element } => {
      const known = bots.find(bot);
      return { title: known?.title ?? bot, photo: photoOf(known?.picture) };
    };
    const password = (): string | undefined => store.find(bot, address)?.password;
    this.occupancy = new Occupancy(
      { ...parts, bot: jid, room, looks, password, changed: () => this.#changed() },
      nick,
    );
    this.archive = new RoomArchive(requests, jid, room, patience);
    const done = this.#done.bind(this);
    this.#queue = new PostQueue(
      { ...parts, occupancy: this.occupancy, archive: this.archive, bot: this.#address, done },
      store.posts(bot, address),
    );
  }

  /** A command may have asked for it to enter again. */
  asked(at: number): void {
    if (this.#askedAt === at) return;
    this.#askedAt = at;
    this.#noted = "";
    void this.occupancy.enter();
  }

  /** Stores a message, and sends it in its turn. @param timeout how long the room is waited for, in milliseconds */
  async post(post: RemotePost, timeout: number): ReturnType<RemoteRoomsApi["post"]> {
    const { commit, store, most } = this.#parts;
    const fault = this.occupancy.wanted();
    if (fault !== undefined) return fault;
    if (this.#queue.size >= most) return unavailable(`too much waits for ${this.room.text} (hooks.queue)`);
    const stored = { id: post.id, acceptedAt: Date.now() };
    try {
      return await commit.runThen(
        () => {
          post.note();
          return store.addPost(this.bot, this.room.text, stored, post.stanza);
        },
        (seq) => this.#queue.add({ ...stored, seq }, timeout),
      );
    } catch {
      return unavailable("storage failed");
    }
  }

  /** A message from the room, or from somebody in it. */
  message(stanza: Element, nick: string | undefined): void {
    const { type = "normal", id = "" } = stanza.attrs;
    this.occupancy.heard();
    if (type === "error") {
      const error = this.#queue.refused(id, errorIn(stanza));
      if (error !== undefined) this.occupancy.lost(error);
    } else if (type !== "groupchat") this.#invited(stanza);
    else if (nick === this.occupancy.nick) this.#queue.reflected(id);
    else if (nick !== undefined && this.occupancy.isInside) this.#parts.heard(this, nick, stanza);
  }

  linkUp(): void {
    this.occupancy.linkUp();
  }

  linkDown(): void {
    this.#queue.linkDown();
    this.occupancy.linkDown();
  }

  leave(): void {
    this.occupancy.leave();
    this.#queue.stop();
  }

  /** An invitation through the room (XEP-0045 §7.8.2). */
  #invited(stanza: Element): void {
    const x = stanza.getChild("x", MUC.user);
    if (x?.getChild("invite") === undefined || this.occupancy.isInside) return;
    const password = x.getChildText("password") ?? "";
    const enter = (): void => void this.occupancy.enter();
    if (password === "") enter();
    else void this.#store((store) => store.setPassword(this.bot, this.room.text, password)).then(enter);
  }

  #changed(): void {
    const { occupancy } = this;
    const { state, error, nick, fault } = occupancy;
    if (!occupancy.isInside) this.#queue.unsure();
    if (state === "entering") return;
    if (error?.condition === NO_ROOM) {
      this.#parts.isNone(this);
      return;
    }
    const reason = error && reasonOf(error, this.#address);
    this.#note({ state, condition: error?.condition, reason, nick });
    if (occupancy.isInside) this.#queue.run();
    else if (fault !== undefined && error !== undefined) this.#queue.refuse(fault, error.condition);
  }

  /** Where it is, for commands, the console and the log. */
  #note(status: Pick<StoredBotRoom, "state" | "condition" | "reason" | "nick">): void {
    const noted = JSON.stringify(status);
    if (noted === this.#noted) return;
    this.#noted = noted;
    const { log } = this.#parts;
    void this.#store((store) => store.note({ ...status, bot: this.bot, room: this.room.text }, Date.now()));
    const { nick = "", reason } = status;
    if (reason === undefined) log.info(`${this.#address} is in ${this.room.text} as ${nick}`);
    else log.warn(`${this.#address} isn't in ${this.room.text}: ${reason}`);
  }

  /** The room has sent a message back, or refused it. */
  #done({ seq, id }: { readonly seq: number; readonly id: string }, condition?: string): void {
    const { bounced, log } = this.#parts;
    void this.#store((store) => store.removePost(seq));
    if (condition === undefined) return;
    log.warn(`${this.room.text} didn't take the message ${id} of ${this.#address}: ${condition}`);
    bounced({ id, sender: this.#address, from: this.room.text, condition });
  }

  async #store(work: (store: BotRoomsStore) => void): Promise<void> {
    const { commit, store, log } = this.#parts;
    try {
      await commit.run(() => work(store));
    } catch (error) {
      log.error(`What became of ${this.#address} in ${this.room.text} can't be stored: ${String(error)}`);
    }
  }
}

function unavailable(why: string): HookFault {
  return new HookFault("unavailable", `${why}; nothing was said, try again`);
}
