/**
 * The states of a bot's stay in a room of another service, and when the bot may try to enter. Pure functions; the state
 * is owned by remote-room.ts. Times are in milliseconds of the clock.
 */
import type { BotRoomState } from "../../../storage/bot-rooms-store.js";
import { pauseAfter } from "../pauses.js";
import { isFinal, isRefusal, KICKED, type RoomError } from "./room-error.js";

export interface Stay {
  /**
   * - `outside`: not in the room; the bot enters at `notBefore`
   * - `entering`: asks whether the room exists, and then joins
   * - `inside`: an occupant
   * - `unsure`: was inside; the link was lost or the room is silent, so the room is asked
   * - `refused`: outside until an operator or the room's owner acts
   */
  readonly state: BotRoomState;
  /** Why the bot is outside; undefined if nothing is known. */
  readonly error: RoomError | undefined;
  /** When the last attempt to enter began, and when the bot last entered. */
  readonly triedAt: number;
  readonly enteredAt: number;
  /** How many attempts and stays have failed since the bot was inside for `GOOD_MS`, or said something. */
  readonly failures: number;
  /** How many kicks there were since a stay of `KICKS_MS`. */
  readonly kicks: number;
  /** When the bot enters by itself. */
  readonly notBefore: number;
}

const [NEVER, LATER] = [-Infinity, Infinity];
export const NEW_STAY: Stay = {
  ...{ state: "outside", error: undefined },
  ...{ triedAt: NEVER, enteredAt: NEVER, failures: 0, kicks: 0, notBefore: NEVER },
};

/** A stay of this length is good: earlier failures no longer count. In milliseconds. */
const GOOD_MS = 60_000;
/** The first and the longest pause after a kick. After a stay of the longest, earlier kicks no longer count. */
const KICKED_MS = 60_000;
const KICKS_MS = 3_600_000;
/** The longest pause between two attempts while posts wait or arrive, or after an invitation; in milliseconds. */
const WANTED_MS = 60_000;
/** The shortest pause between two attempts when the link comes back, in milliseconds. */
const LINK_MS = 5_000;

/** Why the bot tries to enter. `alone`: nothing happened, but a pause may be over. */
export type Cause = "alone" | "post" | "invitation" | "link" | "operator";

/** Returns why the bot wants to enter, whatever happens. */
export function causesOf(posts: { readonly isEmpty: boolean }, isInvited: boolean): readonly Cause[] {
  const causes: Cause[] = ["alone"];
  if (!posts.isEmpty) causes.push("post");
  if (isInvited) causes.push("invitation");
  return causes;
}

/** Returns when the bot may try to enter; Infinity: not for these causes. Every way to an attempt asks this function. */
export function dueAt(stay: Stay, ...causes: readonly Cause[]): number {
  return Math.min(...causes.map((cause) => dueFor(stay, cause)));
}

function dueFor({ state, error, triedAt, notBefore }: Stay, cause: Cause): number {
  if (cause === "operator") return NEVER;
  if (error?.condition === KICKED) return notBefore;
  if (cause === "alone") return state === "refused" ? LATER : notBefore;
  if (error !== undefined && isFinal(error) && cause !== "invitation") return LATER;
  return Math.min(notBefore, triedAt + (cause === "link" ? LINK_MS : WANTED_MS));
}

export function entering(stay: Stay, now: number): Stay {
  return { ...stay, state: "entering", error: undefined, triedAt: now };
}

/** The bot has entered, or was still inside. */
export function inside(stay: Stay, now: number): Stay {
  const { state, enteredAt } = stay;
  return { ...stay, state: "inside", enteredAt: state === "entering" ? now : enteredAt };
}

/** The bot couldn't enter, or the room reported an error: the pauses grow. */
export function failed(stay: Stay, error: RoomError, now: number): Stay {
  const failures = stay.failures + 1;
  return outside({ ...stay, failures, notBefore: now + pauseAfter(failures) }, error);
}

/** The bot is no longer inside. After a good stay it enters again at once. */
export function lost(stay: Stay, error: RoomError, now: number): Stay {
  const failures = now - stay.enteredAt < GOOD_MS ? stay.failures : 0;
  return outside({ ...stay, failures: failures + 1, notBefore: now + pauseAfter(failures) }, error);
}

/** The room says that the bot is no longer inside: it was kicked, or lost its place, or is refused from now on. */
export function left(stay: Stay, error: RoomError, now: number): Stay {
  if (error.condition !== KICKED) return isRefusal(error) ? failed(stay, error, now) : lost(stay, error, now);
  const kicks = now - stay.enteredAt < KICKS_MS ? stay.kicks : 0;
  const pause = Math.min(KICKS_MS, KICKED_MS * 2 ** kicks);
  return outside({ ...stay, kicks: kicks + 1, notBefore: now + pause }, error);
}

/** The room has sent a message of the bot back, or the link was made again: earlier failures no longer count. */
export function forgiven(stay: Stay): Stay {
  return { ...stay, failures: 0 };
}

/** The link is lost. */
export function unlinked(stay: Stay): Stay {
  if (stay.state === "inside") return { ...stay, state: "unsure" };
  return stay.state === "entering" ? { ...stay, state: "outside" } : stay;
}

function outside(stay: Stay, error: RoomError): Stay {
  return { ...stay, error, state: isRefusal(error) ? "refused" : "outside" };
}
