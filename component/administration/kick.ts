/** Puts somebody out of a room, by nickname or account; whoever may enter can come back. */
import { changeRole, refuseRole } from "../muc/admin/roles.js";
import type { Occupant } from "../muc/room/occupant.js";
import type { RoomView } from "../muc/room/room-view.js";
import { keyOf } from "../nick.js";
import { shown } from "../operations/address-resolver.js";
import { Errcode, Refusal } from "../refusal.js";
import { actorIn, byIn, type AdministrationContext, type Done } from "./context.js";
import { inRoom, refusalOf } from "./in-room.js";
import { reasonOf } from "./set-affiliation.js";

export interface Kick {
  readonly room: string;
  /** Each a nickname, or an account: id or id@host. */
  readonly occupants: readonly string[];
  readonly reason?: string | undefined;
}

export async function kick(context: AdministrationContext, call: Kick): Promise<Done | Refusal> {
  const reason = reasonOf(call.reason);
  return await inRoom(context, call.room, (scope) => {
    const { room } = scope;
    const actor = actorIn(context, room);
    const kicked = new Set<Occupant>();
    for (const text of call.occupants) {
      const found = named(context, room, text);
      if (found instanceof Refusal) return found;
      for (const occupant of found) kicked.add(occupant);
    }
    if (kicked.size === 0) return new Refusal(Errcode.request, "occupants: nobody is named");
    for (const occupant of kicked) {
      const refusal = refuseRole(room, actor, { occupant, role: "none", reason });
      if (refusal !== undefined) return refusalOf(refusal, "occupants");
    }
    const by = byIn(context, room);
    const nicks = [...kicked].map(({ nick }) => nick.text);
    for (const occupant of kicked) changeRole(scope, { occupant, role: "none", reason }, by);
    return { told: `Put out of ${room.jid.text}: ${nicks.join(", ")}.` };
  });
}

function named(context: AdministrationContext, room: RoomView, text: string): readonly Occupant[] | Refusal {
  const byNick = room.occupants.get(keyOf(text));
  if (byNick !== undefined) return [byNick];
  const account = context.addresses.account(text.trim(), "occupants");
  const byAccount = account instanceof Refusal ? [] : room.occupantsOf(account);
  return byAccount.length > 0
    ? byAccount
    : new Refusal(Errcode.notFound, `occupants: nobody inside is called ${shown(text)}`);
}
