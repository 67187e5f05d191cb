/** The stay of a bot in a room of another service, and when it may enter. Times are the clock's, in milliseconds. */
import type { BotRoomState } from "../../../storage/bot-rooms-store.js";
import { pauseAfter } from "../retry-pauses.js";
import { isRefusal, KICKED, type RoomError } from "./room-error.js";

export interface Stay {
  readonly state: BotRoomState;
  /** Why the bot is outside; undefined if nothing is known. */
  readonly error: RoomError | undefined;
  /** When the last attempt to enter began, and when the bot last entered. */
  readonly triedAt: number;
  readonly enteredAt: number;
  /** How many attempts and stays have failed since a good stay, or since the bot said something or the link was lost. */
  readonly failures: number;
  /** How many kicks there were since a stay of `MAX_KICK_PAUSE_MS`. */
  readonly kicks: number;
  /** When the bot enters by itself. */
  readonly notBefore: number;
}

export const NEW_STAY: Stay = {
  state: "outside",
  error: undefined,
  triedAt: -Infinity,
  enteredAt: -Infinity,
  failures: 0,
  kicks: 0,
  notBefore: -Infinity,
};

/** A stay of this length is good: earlier failures no longer count. In milliseconds. */
const GOOD_MS = 60_000;
/** The first and the longest pause after a kick. After a stay of the longest, earlier kicks no longer count. */
const KICK_PAUSE_MS = 60_000;
const MAX_KICK_PAUSE_MS = 3_600_000;
/** The longest pause between two attempts while posts wait or arrive, or after an invitation; in milliseconds. */
const WANTED_MS = 60_000;
/** The shortest pause between two attempts when the link comes back, in milliseconds. */
const LINK_MS = 5_000;

/** Why the bot tries to enter. `alone`: nothing happened, but a pause may be over. */
export type EntryCause = "alone" | "post" | "invitation" | "link" | "operator";

/** Returns when the bot may try to enter; Infinity: not for this cause. Every way to an attempt asks this function. */
export function entryDueAt({ state, error, triedAt, notBefore }: Stay, cause: EntryCause): number {
  if (cause === "operator") return -Infinity;
  if (error?.condition === KICKED) return notBefore;
  if (cause === "alone") return state === "refused" ? Infinity : notBefore;
  const isFinal = error?.condition === "forbidden" || error?.condition === "gone";
  if (isFinal && cause !== "invitation") return Infinity;
  return Math.min(notBefore, triedAt + (cause === "link" ? LINK_MS : WANTED_MS));
}

/**
 * The bot couldn't enter, or is no longer inside. Pauses grow with failures and with kicks. A bot that was inside enters
 * again at once, unless earlier stays were bad, too, or the room refuses it from now on.
 */
export function outside(stay: Stay, error: RoomError, now: number): Stay {
  const stayed = now - stay.enteredAt;
  const next: Stay = { ...stay, error, state: isRefusal(error) ? "refused" : "outside" };
  if (error.condition === KICKED) {
    const kicks = stayed < MAX_KICK_PAUSE_MS ? stay.kicks : 0;
    const pause = Math.min(MAX_KICK_PAUSE_MS, KICK_PAUSE_MS * 2 ** kicks);
    return { ...next, kicks: kicks + 1, notBefore: now + pause };
  }
  const mayReturn = isInside(stay) && next.state === "outside";
  const earlier = mayReturn && stayed >= GOOD_MS ? 0 : stay.failures;
  const failures = earlier + 1;
  return { ...next, failures, notBefore: now + pauseAfter(mayReturn ? earlier : failures) };
}

/** The link to the server is lost. */
export function withoutLink(stay: Stay): Stay {
  if (isInside(stay)) return { ...stay, state: "unsure" };
  return stay.state === "entering" ? { ...stay, state: "outside" } : stay;
}

/** Whether the bot is inside, as far as is known. */
export function isInside({ state }: Stay): boolean {
  return state === "inside" || state === "unsure";
}
