/** Errors of rooms of other services (XEP-0045), and explanations for operators and for programs that post. */
import { conditionOf } from "../../stanza-error.js";
import { NS, type Element } from "../../xml/builder.js";
import { HookFault, type FaultKind } from "../fault.js";
import { ownProperty } from "../../own-property.js";

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
/** The address isn't a room's. */
export const NO_ROOM = "no-room";

/** Explanations of errors that last until an operator or the room's owner does something. */
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

/** Whether the bot stays outside until an operator or the room's owner does something. */
export function isRefusal({ condition }: RoomError): boolean {
  return Object.hasOwn(REFUSALS, condition);
}

/** Whether the error is final: posts don't make the bot try to enter again. */
export function isFinal({ condition }: RoomError): boolean {
  return condition === "forbidden" || condition === "gone";
}

/** Returns why a bot isn't inside. */
export function reasonOf({ condition, text }: RoomError, bot: string): string {
  const known = ownProperty(REFUSALS, condition)?.(bot) ?? ownProperty(OTHERS, condition) ?? condition;
  if (text === undefined) return known;
  return condition === "gone" ? `${known}; instead there is ${text}` : `${known} (${text})`;
}

/** Returns why posts are refused while the bot is outside; undefined if they are queued. */
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
  return Object.hasOwn(REFUSALS, condition) ? "forbidden" : undefined;
}

/** Returns the error in an error stanza. */
export function errorIn(stanza: Element): RoomError {
  const error = stanza.getChild("error");
  const condition = conditionOf(stanza);
  const instead = condition === "gone" ? error?.getChildText("gone", NS.stanzas) : undefined;
  const text = instead ?? error?.getChildText("text", NS.stanzas) ?? undefined;
  return { condition, text: text === "" ? undefined : text?.slice(0, 200) };
}
