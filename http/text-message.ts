/** What send_message and the gateway's sendmessage have in common: a text, from whom, and what it is. */
import { z } from "zod";
import type { SendMessage } from "../component/operations/send-message.js";
import { optionalText, textOrNumber } from "./fields.js";

/** One of the receivers. */
export const receiver = z.object({ User: z.string() });

/** @param receivers the list of them */
export function textMessage<T extends z.ZodType>(receivers: T) {
  return z.object({
    From: z.string().describe("the sender: id or id@host"),
    To: receivers.describe("the receivers' ids, or the one id of a room"),
    Body: optionalText("").describe("the text"),
    Type: z.enum(["chat", "groupchat"]).nullish().describe("to users (chat, the default) or to a room"),
    Msg_Type: textOrNumber.nullish().describe("what the text is; 1, the default, is plain text"),
    Host: z.string().nullish().describe("the sender's host"),
    Domain: z.string().nullish().describe("the receivers' host, or the room's domain"),
    Extend_Info: optionalText("").describe("details that clients know by Msg_Type"),
  });
}

type TextMessage = Omit<z.output<ReturnType<typeof textMessage>>, "To">;

/** What is asked of the operation, but for the receivers. */
export function textOf(call: TextMessage): Omit<SendMessage, "to"> {
  return {
    from: call.From,
    host: call.Host ?? undefined,
    domain: call.Domain ?? undefined,
    type: call.Type ?? "chat",
    body: call.Body,
    msgType: call.Msg_Type ?? "1",
    extendInfo: call.Extend_Info,
  };
}

/** Whose name it is sent in. */
export function senderOf({ From, Host }: TextMessage): { id: string; host: string | undefined } {
  return { id: From, host: Host ?? undefined };
}
