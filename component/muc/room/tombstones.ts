/**
 * Tombstones of destroyed rooms: for rooms.tombstone_days, only former owners may use the address again. Otherwise a
 * client that enters automatically would recreate the room and own it (XEP-0045 §10.9 leaves this open).
 */
import type { RoomTombstone, RoomTombstones } from "../../../storage/rooms-removals.js";
import type { AccountJid, Jid } from "../../address.js";
import type { RoomsConfig } from "../../config.js";
import { StanzaError } from "../../stanza-error.js";
import type { Admins } from "./room-view.js";

const DAY_MS = 24 * 3600 * 1000;
/** Tombstones deleted at a time. */
const SLICE = 500;

export class Tombstones {
  readonly #store: RoomTombstones;
  readonly #days: number;

  constructor(store: RoomTombstones, { tombstone_days: days }: Pick<RoomsConfig, "tombstone_days">) {
    this.#store = store;
    this.#days = days;
  }

  /** Whether tombstones are enabled. */
  get areKept(): boolean {
    return this.#days > 0;
  }

  /** @returns undefined if there is no tombstone, or it has expired */
  find(name: string): RoomTombstone | undefined {
    const room = this.areKept ? this.#store.find(name) : undefined;
    return room !== undefined && room.destroyedAt >= this.#since(Date.now()) ? room : undefined;
  }

  /** Deletes some expired tombstones; run it inside a transaction. @returns whether there may be more */
  slice(now: number): boolean {
    return this.#store.prune(this.#since(now), SLICE) === SLICE;
  }

  #since(now: number): number {
    return now - this.#days * DAY_MS;
  }
}

/** Whether one of these users may recreate the room: they owned it, or administer the service. */
export function mayRecreate({ owners }: RoomTombstone, jids: readonly Jid[], admins: Admins): boolean {
  return jids.some((jid) => owners.includes(jid.bare.text) || admins.has(jid));
}

/** The error for requests to a destroyed room (RFC 6120 §8.3.3.5), with the reason and the alternative room. */
export function goneError(room: AccountJid, { reason, alternative }: RoomTombstone): StanzaError {
  return new StanzaError("cancel", "gone", reason ?? "The room was destroyed.", {
    by: room.text,
    ...(alternative !== undefined && { elsewhere: `xmpp:${alternative}?join` }),
  });
}
