/** What a program says in the response to an event: a message of the bot, reactions, or both. */
import { z } from "zod";
import type { HookEvent } from "../../../storage/hook-events.js";
import type { Earlier } from "../sending.js";

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
  let value: unknown;
  try {
    value = JSON.parse(response);
  } catch {
    return undefined;
  }
  const read = schema.safeParse(value);
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

/** Returns the message that an event tells; undefined if it tells none, or its room gives messages no ids. */
export function messageIn({ body, replyTo }: Pick<HookEvent, "body" | "replyTo">): Earlier | undefined {
  const { type, data = {} } = JSON.parse(body) as {
    readonly type?: string;
    readonly data?: Readonly<Partial<Record<"id" | "stanza_id" | "nick" | "sender", string>>>;
  };
  const { id = "", stanza_id: stanzaId, nick, sender } = data;
  if (type === "message" && id !== "") return { id, author: sender };
  if (type === "room-message" && stanzaId !== undefined)
    return { id, stanzaId, author: `${replyTo ?? ""}/${nick ?? ""}` };
  return undefined;
}
