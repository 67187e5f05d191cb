/** What of a client's presence is passed on. */
import type { AccountJid } from "../../address.js";
import type { Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { inOneWrite, NO_TEXT, type WireText } from "../../xml/wire-text.js";
import { sanitisedChildren } from "../wire/sanitising.js";

/** A client sends more than this in its presence at its own cost: the rest isn't passed on. */
const MAX_PRESENCE = 16 * 1024;
const ESSENTIAL: ReadonlySet<string> = new Set(["show", "status", "priority"]);

/** Its children, serialised. */
export function presenceOf(room: AccountJid, stanza: Element): WireText {
  const children = sanitisedChildren(room, stanza);
  const text = inOneWrite(children.map(serialise));
  if (text.length <= MAX_PRESENCE) return text;
  const essential = inOneWrite(children.filter((child) => ESSENTIAL.has(child.name)).map(serialise));
  return essential.length <= MAX_PRESENCE ? essential : NO_TEXT;
}
