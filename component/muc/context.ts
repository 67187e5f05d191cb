/** The services shared by all code about rooms, and the scope of one transaction in one room. */
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
  /** The service administrators. */
  readonly admins: Admins;
  readonly transactions: Transactions;
  readonly stores: Stores;
  readonly archive: ArchiveReader;
  readonly config: RoomsConfig;
  readonly messages: Pick<MessagesConfig, "language">;
  readonly directory: UserDirectory;
  /** The component's own domain. */
  readonly domain: string;
  /** The hosts whose users the component serves. */
  readonly hosts: readonly string[];
  /** Whether the server refuses to let the component send in the names of this host's users. */
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
  /** Sends IQ requests, such as those that occupants send each other. */
  readonly requests: Pick<IqRequests, "ask">;
  readonly unqueued: UnqueuedWriter;
  readonly departures: DepartureWatch;
  readonly activity: ActivityWatch;
  readonly repeats: RepeatedCalls;
  readonly watch: RoomWatch;
  readonly log: Logger;
}

/** The part of features/absent-members/departures.ts that others use. */
export interface DepartureWatch {
  left(room: Room, session: FullJid): Promise<void>;
  bounced(id: string): void;
  holdBack(room: Room, account: string, invitation: DirectInvitation): boolean;
}

/** The part of features/activity/subscriptions.ts that others use. */
export interface ActivityWatch {
  noteMessage(scope: RoomTransaction, by: string): void;
  left(room: Room, account: string): void;
}

/** The part of api/repeats.ts that others use. */
export interface RepeatedCalls {
  isKnown(scope: RoomTransaction, fingerprint: Buffer): boolean;
  remember(scope: RoomTransaction, fingerprint: Buffer): void;
}

/** A direct invitation (XEP-0249, features/invitations/direct.ts). */
export interface DirectInvitation {
  /** The sender: the inviter, or the service if a program invites or the component may not send for the inviter. */
  readonly from: Jid;
  /** The text for chat lists and for clients without support for invitations. */
  readonly body: string;
  /** The text of the invitation dialog. */
  readonly reason?: string;
}

/** The scope of one stanza or call before its room is known. */
export interface Work {
  readonly context: RoomContext;
  readonly transaction: Transaction;
}

/** The scope of one room in one transaction. */
export interface RoomScope extends Work {
  readonly room: Room;
}

/** What is needed to send stanzas to occupants. */
export type RoomTransaction = Pick<RoomScope, "transaction" | "room">;

/** Whether the address is a user of the hosts served. */
export function isLocal({ hosts }: Pick<RoomContext, "hosts">, jid: Jid): boolean {
  return jid.local !== undefined && hosts.includes(jid.domain);
}
