import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Jid } from "../../component/addresses/address.js";
import { notifyStanzas, type NotifyCarrier } from "../../component/composing/notify.js";
import {
  batchResult,
  isSingle,
  mapBatch,
  validItems,
  type Batch,
  type Item,
} from "../../component/operations/batch.js";
import type { OperationContext } from "../../component/operations/context.js";
import { KIND_BYTES, refuseLarge, refuseLong, refuseText } from "../../component/operations/limits.js";
import { originOf } from "../../component/outbox/row-stanzas.js";
import { badRequest, Refusal } from "../../component/refusal.js";
import { quoted } from "../../component/wording.js";
import { serialise } from "../../component/xml/serialise.js";
import type { WireText } from "../../component/xml/wire-text.js";
import type { NewRow } from "../../storage/outbox-row.js";
import { endpoint } from "../endpoint.js";
import { field, oneOrItems, textOrNumber } from "./common/fields.js";

export default endpoint({
  name: "send_notify",
  paths: [{ path: "/qtalk/send_notify" }],
  method: "POST",
  summary: { en: "Send an event to the clients of one or several users", zh: "向一个或多个用户发送事件通知" },
  fields: {
    from: field(z.string(), "the sender: id or id@host", "发送者：id 或 id@域名"),
    to: field(
      oneOrItems(z.string(), "recipients"),
      "one or several receivers: id or id@host",
      "一个或多个接收者：id 或 id@域名",
    ),
    category: field(
      textOrNumber,
      "the kind of event: 1 directory, 2 conversations, 3 navigation, 6 settings, 7 pushed message, 8 calendar, 9 clients online, 10 and 11 logs, 12 a post and 13 a comment in moments (the feed of colleagues' posts), 100 go offline; other values are forwarded, too",
      "事件类别：1 组织架构，2 会话同步，3 导航，6 个人设置，7 推送消息，8 日历，9 在线客户端，10 和 11 日志，12 驼圈发帖，13 驼圈评论，100 下线；其他类别照样转发",
    ),
    data: field(textOrNumber, "the event's details, often JSON text", "事件内容，通常是 JSON 文本"),
  },
  example: { from: "test1@qtalk.test.org", to: "test2@qtalk.test.org", category: "1", data: "{}" },
  success: { errmsg: "success", data: "" },
  scope: ({ from }) => ({ senders: [{ field: "from", id: from }], rooms: [] }),
  async run(context, notify) {
    const { addresses, limits } = context;
    const { category, data, to } = notify;
    const sender = addresses.sender(notify.from, "from");
    if (sender instanceof Refusal) return sender;
    // The resource is random, so that the unavailable presence doesn't end a real session.
    const from = sender.withResource(`notify-${randomUUID()}`);
    if (from === undefined) return badRequest(`from: ${quoted(notify.from)} is too long`);
    const refused =
      context.modes.refuse(sender.bare.text) ??
      (to.length === 0 ? badRequest("to: names nobody") : undefined) ??
      refuseText("category", category) ??
      refuseText("data", data) ??
      refuseLong("category", category, KIND_BYTES) ??
      refuseLong("data", data, limits.message_bytes);
    if (refused !== undefined) return refused;
    const batch: Batch = {
      mode: context.batches,
      isSingle: isSingle(to),
      name: (index) => `to[${index}]`,
    };
    const named = await mapBatch(batch, to, (text): Item<string> => {
      const jid = addresses.address(text, "to");
      if (jid instanceof Refusal) return jid;
      if (!addresses.roomDomains.includes(jid.domain)) return jid.text;
      // Occupants would see the presences as the sender entering and leaving the room.
      return badRequest(`to: ${jid.text} is a room; notifications go to users`);
    });
    if (named instanceof Refusal) return named;
    const recipients = validItems(named);

    const acceptedAt = Date.now();
    const expiresAt = acceptedAt + context.notify.max_age * 1000;
    const carrier = carrierFor(context, sender);
    const rows: NewRow<WireText>[] = [];
    for (const element of notifyStanzas(from, notify, carrier)) {
      const stanza = serialise(element);
      const refusal = refuseLarge(context, "data", stanza);
      if (refusal !== undefined) return refusal;
      const fingerprint = context.key?.next(sender.text);
      const row = { ...originOf(element), stanza, recipients, acceptedAt, expiresAt, fingerprint };
      const mode = element.name === "message" ? "privileged" : "direct";
      rows.push(carrier === "either" ? { ...row, mode } : row);
    }
    return batchResult(batch, named, await context.outbox.accept({ rows, account: context.account }));
  },
});

/** Returns the carrier: a headline if the sender is privileged, because this permission doesn't cover presences. */
function carrierFor({ notify, modes }: OperationContext, sender: Jid): NotifyCarrier {
  if (notify.carrier !== "auto") return notify.carrier;
  const mode = modes.of("message", sender.bare.text);
  return mode === "none" ? "either" : mode === "direct" ? "presence" : "headline";
}
