/** send_notify: sends a notification to the clients of one or several users. */
import { randomUUID } from "node:crypto";
import type { NewRow } from "../../storage/outbox-row.js";
import type { Jid } from "../addresses/address.js";
import { notifyStanzas, type Notification, type NotifyCarrier } from "../composing/notify.js";
import { originOf } from "../outbox/row-stanzas.js";
import type { Acceptance } from "../outbox/outbox.js";
import { badRequest, Refusal } from "../refusal.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";
import { batchResult, validItems, mapBatch, type Batch, type Item } from "./batch.js";
import type { OperationContext } from "./context.js";
import { KIND_BYTES, refuseLarge, refuseLong, refuseText } from "./limits.js";
import { quoted } from "../wording.js";

export interface Notify extends Notification {
  readonly from: string;
  readonly to: readonly Item<string>[];
}

export async function sendNotify(context: OperationContext, notify: Notify): Promise<Acceptance> {
  const sender = context.addresses.sender(notify.from, "from");
  if (sender instanceof Refusal) return sender;
  // The resource is random, so that the unavailable presence doesn't end a real session.
  const from = sender.withResource(`notify-${randomUUID()}`);
  if (from === undefined) return badRequest(`from: ${quoted(notify.from)} is too long`);
  const refused = context.modes.refuse(sender.bare.text) ?? check(context, notify);
  if (refused !== undefined) return refused;
  const batch: Batch = { mode: context.batches, name: (index) => `to[${index}]` };
  const named = await mapBatch(batch, notify.to, (text): Item<string> => {
    const jid = context.addresses.address(text, "to");
    if (jid instanceof Refusal) return jid;
    return context.addresses.roomDomains.includes(jid.domain) ? notForRooms(jid) : jid.text;
  });
  if (named instanceof Refusal) return named;
  const recipients = validItems(named);

  const acceptedAt = Date.now();
  const expiresAt = acceptedAt + context.notify.max_age * 1000;
  const carrier = carrierFor(context, sender);
  const stanzas = notifyStanzas(from, notify, carrier);
  const rows: NewRow<WireText>[] = [];
  for (const element of stanzas) {
    const stanza = serialise(element);
    const refusal = refuseLarge(context, "data", stanza);
    if (refusal !== undefined) return refusal;
    const fingerprint = context.key?.next(sender.text);
    const row = { ...originOf(element), stanza, recipients, acceptedAt, expiresAt, fingerprint };
    const mode = element.name === "message" ? "privileged" : "direct";
    rows.push(carrier === "either" ? { ...row, mode } : row);
  }
  return batchResult(batch, named, await context.outbox.accept({ rows, account: context.account }));
}

/** Returns the carrier: a headline if the sender is privileged, because this permission doesn't cover presences. */
function carrierFor({ notify, modes }: OperationContext, sender: Jid): NotifyCarrier {
  if (notify.carrier !== "auto") return notify.carrier;
  const mode = modes.of("message", sender.bare.text);
  return mode === "none" ? "either" : mode === "direct" ? "presence" : "headline";
}

/** Refuses a room as receiver: occupants would see the presences as the sender entering and leaving the room. */
function notForRooms(to: Jid): Refusal {
  return badRequest(`to: ${to.text} is a room; notifications go to users`);
}

function check(context: OperationContext, notify: Notify): Refusal | undefined {
  const { message_bytes } = context.limits;
  if (notify.to.length === 0) return badRequest("to: names nobody");
  return (
    refuseText("category", notify.category) ??
    refuseText("data", notify.data) ??
    refuseLong("category", notify.category, KIND_BYTES) ??
    refuseLong("data", notify.data, message_bytes)
  );
}
