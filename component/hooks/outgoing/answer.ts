/** What a program says in the response to an event: a message of the bot, reactions, or both. */
import { z } from "zod";
import { foreignJson } from "../../limits/foreign-json.js";

/** How many reactions a response may have, and how long an id may be, in characters. */
const MAX = { signs: 8, id: 256 };

const sign = z.string().regex(/^[^\s\p{Cc}<>&]{1,32}$/u, "is no emoji");
const schema = z.object({
  text: z.string().optional(),
  reply: z.boolean().optional(),
  react: z.union([sign.transform((one) => [one]), z.array(sign).max(MAX.signs)]).optional(),
  update: z.string().min(1).max(MAX.id).optional(),
});

export interface ProgramAnswer {
  /** The text of a message; "" if there is none. */
  readonly text: string;
  /** Whether the message answers the one that the event tells (XEP-0461). */
  readonly isReply: boolean;
  /** All reactions of the bot to the message that the event tells; undefined: they stay as they are. */
  readonly reactions: readonly string[] | undefined;
  /** The id of the bot's earlier message that the text replaces (XEP-0308); undefined: it is a new message. */
  readonly corrects: string | undefined;
}

/** An answer that can't be understood, and why, as a message for the program's author. */
export interface WrongAnswer {
  readonly wrong: string;
}

/** Returns what a response with status 200 says; undefined: nothing. */
export function answerIn(response: string | undefined): ProgramAnswer | WrongAnswer | undefined {
  if (!response?.trimStart().startsWith("{")) return undefined;
  const json = foreignJson(response);
  if ("fault" in json) return { wrong: `it ${json.fault}` };
  const read = schema.safeParse(json.value);
  if (!read.success) {
    const [{ path, message } = { path: [], message: "is wrong" }] = read.error.issues;
    return { wrong: `${path.join(".")}: ${message}` };
  }
  const { text = "", reply: isReply = false, react: reactions, update: corrects } = read.data;
  const isEmpty = text.trim() === "";
  if (isEmpty && corrects !== undefined) return { wrong: "update: needs the new text" };
  if (isEmpty && reactions === undefined) return undefined;
  return { text: isEmpty ? "" : text, isReply, reactions, corrects };
}
