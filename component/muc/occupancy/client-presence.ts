/** What of a client's presence is passed on. */
import type { AccountJid } from "../../address.js";
import type { Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { sanitisedChildren } from "../wire/sanitising.js";

/** A client sends more than this in its presence at its own cost: the rest isn't passed on. */
const MAX_PRESENCE = 16 * 1024;
const ESSENTIAL: ReadonlySet<string> = new Set(["show", "status", "priority"]);

/** Its children, as XML. */
export function presenceOf(room: AccountJid, stanza: Element): string {
  const children = sanitisedChildren(room, stanza);
  const text = children.map(serialise).join("");
  if (text.length <= MAX_PRESENCE) return text;
  const essential = children
    .filter((child) => ESSENTIAL.has(child.name))
    .map(serialise)
    .join("");
  return essential.length <= MAX_PRESENCE ? essential : "";
}
