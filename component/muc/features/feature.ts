/** The hooks by which a feature takes part in a room's events, in the order of the table in muc/features.ts. */
import type { BareJid, FullJid, Jid } from "../../addresses/address.js";
import type { Nick } from "../../addresses/nick.js";
import type { StanzaError } from "../../inbound/stanza-error.js";
import type { Element } from "../../xml/builder.js";
import type { KeptMessage, MessageKind } from "../archive/what-is-kept.js";
import type { RoomScope } from "../context.js";
import type { Affiliation } from "../room/affiliation.js";
import type { Occupant } from "../room/occupants.js";
import type { RoomOptions } from "../options/room-options.js";
import type { Room } from "../room/room.js";
import type { FormField } from "../wire/data-form.js";

export interface Feature {
  /** Returns features for the room's disco#info (XEP-0045 §6.4). */
  disco?(room: DescribedRoom): readonly string[];
  /** Returns fields of muc#roominfo in disco#info (§15.5.4). */
  info?(room: DescribedRoom): readonly FormField[];
  /** Returns fields of muc#roominfo that change often and that the hash (XEP-0115) doesn't cover. */
  passingInfo?(room: Room): readonly FormField[];

  /** Returns the error if the user may not enter (§7.2). */
  refuseEntry?(entry: EntryRequest): StanzaError | undefined;
  /** Returns a status code that only newcomers get, in their own presence. */
  entryCode?(room: Room): number | undefined;
  /** Sends stanzas to a newcomer, after their own presence. @param x the request's <x/>, which may limit the history */
  sendToNewcomer?(scope: RoomScope, session: FullJid, x: Element | undefined): void;

  /**
   * Returns the error if a message may not be sent to all occupants. A call is answered with the error's text, and may be
   * repeated later if the error's type is "wait". Changes nothing, as it may be called twice; onMessage notes what was sent.
   */
  refuseSpeech?(scope: RoomScope, speech: Speech): StanzaError | undefined;
  onMessage?(scope: RoomScope, said: SentMessage): void;
  /** Whether a user may see the room's details. `belongs`: as occupant or member. All features must agree. */
  mayRead?(room: Room, reader: { affiliation: Affiliation; belongs: boolean }): boolean;

  refuseInvited?(room: Room, jid: Jid): StanzaError | undefined;

  /** Returns the status code for removing an occupant, as the affiliation or, if `isConfigured`, options changed. */
  mustLeave?(room: Room, affiliation: Affiliation, isConfigured: boolean): number | undefined;
  /** The option whose changes have a status code of their own (§10.2.1). */
  readonly coded?: { readonly option: keyof RoomOptions; readonly code: (options: RoomOptions) => number };
}

/** The part of a room's state that the hash of disco#info (XEP-0115) depends on. */
export type DescribedRoom = Pick<Room, "jid" | "options" | "pictures" | "hasHats">;

export interface EntryRequest {
  readonly room: Room;
  readonly from: FullJid;
  readonly nick: Nick;
  readonly affiliation: Affiliation;
  /** The request's <x/>, which may contain a password. */
  readonly x: Element | undefined;
}

/** A message for all occupants, before it is known whether it may be sent. Subjects and bots' messages are none. */
export interface Speech {
  readonly account: BareJid;
  readonly affiliation: Affiliation;
  /** The sender inside the room; undefined if a call sends for a user who isn't inside. */
  readonly occupant: Occupant | undefined;
  readonly message: Element;
  readonly kind: MessageKind;
  /** Whether an occupant sends the message, or a call in a user's name. */
  readonly by: "occupant" | "call";
}

/** The sender of a message: an occupant, or a user in whose name a call sends. */
export interface Speaker {
  readonly jid: Jid;
  readonly account: Jid;
  readonly nick: Nick;
  readonly id: string;
}

export interface SentMessage {
  readonly speaker: Speaker;
  /** The message without the elements that the room adds. */
  readonly message: Element;
  readonly keeping: KeptMessage;
}
