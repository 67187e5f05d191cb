/**
 * What a moderated message leaves behind (XEP-0425 0.3): the room's word that it is retracted, for everybody, and a
 * tombstone in its place in the archive. Both are also told in the form of version 0.2, for clients that know no
 * other; each client reads its own.
 */
import { xml, type Element } from "../../xml/builder.js";
import { occupantId } from "../room/stable-ids.js";
import { MUC } from "../wire/ns.js";

export interface Retraction {
  /** The stanza-id of the retracted message. */
  readonly target: string;
  /** The moderator's address in the room, where they are inside. */
  readonly by: string | undefined;
  /** Their occupant-id. */
  readonly moderator: string;
  readonly reason: string | undefined;
}

/** The children of the message that tells everybody. */
export function retractionOf(retraction: Retraction): Element[] {
  const { target: id, by, moderator, reason } = retraction;
  return [
    xml("retract", { xmlns: MUC.retract, id }, moderated(retraction), reasonOf(reason)),
    xml(
      "apply-to",
      { xmlns: MUC.fasten, id },
      xml(
        "moderated",
        { xmlns: MUC.oldModerate, by },
        occupantId(moderator),
        xml("retract", MUC.oldRetract),
        reasonOf(reason),
      ),
    ),
  ];
}

/**
 * What stands in the retracted message instead of what was said.
 * @param id that of the message that told everybody, as XEP-0424 has it in its tombstones
 * @param at milliseconds since 1970
 */
export function tombstoneOf(retraction: Retraction, id: string | undefined, at: number): Element[] {
  const { by, moderator, reason } = retraction;
  const stamp = new Date(at).toISOString();
  return [
    xml("retracted", { xmlns: MUC.retract, id, stamp }, moderated(retraction), reasonOf(reason)),
    xml(
      "moderated",
      { xmlns: MUC.oldModerate, by },
      occupantId(moderator),
      xml("retracted", { xmlns: MUC.oldRetract, stamp }),
      reasonOf(reason),
    ),
  ];
}

/** Whether a message's child says, in either form, that a moderator retracted something. */
export function isModeration(child: Element): boolean {
  if (!NAMESPACES.has(child.getNS())) return false;
  return NAMES.has(child.getName()) || child.getChild("moderated") !== undefined;
}

/** The id of the message that a child takes back, in the form of today or of XEP-0424's version 0.3. */
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

function reasonOf(reason: string | undefined): Element | undefined {
  return reason === undefined ? undefined : xml("reason", {}, reason);
}
