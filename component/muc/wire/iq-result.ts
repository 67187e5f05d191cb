/** IQ results, also as part of a transaction. */
import { xml, type Element } from "../../xml/builder.js";
import type { Transaction } from "../transaction.js";

export function resultOf({ attrs }: Element, payload?: Element): Element {
  return xml("iq", { from: attrs.to, to: attrs.from, id: attrs.id, type: "result" }, payload);
}

export function sendResult(transaction: Transaction, stanza: Element, payload?: Element): void {
  transaction.send(resultOf(stanza, payload));
}
