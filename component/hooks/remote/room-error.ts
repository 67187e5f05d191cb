/** Errors of rooms of other services (XEP-0045), and explanations for operators and for programs that post. */
import { conditionOf } from "../../inbound/stanza-error.js";
import { NS, type Element } from "../../xml/builder.js";
import { ownText } from "../../xml/own-texts.js";
import { faultKindOf } from "../outcome.js";
import { cut } from "../../../storage/unicode.js";

/** The reason why a bot isn't inside a room, or why the room refused a message. */
export interface RoomError {
  /** The condition of a stanza error (RFC 6120 §8.3.3), or one of the constants below. */
  readonly condition: string;
  /** The room's explanation; for a destroyed room, the address of its alternative. */
  readonly text?: string | undefined;
}

/** The bot was kicked and may come back (status code 307). */
export const KICKED = "kicked";
/** The room's service, or its server, doesn't respond. */
export const SILENT = "remote-server-timeout";
/** The room doesn't exist. */
export const MISSING = "item-not-found";
/** The address isn't a room's. */
export const NO_ROOM = "no-room";

/** How many characters of a room's explanation are kept. */
const MAX_TEXT = 200;
/** How many times a post is sent at most, by the condition of an error that passes. */
export const PASSING: ReadonlyMap<string, number> = new Map([
  ["internal-server-error", 5],
  ["policy-violation", 12],
  ["resource-constraint", 12],
  [SILENT, 12],
  ["remote-server-not-found", 12],
]);
/** The conditions that say that the room isn't there. */
export const NOT_THERE: readonly string[] = ["gone", MISSING];

/** Why a bot isn't inside. BOT stands for its address. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["registration-required", "the room is for members only: make BOT a member, or invite it"],
  ["forbidden", "BOT is banned there: lift the ban, and then run qtalk-component bot enter"],
  ["not-authorized", "the room wants a password, or another one: qtalk-component bot enter --password-file"],
  ["conflict", "its nickname is taken, and so are those with a number"],
  ["gone", "the room was destroyed"],
  ["not-allowed", "the room doesn't let BOT in"],
  ["not-acceptable", "the room wants another nickname: register one for BOT"],
  [MISSING, "there is no such room"],
  ["service-unavailable", "the room is full, or its service is not available"],
  ["remote-server-not-found", "the room's service can't be reached"],
  [SILENT, "the room's service doesn't answer"],
  [KICKED, "it was kicked"],
]);

/** Whether the bot stays outside until an operator or the room's owner does something. */
export function isRefusal({ condition }: RoomError): boolean {
  return condition !== MISSING && faultKindOf(condition) !== undefined;
}

/** Returns why a bot isn't inside. */
export function reasonOf({ condition, text }: RoomError, bot: string): string {
  const known = REASONS.get(condition)?.replace("BOT", () => bot) ?? condition;
  if (text === undefined) return known;
  return condition === "gone" ? `${known}; instead there is ${text}` : `${known} (${text})`;
}

/** Returns why the room refused a post. */
export function refusalReason({ condition, text }: RoomError, bot: string): string {
  const why = text === undefined ? condition : `${condition}: ${text}`;
  if (condition === "forbidden") return `${bot} may not speak there: give it voice (${why})`;
  return condition === SILENT
    ? "the room did not send the message back; it may have been said"
    : `the room refused the message (${why})`;
}

/** Returns the error in an error stanza. */
export function errorIn(stanza: Element): RoomError {
  const error = stanza.getChild("error");
  const condition = conditionOf(stanza);
  const instead = condition === "gone" ? error?.getChildText("gone", NS.stanzas) : undefined;
  return remoteRoomError(condition, instead ?? error?.getChildText("text", NS.stanzas) ?? undefined);
}

/** Makes an error with the beginning of what the room says. */
export function remoteRoomError(condition: string, text = ""): RoomError {
  return { condition, text: text === "" ? undefined : ownText(cut(text, MAX_TEXT)) };
}
