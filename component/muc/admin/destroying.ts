/** Ends rooms. A destroyed one (XEP-0045 §10.9) sends each occupant <destroy/>, and leaves no data but a tombstone. */
import { Jid } from "../../addresses/address.js";
import { xml, type Element } from "../../xml/builder.js";
import type { RoomScope } from "../context.js";
import { goneShape, notifyOwnSessions } from "../wire/fan-out.js";
import { textIn, textElement } from "../wire/text.js";

export interface Destruction {
  /** The address of the room that replaces the destroyed one. */
  readonly alternative?: Jid | undefined;
  readonly password?: string | undefined;
  readonly reason?: string | undefined;
}

/** Destroys a room. If tombstones are enabled, the address of a persistent, configured room gets one. */
export function destroy(scope: RoomScope, destruction: Destruction): void {
  const { context, transaction, room } = scope;
  const { alternative, password, reason } = destruction;
  const extra = xml(
    "destroy",
    { jid: alternative?.text },
    textElement("reason", reason),
    textElement("password", password),
  );
  for (const occupant of room.occupants.values())
    notifyOwnSessions(scope, occupant, goneShape(occupant, { affiliation: "none", extra }));
  if (!room.isLocked && room.options.persistent && context.config.tombstone_days > 0) {
    const owners = room.affiliations.withAffiliation("owner").map(({ jid }) => jid);
    const destroyed = { name: room.jid.local, destroyedAt: transaction.at, owners, reason };
    transaction.write(room, (stores) =>
      stores.tombstones.put({ ...destroyed, alternative: alternative?.bare.text }),
    );
  }
  context.rooms.remove(transaction, room);
}

/** Destroys a room at an owner's request, <destroy/>. @throws StanzaError jid-malformed for an invalid alternative */
export function destroyAsAsked(scope: RoomScope, element: Element): void {
  const { jid = "" } = element.attrs;
  const alternative = Jid.parse(jid);
  if (jid !== "" && alternative === undefined) {
    throw scope.room.error("jid-malformed", "The address of the alternative room is not valid.");
  }
  destroy(scope, { alternative, reason: textIn(element, "reason"), password: textIn(element, "password") });
}

/** Deletes a room without occupants if it is temporary (XEP-0045 §4.2) or was never configured. */
export function removeIfAbandoned({ context, transaction, room }: RoomScope): void {
  const isAbandoned = room.occupants.size === 0 && (!room.options.persistent || room.isLocked);
  if (!room.isGone && isAbandoned) context.rooms.remove(transaction, room);
}
