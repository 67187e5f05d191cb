/** What everything about rooms works with, and what one transaction does in one room. */
import type { Logger } from "winston";
import type { FullJid, Jid } from "../address.js";
import type { MessagesConfig, RoomsConfig } from "../config.js";
import type { IqRequests } from "../iq-requests.js";
import type { UnqueuedWriter } from "../link/unqueued-writer.js";
import type { MemoryGuard } from "../memory-guard.js";
import type { ArchiveReader } from "./archive/reader.js";
import type { Budgets } from "./limits/budgets.js";
import type { ReadLimiter } from "./limits/read-limiter.js";
import type { UserDirectory } from "./room/hats.js";
import type { Room } from "./room/room.js";
import type { Admins } from "./room/room-view.js";
import type { RoomWatch } from "./room/watch.js";
import type { Rooms } from "./rooms.js";
import type { Stores, Transaction } from "./transaction.js";
import type { Transactions } from "./transactions.js";

export interface RoomContext {
  readonly rooms: Rooms;
  /** Who administers the service. */
  readonly admins: Admins;
  readonly transactions: Transactions;
  readonly stores: Stores;
  readonly archive: ArchiveReader;
  readonly config: RoomsConfig;
  readonly messages: Pick<MessagesConfig, "language">;
  readonly directory: UserDirectory;
  /** The component's own domain. */
  readonly domain: string;
  /** Whose users it serves. */
  readonly hosts: readonly string[];
  /** Whether the server lets nobody send in the names of this host's users. */
  isDenied(host: string): boolean;
  /** The longest message from a user, in bytes. */
  readonly messageBytes: number;
  /** The most bytes of one stanza. */
  readonly stanzaBytes: number;
  /** The largest picture of a room, in bytes. */
  readonly avatarBytes: number;
  readonly budgets: Budgets;
  readonly memory: Pick<MemoryGuard, "isShort">;
  readonly reading: ReadLimiter;
  /** Asks occupants what others want to know of them. */
  readonly requests: Pick<IqRequests, "ask">;
  readonly unqueued: UnqueuedWriter;
  readonly departures: DepartureWatch;
  readonly activity: ActivityWatch;
  readonly repeats: RepeatedCalls;
  readonly watch: RoomWatch;
  readonly log: Logger;
}

/** Finds out who left on purpose (features/absent-members). */
export interface DepartureWatch {
  /** Takes note that an account left with its last session. */
  left(room: Room, session: FullJid): Promise<void>;
  /** A message came back; the id tells whether it was sent to find out. */
  bounced(id: string): void;
  /** Keeps an invitation back while somebody is asked; false where nobody is. */
  holdBack(room: Room, account: string, invitation: DirectInvitation): boolean;
}

/** Tells those who want to know what goes on in rooms that they aren't in (features/activity). */
export interface ActivityWatch {
  /** An account said something in a room. */
  noteMessage(told: RoomTransaction, by: string): void;
  /** An account left a room by itself: what is said from now on is news. */
  left(room: Room, account: string): void;
}

/** Knows calls that are made again (api/repeats.ts). */
export interface RepeatedCalls {
  /** Whether a call of this fingerprint was made before. */
  isKnown(told: RoomTransaction, fingerprint: Buffer): boolean;
  /** A call is made now: made again, it is known from here on. */
  remember(told: RoomTransaction, fingerprint: Buffer): void;
}

/** An invitation from somebody's own address (features/invitations/direct.ts). */
export interface DirectInvitation {
  /** From whose address it comes; the service's own where a program invites, or the person can't be spoken for. */
  readonly from: Jid;
  /** What lists of chats show, and clients that know nothing of invitations. */
  readonly body: string;
  /** What the dialog shows. */
  readonly reason?: string;
}

/** One stanza or call, before its room is known. */
export interface Work {
  readonly context: RoomContext;
  readonly transaction: Transaction;
}

/** One room in one transaction: given to whatever changes the room or tells of a change. */
export interface RoomScope extends Work {
  readonly room: Room;
}

/** What is needed to tell those inside something. */
export type RoomTransaction = Pick<RoomScope, "transaction" | "room">;

/** Whether it is a user of the hosts served. */
export function isLocal({ hosts }: Pick<RoomContext, "hosts">, jid: Jid): boolean {
  return jid.local !== undefined && hosts.includes(jid.domain);
}
