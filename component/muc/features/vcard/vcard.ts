/**
 * The picture in a room's vCard (XEP-0486): newcomers are told of it, by a presence from the room's own address as of
 * a contact (XEP-0153): older clients know nothing else. Setting and reading it: requests.ts.
 */
import { NS, xml, type Element } from "../../../xml/builder.js";
import type { RoomView } from "../../room/room-view.js";
import { MUC } from "../../wire/ns.js";
import type { Feature } from "../feature.js";

export const vcard: Feature = {
  disco: () => [NS.vcard],
  info: ({ pictures }) =>
    pictures.length === 0
      ? []
      : [{ name: "muc#roominfo_avatarhash", type: "text-multi", label: "Avatar hash", values: pictures }],
  tellNewcomer: ({ transaction, room }, { session }) => {
    if (room.pictures.length > 0) transaction.say(pictureStanza(room, session.text));
  },
};

/** Which picture the room has; an empty <photo/> says that it has none any more. */
export function pictureStanza({ jid, pictures }: RoomView, to?: string): Element {
  const photo = xml("photo", {}, pictures[0]);
  return xml("presence", { from: jid.text, to }, xml("x", MUC.vcardUpdate, photo));
}
