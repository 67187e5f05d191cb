/** send_thirdmessage: a caller's own <message>, sent in a user's name. */
import { hash } from "node:crypto";
import type { NewRow } from "../../storage/outbox-store.js";
import { carbonOf } from "../forging/carbon.js";
import { forge, readMessage, type Forged } from "../forging/message.js";
import type { Receipt } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import { serialise } from "../xml/serialise.js";
import type { OperationContext } from "./context.js";
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
): Promise<Receipt | Refusal> {
  const { batch } = context.limits;
  if (items.length > batch) {
    return new Refusal(
      Errcode.request,
      `${items.length} messages in one call, more than the ${batch} allowed`,
    );
  }
  const rows = await eachOrRefuse(
    items,
    (index) => `item ${index}`,
    (item) => rowsOf(context, item),
  );
  return rows instanceof Refusal ? rows : context.outbox.accept(rows.flat());
}

function rowsOf(context: OperationContext, item: ThirdMessage): NewRow[] | Refusal {
  const from = context.addressing.sender(item.from, "from");
  if (from instanceof Refusal) return from;
  const to = context.addressing.address(item.to, "to");
  if (to instanceof Refusal) return to;
  if (context.addressing.isRoom(to)) return new Refusal(Errcode.notFound, `to: there is no room ${to.text}`);
  const message = readMessage(item.message, context.limits.message_bytes);
  if (message instanceof Refusal) return message;
  return messageRows(context, forge(message, from, to), item.message);
}

/**
 * The rows of a forged message: the stanza, and the copy for its sender's own sessions.
 * @param callerText the caller's bytes, by which a retry is known where the message has an id
 */
export function messageRows(context: OperationContext, forged: Forged, callerText?: string): NewRow[] {
  const acceptedAt = Date.now();
  const stanza = serialise(forged.stanza);
  const { from, to, callerId } = forged;
  const isKnowable = callerId !== undefined && callerText !== undefined;
  const fingerprint = isKnowable ? fingerprintOf(from.text, to.text, callerId, callerText) : undefined;
  const rows: NewRow[] = [{ stanza, acceptedAt, ...(fingerprint && { fingerprint }) }];
  const carbon = context.carbons ? carbonOf(forged) : undefined;
  if (carbon !== undefined) rows.push({ stanza: serialise(carbon), acceptedAt, follows: true });
  return rows;
}

function fingerprintOf(...parts: string[]): Buffer {
  return hash("sha256", parts.join("\0"), "buffer").subarray(0, 16);
}
