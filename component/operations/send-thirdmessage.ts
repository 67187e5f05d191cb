/** send_thirdmessage: sends a caller's <message> element in a user's name. */
import { hash } from "node:crypto";
import type { NewRow } from "../../storage/outbox-row.js";
import { isCopied } from "../composing/carbon.js";
import { compose, parseMessage, type Composed, type Presentation } from "../composing/message.js";
import { originOf } from "../outbox/row-stanzas.js";
import type { Acceptance } from "../outbox/outbox.js";
import { badRequest, Refusal } from "../refusal.js";
import { NS, type Element } from "../xml/builder.js";
import { parseXml, XmlFault } from "../xml/parse.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";
import { isFull, type AccountJid, type Jid } from "../addresses/address.js";
import { isSingle, itemName, mapBatch, type Batch, type Item } from "./batch.js";
import type { OperationContext } from "./context.js";
import { deliver, type GroupMessage, type Outgoing } from "./deliver.js";
import { refuseLarge } from "./limits.js";

export interface ThirdMessage {
  /** The sender: id or id@host; replaces the `from` in the XML. */
  readonly from: string;
  /** The receiver; replaces the `to` in the XML. */
  readonly to: string;
  /** A well-formed <message> element. */
  readonly message: string;
}

/** Attributes of consult messages that contain addresses, besides from and to. */
const ADDRESS_ATTRIBUTES = ["realfrom", "realto"] as const;

/** Matches every text that names another sender, because XML can't escape the names of attributes and elements. */
const MAY_CLAIM_SENDER = /realfrom|addresses/;

/** Returns the senders that a message names besides `from`: in realfrom, or as the original sender (XEP-0033 §4). */
export function claimedSenders(text: string): string[] {
  const message = MAY_CLAIM_SENDER.test(text) ? parseXml(text) : undefined;
  // Invalid XML is refused later, with the reason.
  if (message === undefined || message instanceof XmlFault) return [];
  const addresses = message.getChildren("addresses", NS.address).flatMap((list) => list.getChildElements());
  const original = addresses.filter(({ attrs }) => attrs.type === "ofrom").map(({ attrs }) => attrs.jid);
  return [message.attrs.realfrom, ...original].filter((jid) => jid !== undefined).filter((jid) => jid !== "");
}

/** Sends the valid messages, or none if context.batches is "whole" and a message is invalid. */
export async function sendThirdMessage(
  context: OperationContext,
  items: readonly Item<ThirdMessage>[],
): Promise<Acceptance> {
  if (items.length === 0) return badRequest("the array holds no message");
  const batch: Batch = {
    mode: context.batches,
    isSingle: isSingle(items),
    name: itemName,
  };
  const outgoing = await mapBatch(batch, items, (item) => parseItem(context, item));
  return outgoing instanceof Refusal ? outgoing : await deliver(context, batch, outgoing);
}

function parseItem(context: OperationContext, item: ThirdMessage): Item<Outgoing> {
  const { addresses, limits } = context;
  const from = addresses.sender(item.from, "from");
  if (from instanceof Refusal) return from;
  const to = addresses.address(item.to, "to");
  if (to instanceof Refusal) return to;
  const message = parseMessage(item.message, limits.message_bytes);
  if (message instanceof Refusal) return message;
  for (const name of ADDRESS_ATTRIBUTES) {
    const text = message.attrs[name];
    if (text !== undefined) message.attrs[name] = addresses.attribute(text);
  }
  return outgoingOf(context, { from, to, message, field: "message", callerText: item.message });
}

/** A parsed message to a user or to a room. */
interface ParsedMessage {
  readonly from: Jid;
  readonly to: Jid;
  /** The caller's element; composing modifies it. */
  readonly message: Element;
  /** The name of the message's field in refusals. */
  readonly field: string;
  /** The caller's XML. It identifies a repeated call if the message has an id. */
  readonly callerText?: string;
}

export function outgoingOf(context: OperationContext, parsed: ParsedMessage): Item<Outgoing> {
  const { from, to, message, field, callerText } = parsed;
  const room = context.addresses.roomAt(to);
  if (room === undefined) {
    return messageRows(context, compose(message, from, to, toPeople(context, from)), field, callerText);
  }
  if (isFull(to)) {
    return badRequest(`to: ${to.text} is an occupant's address; group messages go to the room`);
  }
  return groupMessage(context, { message, from, room }, field, callerText);
}

/** Returns how messages are presented to users. In rooms, nicknames identify the senders. */
export function toPeople({ directory, messages }: OperationContext, sender: Jid): Presentation {
  return { name: directory.namesOf(sender)[0], messages };
}

/** Returns a message to a room. `field` names it in refusals; `callerText`, the XML, identifies a repeated call. */
export function groupMessage(
  context: Pick<OperationContext, "key" | "messages">,
  { message, from, room }: { readonly message: Element; readonly from: Jid; readonly room: AccountJid },
  field: string,
  callerText?: string,
): GroupMessage {
  const composed = compose(message, from, room, { messages: context.messages });
  const fingerprint = fingerprintOf(context, composed, callerText);
  return { room, from: composed.from, message: composed.stanza, field, fingerprint };
}

/** Returns a message to a user as an outbox row, with its copy for the sender. Parameters are as in groupMessage(). */
export function messageRows(
  context: Pick<OperationContext, "carbons" | "limits" | "modes" | "unreachable" | "request" | "key">,
  composed: Composed,
  field: string,
  callerText?: string,
): Outgoing | Refusal {
  const acceptedAt = Date.now();
  const stanza = serialise(composed.stanza);
  const refusal = context.modes.refuse(composed.from.bare.text) ?? refuseLarge(context, field, stanza);
  if (refusal !== undefined) return refusal;
  context.unreachable.sent([composed.to], context.request);
  const fingerprint = fingerprintOf(context, composed, callerText);
  // A spread of `origin` would take as long as the rest of the function.
  const { kind, sender, receiver, id } = originOf(composed.stanza);
  const row: NewRow<WireText> = {
    kind,
    sender,
    receiver,
    id,
    stanza,
    acceptedAt,
    fingerprint,
    isCopied: context.carbons && isCopied(composed),
  };
  return { rows: [row] };
}

function fingerprintOf(
  { key }: Pick<OperationContext, "key">,
  { from, to, callerId }: Composed,
  callerText: string | undefined,
): Buffer | undefined {
  if (callerId === undefined || callerText === undefined) return key?.next(from.text, to.text);
  return hash("sha256", [from.text, to.text, callerId, callerText].join("\0"), "buffer").subarray(0, 16);
}
