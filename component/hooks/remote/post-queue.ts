/**
 * The messages of a bot for a room of another service, in order and one at a time. One is sent once the disk has it, and
 * done when the room has sent it back to the bot with its id (XEP-0045 §7.4). If the link breaks before, the room's
 * archive tells whether it was said; a room without one may be sent it twice, with the same id.
 */
import type { BotRoomsStore, StoredPost } from "../../../storage/bot-rooms-store.js";
import type { DeliveryStatus } from "../../outbox/outbox.js";
import { NS, xml } from "../../xml/builder.js";
import { withLastChild } from "../../xml/splice.js";
import { asStored, type WireText } from "../../xml/wire-text.js";
import type { HookFault } from "../fault.js";
import type { RoomArchive } from "./archive.js";
import type { Occupancy } from "./occupancy.js";
import { faultOfMessage, SILENT, type RoomError } from "./room-error.js";

export interface PostQueueParts {
  readonly occupancy: Occupancy;
  readonly archive: RoomArchive;
  /** The component's domain, and the bot's address. */
  readonly domain: string;
  readonly bot: string;
  readonly write: (stanza: WireText) => boolean;
  readonly store: Pick<BotRoomsStore, "stanza">;
  /** Deletes one that is done; with a condition, as the room refused it. */
  readonly done: (post: StoredPost, condition?: string) => void;
  /** How long a message is waited for, in milliseconds. */
  readonly patience: number;
}

interface Waiting extends StoredPost {
  /** It may have been sent before. */
  isUnsure: boolean;
  tries: number;
  settle?: (outcome: DeliveryStatus["delivery"] | HookFault) => void;
}

/** So often is one sent that is neither sent back nor refused for good. */
const MOST_TRIES = { lost: 3, busy: 12 };
/** A message that is sent later than this after it was accepted says so (XEP-0203); milliseconds. */
const LATE_MS = 5_000;
/** The first and the longest pause after the room said that it takes no more for now. */
const BUSY_MS = { first: 1_000, most: 60_000 };

export class PostQueue {
  readonly #parts: PostQueueParts;
  #posts: Waiting[];
  #isSent = false;
  #isLooking = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param posts that were accepted before */
  constructor(parts: PostQueueParts, posts: readonly StoredPost[]) {
    this.#parts = parts;
    this.#posts = posts.map((post) => ({ ...post, isUnsure: true, tries: 0 }));
  }

  get size(): number {
    return this.#posts.length;
  }

  /** One is committed. @returns what became of it, within so many milliseconds */
  add(post: StoredPost, timeout: number): Promise<DeliveryStatus["delivery"] | HookFault> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve("queued"), timeout).unref();
      const settle = (outcome: DeliveryStatus["delivery"] | HookFault): void => {
        clearTimeout(timer);
        resolve(outcome);
      };
      this.#posts.push({ ...post, isUnsure: false, tries: 0, settle });
      this.run();
    });
  }

  /** Sends the next one if it can be. */
  run(): void {
    const { occupancy, store, write, patience } = this.#parts;
    const [next] = this.#posts;
    if (next === undefined || this.#isSent || this.#timer !== undefined || !occupancy.isInside) return;
    if (next.isUnsure) {
      void this.#lookFor();
      return;
    }
    const text = store.stanza(next.seq);
    if (text === undefined) this.#finish("confirmed");
    else if (write(this.#delayed(asStored(text), next))) {
      this.#isSent = true;
      this.#wait(patience, () => void this.#overdue());
    } else this.#wait(BUSY_MS.first, () => this.run());
  }

  /** The room has sent one back. @returns false if it is none of these */
  reflected(id: string): boolean {
    if (this.#posts[0]?.id !== id) return false;
    this.#finish("confirmed");
    return true;
  }

  /** An error came back. @returns what it says of the bot's place in the room, if anything */
  refused(id: string, error: RoomError): RoomError | undefined {
    const [post] = this.#posts;
    if (post?.id !== id) return undefined;
    this.#isSent = false;
    this.unsure();
    const { condition } = error;
    const isBusy = condition === "policy-violation" || condition === "resource-constraint";
    const isOutside = condition === "not-acceptable";
    const isAway = /^remote-server-|^internal-server-error$/.test(condition);
    post.tries += 1;
    if (isAway) return error;
    if ((isOutside && post.tries < MOST_TRIES.lost) || (isBusy && post.tries < MOST_TRIES.busy)) {
      if (isOutside) return { condition: SILENT };
      this.#wait(Math.min(BUSY_MS.most, BUSY_MS.first * 2 ** (post.tries - 1)), () => this.run());
      return undefined;
    }
    this.#finish(faultOfMessage(error, this.#parts.bot), condition);
    this.run();
    return undefined;
  }

  /** All that wait are refused. */
  refuse(fault: HookFault, condition: string): number {
    const { length } = this.#posts;
    while (this.#posts.length > 0) this.#finish(fault, condition);
    return length;
  }

  /** The bot isn't inside for certain any more: what was sent last may have been said. */
  unsure(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [post] = this.#posts;
    if (this.#isSent && post !== undefined) post.isUnsure = true;
    this.#isSent = false;
  }

  /** The link is lost: nobody waits any longer. */
  linkDown(): void {
    this.unsure();
    for (const { settle } of this.#posts) settle?.("queued");
  }

  stop(): void {
    this.linkDown();
    this.#posts = [];
  }

  #wait(ms: number, work: () => void): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      work();
    }, ms).unref();
  }

  /** It was sent and neither came back nor was refused: is the bot still inside, and does the archive have it? */
  async #overdue(): Promise<void> {
    const [post] = this.#posts;
    if (post === undefined) return;
    await this.#parts.occupancy.check();
    if (this.#posts[0] !== post || !this.#isSent) return;
    post.tries += 1;
    this.unsure();
    if (post.tries >= MOST_TRIES.lost)
      this.#finish(faultOfMessage({ condition: SILENT }, this.#parts.bot), SILENT);
    this.run();
  }

  /** Those that may have been said, and were, are done. */
  async #lookFor(): Promise<void> {
    if (this.#isLooking) return;
    const { occupancy, archive } = this.#parts;
    const unsure = this.#posts.filter(({ isUnsure }) => isUnsure);
    const since = unsure[0]?.acceptedAt ?? 0;
    this.#isLooking = true;
    const found = occupancy.hasArchive
      ? await archive.find(new Set(unsure.map(({ id }) => id)), since)
      : new Set<string>();
    this.#isLooking = false;
    // Without an answer it is asked again; while the bot is outside, once it is inside.
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
    this.#parts.done(post, condition);
    post.settle?.(outcome);
    if (outcome === "confirmed") this.run();
  }

  #delayed(stanza: WireText, { acceptedAt }: StoredPost): WireText {
    if (Date.now() - acceptedAt < LATE_MS) return stanza;
    const stamp = new Date(acceptedAt).toISOString();
    return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from: this.#parts.domain, stamp }));
  }
}
