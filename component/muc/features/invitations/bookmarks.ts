/**
 * Bookmarks persistent rooms (XEP-0402) for new members, so that their clients enter by themselves at each start. The members'
 * server must permit it (XEP-0356 §6). A user's own bookmark of the room, whatever it says, is left as it is. What couldn't be
 * bookmarked isn't repeated: members who drop out are invited again (absent-members.ts).
 */
import type { Logger } from "winston";
import type { GroupCommit } from "../../../../storage/group-commit.js";
import type { MadeBookmarks } from "../../../../storage/made-bookmarks.js";
import { Jid, type AccountJid, type BareJid } from "../../../addresses/address.js";
import { nickFrom } from "../../../addresses/nick.js";
import { inBackground } from "../../../background.js";
import type { RoomsConfig } from "../../../config.js";
import type { IqAnswer, IqRequest, IqRequests } from "../../../inbound/iq-requests.js";
import type { Metrics } from "../../../metrics.js";
import type { Permissions } from "../../../privilege/permissions.js";
import { NS, xml, type Element } from "../../../xml/builder.js";
import type { UsersBookmarks } from "../../context.js";
import { isAtLeast } from "../../room/affiliation.js";
import type { UserDirectory } from "../../room/hats.js";
import type { Room } from "../../room/room.js";
import type { Watched } from "../../room/room-rules.js";
import { formElement, textField } from "../../wire/data-form.js";
import { passwordToGive } from "../access.js";
import { roomNameOf } from "./direct.js";
import { sumOf, UnwantedBookmarks } from "./unwanted-bookmarks.js";

interface Bounds {
  /** How many bookmarks are set at the same time. */
  readonly atOnce: number;
  /** How many may wait; further ones aren't set, so these members are invited again when they are away for long. */
  readonly waiting: number;
}

const BOUNDS: Bounds = { atOnce: 4, waiting: 20_000 };
const WAIT_MS = 10_000;

/** Only the user may read the bookmarks, also if the server makes the node for the first one (XEP-0402 §4). */
const PUBLISH_OPTIONS = formElement("submit", `${NS.pubsub}#publish-options`, [
  textField("pubsub#persist_items", "", "true"),
  textField("pubsub#max_items", "", "max"),
  textField("pubsub#send_last_published_item", "", "never"),
  textField("pubsub#access_model", "", "whitelist"),
]);

interface Wanted {
  readonly room: AccountJid;
  readonly user: BareJid;
}

export interface BookmarksDependencies {
  readonly rooms: { find(jid: AccountJid): Room | undefined };
  readonly requests: Pick<IqRequests, "ask">;
  readonly permissions: Pick<Permissions, "mayGet" | "maySet">;
  readonly directory: Pick<UserDirectory, "namesOf">;
  readonly config: Pick<RoomsConfig, "nick_length">;
  readonly metrics: Pick<Metrics, "bookmarks">;
  readonly log: Logger;
  readonly made: MadeBookmarks;
  readonly commit: Pick<GroupCommit, "run">;
  readonly bounds?: Bounds;
}

export class Bookmarks implements UsersBookmarks {
  readonly #waiting: Wanted[] = [];
  #running = 0;
  readonly #bounds: Bounds;
  /** The hosts that permit requests but don't carry them out, as ejabberd before 25.03. */
  readonly #unable = new Set<string>();
  /** Those of users who are no members any more. */
  readonly unwanted: UnwantedBookmarks;

  constructor(private readonly dependencies: BookmarksDependencies) {
    this.#bounds = dependencies.bounds ?? BOUNDS;
    this.unwanted = new UnwantedBookmarks({
      ...dependencies,
      areOpenAt: (host) => this.areOpenAt(host),
      ask: (user, type, payload) => this.#ask(user, type, payload),
    });
  }

  areOpenAt(host: string): boolean {
    const { permissions } = this.dependencies;
    return (
      !this.#unable.has(host) && permissions.mayGet(host, NS.pubsub) && permissions.maySet(host, NS.pubsub)
    );
  }

  /**
   * Bookmarks a room for new members who aren't inside, after the transaction that makes them members. Whoever creates a
   * room by entering has a client that decides by itself.
   */
  added({ transaction, room }: Watched, members: readonly string[]): void {
    if (room.isLocked) return;
    const users = members.flatMap((member) => {
      const jid = Jid.parse(member)?.bare;
      const isUser = jid?.local !== undefined && this.areOpenAt(jid.domain);
      return isUser && !room.isInside(jid) ? [jid] : [];
    });
    if (users.length === 0) return;
    transaction.whenDone.push(() => {
      for (const user of users) {
        if (this.#waiting.length >= this.#bounds.waiting) this.#count("dropped");
        else this.#waiting.push({ room: room.jid, user });
      }
      // If the transaction has failed, the room is read from the database again first.
      setImmediate(() => this.#goOn());
    });
  }

  async has(room: AccountJid, user: BareJid): Promise<boolean | undefined> {
    if (!this.areOpenAt(user.domain)) return undefined;
    const items = xml("items", { node: NS.bookmarks }, xml("item", { id: room.text }));
    const answer = await this.#ask(user, "get", items);
    // There is no node before the first bookmark.
    if (answer.kind === "error" && answer.condition === "item-not-found") return false;
    if (answer.kind !== "result") return undefined;
    const found = answer.payload?.getChild("items")?.getChildren("item") ?? [];
    return found.some(({ attrs }) => attrs.id === room.text);
  }

  /** Forgets which hosts don't carry requests out. Called when the stream is down. */
  reset(): void {
    this.#unable.clear();
  }

  #goOn(): void {
    while (this.#running < this.#bounds.atOnce) {
      const wanted = this.#waiting.shift();
      if (wanted === undefined) return;
      this.#running += 1;
      const work = this.#bookmark(wanted).finally(() => {
        this.#running -= 1;
        this.#goOn();
      });
      inBackground(work, "bookmarking a room", this.dependencies.log);
    }
  }

  async #bookmark({ room: address, user }: Wanted): Promise<void> {
    if (this.#roomOf(address, user) === undefined) return;
    const isThere = await this.has(address, user);
    if (isThere !== false) {
      this.#count(isThere === true ? "kept" : "refused");
      return;
    }
    const room = this.#roomOf(address, user);
    if (room === undefined) return;
    const conference = this.#conference(room, user);
    const { made, commit } = this.dependencies;
    const bookmark = { jid: user.text, room: address.text, sum: sumOf(conference), unwantedAt: undefined };
    // First, so that none is forgotten: what isn't there needn't be taken back.
    await commit.run(() => made.put(bookmark));
    const answer = await this.#ask(
      user,
      "set",
      xml("publish", { node: NS.bookmarks }, xml("item", { id: address.text }, conference)),
      // Without these options, the server might make a node that others can read.
      xml("publish-options", {}, PUBLISH_OPTIONS),
    );
    this.#count(answer.kind === "result" ? "set" : "refused");
    if (answer.kind === "error" || answer.kind === "refused") await commit.run(() => made.remove(bookmark));
    // Membership may have ended meanwhile.
    else if (this.#roomOf(address, user) === undefined) this.unwanted.wake();
  }

  /** Returns the room if the user is still to have a bookmark of it. */
  #roomOf(address: AccountJid, user: BareJid): Room | undefined {
    const room = this.dependencies.rooms.find(address);
    const isWanted =
      room?.options.persistent === true &&
      isAtLeast(room.affiliations.storedAffiliationOf(user.text), "member");
    return isWanted ? room : undefined;
  }

  async #ask(user: BareJid, type: IqRequest["type"], ...payload: readonly Element[]): Promise<IqAnswer> {
    const { requests, log } = this.dependencies;
    const answer = await requests.ask({
      ...{ type, to: user, inNameOf: user, timeout: WAIT_MS },
      payload: xml("pubsub", NS.pubsub, ...payload),
    });
    if (answer.kind === "error" && answer.condition === "feature-not-implemented") {
      const { domain } = user;
      if (!this.#unable.has(domain))
        log.warn(
          `${domain} permits bookmarks of its users (XEP-0356), but doesn't carry the requests out, so rooms aren't bookmarked`,
        );
      this.#unable.add(domain);
    }
    return answer;
  }

  /** Builds a bookmark, with the nickname that the user has reserved, or by which others know the user. */
  #conference(room: Room, user: BareJid): Element {
    const { directory, config } = this.dependencies;
    const name = room.affiliations.get(user.text)?.nick ?? directory.namesOf(user)[0] ?? "";
    const nick = nickFrom(name, config.nick_length)?.text;
    const password = passwordToGive(room);
    return xml(
      "conference",
      { xmlns: NS.bookmarks, name: roomNameOf(room), autojoin: "true" },
      nick === undefined ? undefined : xml("nick", {}, nick),
      password === undefined ? undefined : xml("password", {}, password),
    );
  }

  #count(result: "set" | "kept" | "refused" | "dropped"): void {
    this.dependencies.metrics.bookmarks.inc({ result });
  }
}
