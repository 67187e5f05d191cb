/**
 * The picture in a room's vCard (XEP-0486): newcomers are told of it, by a presence from the room's own address as of
 * a contact (XEP-0153): older clients know nothing else. Setting and reading it: requests.ts.
 */
import { NS, xml, type Element } from "../../../xml/builder.js";
import type { Told } from "../../context.js";
import type { RoomView } from "../../room/room-view.js";
import { tellEveryone } from "../../wire/fan-out.js";
import { MUC } from "../../wire/ns.js";
import { status } from "../../wire/presence-stanza.js";
import type { Feature } from "../feature.js";

/** Status code 104: what isn't privacy-related has changed (XEP-0045 §10.2.1, XEP-0486 §5). */
const CHANGED = 104;

export const vcard: Feature = {
  disco: () => [NS.vcard],
  info: ({ pictures }) =>
    pictures.length === 0
      ? []
      : [{ name: "muc#roominfo_avatarhash", type: "text-multi", label: "Avatar hash", values: pictures }],
  tellNewcomer: ({ transaction, room }, { session }) => {
    if (room.pictures.length > 0) transaction.say(roomPresence(room, session.text));
  },
};

/** Tells everybody inside that the vCard has changed, and which picture the room has where that is to be told. */
export function tellVcard(told: Told, isPictureTold: boolean): void {
  const { room } = told;
  if (isPictureTold) tellEveryone(told, roomPresence(room));
  const x = xml("x", MUC.user, status(CHANGED));
  tellEveryone(told, xml("message", { from: room.jid.text, type: "groupchat" }, x));
}

/** The room's own presence: which picture it has; an empty <photo/> says that it has none any more. */
export function roomPresence({ jid, pictures }: RoomView, to?: string): Element {
  const photo = xml("photo", {}, pictures[0]);
  return xml("presence", { from: jid.text, to }, xml("x", MUC.vcardUpdate, photo));
}
