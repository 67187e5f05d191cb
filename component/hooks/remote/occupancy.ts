/**
 * Has a bot enter a room of another service and stay there (XEP-0045 §7.2, XEP-0410): as an ordinary occupant, without
 * history. Of all presence only its own is looked at, and nobody's is kept.
 */
import type { IqAnswer, IqRequests } from "../../iq-requests.js";
import { Jid, type AccountJid, type FullJid } from "../../address.js";
import { nickFrom, numbered } from "../../nick.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { WireText } from "../../xml/wire-text.js";
import { pauseAfter } from "../pauses.js";
import type { HookFault } from "../fault.js";
import type { BotRoomState } from "../../../storage/bot-rooms-store.js";
import {
  errorIn,
  faultOfEntering,
  isFinal,
  isRefusal,
  KICKED,
  NO_ROOM,
  SILENT,
  type RoomError,
} from "./room-error.js";

export interface OccupancyTimes {
  /** A room that was silent for so long is asked whether the bot is still inside; milliseconds. */
  readonly idle: number;
  /** The first pause after the bot was kicked. */
  readonly kicked: number;
  /** How long an answer is waited for. */
  readonly answer: number;
}

export const TIMES: OccupancyTimes = { idle: 600_000, kicked: 60_000, answer: 20_000 };

export interface OccupancyParts {
  readonly bot: FullJid;
  readonly room: AccountJid;
  readonly nickLength: number;
  readonly times: OccupancyTimes;
  readonly requests: Pick<IqRequests, "ask">;
  /** Writes a finished stanza; false if it is lost. */
  readonly write: (stanza: WireText) => boolean;
  /** What it is called, and a child for its presence that tells its picture. */
  readonly looks: () => { readonly title: string; readonly photo: Element };
  readonly password: () => string | undefined;
  /** The state has changed, or it is certain again. */
  readonly changed: () => void;
}

const MUC = "http://jabber.org/protocol/muc";
export const MUC_USER = `${MUC}#user`;
const MAM = "urn:xmpp:mam:2";
const REGISTERED_NICK = "x-roomuser-item";
/** So many nicknames are tried. */
const NICKNAMES = 10;
/** Posts don't have it try again sooner than this; milliseconds. */
const TRY_MS = 5_000;
/** The longest pause after kicks, and for how long the bot must have stayed for them to be forgotten. */
const KICKED_MS = 3_600_000;

export class Occupancy {
  readonly #parts: OccupancyParts;
  state: BotRoomState = "entering";
  error: RoomError | undefined;
  nick: string | undefined;
  /** Whether the address is known to be a room's. */
  isRoom: boolean;
  hasArchive = false;
  #attempt: Promise<void> | undefined;
  #joined: ((answer: Element | undefined) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #kicks = 0;
  #triedAt = -Infinity;
  #enteredAt = 0;
  #heardAt = 0;

  /** @param nick the nickname that it had there before */
  constructor(parts: OccupancyParts, nick?: string) {
    this.#parts = parts;
    this.nick = nick;
    this.isRoom = nick !== undefined;
  }

  /** Why what is to be sent there can't be; undefined if it can, or may later. */
  get fault(): HookFault | undefined {
    return this.error && faultOfEntering(this.error, this.#bot);
  }

  get isInside(): boolean {
    return this.state === "inside";
  }

  /** Something is to be sent there. @returns why it can't be; undefined if it can, or may soon */
  wanted(): HookFault | undefined {
    const { error } = this;
    if (error === undefined || this.#attempt !== undefined) return undefined;
    const isStopped = isFinal(error) || error.condition === KICKED;
    if (isStopped || performance.now() - this.#triedAt < TRY_MS) return this.fault;
    void this.enter();
    return undefined;
  }

  /** Enters the room, also if the bot is inside already, which does no harm. */
  enter(): Promise<void> {
    this.#attempt ??= this.#enter().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  leave(): void {
    clearTimeout(this.#timer);
    const to = this.nick === undefined ? undefined : this.#parts.room.withResource(this.nick);
    if (to === undefined || !this.isInside) return;
    this.#parts.write(
      serialise(xml("presence", { from: this.#parts.bot.text, to: to.text, type: "unavailable" })),
    );
  }

  /** Asks the room whether the bot is still inside (XEP-0410), and enters again if it isn't. */
  async check(): Promise<void> {
    const to = this.#parts.room.withResource(this.nick ?? "");
    const answer = to && (await this.#ask(to, xml("ping", NS.ping)));
    const isThere =
      answer?.kind === "result" ||
      (answer?.kind === "error" &&
        /^(?:service-unavailable|feature-not-implemented)$/.test(answer.condition));
    if (!this.isInside) return;
    if (!isThere) {
      await this.enter();
      return;
    }
    this.heard();
    this.#parts.changed();
  }

  /** Something came from the room. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /** The link is up: whether it still is inside is to be found out. */
  linkUp(): void {
    this.#failures = 0;
    if (this.isInside) void this.check();
    else if (this.error === undefined || !(isFinal(this.error) || this.error.condition === KICKED))
      void this.enter();
  }

  linkDown(): void {
    if (this.isInside) clearTimeout(this.#timer);
    this.#joined?.(undefined);
  }

  /** The room, or its server, doesn't know the bot. */
  lost(error: RoomError): void {
    this.#outside(error, 0);
  }

  /** A presence from the room for the bot. */
  presence(stanza: Element, nick: string | undefined): void {
    const { type } = stanza.attrs;
    const codes = codesIn(stanza);
    this.heard();
    if (type === "error") this.#joined?.(stanza);
    else if (type === "unavailable") {
      if (this.isInside && (codes.has("110") || nick === this.nick)) this.#left(stanza, codes);
    } else if (codes.has("110")) {
      if (this.#joined !== undefined) this.#joined(stanza);
      else if (this.isInside) this.nick = nick;
    }
  }

  get #bot(): string {
    return this.#parts.bot.bare.text;
  }

  async #enter(): Promise<void> {
    clearTimeout(this.#timer);
    this.#triedAt = performance.now();
    this.#set("entering", this.error);
    const error = await this.#try();
    if (error !== undefined) {
      this.#outside(error, pauseAfter(++this.#failures));
      return;
    }
    this.#failures = 0;
    this.#enteredAt = performance.now();
    this.#set("inside");
    this.#watch();
  }

  /** @returns why it could not enter */
  async #try(): Promise<RoomError | undefined> {
    const { room, looks, nickLength } = this.#parts;
    const info = (node?: string): Element => xml("query", { xmlns: NS.discoInfo, node });
    const [about, registered] = await Promise.all([
      this.#ask(room, info()),
      this.#ask(room, info(REGISTERED_NICK)),
    ]);
    const error = await this.#faultIn(about);
    if (error !== undefined) return error;
    this.isRoom = true;
    this.hasArchive = featuresIn(about).has(MAM);
    // A server that overlooks the node would answer with the room's own name.
    const own = nodeOf(registered) === REGISTERED_NICK ? identityIn(registered)?.name : undefined;
    const name = nickFrom(looks().title, nickLength)?.text ?? "bot";
    for (let number = 1; number <= NICKNAMES; number += 1) {
      const nick = number === 1 ? (own ?? name) : numbered(name, number, nickLength);
      const answer = await this.#join(nick);
      if (answer === undefined) return { condition: SILENT };
      if (answer.attrs.type !== "error") return this.#entered(answer);
      const refusal = errorIn(answer);
      if (refusal.condition !== "conflict") return refusal;
    }
    return { condition: "conflict" };
  }

  #entered(presence: Element): RoomError | undefined {
    this.nick = Jid.parse(presence.attrs.from ?? "")?.resource;
    if (!codesIn(presence).has("201")) return undefined;
    // Entering made the room, as it had gone a moment before: it goes again.
    this.state = "inside";
    this.leave();
    return { condition: "item-not-found" };
  }

  /** What is wrong with the address, going by its own answer and, the first time, its domain's. */
  async #faultIn(about: IqAnswer): Promise<RoomError | undefined> {
    const isMissing = about.kind === "error" && about.condition === "item-not-found";
    if (about.kind === "silence" || about.kind === "unasked") return { condition: SILENT };
    if (about.kind === "error" && /^(?:remote-server-|gone$)/.test(about.condition)) return about;
    if (this.isRoom || identityIn(about)?.category === "conference")
      return isMissing ? { condition: about.condition } : undefined;
    const domain = Jid.of(undefined, this.#parts.room.domain);
    const service = domain && (await this.#ask(domain, xml("query", NS.discoInfo)));
    if (service?.kind === "silence" || service?.kind === "unasked") return { condition: SILENT };
    if (service === undefined || identityIn(service)?.category !== "conference")
      return { condition: NO_ROOM };
    this.isRoom = true;
    // Entering a room that isn't there would make it.
    return isMissing ? { condition: about.condition } : undefined;
  }

  #join(nick: string): Promise<Element | undefined> {
    const { bot, room, write, looks, password, times } = this.#parts;
    const to = room.withResource(nick);
    const secret = password();
    return new Promise((resolve) => {
      const settle = (answer: Element | undefined): void => {
        clearTimeout(timer);
        this.#joined = undefined;
        resolve(answer);
      };
      const timer = setTimeout(() => settle(undefined), times.answer).unref();
      this.#joined = settle;
      const x = xml(
        "x",
        MUC,
        xml("history", { maxstanzas: "0" }),
        secret === undefined ? undefined : xml("password", {}, secret),
      );
      const presence = xml("presence", { from: bot.text, to: to?.text }, x, looks().photo);
      if (to === undefined || !write(serialise(presence))) settle(undefined);
    });
  }

  /** The bot is no occupant any more; the room tells why. */
  #left(stanza: Element, codes: ReadonlySet<string>): void {
    const x = stanza.getChild("x", MUC_USER);
    const destroyed = x?.getChild("destroy");
    if (codes.has("303")) this.nick = x?.getChild("item")?.attrs.nick ?? this.nick;
    else if (destroyed !== undefined) this.#outside({ condition: "gone", text: destroyed.attrs.jid }, 0);
    else if (codes.has("301")) this.#outside({ condition: "forbidden" }, 0);
    else if (codes.has("321") || codes.has("322")) this.#outside({ condition: "registration-required" }, 0);
    else if (codes.has("307") && !codes.has("333")) this.#outside({ condition: KICKED }, this.#kickedPause());
    else this.#outside({ condition: SILENT }, pauseAfter(++this.#failures));
  }

  #kickedPause(): number {
    if (performance.now() - this.#enteredAt > KICKED_MS) this.#kicks = 0;
    return Math.min(KICKED_MS, this.#parts.times.kicked * 2 ** this.#kicks++);
  }

  /** @param pause after which it tries again, unless the room refuses it */
  #outside(error: RoomError, pause: number): void {
    clearTimeout(this.#timer);
    if (!isRefusal(error) && error.condition !== NO_ROOM)
      this.#timer = setTimeout(() => void this.enter(), pause).unref();
    this.#set(isRefusal(error) ? "refused" : "waiting", error);
  }

  #set(state: BotRoomState, error?: RoomError): void {
    this.state = state;
    this.error = error;
    this.#parts.changed();
  }

  /** Finds out now and then whether the bot is still inside. */
  #watch(): void {
    clearTimeout(this.#timer);
    const { idle } = this.#parts.times;
    const left = Math.max(1, idle - (performance.now() - this.#heardAt));
    this.#timer = setTimeout(() => {
      const isQuiet = performance.now() - this.#heardAt >= idle;
      void (isQuiet ? this.check() : Promise.resolve()).then(() => {
        if (this.isInside) this.#watch();
      });
    }, left).unref();
  }

  #ask(to: Jid, payload: Element): Promise<IqAnswer> {
    const { requests, bot, times } = this.#parts;
    return requests.ask({ type: "get", to, from: bot, payload, timeout: times.answer });
  }
}

function codesIn(presence: Element): ReadonlySet<string> {
  const statuses = presence.getChild("x", MUC_USER)?.getChildren("status") ?? [];
  return new Set(statuses.map(({ attrs }) => attrs.code ?? ""));
}

function identityIn(answer: IqAnswer): Element["attrs"] | undefined {
  return answer.kind === "result" ? answer.payload?.getChild("identity")?.attrs : undefined;
}

function nodeOf(answer: IqAnswer): string | undefined {
  return answer.kind === "result" ? answer.payload?.attrs.node : undefined;
}

function featuresIn(answer: IqAnswer): ReadonlySet<string> {
  const features = answer.kind === "result" ? (answer.payload?.getChildren("feature") ?? []) : [];
  return new Set(features.map(({ attrs }) => attrs.var ?? ""));
}
