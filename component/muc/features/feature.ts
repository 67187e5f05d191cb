/**
 * The hooks by which a feature of rooms takes part in what happens there. Each file in features/ has one feature; the
 * table in features.ts lists them, and their hooks run in the table's order. A feature reads only its own options, and
 * uses functions of other features for theirs.
 */
import type { BareJid, FullJid, Jid } from "../../address.js";
import type { Nick } from "../../nick.js";
import type { StanzaError } from "../../stanza-error.js";
import type { Element } from "../../xml/builder.js";
import type { Actor } from "../admin/actor.js";
import type { AffiliationChange } from "../admin/affiliation-change.js";
import type { KeptMessage } from "../archive/message-kinds.js";
import type { RoomContext, RoomScope } from "../context.js";
import type { Affiliation, Role } from "../room/affiliation.js";
import type { Occupant } from "../room/occupant.js";
import type { RoomOptions } from "../../room-options.js";
import type { Room } from "../room/room.js";
import type { RoomView } from "../room/room-view.js";
import type { FormField } from "../wire/data-form.js";

export interface Feature {
  /** The feature's part of disco#info (§6.4). */
  disco?(room: Described): readonly string[];
  /** The feature's fields of muc#roominfo (§15.5.4). */
  info?(room: Described): readonly FormField[];
  /** Fields that change with occupants and messages, which the room's hash (XEP-0115) doesn't cover. */
  passingInfo?(room: RoomView): readonly FormField[];

  /** Returns the error if the user may not enter (§7.2). */
  refuseEntry?(entry: Entry): StanzaError | undefined;
  /** The role on entering with this affiliation (§5.1.2), if it isn't the usual one. */
  defaultRole?(room: RoomView, affiliation: Affiliation): Role | undefined;
  /** A status code for the newcomer's own presence. */
  entryCode?(room: RoomView): number | undefined;
  /** Sends stanzas to a newcomer, after their own presence. */
  sendToNewcomer?(scope: RoomScope, newcomer: Newcomer): void;
  /** A session left by itself. */
  onDeparture?(context: RoomContext, room: Room, session: FullJid): void;

  /** Returns the error if a user may not speak, inside or, through a call, outside. */
  refuseSpeech?(room: RoomView, speaker: PossibleSpeaker): StanzaError | undefined;
  /** A message was sent to all occupants. */
  onMessage?(scope: RoomScope, said: SentMessage): void;
  /** Whether a user may see the room's details, as users who may enter do; all hooks must agree. */
  mayRead?(room: RoomView, reader: Reader): boolean;
  /** Whether a user may read a list of affiliations (§9) that is normally reserved; one hook is enough. */
  mayReadList?(room: RoomView, actor: Actor, list: Affiliation): boolean;

  /** Returns the error if an account may not be invited. */
  refuseInvited?(room: RoomView, jid: Jid): StanzaError | undefined;
  /** The affiliations that come with an invitation through the room (§7.8.2). */
  onInvite?(room: RoomView, invited: readonly BareJid[]): readonly AffiliationChange[];
  /** The accounts to invite because of these changes (§9.5); called before the changes. */
  invitedBy?(room: RoomView, changes: readonly AffiliationChange[]): readonly BareJid[];

  /** The status code with which an occupant with this affiliation is removed; undefined to keep the occupant. */
  onAffiliation?(room: RoomView, affiliation: Affiliation): number | undefined;
  /** The status code with which an occupant is removed after a change of the options; undefined to keep the occupant. */
  onConfigure?(room: RoomView, before: RoomOptions, occupant: Occupant): number | undefined;
  /** The option whose changes have a status code of their own (§10.2.1). */
  readonly coded?: { readonly option: keyof RoomOptions; readonly code: (options: RoomOptions) => number };
}

/** The part of a room that its hash depends on. */
export type Described = Pick<RoomView, "jid" | "options" | "pictures" | "hasHats">;

/** A user's request to enter. */
export interface Entry {
  readonly room: RoomView;
  readonly from: FullJid;
  readonly nick: Nick;
  readonly affiliation: Affiliation;
  /** The <x/> of the request. */
  readonly x: Element | undefined;
}

export interface Newcomer {
  readonly session: FullJid;
  /** The <x/> of the request. */
  readonly x: Element | undefined;
}

export interface PossibleSpeaker {
  readonly affiliation: Affiliation;
  /** Undefined outside. */
  readonly occupant: Occupant | undefined;
}

/** The sender: an occupant, or the user of a call. */
export interface Speaker {
  readonly jid: Jid;
  readonly account: Jid;
  readonly nick: Nick;
  /** XEP-0421. */
  readonly id: string;
}

export interface SentMessage {
  readonly speaker: Speaker;
  readonly message: Element;
  readonly keeping: KeptMessage;
}

export interface Reader {
  readonly affiliation: Affiliation;
  /** Whether the user is inside or at least a member. */
  readonly belongs: boolean;
}
