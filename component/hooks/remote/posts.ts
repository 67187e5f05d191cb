/** A bot's posts to a room of another service, in order. Outcomes are stored before callers are answered. */
import { BotRoomsStore, type StoredPost } from "../../../storage/bot-rooms-store.js";
import { HookMessages, type Decision } from "../../../storage/hook-messages.js";
import { NS, xml } from "../../xml/builder.js";
import { withLastChild } from "../../xml/splice.js";
import { asStored, type WireText } from "../../xml/wire-text.js";
import { HookFault } from "../fault.js";
import { answerOf, kindOf, type Delivery } from "../outcome.js";
import { MISSING, reasonOf, refusalReason, SILENT, type RoomError } from "./room-error.js";
import type { RoomRecord } from "./room-record.js";
import { ANSWER_MS, type RemoteRoomsDependencies, type RoomWire } from "./room-wire.js";

/** A message of a bot to a room of another group chat service. */
export interface RemotePost {
  readonly id: string;
  readonly stanza: WireText;
  /** Stores the message's record, in the transaction that stores the message. */
  readonly note: () => void;
}

export type PostAnswer = Delivery | HookFault;

interface Post extends StoredPost {
  /** `sent`: no response yet, only the first is ever sent; `unsure`: the room may have it, so its archive is asked. */
  state: "waiting" | "sent" | "unsure";
  /** In milliseconds since 1970. */
  sentAt?: number;
  /** How many times the room neither sent the post back nor refused it. */
  silences: number;
  /** How many times the post came back with an error that may pass. */
  refusals: number;
  /** Answers the call; undefined for posts of an earlier process. */
  readonly answer?: (answer: PostAnswer) => void;
}

/** How many times a post is sent at most if it doesn't come back, and how many times the archive is asked. */
const MAX_TRIES = { silence: 3, archive: 12 };
/** How many times a post is sent at most, by the condition that comes back; for other conditions, once. */
const TRIES: ReadonlyMap<string, number> = new Map([
  ["not-acceptable", 3],
  ["internal-server-error", 5],
  ["policy-violation", 12],
  ["resource-constraint", 12],
  ["remote-server-timeout", 12],
  ["remote-server-not-found", 12],
]);
/** How long after it was accepted a post may be sent without a delay element, in milliseconds. */
const LATE_MS = 5_000;
/** The first and the longest pause after an error that may pass, in milliseconds. */
const PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

export class Posts {
  readonly #store: BotRoomsStore;
  readonly #messages: HookMessages;
  #posts: Post[];
  /** How many errors and failures there were since the room last sent a post back. */
  #setbacks = 0;
  #archiveSilences = 0;
  #notBefore = 0;
  #overdueAt = 0;

  constructor(
    private readonly dependencies: RemoteRoomsDependencies,
    private readonly record: RoomRecord,
  ) {
    this.#store = new BotRoomsStore(dependencies.db);
    this.#messages = new HookMessages(dependencies.db);
    const stored = this.#store.posts(record.bot, record.room.text);
    // An earlier process may have sent them.
    this.#posts = stored.map((post) => ({ ...post, state: "unsure", silences: 0, refusals: 0 }));
  }

  get isEmpty(): boolean {
    return this.#posts.length === 0;
  }

  /**
   * Stores posts behind the others. Resolves to "queued" if one of them has no outcome in `timeout` milliseconds, else to
   * the worst outcome.
   * @param error why the bot is outside @param added called when the posts are in the queue
   */
  async add(
    posts: readonly RemotePost[],
    timeout: number,
    error: RoomError | undefined,
    added: () => void,
  ): Promise<PostAnswer> {
    const { clock, commit, config } = this.dependencies;
    const { bot, room, address } = this.record;
    const kind = error && kindOf(error.condition);
    if (error !== undefined && kind !== undefined) return new HookFault(kind, reasonOf(error, address));
    if (this.#posts.length + posts.length > config.queue)
      return unavailable(`${config.queue} messages wait for ${room.text}, the limit (hooks.queue)`);
    const acceptedAt = Date.now();
    const store = (): StoredPost[] =>
      posts.map(({ id, stanza, note }) => {
        note();
        return { id, acceptedAt, rowId: this.#store.addPost(bot, room.text, { id, acceptedAt }, stanza) };
      });
    try {
      return await commit.runThen(store, (stored) => {
        const answers = Promise.all(stored.map((post) => this.#put(post)));
        added();
        const late = new Promise<"queued">((resolve) => clock.after(timeout, () => resolve("queued")));
        const worst = answers.then((all) => all.find((answer) => answer !== "confirmed") ?? "confirmed");
        return Promise.race([worst, late]);
      });
    } catch {
      return unavailable("the database could not store it");
    }
  }

  #put(post: StoredPost): Promise<PostAnswer> {
    return new Promise((answer) =>
      this.#posts.push({ ...post, state: "waiting", silences: 0, refusals: 0, answer }),
    );
  }

  /**
   * Returns what is to be done next, while the bot is inside, and when. `check`: ask whether the bot is still inside.
   * @param idleAt when the room is to be checked if it says nothing meanwhile
   */
  next(idleAt: number): { readonly do: "send" | "search" | "check"; readonly at: number } {
    const [first] = this.#posts;
    if (first === undefined) return { do: "check", at: idleAt };
    if (first.state === "sent") return { do: "check", at: this.#overdueAt };
    return { do: first.state === "waiting" ? "send" : "search", at: this.#notBefore };
  }

  send(): void {
    const [first] = this.#posts;
    if (first === undefined) return;
    const isSent = this.dependencies.unqueued.write(this.#stanzaOf(first));
    if (isSent) Object.assign(first, { state: "sent", sentAt: Date.now() });
    else this.#setBack();
    this.#overdueAt = this.#now + ANSWER_MS;
  }

  /** Asks the room's archive for all unsure posts. */
  search(wire: RoomWire): ReturnType<RoomWire["find"]> {
    return wire.find(new Set(this.#unsure.map(({ id }) => id)), this.#posts[0]?.acceptedAt ?? 0);
  }

  /** Whether the room has the post that was sent is unknown. @param isSilent whether the room didn't respond in time */
  doubt(isSilent = false): void {
    const [first] = this.#posts;
    if (first?.state !== "sent") return;
    first.state = "unsure";
    if (isSilent) first.silences += 1;
  }

  /** The room has sent a message of the bot back. @returns whether it was the first post */
  reflected(id: string): boolean {
    const [first] = this.#posts;
    if (first?.id !== id) return false;
    this.#said(first);
    return true;
  }

  /**
   * The archive has answered: unsure posts that it doesn't have wait to be sent.
   * @param found the ids that it has; undefined: it was silent @returns whether the room has said a post
   */
  searched(found: ReadonlySet<string> | undefined): boolean {
    this.#archiveSilences = found === undefined ? this.#archiveSilences + 1 : 0;
    if (found === undefined) this.#setBack();
    const isOver = this.#archiveSilences >= MAX_TRIES.archive;
    const unsure = this.#unsure;
    for (const post of unsure) {
      if (found?.has(post.id)) this.#said(post);
      else if (isOver || (found !== undefined && post.silences >= MAX_TRIES.silence))
        this.#refuse(post, { condition: SILENT });
      else if (found !== undefined) post.state = "waiting";
    }
    return unsure.some(({ id }) => found?.has(id));
  }

  /** A post came back with an error. @returns why the bot isn't inside, if the error of the first post says so */
  returned(id: string, error: RoomError): RoomError | undefined {
    const [first] = this.#posts;
    if (first?.id !== id || first.state === "waiting") return undefined;
    const { condition } = error;
    first.refusals += 1;
    if (first.refusals >= (TRIES.get(condition) ?? 1)) {
      this.#refuse(first, error);
      return condition === "gone" || condition === MISSING ? error : undefined;
    }
    // A service that can't be reached may have got the post.
    first.state = condition.startsWith("remote-server-") ? "unsure" : "waiting";
    if (condition === "not-acceptable") return { condition: SILENT };
    this.#setBack();
    return undefined;
  }

  /** Refuses all posts if the bot is outside because of an error that won't pass. */
  refuse(error: RoomError): void {
    const { condition } = error;
    if (kindOf(condition) === undefined) return;
    const reason = reasonOf(error, this.record.address);
    for (const post of this.#posts) {
      const more = post.state === "unsure" ? "; the message may have been said before" : "";
      this.#finish(post, { outcome: "refused", condition, reason: `${reason}${more}` });
    }
  }

  get #now(): number {
    return this.dependencies.clock.now();
  }

  get #unsure(): readonly Post[] {
    return this.#posts.filter(({ state }) => state === "unsure");
  }

  #said(post: Post): void {
    this.#setbacks = 0;
    this.#notBefore = 0;
    this.#finish(post, { outcome: "confirmed" });
  }

  #refuse(post: Post, error: RoomError): void {
    const reason = refusalReason(error, this.record.address);
    this.#finish(post, { outcome: "refused", condition: error.condition, reason });
  }

  /** Returns a post's stanza, with a delay (XEP-0203) if it is sent late. */
  #stanzaOf({ rowId, acceptedAt }: Post): WireText {
    const stanza = asStored(this.#store.stanza(rowId) ?? "");
    if (stanza === "" || Date.now() - acceptedAt < LATE_MS) return stanza;
    const stamp = new Date(acceptedAt).toISOString();
    return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from: this.dependencies.domain, stamp }));
  }

  /** Stores what became of a post, and reports it if it was refused. */
  #finish(post: Post, decision: Decision): void {
    const { id, sentAt } = post;
    const { address, room } = this.record;
    const { bounced, log } = this.dependencies;
    const at = Date.now();
    const write = (): void => {
      this.#store.removePost(post);
      this.#messages.decide(id, decision);
      this.#messages.noteTimes(id, sentAt, at);
    };
    this.#posts = this.#posts.filter((each) => each !== post);
    this.record.write(write, () => post.answer?.(answerOf(id, decision)));
    const { condition, reason = "" } = decision;
    if (condition === undefined) return;
    log.warn(`The message ${id} of ${address} was not delivered to ${room.text}: ${reason}`);
    bounced({ id, sender: address, receiver: room.text, condition });
  }

  #setBack(): void {
    this.#setbacks += 1;
    this.#notBefore = this.#now + Math.min(MAX_PAUSE_MS, PAUSE_MS * 2 ** (this.#setbacks - 1));
  }
}

function unavailable(why: string): HookFault {
  return new HookFault("unavailable", `${why}; nothing was sent, try again`);
}
