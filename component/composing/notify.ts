/**
 * Composes notifications (send_notify): a headline, or, as servers refuse QTalk's <presence type="notify">, a
 * presence from a random resource and its end. Its negative priority lets it get no messages (RFC 6121 §4.7.2.3).
 */
import { randomUUID } from "node:crypto";
import type { FullJid } from "../addresses/address.js";
import { NS, xml, type Element } from "../xml/builder.js";

/** The stanzas that carry a notification. `either`: both are put into the outbox, which sends what the send mode allows. */
export type NotifyCarrier = "presence" | "headline" | "both" | "either";

export interface Notification {
  readonly category: string;
  readonly data: string;
}

/** Returns the stanzas of one notification, in order, without `to`. */
export function notifyStanzas(from: FullJid, notification: Notification, carrier: NotifyCarrier): Element[] {
  const { category, data } = notification;
  const notify = (): Element => xml("notify", { xmlns: NS.notify, category, data });
  const stanzas: Element[] = [];
  if (carrier !== "headline") {
    stanzas.push(
      xml("presence", { from: from.text }, xml("priority", {}, "-128"), notify()),
      xml("presence", { from: from.text, type: "unavailable" }),
    );
  }
  if (carrier !== "presence") {
    const attrs = { from: from.bare.text, type: "headline", id: randomUUID() };
    stanzas.push(xml("message", attrs, notify(), xml("no-store", NS.hints)));
  }
  return stanzas;
}
