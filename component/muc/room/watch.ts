/** Somebody who wants to know what goes on in rooms, and is told inside the transaction in which it does. */
import type { Element } from "../../xml/builder.js";
import type { Jid } from "../../address.js";
import type { Nick } from "../../nick.js";
import type { ChangedRoom, Transaction } from "../transaction.js";
import type { RoomView } from "./room-view.js";

/** A room, and the transaction in which something is done there. */
export interface Watched {
  readonly transaction: Transaction;
  readonly room: RoomView & ChangedRoom;
}

export interface WatchedMessage {
  /** Who said it: their account, and as whom they are known in the room. */
  readonly speaker: { readonly account: Jid; readonly nick: Nick };
  /** As it is passed on, without what the room adds. */
  readonly message: Element;
  /** By which the room knows it (XEP-0359). */
  readonly stanzaId: string;
  /** Whether its sender wants it stored nowhere (XEP-0334). */
  readonly isForbidden: boolean;
}

export interface WatchedRetraction {
  /** The stanza-id of what a moderator took back. */
  readonly target: string;
  /** The moderator's nickname, where they are inside. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
}

export interface RoomWatch {
  /** Something was said to everybody. */
  said(watched: Watched, message: WatchedMessage): void;
  /** A moderator took back what somebody said. */
  retracted(watched: Watched, retraction: WatchedRetraction): void;
  made(watched: Watched): void;
  /** The room ends with this transaction; called before it does. */
  destroyed(watched: Watched): void;
  /** These accounts are members now, or more, and weren't before. */
  joined(watched: Watched, accounts: readonly string[]): void;
  /** These accounts are no members any more. */
  left(watched: Watched, accounts: readonly string[]): void;
}

/** Where nobody wants to know. */
export const UNWATCHED: RoomWatch = {
  said: () => undefined,
  retracted: () => undefined,
  made: () => undefined,
  destroyed: () => undefined,
  joined: () => undefined,
  left: () => undefined,
};
