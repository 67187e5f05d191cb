/**
 * Destroyed rooms, whose addresses stay `gone` for others than their owners for a while (rooms.tombstone_days): clients
 * that enter them by themselves would else make them anew, and own them (XEP-0045 §10.9 leaves it open).
 */
import type { RoomTombstone, RoomTombstones } from "../../../storage/rooms-removals.js";
import type { AccountJid, Jid } from "../../address.js";
import type { RoomsConfig } from "../../config.js";
import { StanzaError } from "../../stanza-error.js";
import type { Admins } from "./room-view.js";

const DAY_MS = 24 * 3600 * 1000;
/** So many are forgotten at once. */
const SLICE = 500;

export class Tombstones {
  readonly #store: RoomTombstones;
  readonly #days: number;

  constructor(store: RoomTombstones, { tombstone_days: days }: Pick<RoomsConfig, "tombstone_days">) {
    this.#store = store;
    this.#days = days;
  }

  /** Whether they are remembered at all. */
  get areKept(): boolean {
    return this.#days > 0;
  }

  /** @returns undefined where no such room was destroyed, or long ago */
  find(name: string): RoomTombstone | undefined {
    const room = this.areKept ? this.#store.find(name) : undefined;
    return room !== undefined && room.destroyedAt >= this.#since(Date.now()) ? room : undefined;
  }

  /** Forgets some; to be called inside a transaction. @returns whether there may be more */
  slice(now: number): boolean {
    return this.#store.prune(this.#since(now), SLICE) === SLICE;
  }

  #since(now: number): number {
    return now - this.#days * DAY_MS;
  }
}

/** Whether it may be made again by one of these, or for them: they owned it, or administer the service. */
export function mayRecreate({ owners }: RoomTombstone, jids: readonly Jid[], admins: Admins): boolean {
  return jids.some((jid) => owners.includes(jid.bare.text) || admins.has(jid));
}

/** The error that those get who want something of it (RFC 6120 §8.3.3.5): why it went, and where to go instead. */
export function goneError(room: AccountJid, { reason, alternative }: RoomTombstone): StanzaError {
  return new StanzaError("cancel", "gone", reason ?? "The room was destroyed.", {
    by: room.text,
    ...(alternative !== undefined && { elsewhere: `xmpp:${alternative}?join` }),
  });
}
