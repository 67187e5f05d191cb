/** A room's name and link in texts for people. */
import type { RoomView } from "./room-view.js";

/** The room's name, or the localpart of its address if it has none. */
export function nameOf({ jid, options: { name } }: Pick<RoomView, "jid" | "options">): string {
  return name === "" ? jid.local : name;
}

/** A link to enter the room (XEP-0147, `?join`), percent-encoded (RFC 5122 §2.7). */
export function joinLink({ jid: { local, domain } }: Pick<RoomView, "jid">): string {
  return `xmpp:${encodeURIComponent(local)}@${encodeURIComponent(domain)}?join`;
}
