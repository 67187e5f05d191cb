import type { Keeping } from "../../../storage/rooms-archive.js";
import { NS, type Element } from "../../xml/builder.js";
import { namespaceOf } from "../wire/payload.js";
import { retractedIn } from "./retraction.js";

/** The kind of a message, which decides where the message is stored. */
export type Kind =
  | "text"
  /** A correction or a reaction. */
  | "change"
  | "retraction"
  | "subject"
  /** Never stored, such as a chat state. */
  | "passing";

/** The kind of a message, and where to store it. */
export interface KeptMessage extends Keeping {
  readonly kind: Kind;
  /** Whether the sender forbids storing the message (XEP-0334). */
  readonly isForbidden: boolean;
}

/** Corrections (XEP-0308). */
export const CORRECTION = "urn:xmpp:message-correct:0";
/** The elements that change another message, as "name namespace": corrections, reactions (XEP-0444). */
const CHANGES: ReadonlySet<string> = new Set([`replace ${CORRECTION}`, "reactions urn:xmpp:reactions:0"]);
/** The elements with an encrypted text, as "name namespace" (XEP-0384 and older versions, XEP-0373, XEP-0027). */
const ENCRYPTED: ReadonlySet<string> = new Set([
  "encrypted urn:xmpp:omemo:2",
  "encrypted urn:xmpp:omemo:1",
  "encrypted eu.siacs.conversations.axolotl",
  "openpgp urn:xmpp:openpgp:0",
  "x jabber:x:encrypted",
]);
/** The hints (XEP-0334) that forbid storing a message. */
const NOT_TO_STORE: ReadonlySet<string> = new Set(["no-store", "no-permanent-store", "no-permanent-storage"]);

/** Returns a message's bodies in all languages, each on a line. */
export function textOf(message: Element): string {
  const bodies = message.getChildren("body").filter((body) => namespaceOf(body) === "");
  return bodies.map((body) => body.getText()).join("\n");
}

/** Whether hints among a message's children forbid storing it. */
export function isNotToStore(children: readonly Element[]): boolean {
  return children.some((child) => child.getNS() === NS.hints && NOT_TO_STORE.has(child.getName()));
}

/** Returns the kind of the message with these children. A subject isn't recognised here (features/subject.ts). */
export function kindOf(children: readonly Element[]): Kind {
  const names = children.map((child) => `${child.getName()} ${namespaceOf(child)}`);
  if (children.some((child) => retractedIn(child) !== undefined)) return "retraction";
  if (names.some((name) => CHANGES.has(name))) return "change";
  return names.some((name) => name === "body " || ENCRYPTED.has(name)) ? "text" : "passing";
}
