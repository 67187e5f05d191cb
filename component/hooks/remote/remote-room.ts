/** One bot in one room of another group chat service: the state of its stay, and what is due (see architecture.md). */
import type { StoredBotRoom } from "../../../storage/bot-rooms-store.js";
import { Jid, type AccountJid, type FullJid } from "../../addresses/address.js";
import type { Element } from "../../xml/builder.js";
import { BOT_RESOURCE } from "../../muc/room/room-rules.js";
import { Pending } from "./pending.js";
import { Posts, type MovedPost, type PostAnswer, type RemotePost } from "./posts.js";
import { errorIn, MISSING, NO_ROOM, SILENT, type RoomError } from "./room-error.js";
import { RoomRecord } from "./room-record.js";
import { RemoteOccupants, readInvitation, readPresence } from "./room-stanzas.js";
import { ANSWER_MS, IDLE_MS, RoomWire, type RemoteRoomsDependencies } from "./room-wire.js";
import * as stays from "./re-entry.js";

/**
 * Whatever happens changes the stay, and then #run() looks at what is due in the new state. Always holds:
 *
 * - The state changes in #become() alone, which forgets what the former state waited for: an answer that comes late has no
 *   effect. `failures` is the only thing of a stay that is changed beside it.
 * - #joining is set in the state "entering" only, from the presence that is sent until the room's answer.
 * - While a question to the room is open (#pending.isAsking), nothing else is due; its answer goes on.
 * - Posts are sent in the state "inside" alone. In every other one they are in doubt (Posts.doubt()) until the bot is inside
 *   again, and #isIn() lets them be judged.
 * - Without a link, or once it is removed, nothing is sent and nothing is due.
 */
export class RemoteRoom {
  readonly bot: string;
  readonly room: AccountJid;
  readonly wire: RoomWire;
  /** Whether the address is known to be a room's. */
  isRoom: boolean;
  /** The bot's last nickname in the room. */
  nick: string | undefined;
  /** The operator's request to enter that was followed last. */
  requestedAt: number | undefined;
  readonly #record: RoomRecord;
  readonly #posts: Posts;
  readonly occupants: RemoteOccupants;
  #stay = stays.NEW_STAY;
  /** What the present state waits for. */
  readonly #pending: Pending;
  /** The nickname with which the bot is joining; undefined if it isn't. */
  #joining: string | undefined;
  #joinedBy = 0;
  /** Whether entering has created the room, as it didn't say that it doesn't exist. */
  #isTrap = false;
  #isInvited = false;
  #isRemoved = false;
  #heardAt = 0;
  /** Whether a time has come; if not, #run() is scheduled for it. */
  readonly #isTime = (at: number): boolean => this.#pending.isTime(at, () => this.#run());

  /** @param notRoom called if the address turns out not to be a room's */
  constructor(
    private readonly dependencies: RemoteRoomsDependencies,
    { bot, room, nick }: StoredBotRoom,
    private readonly notRoom: () => void,
  ) {
    const jid = Jid.of(bot, dependencies.domain, BOT_RESOURCE) as FullJid;
    this.bot = bot;
    this.room = Jid.parse(room) as AccountJid;
    this.nick = nick;
    this.wire = new RoomWire(jid, this.room, dependencies);
    this.#pending = new Pending(room, dependencies.clock, dependencies.log);
    this.#record = new RoomRecord(dependencies, bot, jid.bare.text, this.room);
    this.#posts = new Posts(dependencies, this.#record);
    this.occupants = new RemoteOccupants(this.wire);
    this.isRoom = nick !== undefined || !this.#posts.isEmpty;
  }

  get isThere(): boolean {
    return stays.isInside(this.#stay);
  }

  /** Resolves when no attempt to enter is running, or after `ms` milliseconds. @returns false if one is still running */
  settled(ms: number): Promise<boolean> {
    return this.#isSettled ? Promise.resolve(true) : this.#pending.settled(ms);
  }

  /** Tries to enter, if the last attempts and the cause allow it. An operator makes a bot that is inside ask the room. */
  enter(cause: stays.EntryCause): void {
    if (cause === "operator") {
      this.#record.forget();
      this.#stay = { ...this.#stay, failures: 0 };
      this.#check();
    }
    this.#run(cause);
  }

  /** Removes the bot from the room for good. */
  leave(): void {
    if (this.nick !== undefined && this.isThere) this.wire.leave(this.nick);
    this.#isRemoved = true;
    this.#record.close();
    this.#become(stays.NEW_STAY);
    this.#settle();
  }

  /** See Posts.reconcile(). */
  reconcile(): ReturnType<Posts["reconcile"]> {
    const moved = this.#posts.reconcile();
    this.#run();
    return moved;
  }

  /** Adds posts that waited for another room. */
  adopt(posts: readonly MovedPost[]): void {
    this.isRoom = true;
    this.#posts.adopt(posts);
    this.#run("post");
  }

  linkUp(): void {
    this.#stay = { ...this.#stay, failures: 0 };
    this.#run("link");
  }

  linkDown(): void {
    this.occupants.forget();
    this.#become(stays.withoutLink(this.#stay));
    this.#record.note(this.#stay, this.nick);
    this.#settle();
  }

  /** Stores posts, to be sent after earlier ones. Resolves to "queued" if there is no result in `timeout` ms. */
  post(posts: readonly RemotePost[], timeout: number): Promise<PostAnswer> {
    this.#run("post");
    return this.#posts.add(posts, timeout, this.#stay.error, () => this.#run());
  }

  presence(stanza: Element, from = ""): void {
    if (stanza.attrs.type === "error") {
      this.#notJoined(errorIn(stanza));
      return;
    }
    this.#heardAt = this.#now;
    this.occupants.note(stanza, from);
    const news = readPresence(stanza, from, this.#joining ?? this.nick);
    if (news === undefined || (!this.isThere && this.#joining === undefined)) return;
    if ("condition" in news) this.#failed(news);
    else if (news.isMade) this.#undo(news.nick);
    else {
      this.nick = news.nick;
      if (this.#joining !== undefined) this.#isIn();
    }
  }

  /** @returns what the room says of the author, if another occupant wrote the message */
  message(stanza: Element, nick: string | undefined): ReturnType<RemoteOccupants["authorOf"]> | undefined {
    const { type = "normal", id = "" } = stanza.attrs;
    // An error is no sign of being inside.
    if (type !== "error") this.#heardAt = this.#now;
    if (type === "error") this.#returned(id, errorIn(stanza));
    else if (type !== "groupchat") this.#invited(readInvitation(stanza));
    if (type !== "groupchat" || nick === undefined || !this.isThere) return undefined;
    const author = this.occupants.authorOf(stanza, nick);
    if (nick === this.nick) this.#said(this.#posts.reflected(id, author.stanza_id));
    return nick === this.nick ? undefined : author;
  }

  /** Does what is due in the present state, and schedules what is due later. @param cause what has just happened */
  #run(cause: stays.EntryCause = "alone"): void {
    this.#pending.cancel();
    if (!this.dependencies.link.isUp || this.#isRemoved || this.#pending.isAsking) return;
    switch (this.#stay.state) {
      case "outside":
      case "refused":
        if (this.#isTime(this.#dueAt(cause))) this.#enter();
        break;
      case "entering":
        if (this.#isTime(this.#joinedBy)) this.#failed({ condition: SILENT });
        break;
      case "unsure":
        this.#pending.ask(this.wire.ping(this.nick ?? ""), (error) => {
          if (error === undefined) this.#isIn();
          else this.#failed(error);
        });
        break;
      case "inside":
        this.#speak();
    }
    this.#settle();
  }

  /** Tells those that wait for it that no attempt to enter is running. */
  #settle(): void {
    if (this.#isSettled) this.#pending.settle();
  }

  #dueAt(cause: stays.EntryCause): number {
    const causes = new Set<stays.EntryCause>(["alone", cause]);
    if (!this.#posts.isEmpty) causes.add("post");
    if (this.#isInvited) causes.add("invitation");
    return Math.min(...[...causes].map((each) => stays.entryDueAt(this.#stay, each)));
  }

  get #now(): number {
    return this.dependencies.clock.now();
  }

  get #isSettled(): boolean {
    const { state } = this.#stay;
    return this.#isRemoved || !this.dependencies.link.isUp || (state !== "entering" && state !== "unsure");
  }

  #become(stay: stays.Stay): void {
    this.#stay = stay;
    this.#joining = undefined;
    this.#pending.forget();
    if (stay.state !== "inside") this.#posts.doubt();
  }

  #enter(): void {
    this.#isInvited = false;
    this.occupants.forget();
    this.#become({ ...this.#stay, state: "entering", error: undefined, triedAt: this.#now });
    const answer = this.wire.about({ isKnown: this.isRoom, isTrap: this.#isTrap });
    this.#pending.ask(answer, ({ isRoom, error, nick }) => {
      this.isRoom = isRoom;
      if (error !== undefined) this.#failed(error);
      else this.#joinAs(nick ?? this.#record.profile.nicks[0] ?? "");
    });
  }

  #joinAs(nick: string): void {
    const { photo, password } = this.#record.profile;
    this.#joining = nick;
    this.#joinedBy = this.#now + ANSWER_MS;
    if (this.wire.join(nick, photo, password)) this.#run();
    else this.#failed({ condition: SILENT });
  }

  #notJoined(error: RoomError): void {
    if (this.#joining === undefined) return;
    const { nicks } = this.#record.profile;
    const next = nicks[nicks.indexOf(this.#joining) + 1];
    if (error.condition === "conflict" && next !== undefined) this.#joinAs(next);
    else this.#failed(error);
  }

  /** Entering has created the room: it was destroyed a moment ago, or its service doesn't say that it doesn't exist. */
  #undo(nick: string): void {
    this.wire.undo(nick);
    this.#failed({ condition: MISSING });
    this.#isTrap = true;
  }

  #isIn(): void {
    this.#heardAt = this.#now;
    this.#isTrap = false;
    const wasInside = this.isThere;
    const enteredAt = wasInside ? this.#stay.enteredAt : this.#now;
    this.#become({ ...this.#stay, state: "inside", enteredAt });
    this.#posts.judge(wasInside);
    this.#record.note(this.#stay, this.nick);
    this.#run();
  }

  #failed(error: RoomError): void {
    this.#become(stays.outside(this.#stay, error, this.#now));
    if (error.condition === NO_ROOM) this.notRoom();
    else {
      this.#record.note(this.#stay, this.nick);
      this.#posts.refuse(error);
      this.#run();
    }
  }

  /** Accepts an invitation, after the pause that is due. @param password undefined: the message is no invitation */
  #invited(password: string | undefined): void {
    if (password === undefined || this.isThere) return;
    this.#isInvited = true;
    if (password === "") this.#run();
    else this.#record.setPassword(password, () => this.#run());
  }

  #speak(): void {
    const next = this.#posts.next(this.#heardAt + IDLE_MS);
    if (!this.#isTime(next.at)) return;
    if (next.do === "check") {
      this.#posts.doubt(true);
      this.#check();
    } else if (next.do === "send") {
      this.#posts.send();
      this.#run();
    } else {
      this.#pending.ask(this.#posts.search(this.wire), (found) => {
        this.#said(this.#posts.searched(found));
        if (found === undefined) this.#check();
      });
    }
  }

  #said(isSaid: boolean): void {
    if (isSaid) this.#stay = { ...this.#stay, failures: 0 };
    this.#run();
  }

  /** Asks the room whether the bot is still inside. */
  #check(): void {
    if (this.#stay.state !== "inside") return;
    this.#become({ ...this.#stay, state: "unsure" });
    this.#run();
  }

  /** Handles an error for a message. If the message was sent in an earlier stay, the error says nothing of this one. */
  #returned(id: string, error: RoomError): void {
    const meaning = this.#posts.returned(id, error);
    if (meaning === "ask") this.#check();
    if (typeof meaning === "object" && this.isThere) this.#failed(meaning);
    else this.#run();
  }
}
