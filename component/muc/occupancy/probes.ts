/** Answers presence probes (XEP-0045 §17.3) from occupants or their servers, for another occupant or for the room. */
import { isFull, type Jid } from "../../addresses/address.js";
import { keyOf } from "../../addresses/nick.js";
import { roomOf } from "../handlers.js";
import type { Inbound } from "../../inbound/router.js";
import { xml } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { WireText } from "../../xml/wire-text.js";
import type { Work } from "../context.js";
import { roomPresence } from "../discovery/room-presence.js";
import { seesAddresses } from "../features/anonymity.js";
import type { Occupant } from "../room/occupants.js";
import type { RoomView } from "../room/room-view.js";
import { shapeOf } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { presenceText } from "../wire/presence-stanza.js";

/** Answers a probe; ignores it if the sender exceeds the rate limit. */
export function answerProbe(
  { context, transaction }: Work,
  { from, to }: Inbound<"room"> | Inbound<"occupant">,
): void {
  const room = context.rooms.find(roomOf(to));
  const asker = room && askerIn(room, from);
  if (room === undefined || asker === undefined) return;
  if (!context.budgets.presence.consume(from.bare.text)) return;
  const presence = to.kind === "room" ? serialise(roomPresence(room)) : presenceIn(room, asker, to.jid);
  transaction.broadcastText(presence, [from.text], { kind: "presence", sender: room.jid.text });
}

/** Returns the occupant who sends the probe. Servers send probes from the account's bare address. */
function askerIn(room: RoomView, from: Jid): Occupant | undefined {
  return isFull(from) ? room.sessions.get(from.text) : room.occupantsOf(from.bare)[0];
}

/** Returns the probed occupant's presence as the asker sees it; unavailable if there is no such occupant. */
function presenceIn(room: RoomView, asker: Occupant, probed: Inbound<"occupant">["to"]["jid"]): WireText {
  const key = keyOf(probed.resource);
  const occupant = room.occupants.get(key) ?? room.bots.get(key);
  if (occupant === asker) return presenceText(occupant, shapeOf(occupant), "own");
  if (!occupant?.isShown) {
    const item = xml("item", { affiliation: "none", role: "none" });
    return serialise(xml("presence", { from: probed.text, type: "unavailable" }, xml("x", MUC.user, item)));
  }
  return presenceText(occupant, shapeOf(occupant), seesAddresses(room, asker.role) ? "open" : "hidden");
}
