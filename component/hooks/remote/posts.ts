/**
 * A bot's posts to a room of another service, in order: their states, and their outcomes, which are stored before callers
 * are answered. The owner, remote-room.ts, says what the room has done, and asks what is to be done.
 */
import type { StoredPost } from "../../../storage/bot-rooms-store.js";
import type { WireText } from "../../xml/wire-text.js";
import { HookFault } from "../fault.js";
import { kindOf } from "../outcome.js";
import type { RemotePost } from "../sending.js";
import { reasonOf, refusalReason, SILENT, type RoomError } from "./room-error.js";
import type { PostAnswer, RoomRecord } from "./room-record.js";
import { ANSWER_MS } from "./room-wire.js";

export interface Post extends StoredPost {
  /**
   * - `waiting`: the room doesn't have it
   * - `sent`: the room hasn't responded yet; only the first post is ever sent
   * - `unsure`: the room may have it; its archive is asked
   *
   * When the room has sent it back (said) or refused it, the post leaves the queue.
   */
  state: "waiting" | "sent" | "unsure";
  /** When the post was last sent, in milliseconds since 1970. */
  sentAt?: number;
  /** How many times the room neither sent the post back nor refused it. */
  silences: number;
  /** How many times the post came back with an error that may pass. */
  refusals: number;
}

/** What is to be done next, while the bot is inside. */
export type Next =
  | { readonly do: "send"; readonly stanza: WireText }
  | { readonly do: "search"; readonly ids: ReadonlySet<string>; readonly since: number }
  | { readonly do: "pause"; readonly until: number }
  /** Check that the bot is inside, when the room was silent for too long. */
  | { readonly do: "check"; readonly at: number };

/**
 * What an error for a post means. `busy`: the post is sent again after a pause. `outside`: the bot isn't in the room.
 * `unreachable`: the room's service can't be reached, and may have got the post. `missing`: there is no room. In the last
 * two cases, the post is refused.
 */
export type Verdict = "busy" | "outside" | "unreachable" | "missing" | "refused";

/** How many times a post is sent at most, by what comes back; and how many times the archive is asked. */
const MOST = { silence: 3, outside: 3, fault: 5, busy: 12, archive: 12 };
/** The first and the longest pause after an error that may pass, in milliseconds. */
const MS = { first: 1_000, most: 60_000 };
const BUSY: ReadonlySet<string> = new Set(["policy-violation", "resource-constraint"]);

export class Posts {
  #posts: Post[];
  /** How many errors and failures there were since the room last sent a post back. */
  #setbacks = 0;
  #archiveSilences = 0;
  #notBefore = 0;
  #overdueAt = 0;

  constructor(private readonly record: RoomRecord) {
    // An earlier process may have sent them.
    this.#posts = record.posts.map((post) => ({ ...post, state: "unsure", silences: 0, refusals: 0 }));
  }

  get isEmpty(): boolean {
    return this.#posts.length === 0;
  }

  /**
   * Stores posts behind the others. Resolves to "queued" if there is no result in `timeout` milliseconds.
   * @param error why the bot is outside @param added called when the posts are in the queue
   */
  async add(
    posts: readonly RemotePost[],
    timeout: number,
    error: RoomError | undefined,
    added: () => void,
  ): Promise<PostAnswer> {
    const { room, address, most } = this.record;
    const kind = error && kindOf(error.condition);
    if (error !== undefined && kind !== undefined) return new HookFault(kind, reasonOf(error, address));
    if (this.#posts.length + posts.length > most)
      return unavailable(`${most} messages wait for ${room.text}, the limit (hooks.queue)`);
    try {
      return await this.record.add(posts, timeout, (stored) => {
        for (const post of stored) this.#posts.push({ ...post, state: "waiting", silences: 0, refusals: 0 });
        added();
      });
    } catch {
      return unavailable("the database could not store it");
    }
  }

  /** @param idleAt when the room is to be checked if it says nothing meanwhile */
  next(now: number, idleAt: number): Next {
    const [first] = this.#posts;
    if (first === undefined) return { do: "check", at: idleAt };
    if (first.state === "sent") return { do: "check", at: this.#overdueAt };
    if (this.#notBefore > now) return { do: "pause", until: this.#notBefore };
    if (first.state === "waiting") return { do: "send", stanza: this.record.stanza(first) };
    const unsure = this.#posts.filter(({ state }) => state === "unsure");
    return { do: "search", ids: new Set(unsure.map(({ id }) => id)), since: first.acceptedAt };
  }

  /** The first post was sent, or the link didn't take it. */
  sent(isWritten: boolean, now: number): void {
    const [first] = this.#posts;
    if (!isWritten) this.#setBack(now);
    else if (first !== undefined) Object.assign(first, { state: "sent", sentAt: Date.now() });
    this.#overdueAt = now + ANSWER_MS;
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
  searched(found: ReadonlySet<string> | undefined, now: number): boolean {
    this.#archiveSilences = found === undefined ? this.#archiveSilences + 1 : 0;
    if (found === undefined) this.#setBack(now);
    const isOver = this.#archiveSilences >= MOST.archive;
    const unsure = this.#posts.filter(({ state }) => state === "unsure");
    const said = unsure.filter(({ id }) => found?.has(id));
    for (const post of said) this.#said(post);
    for (const post of unsure) {
      if (said.includes(post)) continue;
      if (isOver || (found !== undefined && post.silences >= MOST.silence))
        this.#refuse(post, { condition: SILENT });
      else if (found !== undefined) post.state = "waiting";
    }
    return said.length > 0;
  }

  /** The first post came back with an error. @returns what that means; undefined if it wasn't the first post */
  returned(id: string, error: RoomError, now: number): Verdict | undefined {
    const [first] = this.#posts;
    if (first?.id !== id || first.state === "waiting") return undefined;
    first.refusals += 1;
    const verdict = verdictOn(error.condition, first.refusals);
    first.state = verdict === "unreachable" ? "unsure" : "waiting";
    if (verdict === "busy" || verdict === "unreachable") this.#setBack(now);
    if (verdict === "missing" || verdict === "refused") this.#refuse(first, error);
    return verdict;
  }

  /** Refuses all posts if the bot is outside because of an error that won't pass. */
  refuse(error: RoomError): void {
    const { condition } = error;
    if (kindOf(condition) === undefined) return;
    const reason = reasonOf(error, this.record.address);
    for (const post of this.#posts.splice(0)) {
      const more = post.state === "unsure" ? "; the message may have been said before" : "";
      this.record.finish(post, { outcome: "refused", condition, reason: `${reason}${more}` });
    }
  }

  #said(post: Post): void {
    this.#setbacks = 0;
    this.#notBefore = 0;
    this.#posts = this.#posts.filter((each) => each !== post);
    this.record.finish(post, { outcome: "confirmed" });
  }

  #refuse(post: Post, error: RoomError): void {
    const reason = refusalReason(error, this.record.address);
    this.#posts = this.#posts.filter((each) => each !== post);
    this.record.finish(post, { outcome: "refused", condition: error.condition, reason });
  }

  /** The next attempt has to wait, longer each time. */
  #setBack(now: number): void {
    this.#setbacks += 1;
    this.#notBefore = now + Math.min(MS.most, MS.first * 2 ** (this.#setbacks - 1));
  }
}

function verdictOn(condition: string, tries: number): Verdict {
  if (condition === "gone" || condition === "item-not-found") return "missing";
  if (condition.startsWith("remote-server-") && tries < MOST.busy) return "unreachable";
  if (condition === "not-acceptable" && tries < MOST.outside) return "outside";
  if (BUSY.has(condition) && tries < MOST.busy) return "busy";
  return condition === "internal-server-error" && tries < MOST.fault ? "busy" : "refused";
}

function unavailable(why: string): HookFault {
  return new HookFault("unavailable", `${why}; nothing was sent, try again`);
}
