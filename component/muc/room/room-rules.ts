/** What a room needs of other parts: settings, service administrators, hats, bots, and whoever watches rooms. */
import type { RoomsConfig } from "../../config.js";
import type { BareJid, FullJid, Jid } from "../../addresses/address.js";
import type { Nick } from "../../addresses/nick.js";
import type { Element } from "../../xml/builder.js";
import type { RoomOptions } from "../options/room-options.js";
import type { ChangedRoom, Transaction } from "../transaction.js";
import type { Affiliation, AffiliationList, Role } from "./affiliation.js";
import type { Hats } from "./hats.js";

/** The resource of the session in which a bot is online. */
export const BOT_RESOURCE = "bot";
/** The role of bots in rooms: they may speak, also in moderated rooms. */
export const BOT_ROLE: Role = "participant";

/** The bots (hooks/known-bots.ts), which need no permission to post to rooms. */
export interface RoomBots {
  /** Returns the bare address for which a nickname is reserved. @param looks the nickname's looksOf() */
  reserver(room: string, looks: string): string | undefined;
  /** Returns the bots that post to a room, given by its address. */
  in(room: string): readonly RoomBot[];
}

export interface RoomBot {
  readonly jid: FullJid;
  readonly title: string;
  /** The children of the bot's presence, serialised. */
  readonly presence: string;
}

/** The part of a room that outgoing webhooks read. */
export interface WatchedRoom extends ChangedRoom {
  readonly options: RoomOptions;
  readonly affiliations: Pick<AffiliationList, "all">;
  affiliationOf(jid: Jid): Affiliation;
  /** Whether only owners may enter, because the room was never configured. */
  readonly isLocked: boolean;
  isInside(account: BareJid): boolean;
  readonly occupants: ReadonlyMap<string, { readonly account: BareJid }>;
}

export interface Watched {
  readonly transaction: Transaction;
  readonly room: WatchedRoom;
}

export interface WatchedMessage {
  readonly speaker: { readonly account: Jid; readonly nick: Nick };
  /** The message without the elements that the room adds. */
  readonly message: Element;
  readonly stanzaId: string;
  /** Whether the sender forbids storing the message (XEP-0334). */
  readonly isForbidden: boolean;
}

/** A moderator's retraction of a message (XEP-0425). */
export interface WatchedRetraction {
  readonly target: string;
  /** The moderator's nickname; undefined if the moderator isn't an occupant. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
}

export type RoomChange = "room.made" | "room.destroyed" | "member.in" | "member.out";

/** Notifies outgoing webhooks of events in rooms, within each event's transaction. */
export interface RoomWatch {
  said(watched: Watched, message: WatchedMessage): void;
  retracted(watched: Watched, retraction: WatchedRetraction): void;
  /** @param members the bare addresses of the members who came or went */
  changed(watched: Watched, change: RoomChange, members?: readonly string[]): void;
}

export interface RoomRules {
  readonly config: RoomsConfig;
  /** The service administrators (admin/service-admins.ts), who have an owner's rights in every room. */
  readonly admins: { has(jid: Jid): boolean };
  readonly hats: Hats;
  readonly bots: RoomBots;
  readonly watch: Pick<RoomWatch, "changed">;
}
