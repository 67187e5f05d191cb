/** The endpoint send_http_message, which replaces a Java service of QTalk: it sends a message to each receiver. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { mapBatch, type Batch } from "../../component/operations/batch.js";
import { deliver } from "../../component/operations/deliver.js";
import { KIND_BYTES, refuseLong, refuseText } from "../../component/operations/limits.js";
import { outgoingOf } from "../../component/operations/send-thirdmessage.js";
import { badRequest, Errcode, Refusal } from "../../component/refusal.js";
import { xml, type Element } from "../../component/xml/builder.js";
import { serialise } from "../../component/xml/serialise.js";
import { endpoint } from "../endpoint.js";
import { field, listField, maybeText, optionalText, textOrNumber } from "./common/fields.js";

/** The maximum size of the <body> element in QTalk's service, in bytes. */
const MAX_BODY_BYTES = 64_000;
/** The prefix of message ids in QTalk's service. */
const PREFIX = "qtalk-corp-service-";

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
    system: field(optionalText(""), "the calling program", "调用方标识"),
    from: field(z.string(), "the sender: id or id@host", "发送者：id 或 id@域名"),
    fromhost: field(maybeText, "the sender's host", "发送者的域名"),
    to: field(
      listField(z.object({ user: z.string(), host: maybeText }), "batch"),
      "the receivers, or the room: their ids and hosts",
      "接收者或群：id 和域名",
    ),
    type: field(optionalText("chat"), "chat, groupchat, consult and so on", "chat、groupchat、consult 等"),
    msgtype: field(
      textOrNumber.nullish().transform((type) => type ?? "1"),
      "the message type; default 1: plain text",
      "消息类型；默认 1，即纯文本",
    ),
    content: field(optionalText(""), "the text", "文本"),
    extendinfo: field(
      textOrJson,
      "details that clients interpret by msgtype",
      "扩展信息，客户端按 msgtype 解释",
    ),
    backupinfo: field(
      textOrJson,
      "details for clients that don't support msgtype",
      "供不支持该 msgtype 的客户端使用的信息",
    ),
    auto_reply: field(optionalText("false"), '"true" for an automatic reply', "由程序自动回复时为 true"),
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
  scope: ({ from, fromhost }) => ({ senders: [{ field: "from", id: from, host: fromhost }], rooms: [] }),
  async run(context, call) {
    const { addresses } = context;
    const { system, to, type, msgtype, content, extendinfo, backupinfo, auto_reply } = call;
    if (system === "" || system === "test") return badRequest("no system");
    const texts = { type, msgtype, auto_reply };
    for (const [field, text] of Object.entries({ ...texts, content, extendinfo, backupinfo })) {
      const unreadable = refuseText(field, text);
      if (unreadable !== undefined) return unreadable;
    }
    for (const [field, text] of Object.entries(texts)) {
      const isLong = refuseLong(field, text, KIND_BYTES);
      if (isLong !== undefined) return isLong;
    }
    if (type === "error") return badRequest('type: "error" can\'t be sent');
    const body = (): Element => {
      const attrs = { id: PREFIX + randomUUID(), msgType: msgtype, maType: "20" };
      return xml("body", { ...attrs, extendInfo: extendinfo, backupinfo }, content);
    };
    if (Buffer.byteLength(serialise(body())) > MAX_BODY_BYTES)
      return new Refusal(Errcode.tooLong, "MSG too lang");
    if (to.length === 0) return badRequest("to: names nobody");
    const from = addresses.sender(call.from, "from", call.fromhost);
    if (from instanceof Refusal) return from;
    const batch: Batch = { mode: "whole", name: (index) => `to[${index}]` };
    const outgoing = await mapBatch(batch, to, ({ user, host }) => {
      const receiver = addresses.address(user, "user", host);
      if (receiver instanceof Refusal) return receiver;
      const message = xml("message", { type, auto_reply }, body());
      return outgoingOf(context, { from, to: receiver, message, field: "content" });
    });
    return outgoing instanceof Refusal ? outgoing : await deliver(context, batch, outgoing);
  },
});
