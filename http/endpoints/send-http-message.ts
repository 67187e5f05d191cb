import { z } from "zod";
import { endpoint } from "../endpoint.js";
import { listOf, optionalText, textOrNumber } from "../fields.js";

/** Text; absent: "". What is no text is taken as its JSON. */
const textOrJson = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === "string" ? value : value == null ? "" : JSON.stringify(value)));

const message = z.object({
  system: optionalText("").describe("the calling program"),
  from: z.string().describe("the sender: id or id@host"),
  fromhost: z.string().nullish().describe("the sender's host"),
  to: listOf(z.object({ user: z.string(), host: z.string().nullish() })).describe(
    "the receivers, or the room: their ids and hosts",
  ),
  type: optionalText("chat").describe("chat, groupchat, consult and so on"),
  msgtype: textOrNumber.nullish().describe("what the text is; 1, the default, is plain text"),
  content: optionalText("").describe("the text"),
  extendinfo: textOrJson.describe("details that clients know by msgtype"),
  backupinfo: textOrJson.describe("details for clients that don't know msgtype"),
  auto_reply: optionalText("false").describe('"true" where a program answers by itself'),
});

export default endpoint({
  name: "send_http_message",
  path: "/im_http_service/corp/message/send_http_message.qunar",
  group: "im_http_service",
  method: "POST",
  summary: "Send a text to users or to rooms, all or none",
  request: message,
  list: { field: "to", limit: "batch" },
  success: { errmsg: "", data: "" },
  scope: ({ from, fromhost }) => ({ senders: [{ id: from, host: fromhost ?? undefined }], rooms: [] }),
  run: (operations, call) =>
    operations.sendHttpMessage({
      system: call.system,
      from: call.from,
      fromHost: call.fromhost ?? undefined,
      to: call.to.map(({ user, host }) => ({ user, host: host ?? undefined })),
      type: call.type,
      msgType: call.msgtype ?? "1",
      content: call.content,
      extendInfo: call.extendinfo,
      backupInfo: call.backupinfo,
      autoReply: call.auto_reply,
    }),
});
