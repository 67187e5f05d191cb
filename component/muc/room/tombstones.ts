import type { RoomTombstone, RoomTombstones } from "../../../storage/rooms-removals.js";
import type { AccountJid, Jid } from "../../addresses/address.js";
import { StanzaError } from "../../inbound/stanza-error.js";
import type { Admins } from "./room-view.js";

const DAY_MS = 24 * 3600 * 1000;
const PRUNED_TOMBSTONES = 500;

/**
 * Tombstones of destroyed rooms. They reserve addresses for former owners, during rooms.tombstone_days. Otherwise, a
 * client that enters automatically would create the room again and own it. (XEP-0045 §10.9 leaves this open.)
 */
export class Tombstones {
  /** @param days the retention of tombstones, in days; 0: none are stored */
  constructor(
    private readonly store: RoomTombstones,
    private readonly days: number,
  ) {}

  get areKept(): boolean {
    return this.days > 0;
  }

  /** Returns the unexpired tombstone of a room, if there is one. @param name the room's localpart */
  find(name: string): RoomTombstone | undefined {
    const room = this.areKept ? this.store.find(name) : undefined;
    return room !== undefined && room.destroyedAt >= this.#since(Date.now()) ? room : undefined;
  }

  /** Deletes some expired tombstones, as a PruneSlice (pruning.ts). */
  slice(now: number): boolean {
    return this.store.prune(this.#since(now), PRUNED_TOMBSTONES) === PRUNED_TOMBSTONES;
  }

  /** Returns the time of destruction before which tombstones have expired, in milliseconds since 1970. */
  #since(now: number): number {
    return now - this.days * DAY_MS;
  }
}

/** Whether one of these users may create the destroyed room again: a former owner or a service administrator. */
export function mayRecreate({ owners }: RoomTombstone, jids: readonly Jid[], admins: Admins): boolean {
  return jids.some((jid) => owners.includes(jid.bare.text) || admins.has(jid));
}

/** Returns the error for requests to a destroyed room (RFC 6120 §8.3.3.5), with the alternative room. */
export function goneError(room: AccountJid, { reason, alternative }: RoomTombstone): StanzaError {
  return new StanzaError("cancel", "gone", reason ?? "The room was destroyed.", {
    by: room.text,
    elsewhere: alternative === undefined ? undefined : `xmpp:${alternative}?join`,
  });
}
