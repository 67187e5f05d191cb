/**
 * The elements of a moderated retraction (XEP-0425): of the announcement to occupants, and of the tombstone in the
 * archive. Both have the formats of versions 0.3 and, for older clients, 0.2.
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

/** Returns the announcement's child elements. */
export function retractionOf(retraction: Retraction): Element[] {
  const { target: id, by, moderator, reason } = retraction;
  return [
    xml("retract", { xmlns: MUC.retract, id }, moderated(retraction), textElement("reason", reason)),
    xml(
      "apply-to",
      { xmlns: MUC.fasten, id },
      xml(
        "moderated",
        { xmlns: MUC.oldModerate, by },
        occupantId(moderator),
        xml("retract", MUC.oldRetract),
        textElement("reason", reason),
      ),
    ),
  ];
}

/** Returns the tombstone's child elements. @param id the announcement's id @param at milliseconds since 1970 */
export function tombstoneOf(retraction: Retraction, id: string | undefined, at: number): Element[] {
  const { by, moderator, reason } = retraction;
  const stamp = new Date(at).toISOString();
  return [
    xml("retracted", { xmlns: MUC.retract, id, stamp }, moderated(retraction), textElement("reason", reason)),
    xml(
      "moderated",
      { xmlns: MUC.oldModerate, by },
      occupantId(moderator),
      xml("retracted", { xmlns: MUC.oldRetract, stamp }),
      textElement("reason", reason),
    ),
  ];
}

/** Whether a message's child belongs to a moderated retraction, in either format. */
export function isModeration(child: Element): boolean {
  if (!NAMESPACES.has(child.getNS())) return false;
  return NAMES.has(child.getName()) || child.getChild("moderated") !== undefined;
}

/** Returns the id of the message that an element retracts (XEP-0424 and its version 0.3), if it is a retraction. */
export function retractedIn(child: Element): string | undefined {
  if (child.is("retract", MUC.retract)) return child.attrs.id;
  const isOld = child.is("apply-to", MUC.fasten) && child.getChild("retract", MUC.oldRetract) !== undefined;
  return isOld ? child.attrs.id : undefined;
}

/** The elements that only moderated retractions have. */
const NAMES: ReadonlySet<string> = new Set(["moderated", "retracted"]);
const NAMESPACES: ReadonlySet<string | undefined> = new Set([
  MUC.moderate,
  MUC.oldModerate,
  MUC.retract,
  MUC.oldRetract,
  MUC.fasten,
]);

function moderated({ by, moderator }: Retraction): Element {
  return xml("moderated", { xmlns: MUC.moderate, by }, occupantId(moderator));
}
