/** What a message is to those who come later: new, a change of what was said, or nothing that lasts. */
import type { Keeping } from "../../../storage/rooms-archive.js";
import { NS, type Element } from "../../xml/builder.js";
import { namespaceOf } from "../wire/payload.js";
import { retractedIn } from "./retraction.js";

/** What a message is to those who read it later. */
export type Kind =
  /** Something new is said. */
  | "text"
  /** It changes what was said: a correction, a reaction. */
  | "change"
  /** It takes back what was said. */
  | "retraction"
  /** It says what the room is about. */
  | "subject"
  /** It tells nothing to who comes later. */
  | "passing";

export interface KeptMessage extends Keeping {
  readonly kind: Kind;
  /** Whether its sender wants it stored nowhere (XEP-0334). */
  readonly isForbidden: boolean;
}

/** XEP-0308. */
export const CORRECTION = "urn:xmpp:message-correct:0";
/** Corrections, and reactions (XEP-0444). */
const CHANGES: ReadonlySet<string> = new Set([`replace ${CORRECTION}`, "reactions urn:xmpp:reactions:0"]);
/** What holds a text that only its receivers read: XEP-0384, its older form, XEP-0373 and XEP-0027. */
const ENCRYPTED: ReadonlySet<string> = new Set([
  "encrypted urn:xmpp:omemo:2",
  "encrypted urn:xmpp:omemo:1",
  "encrypted eu.siacs.conversations.axolotl",
  "openpgp urn:xmpp:openpgp:0",
  "x jabber:x:encrypted",
]);
const NOT_TO_STORE: ReadonlySet<string> = new Set(["no-store", "no-permanent-store", "no-permanent-storage"]);

/** A message's text: its body, in whatever languages it has one. */
export function textOf(message: Element): string {
  const bodies = message.getChildren("body").filter((body) => namespaceOf(body) === "");
  return bodies.map((body) => body.getText()).join("\n");
}

/** Whether its sender wants it stored nowhere. */
export function isNotToStore(children: readonly Element[]): boolean {
  return children.some((child) => child.getNS() === NS.hints && NOT_TO_STORE.has(child.getName()));
}

export function kindOf(children: readonly Element[]): Kind {
  const names = children.map((child) => `${child.getName()} ${namespaceOf(child)}`);
  if (children.some((child) => retractedIn(child) !== undefined)) return "retraction";
  if (names.some((name) => CHANGES.has(name))) return "change";
  return names.some((name) => name === "body " || ENCRYPTED.has(name)) ? "text" : "passing";
}
