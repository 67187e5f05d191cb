/**
 * What one of a room's rules may have a say in. Each file in features/ holds one such object, which is all of the
 * rule. The table in features.ts lists them; whatever happens in a room asks those that have a hook for it, in the
 * table's order. A feature reads no option but its own: where it depends on another, that one has a function for it.
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
  /** What disco#info says of a room because of it (§6.4). */
  disco?(room: Described): readonly string[];
  /** Its fields of the form muc#roominfo (§15.5.4). */
  info?(room: Described): readonly FormField[];
  /** Those that change by what goes on in the room, of which its hash (XEP-0115) says nothing. */
  passingInfo?(room: RoomView): readonly FormField[];

  /** Why somebody may not enter (§7.2); the first that refuses decides. */
  refuseEntry?(entry: Entry): StanzaError | undefined;
  /** The role in which somebody of this affiliation enters (§5.1.2), where it isn't the usual one. */
  defaultRole?(room: RoomView, affiliation: Affiliation): Role | undefined;
  /** A status code that newcomers are told with their own presence. */
  entryCode?(room: RoomView): number | undefined;
  /** Tells a newcomer something, after their own presence. */
  sendToNewcomer?(scope: RoomScope, newcomer: Newcomer): void;
  /** Somebody left by themselves, with this session. */
  onDeparture?(context: RoomContext, room: Room, session: FullJid): void;

  /** Why a user may not speak, inside or (if a call speaks for them) outside; the first that refuses decides. */
  refuseSpeech?(room: RoomView, speaker: PossibleSpeaker): StanzaError | undefined;
  /** Something was said by somebody, to everybody. */
  onMessage?(scope: RoomScope, said: SaidMessage): void;
  /** Whether somebody may know what goes on in the room, as those do who may enter; all must agree. */
  mayRead?(room: RoomView, reader: Reader): boolean;
  /** Whether somebody may read a list of affiliations (§9), besides those who always may; one is enough. */
  mayReadList?(room: RoomView, actor: Actor, list: Affiliation): boolean;

  /** Why somebody may not be invited. */
  refuseInvited?(room: RoomView, jid: Jid): StanzaError | undefined;
  /** The affiliations that these accounts get by being invited through the room (§7.8.2). */
  onInvite?(room: RoomView, invited: readonly BareJid[]): readonly AffiliationChange[];
  /** Which of these changes' accounts are to be invited (§9.5); asked before the changes are made. */
  invitedBy?(room: RoomView, changes: readonly AffiliationChange[]): readonly BareJid[];

  /** An occupant has this affiliation now: the status code with which they are put out; undefined: they stay. */
  onAffiliation?(room: RoomView, affiliation: Affiliation): number | undefined;
  /** The room was configured anew: the status code with which an occupant is put out; undefined: they stay. */
  onConfigure?(room: RoomView, before: RoomOptions, occupant: Occupant): number | undefined;
  /** The option whose changes have a status code of their own (§10.2.1), instead of the one for all others. */
  readonly coded?: { readonly option: keyof RoomOptions; readonly code: (options: RoomOptions) => number };
}

/** What a room says of itself is made of this alone: its hash is made anew where this changes. */
export type Described = Pick<RoomView, "jid" | "options" | "pictures" | "hasHats">;

/** Somebody who wants to enter. */
export interface Entry {
  readonly room: RoomView;
  readonly from: FullJid;
  readonly nick: Nick;
  readonly affiliation: Affiliation;
  /** The element <x/> with which they ask. */
  readonly x: Element | undefined;
}

export interface Newcomer {
  readonly session: FullJid;
  /** The element <x/> with which they asked. */
  readonly x: Element | undefined;
}

export interface PossibleSpeaker {
  readonly affiliation: Affiliation;
  /** Undefined outside. */
  readonly occupant: Occupant | undefined;
}

/** Who speaks: an occupant, or somebody for whom a call speaks. */
export interface Speaker {
  readonly jid: Jid;
  readonly account: Jid;
  readonly nick: Nick;
  /** Their occupant-id. */
  readonly id: string;
}

export interface SaidMessage {
  readonly speaker: Speaker;
  readonly message: Element;
  readonly keeping: KeptMessage;
}

export interface Reader {
  readonly affiliation: Affiliation;
  /** Whether they are inside, or a member or more. */
  readonly belongs: boolean;
}
