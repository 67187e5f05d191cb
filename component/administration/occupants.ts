/** Who is inside a room, as its administrators see it. */
import type { Occupant } from "../muc/room/occupant.js";
import { Refusal } from "../refusal.js";
import type { AdministrationContext } from "./context.js";
import { noSuchRoom, readRoom } from "./in-room.js";

export function occupantsOf(context: AdministrationContext, text: string): readonly Occupant[] | Refusal {
  const jid = readRoom(context, text);
  if (jid instanceof Refusal) return jid;
  const room = context.muc.rooms.find(jid);
  return room === undefined ? noSuchRoom(jid) : [...room.occupants.values()];
}
