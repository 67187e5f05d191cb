/** The kinds of messages, by which the archive decides what to store. */
import type { Keeping } from "../../../storage/rooms-archive.js";
import { NS, type Element } from "../../xml/builder.js";
import { namespaceOf } from "../wire/payload.js";
import { retractedIn } from "./retraction.js";

/** The kind of a message. */
export type Kind =
  /** A new text. */
  | "text"
  /** A correction or a reaction. */
  | "change"
  /** A retraction. */
  | "retraction"
  /** A change of the room's subject. */
  | "subject"
  /** Not worth storing, such as a chat state. */
  | "passing";

export interface KeptMessage extends Keeping {
  readonly kind: Kind;
  /** Whether the sender forbids to store it (XEP-0334). */
  readonly isForbidden: boolean;
}

/** XEP-0308. */
export const CORRECTION = "urn:xmpp:message-correct:0";
/** Corrections, and reactions (XEP-0444). */
const CHANGES: ReadonlySet<string> = new Set([`replace ${CORRECTION}`, "reactions urn:xmpp:reactions:0"]);
/** Encrypted texts: XEP-0384, its older versions, XEP-0373 and XEP-0027. */
const ENCRYPTED: ReadonlySet<string> = new Set([
  "encrypted urn:xmpp:omemo:2",
  "encrypted urn:xmpp:omemo:1",
  "encrypted eu.siacs.conversations.axolotl",
  "openpgp urn:xmpp:openpgp:0",
  "x jabber:x:encrypted",
]);
const NOT_TO_STORE: ReadonlySet<string> = new Set(["no-store", "no-permanent-store", "no-permanent-storage"]);

/** The text of a message: its bodies in all languages. */
export function textOf(message: Element): string {
  const bodies = message.getChildren("body").filter((body) => namespaceOf(body) === "");
  return bodies.map((body) => body.getText()).join("\n");
}

/** Whether the sender forbids to store the message. */
export function isNotToStore(children: readonly Element[]): boolean {
  return children.some((child) => child.getNS() === NS.hints && NOT_TO_STORE.has(child.getName()));
}

export function kindOf(children: readonly Element[]): Kind {
  const names = children.map((child) => `${child.getName()} ${namespaceOf(child)}`);
  if (children.some((child) => retractedIn(child) !== undefined)) return "retraction";
  if (names.some((name) => CHANGES.has(name))) return "change";
  return names.some((name) => name === "body " || ENCRYPTED.has(name)) ? "text" : "passing";
}
