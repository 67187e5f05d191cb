/** What the database has of a bot in a room of another service. A write is repeated until the database takes it. */
import { BotRoomsStore, type StoredPost } from "../../../storage/bot-rooms-store.js";
import { HookMessages, type Decision } from "../../../storage/hook-messages.js";
import type { AccountJid } from "../../addresses/address.js";
import { nickFrom, numbered } from "../../addresses/nick.js";
import { inBackground } from "../../background.js";
import { NS, xml } from "../../xml/builder.js";
import { withLastChild } from "../../xml/splice.js";
import { asStored, type WireText } from "../../xml/wire-text.js";
import { photoOf } from "../known-bots.js";
import { reasonOf } from "./room-error.js";
import type { RemoteRoomsDependencies } from "./room-wire.js";
import type { Stay } from "./stay.js";

/** How long to wait before a failed write is repeated, in milliseconds. */
const AGAIN_MS = 5_000;
/** How long after it was accepted a post may be sent without a delay element, in milliseconds. */
const LATE_MS = 5_000;
/** How many nicknames are tried. */
const NICKNAMES = 10;

/** A message of a bot to a room of another group chat service. */
export interface RemotePost {
  readonly id: string;
  readonly stanza: WireText;
  /** Stores the message's record, in the transaction that stores the message. */
  readonly note: () => void;
}

export class RoomRecord {
  readonly #store: BotRoomsStore;
  readonly #messages: HookMessages;
  #noted = "";
  #isClosed = false;

  constructor(
    private readonly dependencies: RemoteRoomsDependencies,
    readonly bot: string,
    /** The bot's bare address. */
    readonly address: string,
    readonly room: AccountJid,
  ) {
    this.#store = new BotRoomsStore(dependencies.db);
    this.#messages = new HookMessages(dependencies.db);
  }

  /** What the bot enters with: one of the nicknames, its picture's hash (XEP-0153), and the room's password. */
  get profile() {
    const { bots, nickLength } = this.dependencies;
    const { title = this.bot, picture } = bots.find(this.bot) ?? {};
    const name = nickFrom(title, nickLength)?.text ?? "bot";
    const more = Array.from({ length: NICKNAMES - 1 }, (_, index) => numbered(name, index + 2, nickLength));
    const password = this.#store.find(this.bot, this.room.text)?.password;
    return { nicks: [name, ...more], photo: photoOf(picture), password };
  }

  get posts(): readonly StoredPost[] {
    return this.#store.posts(this.bot, this.room.text);
  }

  /** Returns a post's stanza, with a delay (XEP-0203) if it is sent late. */
  stanza({ rowId, acceptedAt }: StoredPost): WireText {
    const stanza = asStored(this.#store.stanza(rowId) ?? "");
    if (stanza === "" || Date.now() - acceptedAt < LATE_MS) return stanza;
    const stamp = new Date(acceptedAt).toISOString();
    return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from: this.dependencies.domain, stamp }));
  }

  /** Stores the password of an invitation. */
  setPassword(password: string, done: () => void): void {
    this.#write(() => this.#store.setPassword(this.bot, this.room.text, password), done);
  }

  /** Stores all posts, or none if it throws. Resolves to the result of `stored`, which is called at the commit. */
  async add<T>(
    posts: readonly RemotePost[],
    stored: (posts: readonly StoredPost[]) => Promise<T>,
  ): Promise<T> {
    const acceptedAt = Date.now();
    const work = (): StoredPost[] =>
      posts.map(({ id, stanza, note }) => {
        note();
        const rowId = this.#store.addPost(this.bot, this.room.text, { id, acceptedAt }, stanza);
        return { id, acceptedAt, rowId };
      });
    return await this.dependencies.commit.runThen(work, stored);
  }

  /** Stores what became of a post, and reports it if it was refused. */
  finish(post: StoredPost & { readonly sentAt?: number }, decision: Decision, done: () => void): void {
    const { bounced, log } = this.dependencies;
    const at = Date.now();
    this.#write(() => {
      this.#store.removePost(post);
      this.#messages.decide(post.id, decision);
      this.#messages.noteTimes(post.id, post.sentAt, at);
    }, done);
    const { condition, reason = "" } = decision;
    if (condition === undefined) return;
    log.warn(`The message ${post.id} of ${this.address} was not delivered to ${this.room.text}: ${reason}`);
    bounced({ id: post.id, sender: this.address, receiver: this.room.text, condition });
  }

  /** Makes the next status be stored even if it is the last one again: an operator has changed the stored one. */
  forget(): void {
    this.#noted = "";
  }

  /** Stores and logs the bot's status. */
  note({ state, error }: Stay, nick: string | undefined): void {
    const reason = error && reasonOf(error, this.address);
    const row = { bot: this.bot, room: this.room.text, state, condition: error?.condition, reason, nick };
    const noted = JSON.stringify(row);
    if (noted === this.#noted) return;
    this.#noted = noted;
    const since = Date.now();
    // A write that is repeated must not replace a later status.
    this.#write(() => noted === this.#noted && this.#store.note(row, since));
    const { log } = this.dependencies;
    if (reason !== undefined) log.warn(`${this.address} isn't in ${this.room.text}: ${reason}`);
    else if (state === "inside") log.info(`${this.address} is in ${this.room.text} as ${nick ?? ""}`);
  }

  close(): void {
    this.#isClosed = true;
  }

  #write(work: () => unknown, done?: () => void, isFirst = true): void {
    const { commit, clock, log } = this.dependencies;
    const again = (error: unknown): void => {
      if (isFirst)
        log.error(`The state of ${this.address} in ${this.room.text} can't be stored yet: ${String(error)}`);
      clock.after(AGAIN_MS, () => {
        if (!this.#isClosed) this.#write(work, done, false);
      });
    };
    inBackground(commit.run(work).then(done, again), `storing the state of ${this.address}`, log);
  }
}
