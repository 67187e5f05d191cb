import { xml, type Element } from "../../xml/builder.js";
import type { Transaction } from "../transaction.js";

/** Builds the result for an IQ request. */
export function resultOf({ attrs }: Element, payload?: Element): Element {
  return xml("iq", { from: attrs.to, to: attrs.from, id: attrs.id, type: "result" }, payload);
}

/** Sends the result for an IQ request as part of a transaction. @param stanza the request */
export function sendResult(transaction: Transaction, stanza: Element, payload?: Element): void {
  transaction.send(resultOf(stanza, payload));
}
