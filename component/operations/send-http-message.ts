/** send_http_message: sends a text to users or rooms, as QTalk's Java service did: a message to each receiver. */
import { randomUUID } from "node:crypto";
import type { Acceptance } from "../outbox/outbox.js";
import { badRequest, Errcode, Refusal } from "../refusal.js";
import { xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { mapBatch, type Batch } from "./batch.js";
import type { OperationContext } from "./context.js";
import { deliver } from "./deliver.js";
import { outgoingOf } from "./send-thirdmessage.js";
import { KIND_BYTES, refuseLong, refuseText } from "./limits.js";

type Text = "system" | "from" | "type" | "msgtype" | "content" | "extendinfo" | "backupinfo" | "auto_reply";

/** The call's fields. `system` names the calling program, `type` is the XMPP message's. */
interface SendHttpMessage extends Record<Text, string> {
  readonly fromhost: string | undefined;
  readonly to: readonly { readonly user: string; readonly host: string | undefined }[];
}

/** The maximum size of the <body> element in QTalk's service, in bytes. */
const MAX_BODY_BYTES = 64_000;
/** The prefix of message ids in QTalk's service. */
const PREFIX = "qtalk-corp-service-";

/** Sends the text to all receivers or, if one of them is invalid, to none. */
export async function sendHttpMessage(context: OperationContext, call: SendHttpMessage): Promise<Acceptance> {
  const { addresses } = context;
  const { system, to, type, content, extendinfo, backupinfo, auto_reply } = call;
  if (system === "" || system === "test") return badRequest("no system");
  const texts = { type, msgtype: call.msgtype, auto_reply };
  for (const [field, text] of Object.entries({ ...texts, content, extendinfo, backupinfo })) {
    const unreadable = refuseText(field, text);
    if (unreadable !== undefined) return unreadable;
  }
  for (const [field, text] of Object.entries(texts)) {
    const isLong = refuseLong(field, text, KIND_BYTES);
    if (isLong !== undefined) return isLong;
  }
  if (type === "error") return badRequest('type: "error" can\'t be sent');
  if (Buffer.byteLength(serialise(bodyOf(call))) > MAX_BODY_BYTES)
    return new Refusal(Errcode.tooLong, "MSG too lang");
  if (to.length === 0) return badRequest("to: names nobody");
  const from = addresses.sender(call.from, "from", call.fromhost);
  if (from instanceof Refusal) return from;
  const batch: Batch = { mode: "whole", name: (index) => `to[${index}]` };
  const outgoing = await mapBatch(batch, to, ({ user, host }) => {
    const receiver = addresses.address(user, "user", host);
    if (receiver instanceof Refusal) return receiver;
    const message = xml("message", { type, auto_reply }, bodyOf(call));
    return outgoingOf(context, { from, to: receiver, message, field: "content" });
  });
  return outgoing instanceof Refusal ? outgoing : await deliver(context, batch, outgoing);
}

function bodyOf({ msgtype: msgType, extendinfo: extendInfo, backupinfo, content }: SendHttpMessage): Element {
  const id = PREFIX + randomUUID();
  return xml("body", { id, msgType, maType: "20", extendInfo, backupinfo }, content);
}
