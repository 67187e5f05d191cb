/** What one bot sends to one room of another group chat service (XEP-0045), and asks the room and its archive. */
import { randomUUID } from "node:crypto";
import { inBackground } from "../../background.js";
import type { IqAnswer, IqRequests } from "../../inbound/iq-requests.js";
import { Jid, prepareResource, type AccountJid } from "../../addresses/address.js";
import type { UnqueuedWriter } from "../../link/unqueued-writer.js";
import { MUC } from "../../muc/wire/ns.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { Bounces } from "../bounces.js";
import type { Clock } from "../clock.js";
import type { HookDependencies } from "../dependencies.js";
import type { EventRecorder } from "../outgoing/event-recorder.js";
import { MISSING, NO_ROOM, SILENT, type RoomError } from "./room-error.js";

/** What bots in rooms of other services need from the component. */
export interface RemoteRoomsDependencies extends HookDependencies {
  /** The maximum length of a nickname, in characters. */
  readonly nickLength: number;
  /** How long a call waits for the room's confirmation before it is answered "queued", in milliseconds. */
  readonly confirmTimeout: number;
  readonly requests: Pick<IqRequests, "ask">;
  readonly unqueued: Pick<UnqueuedWriter, "write">;
  readonly link: { readonly isUp: boolean; on(event: "up" | "down", listener: () => void): unknown };
  readonly bounces: Pick<Bounces, "refuse">;
  readonly listener: Pick<EventRecorder, "heardIn">;
  readonly clock: Clock;
}

/** The timeout of every response of the room, in milliseconds. */
export const ANSWER_MS = 20_000;
/** How long the room may be silent before the bot asks whether it is still inside, in milliseconds. */
export const IDLE_MS = 600_000;
/** The features that are asked for. */
const FEATURES: readonly string[] = [MUC.mam, MUC.occupantId, NS.sid];
const REGISTERED_NICK = "x-roomuser-item";
/** The errors of a self-ping that show that the bot is inside (XEP-0410 §3.2). */
const INSIDE: readonly string[] = ["service-unavailable", "feature-not-implemented"];

/** How many results a page of the archive has, and how many pages are read at most. */
const PAGE_SIZE = 100;
const MAX_PAGES = 100;
/** By how many milliseconds the clocks of two servers may differ. */
const SKEW_MS = 300_000;
/** Errors of the archive after which it is asked again. */
const PASSING = /^(?:resource-constraint|policy-violation|internal-server-error|remote-server-\S+)$/;

export class RoomWire {
  /** The room's features (XEP-0030), of those that matter here: the room chooses how many it announces. */
  features: ReadonlySet<string> = new Set();
  /** The last query of the archive. */
  #query = { id: "", wanted: new Set<string>() as ReadonlySet<string>, found: new Map<string, string>() };

  constructor(
    readonly bot: Jid,
    readonly room: AccountJid,
    private readonly dependencies: RemoteRoomsDependencies,
  ) {}

  /** Sends an IQ request, by default to the room. */
  ask(type: "get" | "set", payload: Element, to: Jid = this.room): Promise<IqAnswer> {
    return this.dependencies.requests.ask({ type, to, from: this.bot, payload, timeout: ANSWER_MS });
  }

  /**
   * Asks the room what it is (XEP-0030), and for the bot's registered nickname (XEP-0045 §7.12).
   * @param isKnown whether the address is known to be a room's; otherwise the domain is asked, too
   * @param isTrap whether the room must say that it exists
   * @returns whether it is a room, the nickname, and why the bot doesn't join: that would create the room, for example
   */
  async about({
    isKnown,
    isTrap,
  }: {
    readonly isKnown: boolean;
    readonly isTrap: boolean;
  }): Promise<{ isRoom: boolean; nick: string | undefined; error?: RoomError | undefined }> {
    const ask = (to?: Jid, node?: string): Promise<IqAnswer> =>
      this.ask("get", xml("query", { xmlns: NS.discoInfo, node }), to);
    const [answer, registered] = await Promise.all([ask(), ask(undefined, REGISTERED_NICK)]);
    this.features = featuresIn(answer);
    const nick = registeredNick(registered);
    const error = readAbout(answer);
    if (error === "room") return { nick, isRoom: true };
    if (isKnown) {
      const isMissing = error?.condition === NO_ROOM || (isTrap && error === undefined);
      return { nick, isRoom: true, error: isMissing ? { condition: MISSING } : error };
    }
    if (error !== undefined && error.condition !== MISSING) return { nick, isRoom: false, error };
    const domain = Jid.of(undefined, this.room.domain);
    const service = domain && readAbout(await ask(domain));
    if (service === "room") return { nick, isRoom: true, error };
    const condition = service?.condition === SILENT ? SILENT : NO_ROOM;
    return { nick, isRoom: false, error: { condition } };
  }

  /** Joins without history (XEP-0045 §7.2). Returns false if the presence is lost. */
  join(nick: string, photo: Element, password: string | undefined): boolean {
    const secret = password === undefined ? undefined : xml("password", {}, password);
    const x = xml("x", MUC.muc, xml("history", { maxstanzas: "0" }), secret);
    return this.#sendPresence(nick, undefined, x, photo);
  }

  leave(nick: string): void {
    this.#sendPresence(nick, "unavailable");
  }

  /**
   * Asks the room whether the bot is inside (XEP-0410).
   * @returns undefined if it is, else an error that doesn't last: entering finds out why the bot is outside
   */
  async ping(nick: string): Promise<RoomError | undefined> {
    const to = this.room.withResource(nick);
    const answer = to && (await this.ask("get", xml("ping", NS.ping), to));
    if (answer?.kind === "result") return undefined;
    if (answer?.kind === "error" && INSIDE.includes(answer.condition)) return undefined;
    const isFar = answer?.kind === "error" && answer.condition.startsWith("remote-server-");
    return { condition: isFar ? answer.condition : SILENT };
  }

  /** Destroys a room that the bot has created by entering (XEP-0045 §10.9), and leaves it. */
  undo(nick: string): void {
    const done = this.ask("set", xml("query", MUC.owner, xml("destroy"))).then(() => this.leave(nick));
    inBackground(done, `destroying ${this.room.text}`, this.dependencies.log);
  }

  /**
   * Asks the archive (XEP-0313) which messages the room has received.
   * @param wanted the messages' ids @param since when the first was accepted, in milliseconds since 1970
   * @returns those that the archive has, with its ids of them; none if there is no archive; undefined if the room doesn't respond, or is too busy
   */
  async find(wanted: ReadonlySet<string>, since: number): Promise<ReadonlyMap<string, string> | undefined> {
    const query = { id: randomUUID(), wanted, found: new Map<string, string>() };
    this.#query = query;
    const hasAll = (): boolean => query.found.size === wanted.size;
    const start = new Date(since - SKEW_MS).toISOString();
    let next: Page = { start };
    for (let page = 0; this.features.has(MUC.mam) && page < MAX_PAGES; page += 1) {
      const answer = await this.ask("set", archiveQuery(query.id, next));
      // A room that refuses access to its archive is treated like one without an archive.
      if (answer.kind === "error" && !PASSING.test(answer.condition)) break;
      if (answer.kind !== "result") return undefined;
      const fin = answer.payload;
      const after = fin?.getChild("set", MUC.rsm)?.getChildText("last") ?? undefined;
      if (hasAll() || next.before !== undefined) break;
      // This machine's clock may have been wrong: the newest messages are read, whenever they were said.
      next = fin?.attrs.complete === "true" || after === undefined ? { before: "" } : { start, after };
    }
    return query.found;
  }

  /** Consumes a message that is a result of the last query of the archive. Returns false for any other stanza. */
  consume(stanza: Element): boolean {
    const { id: queryId, wanted, found } = this.#query;
    const result = stanza.getChild("result", MUC.mam);
    if (result?.attrs.queryid !== queryId) return false;
    const id = result.getChild("forwarded", NS.forward)?.getChild("message")?.attrs.id;
    if (id !== undefined && wanted.has(id)) found.set(id, result.attrs.id ?? "");
    return true;
  }

  #sendPresence(nick: string, type?: string, ...children: readonly (Element | undefined)[]): boolean {
    const to = this.room.withResource(nick)?.text;
    const presence = xml("presence", { from: this.bot.text, to, type }, ...children);
    return to !== undefined && this.dependencies.unqueued.write(serialise(presence));
  }
}

/** Returns what a disco#info response says of the address that responded; undefined: not whether it is a room's. */
function readAbout(answer: IqAnswer): "room" | RoomError | undefined {
  if (answer.kind === "error") {
    const { condition } = answer;
    // mu-conference responds "bad-request" for rooms that don't exist. Entering would create them.
    if (condition === MISSING || condition === "bad-request") return { condition: MISSING };
    return /^(?:remote-server-|gone$)/.test(condition) ? { condition } : undefined;
  }
  if (answer.kind !== "result") return { condition: SILENT };
  const identities = answer.payload?.getChildren("identity") ?? [];
  if (identities.some(({ attrs }) => attrs.category === "conference")) return "room";
  return identities.length === 0 ? undefined : { condition: NO_ROOM };
}

function featuresIn(answer: IqAnswer): ReadonlySet<string> {
  const features = answer.kind === "result" ? (answer.payload?.getChildren("feature") ?? []) : [];
  const announced = new Set(features.map(({ attrs }) => attrs.var));
  return new Set(FEATURES.filter((feature) => announced.has(feature)));
}

/** Returns the bot's registered nickname, if it is one. A server that ignores the node responds with the name of the room. */
function registeredNick(answer: IqAnswer): string | undefined {
  if (answer.kind !== "result" || answer.payload?.attrs.node !== REGISTERED_NICK) return undefined;
  return prepareResource(answer.payload.getChild("identity")?.attrs.name ?? "");
}

/** A page of an archive's messages (XEP-0059): those since a time, after a message; `before: ""` is the last page. */
interface Page {
  readonly start?: string;
  readonly after?: string;
  readonly before?: "";
}

function archiveQuery(queryid: string, { start, after, before }: Page): Element {
  const field = (name: string, value: string, type?: string): Element =>
    xml("field", { var: name, type }, xml("value", {}, value));
  const form = [
    field("FORM_TYPE", MUC.mam, "hidden"),
    start === undefined ? undefined : field("start", start),
  ];
  const page = [
    xml("max", {}, String(PAGE_SIZE)),
    after === undefined ? undefined : xml("after", {}, after),
    before === undefined ? undefined : xml("before"),
  ];
  return xml(
    "query",
    { xmlns: MUC.mam, queryid },
    xml("x", { xmlns: NS.data, type: "submit" }, ...form),
    xml("set", MUC.rsm, ...page),
  );
}
