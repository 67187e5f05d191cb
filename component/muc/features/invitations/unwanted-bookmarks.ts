/**
 * Takes the component's own bookmarks back from users who are no members any more: they left, the room was destroyed, or they
 * were erased. What the user has changed is the user's. Who is no member is read from the tables, each hour and soon after a
 * change, so none is forgotten over restarts and while a server is away; after a month of trying, a bookmark is left there.
 */
import { createHash } from "node:crypto";
import type { Logger } from "winston";
import type { GroupCommit } from "../../../../storage/group-commit.js";
import type { MadeBookmark, MadeBookmarks } from "../../../../storage/made-bookmarks.js";
import { Jid, type BareJid } from "../../../addresses/address.js";
import { inBackground } from "../../../background.js";
import type { IqAnswer } from "../../../inbound/iq-requests.js";
import { NS, xml, type Element } from "../../../xml/builder.js";

const HOUR_MS = 3600_000;
/** How long it is tried to take a bookmark back. */
const KEPT_MS = 30 * 24 * HOUR_MS;
/** How many rows are read at a time. */
const READ = 100;

export interface UnwantedDependencies {
  readonly made: MadeBookmarks;
  readonly commit: Pick<GroupCommit, "run">;
  readonly log: Logger;
  areOpenAt(host: string): boolean;
  ask(user: BareJid, type: "get" | "set", payload: Element): Promise<IqAnswer>;
}

export class UnwantedBookmarks {
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  /** Whether another round follows: this one may have looked too early. */
  #isWoken = false;
  #isStopped = false;

  constructor(private readonly parts: UnwantedDependencies) {}

  start(): void {
    this.#timer = setInterval(() => this.wake(), HOUR_MS).unref();
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }

  /** Looks for bookmarks to take back, after the transaction of this turn of the event loop. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    const run = async (): Promise<void> => {
      try {
        while (this.#isWoken && !this.#isStopped) {
          this.#isWoken = false;
          await new Promise(setImmediate);
          await this.#round();
        }
      } finally {
        this.#isRunning = false;
      }
    };
    inBackground(run(), "taking bookmarks back", this.parts.log);
  }

  async #round(): Promise<void> {
    const { made } = this.parts;
    for (let last = { jid: "", room: "" }; !this.#isStopped;) {
      const rows = made.behind(last.jid, last.room, READ);
      for (const { isMember, ...row } of rows) if (isMember === 0) await this.#takeBack(row);
      const end = rows.at(-1);
      if (end === undefined) return;
      last = end;
      await new Promise(setImmediate);
    }
  }

  async #takeBack(row: MadeBookmark): Promise<void> {
    const { made, commit } = this.parts;
    if (this.#isStopped) return;
    const { jid, room, unwantedAt } = row;
    const user = Jid.parse(jid)?.bare;
    const now = Date.now();
    if (user === undefined || (unwantedAt !== undefined && unwantedAt < now - KEPT_MS)) {
      await commit.run(() => made.remove(row));
      return;
    }
    if (unwantedAt === undefined) await commit.run(() => made.put({ ...row, unwantedAt: now }));
    if (!this.parts.areOpenAt(user.domain)) return;
    const found = await this.#find(user, room);
    // The server may answer later.
    if (found === "unknown") return;
    if (found !== undefined && sumOf(found) === row.sum) {
      if (!made.isUnwanted(row)) return;
      const retract = xml("retract", { node: NS.bookmarks, notify: "true" }, xml("item", { id: room }));
      const answer = await this.parts.ask(user, "set", retract);
      if (answer.kind !== "result" && !isGone(answer)) return;
    }
    await commit.run(() => made.remove(row));
  }

  async #find(user: BareJid, room: string): Promise<Element | undefined | "unknown"> {
    const items = xml("items", { node: NS.bookmarks }, xml("item", { id: room }));
    const answer = await this.parts.ask(user, "get", items);
    if (isGone(answer)) return undefined;
    if (answer.kind !== "result") return "unknown";
    const all = answer.payload?.getChild("items")?.getChildren("item") ?? [];
    return all.find(({ attrs }) => attrs.id === room)?.getChild("conference");
  }
}

function isGone(answer: IqAnswer): boolean {
  return answer.kind === "error" && answer.condition === "item-not-found";
}

/** Returns a hash of what a bookmark says, however a server writes it. */
export function sumOf(conference: Element): string {
  const { name = "", autojoin = "" } = conference.attrs;
  const isOn = autojoin === "true" || autojoin === "1";
  const children = conference.getChildElements().map((child) => [child.name, child.getText()].join(" "));
  const said = JSON.stringify([name, isOn, ...children.sort()]);
  return createHash("sha256").update(said).digest("hex");
}
