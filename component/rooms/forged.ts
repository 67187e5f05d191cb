/** What only the room may say; in somebody's message it is stripped. */
import { Jid, type AccountJid } from "../address.js";
import { NS, type Element } from "../xml/builder.js";
import { MUC } from "./ns.js";
import { isModeration } from "./retraction.js";

export function isForged(room: AccountJid, child: Element): boolean {
  const ns = child.getNS();
  if (ns === MUC.user || ns === MUC.muc || ns === MUC.occupantId || isModeration(child)) return true;
  if (ns === NS.sid) return child.getName() === "stanza-id" && isRooms(room, child.attrs.by);
  return (ns === NS.delay || ns === "jabber:x:delay") && isRooms(room, child.attrs.from);
}

/** Whether the address is the room's, or somebody's in it. */
function isRooms(room: AccountJid, text: string | undefined): boolean {
  return text !== undefined && Jid.parse(text)?.bare.text === room.text;
}
