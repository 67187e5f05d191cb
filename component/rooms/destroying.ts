/** Destroying a room (XEP-0045 §10.9): everybody is told from their own address in it; all of it goes. */
import { Jid } from "../address.js";
import { xml, type Element } from "../xml/builder.js";
import type { RoomContext } from "./context.js";
import { failure } from "./failure.js";
import { tellOwn } from "./fan-out.js";
import type { Room } from "./room.js";
import { cut } from "./text.js";
import type { Turn } from "./turn.js";

export interface Destruction {
  /** The room that people may go to instead, and its password. */
  readonly alternative?: Jid | undefined;
  readonly password?: string | undefined;
  readonly reason?: string | undefined;
}

const MAX_TEXT = 2000;

export function destroy(context: RoomContext, turn: Turn, room: Room, destruction: Destruction): void {
  const { alternative, password, reason } = destruction;
  const extra = xml(
    "destroy",
    { jid: alternative?.text },
    reason === undefined ? undefined : xml("reason", {}, reason),
    password === undefined ? undefined : xml("password", {}, password),
  );
  for (const occupant of room.occupants.values()) {
    tellOwn(turn, occupant, { type: "unavailable", children: [], affiliation: "none", role: "none", extra });
  }
  context.rooms.remove(turn, room);
}

/** As the owner's <destroy/> wants it. @throws StanzaError jid-malformed where the other room is none */
export function destroyAsAsked(context: RoomContext, turn: Turn, room: Room, element: Element): void {
  const { jid } = element.attrs;
  const alternative = jid === undefined || jid === "" ? undefined : Jid.parse(jid);
  if (jid !== undefined && jid !== "" && alternative === undefined) {
    throw failure(room.jid, "modify", "jid-malformed", "The other room's address is none.");
  }
  const text = (name: string): string | undefined => {
    const found = element.getChildText(name);
    return found === null ? undefined : cut(found, MAX_TEXT);
  };
  destroy(context, turn, room, { alternative, reason: text("reason"), password: text("password") });
}
