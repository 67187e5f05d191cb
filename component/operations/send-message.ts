/** send_message: text sent in a user's name, to users or to one room. */
import type { NewRow } from "../../storage/outbox-row.js";
import type { Jid } from "../address.js";
import { carbonOf } from "../composing/carbon.js";
import { composeText, compose, type TextMessage } from "../composing/message.js";
import { originOf } from "../outbox/origin.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import { mapInSlices } from "../time-slice.js";
import { Errcode, Refusal } from "../refusal.js";
import { xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { addressable, addressed, batches, together } from "../xml/splice.js";
import type { WireText } from "../xml/wire-text.js";
import { batchAnswer, goodOnes, mapBatch, type Batch, type Item } from "./batch.js";
import type { OperationContext } from "./context.js";
import { refuseListLength } from "./list-limits.js";
import { deliver, noSuchRoom, type Outgoing } from "./deliver.js";
import { groupMessage, messageRows, toPeople } from "./send-thirdmessage.js";
import { KIND_BYTES, refuseLarge, refuseLong } from "./size-limits.js";

export interface SendMessage extends TextMessage {
  readonly from: string;
  /** The sender's host. */
  readonly host: string | undefined;
  readonly to: readonly Item<string>[];
  /** The receivers' host, or the room's domain. */
  readonly domain: string | undefined;
}

/** The fields that make a stanza large. */
const CONTENT = "Body and Extend_Info";

/** The sender's copies are put together up to this size, in characters. */
const TOGETHER = 32 * 1024;

export async function sendMessage(
  context: OperationContext,
  call: SendMessage,
): Promise<DeliveryStatus | Refusal> {
  const { addresses, limits } = context;
  if (call.body === "") return new Refusal(Errcode.request, "Message Body is Null");
  const isLong =
    refuseLong("Body", call.body, limits.message_bytes) ??
    refuseLong("Extend_Info", call.extendInfo, limits.message_bytes) ??
    refuseLong("Msg_Type", call.msgType, KIND_BYTES);
  if (isLong !== undefined) return isLong;
  if (call.to.length === 0 || (call.type === "groupchat" && call.to.length !== 1)) {
    return new Refusal(Errcode.request, "To not suit");
  }
  const tooMany = refuseListLength(limits, { field: "To", limit: "recipients" }, call.to.length);
  if (tooMany !== undefined) return tooMany;
  const from = addresses.sender(call.from, "From", call.host ?? addresses.defaultHost);
  if (from instanceof Refusal) return from;
  const { type, body, msgType, extendInfo } = call;
  const message = composeText({ type, body, msgType, extendInfo }, Date.now());
  if (message instanceof Refusal) return message;

  const host = call.domain ?? (type === "groupchat" ? addresses.roomDomains[0] : undefined);
  const [first] = call.to;
  if (first instanceof Refusal && call.to.length === 1) return first.at("To[0]");
  if (typeof first !== "string" || call.to.length > 1) return await sendToMany(context, call, message, from);
  const to = addresses.address(first, "User", host ?? addresses.defaultHost);
  if (to instanceof Refusal) return to;
  const outgoing = outgoingOf(context, message, from, to);
  return outgoing instanceof Refusal ? outgoing : await deliver(context, receiversIn(context), [outgoing]);
}

function outgoingOf(context: OperationContext, message: Element, from: Jid, to: Jid): Outgoing | Refusal {
  const room = context.addresses.roomAt(to);
  if (message.attrs.type === "groupchat")
    return room === undefined
      ? noSuchRoom(to)
      : groupMessage(compose(message, from, room, { messages: context.messages }), room, CONTENT);
  return room === undefined
    ? messageRows(context, compose(message, from, to, toPeople(context, from)), CONTENT)
    : isRoom(to);
}

/** One stanza for all of them, and the sender's copies, many of which make a row: each row costs the disk's time. */
async function sendToMany(
  context: OperationContext,
  { to: texts, domain }: SendMessage,
  message: Element,
  from: Jid,
): Promise<DeliveryStatus | Refusal> {
  const { addresses, carbons, outbox } = context;
  const batch = receiversIn(context);
  const named = await mapBatch(batch, texts, (text): Item<Jid> => {
    const to = addresses.address(text, "User", domain ?? addresses.defaultHost);
    if (to instanceof Refusal) return to;
    return addresses.roomAt(to) === undefined ? to : isRoom(to);
  });
  if (named instanceof Refusal) return named;
  const receivers = goodOnes(named);
  const composed = compose(message, from, from, toPeople(context, from));
  const { attrs, children } = composed.stanza;
  const stanza = serialise(xml("message", { ...attrs, to: undefined }, ...children));
  const refusal = refuseLarge(context, CONTENT, stanza);
  if (refusal !== undefined) return refusal;
  const acceptedAt = Date.now();
  const recipients = receivers.map(({ text }) => text);
  const origin = originOf(composed.stanza);
  const rows: NewRow<WireText>[] = [{ ...origin, stanza, recipients, acceptedAt }];
  if (carbons) {
    const parts = addressable(stanza);
    const copies = await mapInSlices(receivers, (to) =>
      carbonOf({ ...composed, to }, addressed(parts, to.text)),
    );
    const those = copies.filter((copy) => copy !== undefined);
    for (const some of batches(those, TOGETHER))
      rows.push({
        ...origin,
        receiver: from.bare.text,
        stanza: together(some),
        stanzas: some.length,
        acceptedAt,
      });
  }
  return batchAnswer(batch, named, await outbox.accept(rows, undefined, context.owner));
}

function receiversIn({ batches }: OperationContext): Batch {
  return { mode: batches, name: (index) => `To[${index}]` };
}

function isRoom(to: Jid): Refusal {
  return new Refusal(Errcode.request, `User: ${to.text} is a room: its Type is groupchat`);
}
