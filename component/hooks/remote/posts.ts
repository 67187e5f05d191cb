/** A bot's posts to a room of another service, in order. Outcomes are stored before callers are answered. */
import { BotRoomsStore, type StoredBotPost } from "../../../storage/bot-rooms-store.js";
import { HookMessages, type Decision } from "../../../storage/hook-messages.js";
import type { WireText } from "../../xml/wire-text.js";
import { HookFault, notAccepted } from "../fault.js";
import { answerOf, faultKindOf, type AcceptedOutcome } from "../outcome.js";
import { postStanza } from "./post-stanza.js";
import { NOT_THERE, PASSING, reasonOf, refusalReason, SILENT, type RoomError } from "./room-error.js";
import type { RoomRecord } from "./room-record.js";
import { ANSWER_MS, type RemoteRoomsDependencies, type RoomWire } from "./room-wire.js";

/** A message of a bot to a room of another group chat service. */
export interface RemotePost {
  readonly id: string;
  readonly stanza: WireText;
  /** Stores the message's record, in the transaction that stores the message. */
  readonly note: () => void;
}

export type PostAnswer = AcceptedOutcome | HookFault;

/** A post that an operator has made wait for another room. */
export type MovedPost = StoredBotPost & Pick<Post, "answer">;

interface Post extends StoredBotPost {
  /** `sent`: no response yet, only the first is ever sent; `unsure`: the room may have it, so its archive is asked. */
  state: "waiting" | "sent" | "unsure";
  /** In milliseconds since 1970. */
  sentAt?: number | undefined;
  /** How many times the room neither sent the post back nor refused it. */
  silences: number;
  /** How many times the post came back with an error that may pass. */
  refusals: number;
  /** The error with which the post came back, if it holds only if the bot is inside: the room is asked. */
  verdict?: RoomError | undefined;
  /** Answers the call; undefined for posts of an earlier process. */
  readonly answer?: (answer: PostAnswer) => void;
}

const NEW = { state: "waiting", silences: 0, refusals: 0, sentAt: undefined, verdict: undefined } as const;
/** How often a post is sent at most if it doesn't come back, or the bot was outside; how often the archive is asked. */
const MAX_TRIES = { silence: 3, entering: 3, archive: 12 };
/** The first and the longest pause after an error that may pass, in milliseconds. */
const PAUSE_MS = { first: 1_000, longest: 60_000 };

/**
 * The queue of one bot's posts to one room. What always holds:
 * - A post is in #posts if it is stored, in the same order; #finish() removes it from both, with its outcome, and only then
 *   answers its call. Operators' changes remove stored posts: reconcile() follows.
 * - Only the first post may be `sent`. Others are `unsure` only if they may have been sent before: by an earlier process, or
 *   in another stay. An unsure post is never sent again before the room's archive was asked.
 * - RemoteRoom calls send(), search(), judge() only while the bot is inside; it tells by doubt() when it no longer is.
 */
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
    this.#posts = stored.map((post) => ({ ...post, ...NEW, state: "unsure" }));
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
    const kind = error && faultKindOf(error.condition);
    if (error !== undefined && kind !== undefined) return new HookFault(kind, reasonOf(error, address));
    if (this.#posts.length + posts.length > config.queue)
      return notAccepted(
        "unanswered",
        `${config.queue} messages wait for ${room.text}, the limit (hooks.queue)`,
      );
    const acceptedAt = Date.now();
    const store = (): StoredBotPost[] =>
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
      return notAccepted("unavailable", "the database could not store it");
    }
  }

  #put(post: StoredBotPost): Promise<PostAnswer> {
    return new Promise((answer) => this.#posts.push({ ...post, ...NEW, answer }));
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
    const { domain, unqueued } = this.dependencies;
    const isSent = unqueued.write(postStanza(this.#store.stanza(first.rowId), first.acceptedAt, domain));
    if (isSent) {
      first.state = "sent";
      first.sentAt = Date.now();
    } else this.#setBack();
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

  /** The room has sent a message of the bot back, with its id (XEP-0359). @returns whether it was the first post */
  reflected(id: string, stanzaId: string | undefined): boolean {
    const [first] = this.#posts;
    if (first?.id !== id) return false;
    this.#said(first, stanzaId);
    return true;
  }

  /**
   * The archive has answered: unsure posts that it doesn't have wait to be sent.
   * @param found the ids that it has; undefined: it was silent @returns whether the room has said a post
   */
  searched(found: ReadonlyMap<string, string> | undefined): boolean {
    this.#archiveSilences = found === undefined ? this.#archiveSilences + 1 : 0;
    if (found === undefined) this.#setBack();
    const isOver = this.#archiveSilences >= MAX_TRIES.archive;
    const unsure = this.#unsure;
    for (const post of unsure) {
      if (found?.has(post.id)) this.#said(post, found.get(post.id));
      else if (isOver || (found !== undefined && post.silences >= MAX_TRIES.silence))
        this.#refuse(post, { condition: SILENT });
      else if (found !== undefined) post.state = "waiting";
    }
    return unsure.some(({ id }) => found?.has(id));
  }

  /**
   * A post came back with an error.
   * @returns why the bot is outside, if the error of the first post says so; "ask" if the room must be asked (XEP-0410)
   */
  returned(id: string, error: RoomError): RoomError | "ask" | undefined {
    const [first] = this.#posts;
    if (first?.id !== id || first.state === "waiting") return undefined;
    const { condition } = error;
    const tries = PASSING.get(condition);
    const isNotThere = NOT_THERE.includes(condition);
    first.refusals += 1;
    if (isNotThere || first.refusals >= (tries ?? MAX_TRIES.entering)) {
      this.#refuse(first, error);
      return isNotThere ? error : undefined;
    }
    // A service that can't be reached may have got the post.
    first.state = condition.startsWith("remote-server-") ? "unsure" : "waiting";
    if (tries === undefined) {
      first.verdict = error;
      return "ask";
    }
    this.#setBack();
    return undefined;
  }

  /** The room has said whether the bot was inside when the first post came back. If it was, the error holds. */
  judge(wasInside: boolean): void {
    const [first] = this.#posts;
    if (first?.verdict === undefined) return;
    const { verdict } = first;
    first.verdict = undefined;
    if (wasInside) this.#refuse(first, verdict);
  }

  /**
   * Called when an operator has changed what the bot needs. Forgets posts that no longer wait for this room: the calls of
   * those that were refused are answered.
   * @returns posts that wait for other rooms now, by the room
   */
  reconcile(): ReadonlyMap<string, readonly MovedPost[]> {
    if (this.isEmpty) return new Map();
    const { bot, room } = this.record;
    const stored = new Set(this.#store.posts(bot, room.text).map(({ rowId }) => rowId));
    const lost = this.#posts.filter(({ rowId }) => !stored.has(rowId));
    this.#posts = this.#posts.filter(({ rowId }) => stored.has(rowId));
    const moved = new Map<string, MovedPost[]>();
    for (const post of lost) {
      const elsewhere = this.#store.roomOf(post.rowId);
      if (elsewhere === undefined) this.#answerWithdrawn(post);
      else moved.set(elsewhere, [...(moved.get(elsewhere) ?? []), post]);
    }
    return moved;
  }

  /** Adds posts that waited for another room, and for this one before, perhaps. A new room has read them already. */
  adopt(posts: readonly MovedPost[]): void {
    const adopted = new Set(posts.map(({ rowId }) => rowId));
    const others = this.#posts.filter(({ rowId }) => !adopted.has(rowId));
    this.#posts = [...others, ...posts.map((post) => ({ ...post, ...NEW, state: "unsure" as const }))];
  }

  /** Refuses all posts if the bot is outside because of an error that won't pass. */
  refuse(error: RoomError): void {
    const { condition } = error;
    if (faultKindOf(condition) === undefined) return;
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

  #said(post: Post, stanzaId: string | undefined): void {
    this.#setbacks = 0;
    this.#notBefore = 0;
    this.#finish(post, { outcome: "confirmed" }, stanzaId);
  }

  #refuse(post: Post, error: RoomError): void {
    const reason = refusalReason(error, this.record.address);
    this.#finish(post, { outcome: "refused", condition: error.condition, reason });
  }

  /** Answers the call of a post that an operator's change has refused (administration/needless-rooms.ts). */
  #answerWithdrawn({ id, answer }: Post): void {
    const { outcome, condition, reason } = this.#messages.decisionOf(id) ?? {};
    const decision = outcome && { outcome, condition, reason };
    // A hook that was removed has no messages.
    answer?.(answerOf(id, decision ?? { outcome: "refused", reason: "the hook was removed" }));
  }

  /** Stores what became of a post, and reports it if it was refused. */
  #finish(post: Post, decision: Decision, stanzaId = ""): void {
    const { id, sentAt } = post;
    const { address: sender, room } = this.record;
    const { condition, reason = "" } = decision;
    const at = Date.now();
    let count = (): void => undefined;
    const write = (): void => {
      this.#store.removePost(post);
      if (condition === undefined) this.#messages.decide(id, decision);
      else count = this.dependencies.bounces.refuse({ id, sender, receiver: room.text, condition, reason });
      this.#messages.noteTimes(id, sentAt, at);
      if (stanzaId !== "") this.#messages.identify(stanzaId, room.text, id);
    };
    this.#posts = this.#posts.filter((each) => each !== post);
    this.record.write(write, () => {
      count();
      post.answer?.(answerOf(id, decision));
    });
  }

  #setBack(): void {
    this.#setbacks += 1;
    this.#notBefore = this.#now + Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** (this.#setbacks - 1));
  }
}
