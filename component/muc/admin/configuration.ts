/**
 * Configuring a room (XEP-0045 §10.1.3, §10.2): the form, what its owner submits, and what those inside are told of
 * it. The answer goes out first, then the room's message.
 */
import { Jid, type AccountJid, type BareJid } from "../../address.js";
import { replied, type Inbound, type IqReply } from "../../router.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { fits } from "../../xml/wire-text.js";
import { isAtLeast } from "../room/affiliation.js";
import {
  changeAffiliation,
  newMembers,
  refuseCrowd,
  refuseOrphaning,
  type AffiliationChange,
} from "./affiliations.js";
import { actorOf } from "./administration.js";
import type { RoomContext } from "../context.js";
import { fieldElement, formElement, formIn, readForm, type FormField } from "../wire/data-form.js";
import { destroy, destroyAsAsked } from "./destroying.js";
import { inviteNewMembers } from "../features/invitations/direct.js";
import { roomError } from "../wire/errors.js";
import { tellEveryone } from "../wire/fan-out.js";
import { configFields } from "../features.js";
import { expel, removeIfAbandoned } from "../occupancy/leaving.js";
import { MUC } from "../wire/ns.js";
import type { Options } from "../room/options.js";
import { status } from "../wire/presence-stanza.js";
import { sayResult } from "../wire/iq-result.js";
import type { Room } from "../room/room.js";
import type { Transaction } from "../transaction.js";

/** The form's lists of accounts, and the affiliations that they are. */
const LISTS = [
  { name: "muc#roomconfig_roomowners", label: "Owners", affiliation: "owner" },
  { name: "muc#roomconfig_roomadmins", label: "Administrators", affiliation: "admin" },
] as const;

/** So much of a stanza each of these lists may take; without those that are longer the form changes nothing of them. */
const SHARE = 1 / 4;

/** The form, filled in with what is so. @throws StanzaError forbidden for all but owners */
export function showConfiguration(
  context: RoomContext,
  _turn: Transaction,
  { from, to }: Inbound<"room">,
): IqReply {
  const room = ownedRoom(context, to.jid, from);
  const lists = LISTS.flatMap(({ name, label, affiliation }): FormField[] => {
    const values = room.members.ofAffiliation(affiliation).map(({ jid }) => jid);
    const field = { name, label, type: "jid-multi", values } as const;
    return fits(serialise(fieldElement(field)), context.stanzaBytes * SHARE) ? [field] : [];
  });
  const fields = [...configFields(context.rooms.config).map((field) => field.show(room.options)), ...lists];
  return xml(
    "query",
    MUC.owner,
    formElement("form", MUC.roomConfig, fields, `Configuration of ${room.jid.text}`),
  );
}

/** A form submitted or cancelled, or a wish to destroy the room. @throws StanzaError */
export function configure(
  context: RoomContext,
  transaction: Transaction,
  { from, to, payload, stanza }: Inbound<"room">,
): IqReply {
  const room = ownedRoom(context, to.jid, from);
  const destruction = payload.getChild("destroy");
  if (destruction !== undefined) {
    destroyAsAsked(context, transaction, room, destruction);
    sayResult(transaction, stanza);
    return replied;
  }
  const form = formIn(payload);
  const submitted = form && readForm(form, MUC.roomConfig);
  if (submitted === undefined)
    throw roomError(room.jid, "modify", "bad-request", "This is no configuration form.");
  if (submitted.type === "submit") {
    submit(context, transaction, room, submitted.fields, from, stanza);
    return replied;
  }
  if (room.isLocked) destroy(context, transaction, room, {});
  sayResult(transaction, stanza);
  return replied;
}

function submit(
  context: RoomContext,
  transaction: Transaction,
  room: Room,
  fields: ReadonlyMap<string, readonly string[]>,
  from: Jid,
  stanza: Element,
): void {
  const before = room.options;
  const options = applied(context, room, fields);
  const changes = LISTS.flatMap(({ name, affiliation }) => listChanges(room, fields.get(name), affiliation));
  for (const refusal of [
    changes.length > 0 ? refuseOrphaning(room, changes) : undefined,
    refuseCrowd(context, room, changes),
  ]) {
    if (refusal !== undefined) throw refusal;
  }

  sayResult(transaction, stanza);
  if (JSON.stringify(options) !== JSON.stringify(before)) room.configure(transaction, options);
  if (room.isLocked) room.unlock(transaction);
  const codes = codesOf(before, options);
  if (codes.length > 0) {
    const x = xml("x", MUC.user, ...codes.map(status));
    tellEveryone(transaction, room, xml("message", { from: room.jid.text, type: "groupchat" }, x));
  }
  const actor = actorOf(room, from);
  const added = newMembers(room, changes);
  changeAffiliation(context, transaction, room, changes, actor);
  inviteNewMembers(context, transaction, room, actor, added);
  if (options.membersOnly && !before.membersOnly) expelOutsiders(context, transaction, room);
  removeIfAbandoned(context, transaction, room);
}

/** The options as the fields make them; those that are unknown or say what is so already change nothing. */
function applied(context: RoomContext, room: Room, fields: ReadonlyMap<string, readonly string[]>): Options {
  let options = room.options;
  for (const field of configFields(context.rooms.config)) {
    for (const name of [field.name, ...field.aliases]) {
      const values = fields.get(name);
      if (values === undefined || isSame(values, field.show(room.options).values)) continue;
      const next = field.apply(options, values);
      if (next === undefined)
        throw roomError(room.jid, "modify", "not-acceptable", `${name}: this can't be.`);
      options = next;
    }
  }
  return options;
}

/** What makes a list of accounts the one that was submitted. */
function listChanges(
  room: Room,
  values: readonly string[] | undefined,
  affiliation: "owner" | "admin",
): AffiliationChange[] {
  if (values === undefined) return [];
  const wanted = new Map(values.filter((value) => value !== "").map((value) => listed(room, value)));
  const added = [...wanted.values()].filter((jid) => room.members.get(jid.text)?.affiliation !== affiliation);
  const removed = room.members.ofAffiliation(affiliation).filter(({ jid }) => !wanted.has(jid));
  return [
    ...removed.flatMap(({ jid }) => {
      const account = Jid.parse(jid)?.bare;
      return account === undefined ? [] : [{ jid: account, affiliation: "member" as const }];
    }),
    ...added.map((jid) => ({ jid, affiliation })),
  ];
}

function listed(room: Room, text: string): [string, BareJid] {
  const jid = Jid.parse(text)?.bare;
  if (jid?.local === undefined)
    throw roomError(room.jid, "modify", "jid-malformed", `${text} is no account.`);
  return [jid.text, jid];
}

/** §10.2.1: what those inside are told. */
function codesOf(before: Options, after: Options): number[] {
  const { whois, logged, ...others } = after;
  const { whois: whoisBefore, logged: loggedBefore, ...othersBefore } = before;
  return [
    ...(JSON.stringify(others) === JSON.stringify(othersBefore) ? [] : [104]),
    ...(logged === loggedBefore ? [] : [logged ? 170 : 171]),
    ...(whois === whoisBefore ? [] : [whois === "anyone" ? 172 : 173]),
  ];
}

/** The room is for members now: the others leave. */
function expelOutsiders(context: RoomContext, transaction: Transaction, room: Room): void {
  for (const occupant of [...room.occupants.values()]) {
    if (!isAtLeast(occupant.affiliation, "member"))
      expel(context, transaction, room, occupant, { codes: [322] });
  }
}

/** @throws StanzaError forbidden for all but owners */
function ownedRoom(context: RoomContext, jid: AccountJid, from: Jid): Room {
  const room = context.rooms.get(jid);
  if (room.affiliationOf(from) === "owner") return room;
  throw roomError(room.jid, "auth", "forbidden", "Only owners configure the room.");
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
