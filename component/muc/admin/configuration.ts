/**
 * Configuring a room (XEP-0045 §10.1.3, §10.2): the form, what its owner submits, and what those inside are told of
 * it. The answer goes out first, then the room's message.
 */
import type { Jid } from "../../address.js";
import type { StanzaError } from "../../stanza-error.js";
import { replied, type Inbound, type IqReply } from "../../router.js";
import { xml, type Element } from "../../xml/builder.js";
import { isLocal, type RoomContext, type RoomScope, type RoomTransaction } from "../context.js";
import { capabilitiesOf } from "../discovery/description.js";
import { notifyCapabilities } from "../discovery/room-presence.js";
import { HOOKS } from "../features.js";
import { configFields, type ConfigField } from "./config-fields.js";
import { expel, removeIfAbandoned } from "../occupancy/leaving.js";
import type { Occupant } from "../room/occupant.js";
import type { RoomOptions } from "../../room-options.js";
import type { RoomView } from "../room/room-view.js";
import { formElement, formIn, parseForm, type FormField, type Submitted } from "../wire/data-form.js";
import { roomError } from "../wire/errors.js";
import { notifyEveryone, shapeOf, notifyHidden, notifyOthers } from "../wire/fan-out.js";
import { sendResult } from "../wire/iq-result.js";
import { MUC } from "../wire/ns.js";
import { status } from "../wire/presence-stanza.js";
import { actorOf, type By } from "./actor.js";
import { refuseCrowd, refuseOrphaning } from "./affiliation-change.js";
import { changeLists } from "./affiliations.js";
import { destroy, destroyAsAsked } from "./destroying.js";
import { listChanges, listFields } from "./owner-lists.js";

/** Status code 104: the configuration has changed (§10.2.1), where no other code says how. */
const CHANGED = 104;

/** The form, filled in with the present configuration. @throws StanzaError forbidden for all but owners */
export function showConfiguration({ context, room }: RoomScope, { from }: Inbound<"room">): IqReply {
  refuseNonOwners(room, from);
  const title = `Configuration of ${room.jid.text}`;
  return xml(
    "query",
    MUC.owner,
    formElement("form", MUC.roomConfig, formFields(context, room, from), { title }),
  );
}

/**
 * The form's fields, as the room is now.
 * @param by who is to fill it in, and isn't shown what they may not set; undefined: the service itself
 */
export function formFields(context: RoomContext, room: RoomView, by?: Jid): FormField[] {
  const fields = configFields(context.config)
    .filter((field) => isOn(field, room.options) || maySet(context, field, by))
    .map((field) => field.show(room.options));
  return [...fields, ...listFields(room, context.stanzaBytes)];
}

/** Whether an owner may set a field that isn't everybody's. */
function maySet(context: RoomContext, { setBy }: ConfigField, by: Jid | undefined): boolean {
  if (setBy === "anyone" || by === undefined || context.admins.has(by)) return true;
  return setBy === "local" && isLocal(context, by);
}

function isOn(field: ConfigField, options: RoomOptions): boolean {
  return field.show(options).values[0] === "1";
}

/** A form submitted or cancelled, or a wish to destroy the room. @throws StanzaError */
export function configure(scope: RoomScope, { from, payload, stanza }: Inbound<"room">): IqReply {
  const { transaction, room } = scope;
  refuseNonOwners(room, from);
  const destruction = payload.getChild("destroy");
  if (destruction !== undefined) {
    destroyAsAsked(scope, destruction);
    sendResult(transaction, stanza);
    return replied;
  }
  const form = formIn(payload);
  const submitted = form && parseForm(form, MUC.roomConfig);
  if (submitted === undefined)
    throw roomError(room.jid, "modify", "bad-request", "This is no configuration form.");
  if (submitted.type === "submit") {
    submit(scope, submitted.fields, from, stanza);
    return replied;
  }
  if (room.isLocked) destroy(scope, {});
  sendResult(transaction, stanza);
  return replied;
}

function submit(scope: RoomScope, fields: Submitted["fields"], from: Jid, stanza: Element): void {
  const { transaction, room } = scope;
  reconfigure(scope, fields, actorOf(room, from), () => sendResult(transaction, stanza));
}

/**
 * Makes of a room what these fields of its form say.
 * @param by who does it; nobody: the service by itself
 * @param whenSure called when nothing refuses it any more, before anybody is told
 * @throws StanzaError where it can't be: then nothing is changed
 */
export function reconfigure(
  scope: RoomScope,
  fields: Submitted["fields"],
  by: By,
  whenSure: () => void = () => undefined,
): void {
  const { context, transaction, room } = scope;
  const before = room.options;
  const shown = visibleOccupants(room);
  const { ver } = capabilitiesOf(room);
  const options = applyFields(context, room, fields, by.account);
  const changes = listChanges(room, fields);
  for (const refusal of [
    changes.length > 0 ? refuseOrphaning(room, changes) : undefined,
    refuseCrowd(context, room, changes),
  ]) {
    if (refusal !== undefined) throw refusal;
  }

  whenSure();
  if (JSON.stringify(options) !== JSON.stringify(before)) room.configure(transaction, options);
  if (room.isLocked) room.unlock(transaction);
  const codes = codesOf(before, options);
  if (codes.length > 0) {
    const x = xml("x", MUC.user, ...codes.map(status));
    notifyEveryone(scope, xml("message", { from: room.jid.text, type: "groupchat" }, x));
  }
  notifyCapabilities(scope, ver);
  notifyVisibility(scope, shown);
  changeLists(scope, changes, by);
  expelOutsiders(scope, before);
  removeIfAbandoned(scope);
}

/** The options that the fields ask for. Unknown fields change nothing, nor do those that hold what the form showed. */
function applyFields(
  context: RoomContext,
  room: RoomView,
  fields: Submitted["fields"],
  by: Jid | undefined,
): RoomOptions {
  let options = room.options;
  for (const field of configFields(context.config)) {
    for (const name of [field.name, ...field.aliases]) {
      const values = fields.get(name);
      if (values === undefined || isSame(values, field.show(room.options).values)) continue;
      const next = field.apply(options, values, fields);
      if (typeof next === "string") throw notAcceptable(room, name, next);
      if (isOn(field, next) && !maySet(context, field, by))
        throw roomError(room.jid, "auth", "forbidden", `${name}: you may not set this here.`);
      options = next;
    }
  }
  return options;
}

/** @param wanted what the field's value must be */
function notAcceptable(room: RoomView, field: string, wanted: string): StanzaError {
  return roomError(room.jid, "modify", "not-acceptable", `${field}: must be ${wanted}.`);
}

/** §10.2.1: what those inside are told. */
function codesOf(before: RoomOptions, after: RoomOptions): number[] {
  const own = HOOKS.coded
    .filter(({ option }) => after[option] !== before[option])
    .map(({ code }) => code(after));
  const others = uncodedOptions(after) === uncodedOptions(before) ? [] : [CHANGED];
  return [...others, ...own].sort((one, other) => one - other);
}

/** The options that have no code of their own, as text. */
function uncodedOptions(options: RoomOptions): string {
  const coded = HOOKS.coded.map(({ option }) => [option, undefined]);
  return JSON.stringify({ ...options, ...Object.fromEntries(coded) });
}

/** Those who may not be inside any more, as the room is now, leave. */
function expelOutsiders(scope: RoomScope, before: RoomOptions): void {
  const { room } = scope;
  for (const occupant of [...room.occupants.values()]) {
    const code = expulsion(room, before, occupant);
    if (code !== undefined) expel(scope, occupant, { codes: [code] });
  }
}

function expulsion(room: RoomView, before: RoomOptions, occupant: Occupant): number | undefined {
  for (const onConfigure of HOOKS.onConfigure) {
    const code = onConfigure(room, before, occupant);
    if (code !== undefined) return code;
  }
  return undefined;
}

/** @throws StanzaError forbidden for all but owners */
function refuseNonOwners(room: RoomView, from: Jid): void {
  if (room.affiliationOf(from) !== "owner")
    throw roomError(room.jid, "auth", "forbidden", "Only owners configure the room.");
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

/** The occupants whose presence the others are told of. */
export function visibleOccupants(room: RoomView): ReadonlySet<Occupant> {
  return new Set([...room.occupants.values()].filter(({ role }) => room.isBroadcast(role)));
}

/** @param before whose presence was told before */
export function notifyVisibility(told: RoomTransaction, before: ReadonlySet<Occupant>): void {
  const { room } = told;
  for (const occupant of room.occupants.values()) {
    const isShown = room.isBroadcast(occupant.role);
    if (isShown === before.has(occupant)) continue;
    if (isShown) notifyOthers(told, occupant, shapeOf(occupant));
    else notifyHidden(told, occupant);
  }
}
