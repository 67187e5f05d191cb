/** The fields of a message in the endpoints send_message and sendmessage. */
import { z } from "zod";
import type { SendMessage } from "../../../component/operations/send-message.js";
import type { NamedAddress, ObjectOf } from "../../endpoint.js";
import { field, maybeText, optionalText, textOrNone, textOrNumber } from "./fields.js";

export const receiver = z.object({ User: z.string() });

export function textFields<T extends z.ZodType>(receivers: T) {
  return {
    From: field(z.string(), "the sender: id or id@host", "发送者：id 或 id@域名"),
    To: field(receivers, "the receivers' ids, or the one id of a room", "接收者的 id，或一个群的 id"),
    Body: field(textOrNone, "the text", "文本"),
    Type: field(
      z.enum(["chat", "groupchat"]).nullish(),
      "chat (default): to users; groupchat: to a room",
      "chat（默认）：发给用户；groupchat：发给群",
    ),
    Msg_Type: field(
      textOrNumber.nullish(),
      "the message type; default 1: plain text",
      "消息类型；默认 1，即纯文本",
    ),
    Host: field(maybeText, "the sender's host", "发送者的域名"),
    Domain: field(maybeText, "the receivers' host, or the room's domain", "接收者或群的域名"),
    Extend_Info: field(
      optionalText(""),
      "details that clients interpret by Msg_Type",
      "扩展信息，客户端按 Msg_Type 解释",
    ),
  };
}

export const textExample = {
  From: "test1",
  To: [{ User: "test" }],
  Body: "xxxxxxx",
  Type: "chat",
  Msg_Type: "1",
  Host: "qtalk.test.org",
  Domain: "qtalk.test.org",
  Extend_Info: "",
} as const;

export type TextMessageCall = Omit<z.output<ObjectOf<ReturnType<typeof textFields>>>, "To">;

/** Converts the fields to a message without receivers. */
export function messageOfCall(call: TextMessageCall): Omit<SendMessage, "to"> {
  return {
    from: call.From,
    host: call.Host,
    domain: call.Domain,
    type: call.Type ?? "chat",
    body: call.Body,
    msgType: call.Msg_Type ?? "1",
    extendInfo: call.Extend_Info,
  };
}

export function senderOfCall({ From, Host }: Pick<TextMessageCall, "From" | "Host">): NamedAddress {
  return { field: "From", id: From, host: Host };
}
