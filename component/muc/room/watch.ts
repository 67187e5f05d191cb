import type { Element } from "../../xml/builder.js";
import type { Jid } from "../../addresses/address.js";
import type { Nick } from "../../addresses/nick.js";
import type { ChangedRoom, Transaction } from "../transaction.js";
import type { RoomView } from "./room-view.js";

/** The room of an event, and the event's transaction. */
export interface Watched {
  readonly transaction: Transaction;
  readonly room: RoomView & ChangedRoom;
}

/** A message that was sent to all occupants. */
export interface WatchedMessage {
  readonly speaker: { readonly account: Jid; readonly nick: Nick };
  /** The message without the elements that the room adds. */
  readonly message: Element;
  /** The stanza-id (XEP-0359). */
  readonly stanzaId: string;
  /** Whether the sender forbids storing the message (XEP-0334). */
  readonly isForbidden: boolean;
}

/** A moderator's retraction of a message (XEP-0425). */
export interface WatchedRetraction {
  /** The stanza-id of the retracted message. */
  readonly target: string;
  /** The moderator's nickname; undefined if the moderator isn't an occupant. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
}

/** Notifies outgoing webhooks of events in rooms, within each event's transaction. */
export interface RoomWatch {
  said(watched: Watched, message: WatchedMessage): void;
  retracted(watched: Watched, retraction: WatchedRetraction): void;
  made(watched: Watched): void;
  /** Called before a room is deleted. */
  destroyed(watched: Watched): void;
  /** Called after accounts became members, administrators or owners. @param accounts bare addresses */
  joined(watched: Watched, accounts: readonly string[]): void;
  /** Called after accounts ceased to be members, administrators or owners. @param accounts bare addresses */
  left(watched: Watched, accounts: readonly string[]): void;
}
