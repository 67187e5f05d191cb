/** The endpoint send_http_message, which replaces a Java service of QTalk. */
import { z } from "zod";
import { sendHttpMessage } from "../../component/operations/send-http-message.js";
import { endpoint } from "../endpoint.js";
import { listOf, maybeText, optionalText, textOrNumber } from "./common/fields.js";

/** A field with text; absent: "". Values of other types are converted to JSON text. */
const textOrJson = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === "string" ? value : value == null ? "" : JSON.stringify(value)));

export default endpoint({
  name: "send_http_message",
  paths: [{ path: "/im_http_service/corp/message/send_http_message.qunar", group: "im_http_service" }],
  method: "POST",
  summary: {
    en: "Send a text to users or rooms, or to none if one is invalid",
    zh: "向用户或群发送文本；只要有一个接收者无效，就都不发送",
  },
  fields: {
    system: { type: optionalText(""), en: "the calling program", zh: "调用方标识" },
    from: { type: z.string(), en: "the sender: id or id@host", zh: "发送者：id 或 id@域名" },
    fromhost: { type: maybeText, en: "the sender's host", zh: "发送者的域名" },
    to: {
      type: listOf(z.object({ user: z.string(), host: maybeText }), "batch"),
      en: "the receivers, or the room: their ids and hosts",
      zh: "接收者或群：id 和域名",
    },
    type: {
      type: optionalText("chat"),
      en: "chat, groupchat, consult and so on",
      zh: "chat、groupchat、consult 等",
    },
    msgtype: {
      type: textOrNumber.nullish(),
      en: "the message type; default 1: plain text",
      zh: "消息类型；默认 1，即纯文本",
    },
    content: { type: optionalText(""), en: "the text", zh: "文本" },
    extendinfo: {
      type: textOrJson,
      en: "details that clients interpret by msgtype",
      zh: "扩展信息，客户端按 msgtype 解释",
    },
    backupinfo: {
      type: textOrJson,
      en: "details for clients that don't support msgtype",
      zh: "供不支持该 msgtype 的客户端使用的信息",
    },
    auto_reply: {
      type: optionalText("false"),
      en: '"true" for an automatic reply',
      zh: "由程序自动回复时为 true",
    },
  },
  example: {
    system: "oa",
    from: "test1",
    fromhost: "qtalk.test.org",
    to: [{ user: "test", host: "qtalk.test.org" }],
    type: "chat",
    msgtype: "1",
    content: "xxxxxxx",
    extendinfo: "",
    backupinfo: "",
    auto_reply: "false",
  },
  success: { errmsg: "", data: "" },
  scope: ({ from, fromhost }) => ({ senders: [{ id: from, host: fromhost }], rooms: [] }),
  run: (context, call) =>
    sendHttpMessage(context, {
      system: call.system,
      from: call.from,
      fromHost: call.fromhost,
      to: call.to,
      type: call.type,
      msgType: call.msgtype ?? "1",
      content: call.content,
      extendInfo: call.extendinfo,
      backupInfo: call.backupinfo,
      autoReply: call.auto_reply,
    }),
});
