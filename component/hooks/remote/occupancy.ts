/** Keeps a bot in a room of another service as an ordinary occupant (XEP-0045), checked by self-pings (XEP-0410). */
import type { BotRoomState } from "../../../storage/bot-rooms-store.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { MUC } from "../../muc/wire/ns.js";
import type { HookFault } from "../fault.js";
import { pauseAfter } from "../pauses.js";
import { codesIn, type Entrance } from "./entrance.js";
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
  /** How long the room may be silent before the bot checks that it is still inside, in milliseconds. */
  readonly idle: number;
  /** The first pause after a kick, in milliseconds. */
  readonly kicked: number;
}

/** The minimum interval between two attempts to enter because of posts, in milliseconds. */
const TRY_MS = 5_000;
/** The longest pause after kicks, in milliseconds. After a stay of this length, earlier kicks no longer count. */
const KICKED_MS = 3_600_000;
/** The errors of a self-ping that show that the bot is inside (XEP-0410 §3.2). */
const INSIDE: readonly string[] = ["service-unavailable", "feature-not-implemented"];

export class Occupancy {
  state: BotRoomState = "entering";
  error: RoomError | undefined;
  /** Whether the link was lost since the bot entered. If so, the bot may be outside. */
  #isUnsure = false;
  #attempt: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #kicks = 0;
  #triedAt = -Infinity;
  #enteredAt = 0;
  #heardAt = 0;

  /** @param changed called when the state has changed or was confirmed */
  constructor(
    private readonly entrance: Entrance,
    private readonly times: OccupancyTimes,
    private readonly changed: () => void,
    public nick?: string,
  ) {}

  get isInside(): boolean {
    return this.state === "inside" && !this.#isUnsure;
  }

  /** Why posts to the room are refused; undefined if they can be sent now or later. */
  get fault(): HookFault | undefined {
    return this.error && faultOfEntering(this.error, this.entrance.session.bot.bare.text);
  }

  /** Tries to enter for a post, but not too often. Returns why the post is refused; undefined if it isn't refused. */
  request(): HookFault | undefined {
    const { error } = this;
    if (error === undefined || this.#attempt !== undefined) return undefined;
    const isDue = performance.now() - this.#triedAt >= TRY_MS;
    if (isPaused(error) || !isDue) return this.fault;
    this.enterInBackground();
    return undefined;
  }

  /** Enters the room; has no effect if the bot is inside already. */
  enter(): Promise<void> {
    this.#attempt ??= this.#enter().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  /** Like enter(), for callers that don't wait. */
  enterInBackground(): void {
    this.entrance.session.background(this.enter(), "entering");
  }

  leave(): void {
    clearTimeout(this.#timer);
    if (this.nick !== undefined && this.state === "inside") this.entrance.leave(this.nick);
  }

  /** Asks the room whether the bot is still inside, and enters again if it isn't. */
  async check(): Promise<void> {
    const { session } = this.entrance;
    const to = session.room.withResource(this.nick ?? "");
    const answer = to && (await session.ask("get", xml("ping", NS.ping), to));
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
    this.changed();
  }

  /** Notes that a stanza came from the room. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  linkUp(): void {
    this.#failures = 0;
    if (this.state === "inside") this.#checkInBackground();
    else if (this.error === undefined || !isPaused(this.error)) this.enterInBackground();
  }

  linkDown(): void {
    this.#isUnsure = true;
    if (this.state === "inside") clearTimeout(this.#timer);
    this.entrance.giveUp();
  }

  /** Notes that the room or its server has refused a message because the bot isn't inside. */
  lost(error: RoomError): void {
    this.#outside(error, 0);
  }

  /** Handles a presence from the room. */
  presence(stanza: Element, nick: string | undefined): void {
    const codes = codesIn(stanza);
    const isOwn = codes.has("110");
    this.heard();
    if (stanza.attrs.type === "error") this.entrance.answered(stanza);
    else if (stanza.attrs.type === "unavailable") {
      if (this.state === "inside" && (isOwn || nick === this.nick)) this.#left(stanza, codes);
    } else if (isOwn && !this.entrance.answered(stanza)) this.nick = nick;
  }

  async #enter(): Promise<void> {
    clearTimeout(this.#timer);
    this.#triedAt = performance.now();
    this.state = "entering";
    this.changed();
    const entered = await this.entrance.try();
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

  /** Handles the end of the bot's stay; the status codes give the reason (XEP-0045 §15.6.2). */
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
    return Math.min(KICKED_MS, this.times.kicked * 2 ** this.#kicks++);
  }

  /** Notes why the bot isn't inside. The bot tries again after `pause` milliseconds, unless the room refuses it. */
  #outside(error: RoomError, pause: number): void {
    clearTimeout(this.#timer);
    const isOver = isRefusal(error) || error.condition === NO_ROOM;
    if (!isOver) this.#timer = setTimeout(() => this.enterInBackground(), pause).unref();
    this.#set(isRefusal(error) ? "refused" : "waiting", error);
  }

  #set(state: BotRoomState, error?: RoomError): void {
    this.state = state;
    this.error = error;
    this.changed();
  }

  #checkInBackground(): void {
    this.entrance.session.background(this.check(), "checking");
  }

  /** Schedules a check in case the room stays silent. */
  #watch(): void {
    clearTimeout(this.#timer);
    const { idle } = this.times;
    const left = Math.max(1, idle - (performance.now() - this.#heardAt));
    this.#timer = setTimeout(() => {
      if (performance.now() - this.#heardAt >= idle) this.#checkInBackground();
      else this.#watch();
    }, left).unref();
  }
}

/** Whether posts are refused without an attempt to enter. */
function isPaused(error: RoomError): boolean {
  return isFinal(error) || error.condition === KICKED;
}
