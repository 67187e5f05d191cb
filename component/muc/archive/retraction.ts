/**
 * The elements of a moderated retraction (XEP-0425 0.3): the announcement to all occupants and the tombstone in the
 * archive. Both also have the format of version 0.2 for older clients.
 */
import { xml, type Element } from "../../xml/builder.js";
import { occupantId } from "../room/stable-ids.js";
import { MUC } from "../wire/ns.js";
import { textElement } from "../wire/text.js";

export interface Retraction {
  /** The stanza-id of the retracted message. */
  readonly target: string;
  /** The moderator's address in the room; undefined if they are outside. */
  readonly by: string | undefined;
  /** The moderator's occupant-id. */
  readonly moderator: string;
  readonly reason: string | undefined;
}

/** The children of the announcement. */
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

/**
 * The children of the tombstone.
 * @param id the announcement's (XEP-0424)
 * @param at milliseconds since 1970
 */
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

/** Whether a message's child announces a moderated retraction, in either format. */
export function isModeration(child: Element): boolean {
  if (!NAMESPACES.has(child.getNS())) return false;
  return NAMES.has(child.getName()) || child.getChild("moderated") !== undefined;
}

/** The id of the message that a child retracts, in the current format or that of XEP-0424 0.3. */
export function retractedIn(child: Element): string | undefined {
  if (child.is("retract", MUC.retract)) return child.attrs.id;
  const isOld = child.is("apply-to", MUC.fasten) && child.getChild("retract", MUC.oldRetract) !== undefined;
  return isOld ? child.attrs.id : undefined;
}

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
