/**
 * The elements of a moderated retraction (XEP-0425): of the announcement to occupants, and of the tombstone in the
 * archive.
 */
import { xml, type Element } from "../../xml/builder.js";
import { occupantId } from "../room/stable-ids.js";
import { MUC } from "../wire/ns.js";
import { textElement } from "../wire/text.js";

/** A moderator's retraction of a message. */
export interface Retraction {
  /** The stanza-id of the retracted message. */
  readonly target: string;
  /** The moderator's address in the room; undefined if the moderator isn't an occupant. */
  readonly by: string | undefined;
  /** The moderator's occupant-id (XEP-0421). */
  readonly moderator: string;
  readonly reason: string | undefined;
}

/** Returns the announcement's <retract/>. */
export function retractionOf(retraction: Retraction): Element {
  const { target: id, reason } = retraction;
  return xml("retract", { xmlns: MUC.retract, id }, moderated(retraction), textElement("reason", reason));
}

/** Returns the tombstone's <retracted/>. @param id the announcement's id @param at milliseconds since 1970 */
export function tombstoneOf(retraction: Retraction, id: string | undefined, at: number): Element {
  const stamp = new Date(at).toISOString();
  const reason = textElement("reason", retraction.reason);
  return xml("retracted", { xmlns: MUC.retract, id, stamp }, moderated(retraction), reason);
}

/** Whether an element in a namespace of retractions belongs to a moderated one, which only the room may send. */
export function isModeration(element: Element): boolean {
  return NAMES.has(element.getName()) || element.getChild("moderated") !== undefined;
}

/** Returns the id of the message that an element retracts (XEP-0424), if it is a retraction. */
export function retractedIn(child: Element): string | undefined {
  return child.is("retract", MUC.retract) ? child.attrs.id : undefined;
}

/** The elements that only moderated retractions have. */
const NAMES: ReadonlySet<string> = new Set(["moderated", "retracted"]);

function moderated({ by, moderator }: Retraction): Element {
  return xml("moderated", { xmlns: MUC.moderate, by }, occupantId(moderator));
}
