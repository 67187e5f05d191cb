/** Destroying a room (XEP-0045 §10.9): everybody is told from their own address in it; all of it goes. */
import { Jid } from "../../address.js";
import { xml, type Element } from "../../xml/builder.js";
import { NO_TEXT } from "../../xml/wire-text.js";
import type { RoomScope } from "../context.js";
import { roomError } from "../wire/errors.js";
import { notifyOwnSessions } from "../wire/fan-out.js";
import { cut } from "../wire/text.js";

export interface Destruction {
  /** The room that people may go to instead, and its password. */
  readonly alternative?: Jid | undefined;
  readonly password?: string | undefined;
  readonly reason?: string | undefined;
}

const MAX_TEXT = 2000;

/** The address of a persistent room stays gone for a while; that of a temporary or unconfigured one is free at once. */
export function destroy(scope: RoomScope, destruction: Destruction): void {
  const { context, transaction, room } = scope;
  const { alternative, password, reason } = destruction;
  const extra = xml(
    "destroy",
    { jid: alternative?.text },
    reason === undefined ? undefined : xml("reason", {}, reason),
    password === undefined ? undefined : xml("password", {}, password),
  );
  const shape = { type: "unavailable", children: NO_TEXT, affiliation: "none", role: "none", extra } as const;
  for (const occupant of room.occupants.values()) notifyOwnSessions(scope, occupant, shape);
  if (!room.isLocked && room.options.persistent && context.rooms.tombstones.areKept)
    remember(scope, destruction);
  context.rooms.remove(transaction, room);
}

/** Keeps its address from others. */
function remember({ transaction, room }: RoomScope, { alternative, reason }: Destruction): void {
  const owners = room.affiliations.withAffiliation("owner").map(({ jid }) => jid);
  const destroyed = {
    name: room.jid.local,
    destroyedAt: transaction.at,
    owners,
    alternative: alternative?.bare.text,
    reason,
  };
  transaction.write(room, (stores) => stores.tombstones.put(destroyed));
}

/** As the owner's <destroy/> wants it. @throws StanzaError jid-malformed where the other room is none */
export function destroyAsAsked(scope: RoomScope, element: Element): void {
  const { jid } = element.attrs;
  const alternative = jid === undefined || jid === "" ? undefined : Jid.parse(jid);
  if (jid !== undefined && jid !== "" && alternative === undefined) {
    throw roomError(scope.room.jid, "modify", "jid-malformed", "The other room's address is none.");
  }
  const text = (name: string): string | undefined => {
    const found = element.getChildText(name);
    return found === null ? undefined : cut(found, MAX_TEXT);
  };
  destroy(scope, { alternative, reason: text("reason"), password: text("password") });
}
