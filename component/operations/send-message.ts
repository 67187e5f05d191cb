/** send_message: sends a text in a user's name to users or to a room. */
import type { NewRow } from "../../storage/outbox-row.js";
import type { Jid } from "../addresses/address.js";
import { isCopied } from "../composing/carbon.js";
import { composeText, compose, type TextMessage } from "../composing/message.js";
import { originOf } from "../outbox/row-stanzas.js";
import type { Acceptance } from "../outbox/outbox.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import { xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";
import { batchResult, itemName, validItems, mapBatch, type Batch, type Item } from "./batch.js";
import type { OperationContext } from "./context.js";
import { refuseListLength, KIND_BYTES, refuseLarge, refuseLong } from "./limits.js";
import { deliver, type Outgoing } from "./deliver.js";
import { noSuchRoom } from "./room-call.js";
import { groupMessage, messageRows, toPeople } from "./send-thirdmessage.js";

/** A message to a list of receivers, or to all people in the directory. */
export type WideMessage = Omit<SendMessage, "to"> & { readonly to: SendMessage["to"] | "everyone" };

export interface SendMessage extends TextMessage {
  readonly from: string;
  /** The host of a sender given as an id only. */
  readonly host: string | undefined;
  readonly to: readonly Item<string>[];
  /** The host of receivers who are given as an id only, or the room's domain. */
  readonly domain: string | undefined;
}

/** The fields that make a stanza large, for refusals. */
const CONTENT = "Body and Extend_Info";

const NOBODY = refuse.notFound(
  "the directory is empty, so there is nobody to send to: fill it with qtalk-component import directory or user set",
);

/** Sends a message to its valid receivers, or to none if context.batches is "whole" and a receiver is invalid. */
export async function sendMessage(context: OperationContext, call: SendMessage): Promise<Acceptance> {
  const prepared = await prepare(context, call);
  if (prepared instanceof Refusal) return prepared;
  const { batch, receivers, outgoing } = prepared;
  return batchResult(batch, receivers, await deliver(context, batch, [outgoing]));
}

/** Sends several messages or, if one of them is invalid, none. */
export async function sendMessages(
  context: OperationContext,
  calls: readonly WideMessage[],
): Promise<Acceptance> {
  if (calls.length === 0) return badRequest("the array holds no message");
  const whole = { ...context, batches: "whole" } as const;
  const isForEveryone = calls.some(({ to }) => to === "everyone");
  const everyone = isForEveryone ? await context.directory.everyone() : [];
  if (isForEveryone && everyone.length === 0) return NOBODY;
  const messages = calls.map((call) => ({ ...call, to: call.to === "everyone" ? everyone : call.to }));
  const receivers = messages.reduce((sum, { to }) => sum + to.length, 0);
  const tooMany = refuseListLength(context.limits, { limit: "recipients" }, receivers);
  if (tooMany !== undefined) return tooMany;
  const batch: Batch = { mode: "whole", name: itemName };
  const items: Outgoing[] = [];
  for (const [index, message] of messages.entries()) {
    const prepared = await prepare(whole, message);
    if (prepared instanceof Refusal) return prepared.at(batch.name(index));
    items.push(prepared.outgoing);
  }
  return await deliver(context, batch, items);
}

interface Prepared {
  readonly batch: Batch;
  readonly receivers: readonly Item<Jid>[];
  readonly outgoing: Outgoing;
}

async function prepare(context: OperationContext, call: SendMessage): Promise<Prepared | Refusal> {
  const { addresses, limits } = context;
  const { type, body, msgType, extendInfo } = call;
  if (body === "") return badRequest("Message Body is Null");
  const isLong =
    refuseLong("Body", body, limits.message_bytes) ??
    refuseLong("Extend_Info", extendInfo, limits.message_bytes) ??
    refuseLong("Msg_Type", msgType, KIND_BYTES);
  if (isLong !== undefined) return isLong;
  if (call.to.length === 0 || (type === "groupchat" && call.to.length !== 1)) {
    return badRequest("To not suit");
  }
  const from = addresses.sender(call.from, "From", call.host);
  if (from instanceof Refusal) return from;
  const message = composeText({ type, body, msgType, extendInfo }, Date.now());
  if (message instanceof Refusal) return message;

  const batch: Batch = { mode: context.batches, name: (index) => `To[${index}]` };
  const host = call.domain ?? (type === "groupchat" ? addresses.roomDomains[0] : undefined);
  const receivers = await mapBatch(batch, call.to, (text): Item<Jid> => {
    const to = addresses.address(text, "User", host);
    if (to instanceof Refusal || type === "groupchat") return to;
    return addresses.roomAt(to) === undefined ? to : isRoom(to);
  });
  if (receivers instanceof Refusal) return receivers;
  const good = validItems(receivers);
  const [first] = good;
  const outgoing =
    first !== undefined && call.to.length === 1 && type !== "headline"
      ? outgoingOf(context, message, from, first)
      : toMany(context, message, from, good);
  return outgoing instanceof Refusal ? outgoing : { batch, receivers, outgoing };
}

function outgoingOf(context: OperationContext, message: Element, from: Jid, to: Jid): Item<Outgoing> {
  if (message.attrs.type === "chat")
    return messageRows(context, compose(message, from, to, toPeople(context, from)), CONTENT);
  const room = context.addresses.roomAt(to);
  return room === undefined ? noSuchRoom(to) : groupMessage(context, { message, from, room }, CONTENT);
}

/** Returns one stanza for all receivers. */
function toMany(
  context: OperationContext,
  message: Element,
  from: Jid,
  receivers: readonly Jid[],
): Item<Outgoing> {
  const composed = compose(message, from, from, toPeople(context, from));
  const { attrs, children } = composed.stanza;
  const stanza = serialise(xml("message", { ...attrs, to: undefined }, ...children));
  const refusal = refuseLarge(context, CONTENT, stanza);
  if (refusal !== undefined) return refusal;
  context.unreachable.sent(receivers, context.request);
  const row: NewRow<WireText> = {
    ...originOf(composed.stanza),
    stanza,
    recipients: receivers.map(({ text }) => text),
    acceptedAt: Date.now(),
    fingerprint: context.key?.next(from.text),
    isCopied: context.carbons && receivers.some((to) => isCopied({ ...composed, to })),
  };
  return { rows: [row] };
}

function isRoom(to: Jid): Refusal {
  return badRequest(`User: ${to.text} is a room: its Type is groupchat`);
}
