/** Errors of rooms of other services (XEP-0045), explained to operators and to programs that post. */
import { conditionOf } from "../../stanza-error.js";
import { NS, type Element } from "../../xml/builder.js";
import { HookFault, type FaultKind } from "../fault.js";

/** Why a bot is not inside, or the room refused a message. */
export interface RoomError {
  /** A stanza error's condition (RFC 6120 §8.3.3), or one of the constants below. */
  readonly condition: string;
  /** The room's text; for a destroyed room, its alternate address. */
  readonly text?: string | undefined;
}

/** The bot was kicked and may return (status code 307). */
export const KICKED = "kicked";
/** The server or the room's service doesn't answer. */
export const SILENT = "remote-server-timeout";
/** The address is not a room's. */
export const NO_ROOM = "no-room";

/** Refusals that last until an operator or the room's owner acts, explained. */
const REFUSALS: Readonly<Record<string, (bot: string) => string>> = {
  "registration-required": (bot) => `the room is for members only: make ${bot} a member, or invite it`,
  forbidden: (bot) => `${bot} is banned there: lift the ban, and then run qtalk-component bot enter`,
  "not-authorized": () =>
    "the room wants a password, or another one: qtalk-component bot enter --password-file",
  conflict: () => "its nickname is taken, and so are those with a number",
  gone: () => "the room was destroyed",
  "not-allowed": (bot) => `the room doesn't let ${bot} in`,
  "not-acceptable": (bot) => `the room wants another nickname: register one for ${bot}`,
};
const OTHERS: Readonly<Record<string, string>> = {
  "item-not-found": "there is no such room",
  "service-unavailable": "the room is full, or its service is not available",
  "remote-server-not-found": "the room's service can't be reached",
  [SILENT]: "the room's service doesn't answer",
  [KICKED]: "it was kicked",
};

/** Returns whether the bot stays outside until an operator or the room's owner acts. */
export function isRefusal({ condition }: RoomError): boolean {
  return condition in REFUSALS;
}

/** Returns whether posts cause no new attempt to enter. */
export function isFinal({ condition }: RoomError): boolean {
  return condition === "forbidden" || condition === "gone";
}

/** Returns why a bot is not inside. @param bot its address */
export function reasonOf({ condition, text }: RoomError, bot: string): string {
  const known = REFUSALS[condition]?.(bot) ?? OTHERS[condition] ?? condition;
  if (text === undefined) return known;
  return condition === "gone" ? `${known}; instead there is ${text}` : `${known} (${text})`;
}

/** Returns the fault of posts while the bot is outside; undefined if they wait. */
export function faultOfEntering(error: RoomError, bot: string): HookFault | undefined {
  const kind = kindOf(error.condition);
  return kind === undefined ? undefined : new HookFault(kind, reasonOf(error, bot));
}

/** Returns the fault of a post that the room refused. */
export function faultOfMessage({ condition, text }: RoomError, bot: string): HookFault {
  const why = text === undefined ? condition : `${condition}: ${text}`;
  const speak =
    condition === "forbidden" ? `${bot} may not speak there: give it voice` : "the room refused the message";
  return new HookFault(kindOf(condition) ?? "payload", `${speak} (${why})`);
}

function kindOf(condition: string): FaultKind | undefined {
  if (condition === "gone") return "gone";
  if (condition === "item-not-found") return "missing";
  return condition in REFUSALS ? "forbidden" : undefined;
}

/** Returns a stanza's error. */
export function errorIn(stanza: Element): RoomError {
  const error = stanza.getChild("error");
  const condition = conditionOf(stanza);
  const instead = condition === "gone" ? error?.getChildText("gone", NS.stanzas) : undefined;
  const text = instead ?? error?.getChildText("text", NS.stanzas) ?? undefined;
  return { condition, text: text === "" ? undefined : text?.slice(0, 200) };
}
