/** Telling those inside of a room's card again, for programs that have changed what belongs to it elsewhere. */
import type { Told } from "../context.js";
import { tellVcard } from "../discovery/room-presence.js";

/** Members who aren't inside are told nothing. */
export function tellCard(told: Told): void {
  tellVcard(told, told.room.pictures.length > 0);
}
