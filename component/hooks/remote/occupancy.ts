/**
 * Keeps a bot in a room of another service: as an ordinary occupant (XEP-0045), asking now and then whether it still is
 * one (XEP-0410). Of all presence only its own is looked at, and nobody's is kept.
 */
import type { BotRoomState } from "../../../storage/bot-rooms-store.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { MUC } from "../../muc/wire/ns.js";
import type { HookFault } from "../fault.js";
import { pauseAfter } from "../pauses.js";
import { codesIn, Entrance, type EntranceParts } from "./entrance.js";
import {
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
}

export interface OccupancyParts extends EntranceParts {
  readonly times: OccupancyTimes;
  /** The state has changed, or it is certain again. */
  readonly changed: () => void;
}

/** Posts don't have it try again sooner than this; milliseconds. */
const TRY_MS = 5_000;
/** The longest pause after kicks, and for how long the bot must have stayed for them to be forgotten. */
const KICKED_MS = 3_600_000;
/** Answers by which a room says that the bot is inside, although it can't be pinged. */
const INSIDE: readonly string[] = ["service-unavailable", "feature-not-implemented"];

export class Occupancy {
  readonly #parts: OccupancyParts;
  readonly #entrance: Entrance;
  state: BotRoomState = "entering";
  error: RoomError | undefined;
  nick: string | undefined;
  /** Whether the link was lost since it was known to be inside. */
  #isUnsure = false;
  #attempt: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #kicks = 0;
  #triedAt = -Infinity;
  #enteredAt = 0;
  #heardAt = 0;

  /** @param nick the nickname that it had there before */
  constructor(parts: OccupancyParts, nick?: string) {
    this.#parts = parts;
    this.#entrance = new Entrance(parts, nick !== undefined);
    this.nick = nick;
  }

  get isInside(): boolean {
    return this.state === "inside" && !this.#isUnsure;
  }

  /** Whether the address is known to be a room's. */
  get isRoom(): boolean {
    return this.#entrance.isRoom;
  }

  get hasArchive(): boolean {
    return this.#entrance.hasArchive;
  }

  /** Why what is to be sent there can't be; undefined if it can, or may later. */
  get fault(): HookFault | undefined {
    return this.error && faultOfEntering(this.error, this.#parts.bot.bare.text);
  }

  /** Something is to be sent there. @returns why it can't be; undefined if it can, or may soon */
  wanted(): HookFault | undefined {
    const { error } = this;
    if (error === undefined || this.#attempt !== undefined) return undefined;
    const isDue = performance.now() - this.#triedAt >= TRY_MS;
    if (isPaused(error) || !isDue) return this.fault;
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
    if (this.nick !== undefined && this.state === "inside") this.#entrance.leave(this.nick);
  }

  /** Asks the room whether the bot is still inside, and enters again if it isn't. */
  async check(): Promise<void> {
    const { room, requests, bot, patience } = this.#parts;
    const to = room.withResource(this.nick ?? "");
    const payload = xml("ping", NS.ping);
    const answer = to && (await requests.ask({ type: "get", to, from: bot, payload, timeout: patience }));
    if (this.state !== "inside") return;
    const isThere =
      answer?.kind === "result" || (answer?.kind === "error" && INSIDE.includes(answer.condition));
    if (!isThere) {
      await this.enter();
      return;
    }
    this.#isUnsure = false;
    this.heard();
    this.#watch();
    this.#parts.changed();
  }

  /** Something came from the room. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  linkUp(): void {
    this.#failures = 0;
    if (this.state === "inside") void this.check();
    else if (this.error === undefined || !isPaused(this.error)) void this.enter();
  }

  linkDown(): void {
    this.#isUnsure = true;
    if (this.state === "inside") clearTimeout(this.#timer);
    this.#entrance.giveUp();
  }

  /** The room, or its server, doesn't know the bot. */
  lost(error: RoomError): void {
    this.#outside(error, 0);
  }

  /** A presence from the room for the bot. */
  presence(stanza: Element, nick: string | undefined): void {
    const codes = codesIn(stanza);
    const isOwn = codes.has("110");
    this.heard();
    if (stanza.attrs.type === "error") this.#entrance.answered(stanza);
    else if (stanza.attrs.type === "unavailable") {
      if (this.state === "inside" && (isOwn || nick === this.nick)) this.#left(stanza, codes);
    } else if (isOwn && !this.#entrance.answered(stanza)) this.nick = nick;
  }

  async #enter(): Promise<void> {
    clearTimeout(this.#timer);
    this.#triedAt = performance.now();
    this.state = "entering";
    this.#parts.changed();
    const entered = await this.#entrance.try();
    if (typeof entered !== "string") {
      this.#outside(entered, pauseAfter(++this.#failures));
      return;
    }
    this.#failures = 0;
    this.#isUnsure = false;
    this.#enteredAt = performance.now();
    this.nick = entered;
    this.#set("inside");
    this.#watch();
  }

  /** The bot is no occupant any more; the room tells why. */
  #left(stanza: Element, codes: ReadonlySet<string>): void {
    const x = stanza.getChild("x", MUC.user);
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
    const isOver = isRefusal(error) || error.condition === NO_ROOM;
    if (!isOver) this.#timer = setTimeout(() => void this.enter(), pause).unref();
    this.#set(isRefusal(error) ? "refused" : "waiting", error);
  }

  #set(state: BotRoomState, error?: RoomError): void {
    this.state = state;
    this.error = error;
    this.#parts.changed();
  }

  /** Finds out after some silence whether the bot is still inside. */
  #watch(): void {
    clearTimeout(this.#timer);
    const { idle } = this.#parts.times;
    const left = Math.max(1, idle - (performance.now() - this.#heardAt));
    this.#timer = setTimeout(() => {
      if (performance.now() - this.#heardAt >= idle) void this.check();
      else this.#watch();
    }, left).unref();
  }
}

/** Whether a bot doesn't try again because something is to be posted. */
function isPaused(error: RoomError): boolean {
  return isFinal(error) || error.condition === KICKED;
}
