import type { Logger } from "winston";
import type { AccountJid, BareJid, Jid } from "../addresses/address.js";
import type { MessagesConfig, RoomsConfig } from "../config.js";
import type { IqRequests } from "../inbound/iq-requests.js";
import type { Metrics } from "../metrics.js";
import type { UnqueuedWriter } from "../link/unqueued-writer.js";
import type { Meter } from "../limits/meter.js";
import type { MemoryGuard } from "../limits/memory-guard.js";
import type { IqReply } from "../inbound/iq-reply.js";
import type { Inbound } from "../inbound/router.js";
import type { Budgets } from "./limits/budgets.js";
import type { ReadLimiter } from "./limits/read-limiter.js";
import type { UserDirectory } from "./room/hats.js";
import type { Room } from "./room/room.js";
import type { RoomTurns } from "../busy-room-turns.js";
import type { RoomRules, RoomWatch } from "./room/room-rules.js";
import type { Rooms } from "./rooms.js";
import type { Stores, Transaction, Transactions } from "./transaction.js";

/** The objects and settings that all code about rooms shares. Limits are in bytes. */
export interface RoomContext {
  readonly rooms: Rooms;
  readonly admins: RoomRules["admins"];
  readonly transactions: Transactions;
  readonly stores: Stores;
  readonly config: RoomsConfig;
  readonly messages: Pick<MessagesConfig, "language">;
  readonly directory: UserDirectory;
  readonly domain: string;
  readonly hosts: readonly string[];
  /** Whether the server forbids the component to send in the names of the host's users. */
  isDenied(host: string): boolean;
  readonly messageBytes: number;
  readonly stanzaBytes: number;
  readonly avatarBytes: number;
  readonly budgets: Budgets;
  readonly meter: Meter;
  readonly memory: Pick<MemoryGuard, "isShort">;
  readonly reading: ReadLimiter;
  readonly requests: Pick<IqRequests, "ask">;
  readonly unqueued: UnqueuedWriter;
  answerAsBot(bot: Jid, request: Pick<Inbound, "payload" | "stanza">): IqReply;
  readonly activity: ActivityWatch;
  readonly bookmarks: UsersBookmarks;
  /** Lets calls to rooms, and steps of large changes, wait for the rooms' turns. */
  readonly turns: Pick<RoomTurns, "call" | "step">;
  readonly watch: RoomWatch;
  readonly metrics: Pick<Metrics, "unknownRetractions">;
  readonly log: Logger;
}

/** The bookmarks of rooms that users have on their servers (features/invitations/bookmarks.ts). */
export interface UsersBookmarks {
  /** Whether the bookmarks of a host's users can be read and set. */
  areOpenAt(host: string): boolean;
  /** Returns whether a user has a bookmark of a room; undefined if that isn't known. */
  has(room: AccountJid, user: BareJid): Promise<boolean | undefined>;
}

export interface ActivityWatch {
  /** Announces a message in a room. @param by bare address of the sender */
  noteMessage(scope: RoomTransaction, by: string): void;
  /** Lets the account's sessions get the room's next announcement. */
  left(room: Room, account: string): void;
}

/** The scope of a stanza or call before its room is looked up. */
export interface RoomWork {
  readonly context: RoomContext;
  readonly transaction: Transaction;
}

/** The scope of a stanza or call in a room. */
export interface RoomScope extends RoomWork {
  readonly room: Room;
}

/** A room and the transaction that changes it or sends stanzas to its occupants. */
export type RoomTransaction = Pick<RoomScope, "transaction" | "room">;

/** Whether the address belongs to a user of the domains that the component serves. */
export function isLocal({ hosts }: Pick<RoomContext, "hosts">, jid: Jid): boolean {
  return jid.local !== undefined && hosts.includes(jid.domain);
}

/** A stanza to a room or to an occupant's address. */
export type ToRoom = Inbound<"room"> | Inbound<"occupant">;

export function roomOf(to: ToRoom["to"]): AccountJid {
  return to.kind === "occupant" ? to.room : to.jid;
}
