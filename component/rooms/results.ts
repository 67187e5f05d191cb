/** An IQ's result, also in its place among what else a turn says. */
import { xml, type Element } from "../xml/builder.js";
import type { Turn } from "./turn.js";

export function resultOf({ attrs }: Element, payload?: Element): Element {
  return xml("iq", { from: attrs.to, to: attrs.from, id: attrs.id, type: "result" }, payload);
}

export function sayResult(turn: Turn, stanza: Element, payload?: Element): void {
  turn.say(resultOf(stanza, payload));
}
