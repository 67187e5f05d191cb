/** Errors of rooms of other services (XEP-0045): what they mean for operators, and for programs that post. */
import { conditionOf } from "../../stanza-error.js";
import { NS, type Element } from "../../xml/builder.js";
import { HookFault, type FaultKind } from "../fault.js";

/** Why a bot isn't inside, or a message wasn't taken. */
export interface RoomError {
  /** The stanza error's (RFC 6120 §8.3.3), or one of those below. */
  readonly condition: string;
  /** What the room says about it; of a destroyed room, the address to go to instead. */
  readonly text?: string | undefined;
}

/** The bot was removed, and may come back (status code 307). */
export const KICKED = "kicked";
/** There is no connection to the server, or the room's service doesn't answer. */
export const SILENT = "remote-server-timeout";
/** The address isn't a room's. */
export const NO_ROOM = "no-room";

/** The room refuses until somebody changes something there: a clause for operators. */
const REFUSALS: Readonly<Record<string, (bot: string) => string>> = {
  "registration-required": (bot) => `the room is for members only: make ${bot} a member, or invite it`,
  forbidden: (bot) => `${bot} is banned there: lift the ban, and then run qtalk-component bot enter`,
  "not-authorized": () => "the room wants a password, or another one: --password-file",
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

/** Whether the bot stays outside until somebody changes something. */
export function isRefusal({ condition }: RoomError): boolean {
  return condition in REFUSALS;
}

/** Whether a bot isn't to try again before an operator wants it. */
export function isFinal({ condition }: RoomError): boolean {
  return condition === "forbidden" || condition === "gone";
}

/** Why a bot isn't inside: a clause. @param bot its address */
export function reasonOf({ condition, text }: RoomError, bot: string): string {
  const known = REFUSALS[condition]?.(bot) ?? OTHERS[condition] ?? condition;
  if (text === undefined) return known;
  return condition === "gone" ? `${known}; instead there is ${text}` : `${known} (${text})`;
}

/** What a post is answered that comes to nothing as its bot isn't inside; undefined: it waits until it is. */
export function faultOfEntering(error: RoomError, bot: string): HookFault | undefined {
  const kind = kindOf(error.condition);
  return kind === undefined ? undefined : new HookFault(kind, reasonOf(error, bot));
}

/** What a post is answered of which the room returned an error. */
export function faultOfMessage({ condition, text }: RoomError, bot: string): HookFault {
  const why = text === undefined ? condition : `${condition}: ${text}`;
  const speak =
    condition === "forbidden" ? `${bot} may not speak there: give it voice` : "the room refuses it";
  return new HookFault(kindOf(condition) ?? "payload", `${speak} (${why})`);
}

function kindOf(condition: string): FaultKind | undefined {
  if (condition === "gone") return "gone";
  if (condition === "item-not-found") return "missing";
  return condition in REFUSALS ? "forbidden" : undefined;
}

/** The error that a stanza carries. */
export function errorIn(stanza: Element): RoomError {
  const error = stanza.getChild("error");
  const condition = conditionOf(stanza);
  const instead = condition === "gone" ? error?.getChildText("gone", NS.stanzas) : undefined;
  const text = instead ?? error?.getChildText("text", NS.stanzas) ?? undefined;
  return { condition, text: text === "" ? undefined : text?.slice(0, 200) };
}
