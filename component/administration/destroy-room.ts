/** Destroys a room; those inside are told why, and where to go instead. */
import { Jid } from "../address.js";
import { destroy } from "../muc/admin/destroying.js";
import type { Room } from "../muc/room/room.js";
import { shown } from "../operations/address-resolver.js";
import { Errcode, Refusal } from "../refusal.js";
import type { AdministrationContext, Done } from "./context.js";
import { inRoom, noSuchRoom, readRoom } from "./in-room.js";
import { reasonOf } from "./set-affiliation.js";

export interface DestroyRoom {
  readonly room: string;
  /** Another room, of whatever service: id or id@domain. */
  readonly alternate?: string | undefined;
  readonly reason?: string | undefined;
}

/** The room that would be destroyed. */
export function checkDestruction(context: AdministrationContext, call: DestroyRoom): Room | Refusal {
  const jid = readRoom(context, call.room);
  if (jid instanceof Refusal) return jid;
  const alternative = alternativeOf(context, call, jid);
  if (alternative instanceof Refusal) return alternative;
  return context.muc.rooms.find(jid) ?? noSuchRoom(jid);
}

export async function destroyRoom(
  context: AdministrationContext,
  call: DestroyRoom,
): Promise<Done | Refusal> {
  return await inRoom(context, call.room, (scope) => {
    const { jid } = scope.room;
    const alternative = alternativeOf(context, call, jid);
    if (alternative instanceof Refusal) return alternative;
    destroy(scope, { alternative, reason: reasonOf(call.reason) });
    const instead = alternative === undefined ? "" : `; people are sent to ${alternative.text}`;
    return { told: `The room ${jid.text} was destroyed${instead}.` };
  });
}

function alternativeOf(
  { muc }: AdministrationContext,
  { alternate = "" }: DestroyRoom,
  room: Jid,
): Jid | Refusal | undefined {
  const text = alternate.trim();
  if (text === "") return undefined;
  const jid = Jid.parse(text, muc.domain);
  if (jid?.local === undefined || jid.resource !== undefined) {
    const wanted = `alternate: ${shown(text)} is no room; expected id or id@domain`;
    return new Refusal(Errcode.request, wanted);
  }
  return jid.equals(room) ? new Refusal(Errcode.request, "alternate: this is the room itself") : jid;
}
