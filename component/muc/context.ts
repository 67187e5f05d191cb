/** What the features of rooms work with. */
import type { Logger } from "winston";
import type { Jid } from "../address.js";
import type { MemoryGuard } from "../memory-guard.js";
import type { IqRequests } from "../iq-requests.js";
import type { UnqueuedWriter } from "../link/unqueued-writer.js";
import type { Budgets } from "./limits/budgets.js";
import type { Departures } from "./features/invitations/departures.js";
import type { Reading } from "./limits/reading.js";
import type { Rooms } from "./rooms.js";

export interface RoomContext {
  readonly rooms: Rooms;
  /** The component's own domain. */
  readonly domain: string;
  /** Whose users it serves. */
  readonly hosts: readonly string[];
  /** The longest message from a user, in bytes. */
  readonly messageBytes: number;
  /** The most bytes of one stanza. */
  readonly stanzaBytes: number;
  /** The largest picture of a room, in bytes. */
  readonly avatarBytes: number;
  readonly budgets: Budgets;
  readonly memory: Pick<MemoryGuard, "isShort">;
  readonly reading: Reading;
  /** Asks occupants what others want to know of them. */
  readonly requests: Pick<IqRequests, "ask">;
  readonly unqueued: UnqueuedWriter;
  /** Finds out who left on purpose. */
  readonly departures: Departures;
  readonly log: Logger;
}

/** Whether it is a user of the hosts served. */
export function isLocal({ hosts }: Pick<RoomContext, "hosts">, jid: Jid): boolean {
  return jid.local !== undefined && hosts.includes(jid.domain);
}
