/**
 * What of the messages in a room is kept: what has a text, and what changes such a message. Chat states, receipts and
 * read markers aren't, whatever hint they carry: they tell nothing to who comes later.
 */
import type { Keeping } from "../../../storage/rooms-archive.js";
import { NS, type Element } from "../../xml/builder.js";
import { retractedIn } from "../features/own-retraction.js";
import { namespaceOf } from "../wire/payload.js";
import type { Room } from "../room/room.js";

/** What a message is to those who read it later. */
type Kind =
  /** Something new is said. */
  | "text"
  /** It changes what was said: a correction, a reaction. */
  | "change"
  /** It takes back what was said. */
  | "retraction"
  | "passing";

export interface KeptMessage extends Keeping {
  readonly kind: Kind;
  /** Whether its sender wants it stored nowhere (XEP-0334). */
  readonly isForbidden: boolean;
}

/** XEP-0308 and XEP-0444. */
const CHANGES: ReadonlySet<string> = new Set([
  "replace urn:xmpp:message-correct:0",
  "reactions urn:xmpp:reactions:0",
]);
/** What holds a text that only its receivers read: XEP-0384, its older form, XEP-0373 and XEP-0027. */
const ENCRYPTED: ReadonlySet<string> = new Set([
  "encrypted urn:xmpp:omemo:2",
  "encrypted urn:xmpp:omemo:1",
  "encrypted eu.siacs.conversations.axolotl",
  "openpgp urn:xmpp:openpgp:0",
  "x jabber:x:encrypted",
]);
const NOT_TO_STORE: ReadonlySet<string> = new Set(["no-store", "no-permanent-store", "no-permanent-storage"]);

export function keepingOf({ options: { archive, history } }: Room, message: Element): KeptMessage {
  const children = message.getChildElements();
  const isForbidden = children.some(
    (child) => child.getNS() === NS.hints && NOT_TO_STORE.has(child.getName()),
  );
  const kind = kindOf(children);
  const isKept = !isForbidden && kind !== "passing";
  const kept = archive && isKept;
  // Who reads the archive finds retractions there; the history has better things to tell, where there is an archive.
  const said = history > 0 && isKept && !(archive && kind === "retraction");
  return { kept, said, kind, isForbidden };
}

function kindOf(children: readonly Element[]): Kind {
  const names = children.map((child) => `${child.getName()} ${namespaceOf(child)}`);
  if (children.some((child) => retractedIn(child) !== undefined)) return "retraction";
  if (names.some((name) => CHANGES.has(name))) return "change";
  return names.some((name) => name === "body " || ENCRYPTED.has(name)) ? "text" : "passing";
}
