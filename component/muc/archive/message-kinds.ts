/** Determines the kind of a message, which decides whether the message is stored. */
import type { Keeping } from "../../../storage/rooms-archive.js";
import { NS, type Element } from "../../xml/builder.js";
import { namespaceOf } from "../wire/payload.js";
import { retractedIn } from "./retraction.js";

/** The kind of a message; each kind is stored in different places. */
export type Kind =
  /** A message with a text of its own. */
  | "text"
  /** A correction or a reaction. */
  | "change"
  /** A retraction. */
  | "retraction"
  /** A change of the room's subject. */
  | "subject"
  /** A message that is never stored, such as a chat state. */
  | "passing";

/** The kind of a message, and where to store it. */
export interface KeptMessage extends Keeping {
  readonly kind: Kind;
  /** Whether the sender forbids storing the message (XEP-0334). */
  readonly isForbidden: boolean;
}

/** The namespace of corrections (XEP-0308). */
export const CORRECTION = "urn:xmpp:message-correct:0";
/** The elements that change another message, as "name namespace": corrections, and reactions (XEP-0444). */
const CHANGES: ReadonlySet<string> = new Set([`replace ${CORRECTION}`, "reactions urn:xmpp:reactions:0"]);
/** The elements with an encrypted text, as "name namespace": XEP-0384 and its older versions, XEP-0373, XEP-0027. */
const ENCRYPTED: ReadonlySet<string> = new Set([
  "encrypted urn:xmpp:omemo:2",
  "encrypted urn:xmpp:omemo:1",
  "encrypted eu.siacs.conversations.axolotl",
  "openpgp urn:xmpp:openpgp:0",
  "x jabber:x:encrypted",
]);
/** The names of the hints (XEP-0334) that forbid storing a message. */
const NOT_TO_STORE: ReadonlySet<string> = new Set(["no-store", "no-permanent-store", "no-permanent-storage"]);

/** Returns the text of a message: its bodies in all languages, each on a line. */
export function textOf(message: Element): string {
  const bodies = message.getChildren("body").filter((body) => namespaceOf(body) === "");
  return bodies.map((body) => body.getText()).join("\n");
}

/** Whether the sender forbids storing the message. @param children the message's child elements */
export function isNotToStore(children: readonly Element[]): boolean {
  return children.some((child) => child.getNS() === NS.hints && NOT_TO_STORE.has(child.getName()));
}

/** Returns the kind of a message. @param children the message's child elements */
export function kindOf(children: readonly Element[]): Kind {
  const names = children.map((child) => `${child.getName()} ${namespaceOf(child)}`);
  if (children.some((child) => retractedIn(child) !== undefined)) return "retraction";
  if (names.some((name) => CHANGES.has(name))) return "change";
  return names.some((name) => name === "body " || ENCRYPTED.has(name)) ? "text" : "passing";
}
