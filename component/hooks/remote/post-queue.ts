/**
 * Sends a bot's posts to a room of another service, in order and one at a time. The room confirms a post by sending it
 * back (XEP-0045 §7.4). If the link is lost first, the room's archive shows whether the post arrived. A room without an
 * archive may get the post twice, with the same id.
 */
import type { StoredPost } from "../../../storage/bot-rooms-store.js";
import type { Decision } from "../../../storage/hook-messages.js";
import type { DeliveryStatus } from "../../outbox/outbox.js";
import { NS, xml } from "../../xml/builder.js";
import { withLastChild } from "../../xml/splice.js";
import { asStored, type WireText } from "../../xml/wire-text.js";
import type { HookFault } from "../fault.js";
import type { RoomArchive } from "./archive.js";
import type { Entrance } from "./entrance.js";
import type { Occupancy } from "./occupancy.js";
import { faultOfMessage, SILENT, type RoomError } from "./room-error.js";

type Settle = (outcome: DeliveryStatus["delivery"] | HookFault) => void;

/** A post that was confirmed or refused. */
export interface FinishedPost extends StoredPost {
  /** When the post was last sent, in milliseconds since 1970; undefined if it wasn't sent. */
  readonly sentAt: number | undefined;
}

interface WaitingPost extends StoredPost {
  /** Whether the room may have received the post already. */
  isUnsure: boolean;
  /** How many attempts failed: the room refused the post temporarily, or didn't respond. */
  tries: number;
  sentAt?: number;
  settle?: Settle;
}

/** How many times a post is sent at most: `lost` if the room is silent, `busy` if it refuses the post temporarily. */
const MOST_TRIES = { lost: 3, busy: 12 };
/** How long after it was accepted a post may be sent without a delay element (XEP-0203), in milliseconds. */
const LATE_MS = 5_000;
/** The first and the longest pause after the room refused a post temporarily, in milliseconds. */
const BUSY_MS = { first: 1_000, most: 60_000 };

interface PostQueueOptions {
  readonly domain: string;
  /** Posts that were accepted by an earlier process. */
  readonly stored: readonly StoredPost[];
  /** Returns the stanza of a stored post; undefined if there is none. */
  readonly stanzaOf: (rowId: number) => string | undefined;
  /** Stores what became of a post. */
  readonly finished: (post: FinishedPost, decision: Decision) => Promise<void>;
}

export class PostQueue {
  #posts: WaitingPost[];
  #isSent = false;
  #isSearching = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly occupancy: Occupancy,
    private readonly entrance: Entrance,
    private readonly archive: RoomArchive,
    private readonly options: PostQueueOptions,
  ) {
    this.#posts = options.stored.map((post) => ({ ...post, isUnsure: true, tries: 0 }));
  }

  get size(): number {
    return this.#posts.length;
  }

  /** Adds a stored post. Resolves to "queued" if there is no result in `timeout` milliseconds. */
  add(post: StoredPost, timeout: number): Promise<DeliveryStatus["delivery"] | HookFault> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve("queued"), timeout).unref();
      const settle: Settle = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#posts.push({ ...post, isUnsure: false, tries: 0, settle });
      this.run();
    });
  }

  /** Sends the next post if the bot is inside and no other post is unconfirmed. */
  run(): void {
    const [next] = this.#posts;
    if (next === undefined || this.#isSent || this.#timer !== undefined || !this.occupancy.isInside) return;
    if (next.isUnsure) {
      this.entrance.session.background(this.#search(), "searching the archive of");
      return;
    }
    const { session } = this.entrance;
    const text = this.options.stanzaOf(next.rowId);
    if (text === undefined) this.#finish("confirmed");
    else if (session.write(this.#delayed(asStored(text), next))) {
      this.#isSent = true;
      next.sentAt = Date.now();
      this.#wait(session.timeout, () =>
        session.background(this.#overdue(), "finding out about a message to"),
      );
    } else this.#wait(BUSY_MS.first, () => this.run());
  }

  /** Handles a message that the room has sent back to the bot. */
  reflected(id: string): void {
    if (this.#posts[0]?.id === id) this.#finish("confirmed");
  }

  /** Handles an error for a message. @returns the error if it shows that the bot isn't inside */
  refused(id: string, error: RoomError): RoomError | undefined {
    const [post] = this.#posts;
    if (post?.id !== id) return undefined;
    this.#isSent = false;
    this.unsure();
    const { condition } = error;
    const isBusy = condition === "policy-violation" || condition === "resource-constraint";
    const isOutside = condition === "not-acceptable";
    post.tries += 1;
    if (/^remote-server-|^internal-server-error$/.test(condition)) return error;
    if (isOutside && post.tries < MOST_TRIES.lost) return { condition: SILENT };
    if (isBusy && post.tries < MOST_TRIES.busy) {
      this.#wait(Math.min(BUSY_MS.most, BUSY_MS.first * 2 ** (post.tries - 1)), () => this.run());
      return undefined;
    }
    this.#finish(faultOfMessage(error, this.#bot), condition);
    this.run();
    return undefined;
  }

  /** Refuses all waiting posts. @param condition the reason (RFC 6120 §8.3.3) */
  refuseAll(fault: HookFault, condition: string): void {
    while (this.#posts.length > 0) this.#finish(fault, condition);
  }

  /** Notes that the bot may be outside. If so, the last post may not have arrived. */
  unsure(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [post] = this.#posts;
    if (this.#isSent && post !== undefined) post.isUnsure = true;
    this.#isSent = false;
  }

  /** Answers all waiting calls "queued" when the link is lost. */
  linkDown(): void {
    this.unsure();
    for (const { settle } of this.#posts) settle?.("queued");
  }

  stop(): void {
    this.linkDown();
    this.#posts = [];
  }

  get #bot(): string {
    return this.entrance.session.bot.bare.text;
  }

  #wait(ms: number, work: () => void): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      work();
    }, ms).unref();
  }

  /** Handles a post without a response: checks that the bot is inside, and searches the archive. */
  async #overdue(): Promise<void> {
    const [post] = this.#posts;
    if (post === undefined) return;
    await this.occupancy.check();
    if (this.#posts[0] !== post || !this.#isSent) return;
    post.tries += 1;
    this.unsure();
    if (post.tries >= MOST_TRIES.lost) this.#finish(faultOfMessage({ condition: SILENT }, this.#bot), SILENT);
    this.run();
  }

  /** Searches the room's archive for posts that may have arrived, and confirms those that it finds. */
  async #search(): Promise<void> {
    if (this.#isSearching) return;
    const unsure = this.#posts.filter(({ isUnsure }) => isUnsure);
    const since = unsure[0]?.acceptedAt ?? 0;
    this.#isSearching = true;
    const found = this.entrance.hasArchive
      ? await this.archive.find(new Set(unsure.map(({ id }) => id)), since)
      : new Set<string>();
    this.#isSearching = false;
    if (found === undefined) {
      this.#wait(BUSY_MS.first, () => this.run());
      return;
    }
    for (const post of unsure) post.isUnsure = false;
    while (found.has(this.#posts[0]?.id ?? "")) this.#finish("confirmed");
    this.run();
  }

  #finish(outcome: "confirmed" | HookFault, condition?: string): void {
    const post = this.#posts.shift();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isSent = false;
    if (post === undefined) return;
    const decision: Decision =
      outcome === "confirmed" ? { outcome } : { outcome: "refused", condition, reason: outcome.message };
    const stored = this.options.finished({ ...post, sentAt: post.sentAt }, decision);
    const settled = stored.then(() => post.settle?.(outcome));
    this.entrance.session.background(settled, "noting what became of a message to");
    if (outcome === "confirmed") this.run();
  }

  #delayed(stanza: WireText, { acceptedAt }: StoredPost): WireText {
    if (Date.now() - acceptedAt < LATE_MS) return stanza;
    const stamp = new Date(acceptedAt).toISOString();
    return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from: this.options.domain, stamp }));
  }
}
