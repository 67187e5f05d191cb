/** Observers of rooms (outgoing webhooks), notified within the transaction of each event. */
import type { Element } from "../../xml/builder.js";
import type { Jid } from "../../address.js";
import type { Nick } from "../../nick.js";
import type { ChangedRoom, Transaction } from "../transaction.js";
import type { RoomView } from "./room-view.js";

/** A room, and the transaction of the event. */
export interface Watched {
  readonly transaction: Transaction;
  readonly room: RoomView & ChangedRoom;
}

export interface WatchedMessage {
  /** The sender's account and nickname. */
  readonly speaker: { readonly account: Jid; readonly nick: Nick };
  /** The message as it is passed on, without the elements that the room adds. */
  readonly message: Element;
  /** XEP-0359. */
  readonly stanzaId: string;
  /** Whether the sender forbids to store it (XEP-0334). */
  readonly isForbidden: boolean;
}

export interface WatchedRetraction {
  /** The stanza-id of the retracted message. */
  readonly target: string;
  /** The moderator's nickname; undefined if they are outside. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
}

export interface RoomWatch {
  /** A message was sent to all occupants. */
  said(watched: Watched, message: WatchedMessage): void;
  /** A moderator retracted a message. */
  retracted(watched: Watched, retraction: WatchedRetraction): void;
  made(watched: Watched): void;
  /** Called before the transaction deletes the room. */
  destroyed(watched: Watched): void;
  /** These accounts became members, administrators or owners. */
  joined(watched: Watched, accounts: readonly string[]): void;
  /** These accounts lost their membership. */
  left(watched: Watched, accounts: readonly string[]): void;
}
