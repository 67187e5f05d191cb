/** An IQ's result in its place among what else a turn says. */
import { xml, type Element } from "../xml/builder.js";
import type { Turn } from "./turn.js";

export function sayResult(turn: Turn, { attrs }: Element, payload?: Element): void {
  turn.say(xml("iq", { from: attrs.to, to: attrs.from, id: attrs.id, type: "result" }, payload));
}
