/** Moderators' requests, and the archive after them. */
import type { Element } from "../../../../component/xml/builder.js";
import { askArchive } from "../asking.js";
import { ROOM, type Play } from "../play.js";

export const MODERATE = "urn:xmpp:message-moderate:1";
export const RETRACT = "urn:xmpp:message-retract:1";
export const OCCUPANT_ID = "urn:xmpp:occupant-id:0";
export const SID = "urn:xmpp:sid:0";

export const idOf = (message: Element | undefined): string =>
  message?.getChild("stanza-id", SID)?.attrs.id ?? "none";

export const request = (id: string, reason = ""): string =>
  `<moderate xmlns="${MODERATE}" id="${id}"><retract xmlns="${RETRACT}"/>${reason}</moderate>`;

/** The messages of the archive, oldest first; those of an occupant, if one is named. */
export async function archived(on: Play, who: string, by?: string): Promise<readonly Element[]> {
  return (await askArchive(on, who, { fields: by === undefined ? {} : { with: `${ROOM}/${by}` } })).messages;
}
