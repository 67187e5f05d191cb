import { z } from "zod";
import { Refusal } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { itemsOf, optionalText, textOrNumber } from "../fields.js";

const message = z.object({
  From: z.string().describe("the sender: id or id@host"),
  To: itemsOf(z.object({ User: z.string() })).describe("the receivers' ids, or the one id of a room"),
  Body: optionalText("").describe("the text"),
  Type: z.enum(["chat", "groupchat"]).nullish().describe("to users (chat, the default) or to a room"),
  Msg_Type: textOrNumber.nullish().describe("what the text is; 1, the default, is plain text"),
  Host: z.string().nullish().describe("the sender's host"),
  Domain: z.string().nullish().describe("the receivers' host, or the room's domain"),
  Extend_Info: optionalText("").describe("details that clients know by Msg_Type"),
});

export default endpoint({
  name: "send_message",
  method: "POST",
  summary: "Send a text to users or to a room",
  request: message,
  list: { field: "To", limit: "recipients" },
  success: { errmsg: "success" },
  scope: ({ From, Host }) => ({ senders: [{ id: From, host: Host ?? undefined }], rooms: [] }),
  run: (operations, call) =>
    operations.sendMessage({
      from: call.From,
      host: call.Host ?? undefined,
      to: call.To.map((item) => (item instanceof Refusal ? item : item.User)),
      domain: call.Domain ?? undefined,
      type: call.Type ?? "chat",
      body: call.Body,
      msgType: call.Msg_Type ?? "1",
      extendInfo: call.Extend_Info,
    }),
});
