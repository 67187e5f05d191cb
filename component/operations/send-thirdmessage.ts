/** send_thirdmessage: a caller's own <message>, sent in a user's name. */
import { hash } from "node:crypto";
import type { NewRow } from "../../storage/outbox-row.js";
import { carbonOf } from "../forging/carbon.js";
import { forge, readMessage, type Forged, type Manner } from "../forging/message.js";
import { originOf } from "../outbox/origin.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";
import { isFull, type AccountJid, type Jid } from "../address.js";
import type { OperationContext } from "./context.js";
import { refuseCount } from "./counts.js";
import { deliver, type GroupMessage, type Outgoing } from "./deliver.js";
import { refuseLarge } from "./sizes.js";
import { eachOrRefuse } from "./slices.js";

export interface ThirdMessage {
  /** The sender: id or id@host; wins over the XML's. */
  readonly from: string;
  /** The receiver; wins over the XML's. */
  readonly to: string;
  /** One well-formed <message> element. */
  readonly message: string;
}

/** All of them or none; a refusal names the first faulty item by its index, counted from 0. */
export async function sendThirdMessage(
  context: OperationContext,
  items: readonly ThirdMessage[],
): Promise<DeliveryStatus | Refusal> {
  if (items.length === 0) return new Refusal(Errcode.request, "the array holds no message");
  const crowd = refuseCount(context.limits, { limit: "batch" }, items.length);
  if (crowd !== undefined) return crowd;
  const outgoing = await eachOrRefuse(
    items,
    (index) => `item ${index}`,
    (item) => outgoingOf(context, item),
  );
  if (outgoing instanceof Refusal) return outgoing;
  return await deliver(context, outgoing, items.length === 1 ? undefined : (index) => `item ${index}`);
}

function outgoingOf(context: OperationContext, item: ThirdMessage): Outgoing | Refusal {
  const from = context.addressing.sender(item.from, "from");
  if (from instanceof Refusal) return from;
  const to = context.addressing.address(item.to, "to");
  if (to instanceof Refusal) return to;
  const room = context.addressing.roomAt(to);
  if (room !== undefined && isFull(to)) {
    return new Refusal(
      Errcode.request,
      `to: ${to.text} is an occupant's address; group messages go to the room`,
    );
  }
  const message = readMessage(item.message, context.limits.message_bytes);
  if (message instanceof Refusal) return message;
  if (room === undefined) {
    return messageRows(context, forge(message, from, to, toPeople(context, from)), "message", item.message);
  }
  const forged = forge(message, from, room, { messages: context.messages });
  return groupMessage(forged, room, "message", item.message);
}

/** How a message to people is shown; in rooms, senders have nicknames. */
export function toPeople({ directory, messages }: OperationContext, sender: Jid): Manner {
  return { name: directory.namesOf(sender)[0], messages };
}

/**
 * A forged message as something to be said in a room.
 * @param field what a refusal calls it
 */
export function groupMessage(
  forged: Forged,
  room: AccountJid,
  field: string,
  callerText?: string,
): GroupMessage {
  const { from, stanza: message } = forged;
  return { room, from, message, field, fingerprint: fingerprintOf(forged, callerText) };
}

/**
 * The rows of a forged message: the stanza, and the copy for its sender's own sessions.
 * @param field what a refusal calls it
 * @param callerText the caller's bytes, by which a retry is known where the message has an id
 */
export function messageRows(
  context: OperationContext,
  forged: Forged,
  field: string,
  callerText?: string,
): Outgoing | Refusal {
  const acceptedAt = Date.now();
  const stanza = serialise(forged.stanza);
  const refusal = refuseLarge(context, field, stanza);
  if (refusal !== undefined) return refusal;
  const fingerprint = fingerprintOf(forged, callerText);
  const row = { ...originOf(forged.stanza), stanza, acceptedAt };
  const rows: NewRow<WireText>[] = [fingerprint === undefined ? row : { ...row, fingerprint }];
  const carbon = context.carbons ? carbonOf(forged, stanza) : undefined;
  if (carbon !== undefined) rows.push({ ...row, stanza: carbon, follows: true });
  return { rows };
}

function fingerprintOf({ from, to, callerId }: Forged, callerText: string | undefined): Buffer | undefined {
  if (callerId === undefined || callerText === undefined) return undefined;
  return hash("sha256", [from.text, to.text, callerId, callerText].join("\0"), "buffer").subarray(0, 16);
}
