/** send_message: text sent in a user's name, to users or to one room. */
import type { NewRow } from "../../storage/outbox-row.js";
import type { Jid } from "../address.js";
import { carbonOf } from "../forging/carbon.js";
import { compose, forge, type TextMessage } from "../forging/message.js";
import { originOf } from "../outbox/origin.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import { inSlices } from "../pace.js";
import { Errcode, Refusal } from "../refusal.js";
import { xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import { addressable, addressed, batches, together } from "../xml/splice.js";
import type { WireText } from "../xml/wire-text.js";
import type { OperationContext } from "./context.js";
import { refuseCount } from "./counts.js";
import { deliver, noSuchRoom, type Outgoing } from "./deliver.js";
import { groupMessage, messageRows, toPeople } from "./send-thirdmessage.js";
import { KIND_BYTES, refuseLarge, refuseLong } from "./sizes.js";
import { eachOrRefuse } from "./slices.js";

export interface SendMessage extends TextMessage {
  readonly from: string;
  /** The sender's host. */
  readonly host: string | undefined;
  readonly to: readonly string[];
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
  const { addressing, limits } = context;
  if (call.body === "") return new Refusal(Errcode.request, "Message Body is Null");
  const isLong =
    refuseLong("Body", call.body, limits.message_bytes) ??
    refuseLong("Extend_Info", call.extendInfo, limits.message_bytes) ??
    refuseLong("Msg_Type", call.msgType, KIND_BYTES);
  if (isLong !== undefined) return isLong;
  if (call.to.length === 0 || (call.type === "groupchat" && call.to.length !== 1)) {
    return new Refusal(Errcode.request, "To not suit");
  }
  const crowd = refuseCount(limits, { field: "To", limit: "recipients" }, call.to.length);
  if (crowd !== undefined) return crowd;
  const from = addressing.sender(call.from, "From", call.host ?? addressing.defaultHost);
  if (from instanceof Refusal) return from;
  const { type, body, msgType, extendInfo } = call;
  const message = compose({ type, body, msgType, extendInfo }, Date.now());
  if (message instanceof Refusal) return message;

  const host = call.domain ?? (type === "groupchat" ? addressing.roomDomains[0] : undefined);
  const [first] = call.to;
  if (first === undefined || call.to.length > 1) return await sendToMany(context, call, message, from);
  const to = addressing.address(first, "User", host ?? addressing.defaultHost);
  if (to instanceof Refusal) return to;
  const outgoing = outgoingOf(context, type, message, from, to);
  return outgoing instanceof Refusal ? outgoing : await deliver(context, [outgoing], undefined);
}

function outgoingOf(
  context: OperationContext,
  type: SendMessage["type"],
  message: Element,
  from: Jid,
  to: Jid,
): Outgoing | Refusal {
  const room = context.addressing.roomAt(to);
  if (type === "groupchat")
    return room === undefined
      ? noSuchRoom(to)
      : groupMessage(forge(message, from, room, { messages: context.messages }), room, CONTENT);
  return room === undefined
    ? messageRows(context, forge(message, from, to, toPeople(context, from)), CONTENT)
    : isRoom(to);
}

/** One stanza for all of them, and the sender's copies, many of which make a row: each row costs the disk's time. */
async function sendToMany(
  context: OperationContext,
  { to: texts, domain }: SendMessage,
  message: Element,
  from: Jid,
): Promise<DeliveryStatus | Refusal> {
  const { addressing, carbons, outbox } = context;
  const receivers = await eachOrRefuse(
    texts,
    (index) => `To[${index}]`,
    (text): Jid | Refusal => {
      const to = addressing.address(text, "User", domain ?? addressing.defaultHost);
      if (to instanceof Refusal) return to;
      return addressing.roomAt(to) === undefined ? to : isRoom(to);
    },
  );
  if (receivers instanceof Refusal) return receivers;
  const forged = forge(message, from, from, toPeople(context, from));
  const { attrs, children } = forged.stanza;
  const stanza = serialise(xml("message", { ...attrs, to: undefined }, ...children));
  const refusal = refuseLarge(context, CONTENT, stanza);
  if (refusal !== undefined) return refusal;
  const acceptedAt = Date.now();
  const recipients = receivers.map(({ text }) => text);
  const origin = originOf(forged.stanza);
  const rows: NewRow<WireText>[] = [{ ...origin, stanza, recipients, acceptedAt }];
  if (carbons) {
    const parts = addressable(stanza);
    const copies = await inSlices(receivers, (to) => carbonOf({ ...forged, to }, addressed(parts, to.text)));
    const those = copies.filter((copy) => copy !== undefined);
    for (const some of batches(those, TOGETHER))
      rows.push({ ...origin, stanza: together(some), stanzas: some.length, acceptedAt });
  }
  return await outbox.accept(rows, undefined, context.owner);
}

function isRoom(to: Jid): Refusal {
  return new Refusal(Errcode.request, `User: ${to.text} is a room: its Type is groupchat`);
}
