/** Configures rooms (XEP-0045 §10.1.3, §10.2). The owner gets the reply before occupants are notified. */
import { isDeepStrictEqual } from "node:util";
import type { Jid } from "../../addresses/address.js";
import { replied, type IqReply } from "../../inbound/iq-reply.js";
import type { Inbound } from "../../inbound/router.js";
import { xml } from "../../xml/builder.js";
import { isLocal, type RoomContext, type RoomScope } from "../context.js";
import { capabilitiesOf, roomPresence } from "../discovery/room-info.js";
import { hooksOf } from "../features.js";
import { configFields, listChanges, listFields, withoutUnwanted, type ConfigField } from "./config-fields.js";
import { OPTION_NAMES, type OptionName, type RoomOptions } from "../options/room-options.js";
import type { Room } from "../room/room.js";
import { formElement, formIn, parseForm, type FormField, type Submitted } from "../wire/data-form.js";
import { raise, sendResult } from "../wire/replies.js";
import { CHANGED, notifyChanges } from "../wire/fan-out.js";
import { MUC } from "../wire/ns.js";
import { actorOf, refuseChanges, type By } from "./actor.js";
import { changeLists } from "./changing.js";
import { destroy, destroyAsAsked } from "./destroying.js";

/** Answers with the form and the current configuration. @throws StanzaError forbidden if the sender is no owner */
export function showConfiguration({ context, room }: RoomScope, { from }: Inbound<"room">): IqReply {
  refuseNonOwners(room, from);
  const title = `Configuration of ${room.jid.text}`;
  return xml(
    "query",
    MUC.owner,
    formElement("form", MUC.roomConfig, formFields(context, room, from), { title }),
  );
}

/** Returns the form's fields with current values, without options that are off and that the user `by` may not set. */
export function formFields(context: RoomContext, room: Room, by?: Jid): FormField[] {
  const fields = configFields(context.config)
    .filter((field) => isOn(field, room.options) || maySet(context, field, by))
    .map((field) => field.show(room.options));
  return [...fields, ...listFields(room, context.stanzaBytes)];
}

function maySet(context: RoomContext, { setBy }: ConfigField, by: Jid | undefined): boolean {
  if (setBy === "anyone" || by === undefined || context.admins.has(by)) return true;
  return setBy === "local" && isLocal(context, by);
}

function isOn(field: ConfigField, options: RoomOptions): boolean {
  return field.show(options).values[0] === "1";
}

/** Handles a submitted or cancelled configuration form, or <destroy/>. @throws StanzaError if it is refused */
export function configure(
  scope: RoomScope,
  { from, payload, stanza }: Inbound<"room">,
): typeof replied | undefined {
  const { transaction, room } = scope;
  refuseNonOwners(room, from);
  const destruction = payload.getChild("destroy");
  if (destruction !== undefined) {
    destroyAsAsked(scope, destruction);
    return undefined;
  }
  const form = formIn(payload);
  const submitted = form && parseForm(form, MUC.roomConfig);
  if (submitted === undefined) throw room.error("bad-request", "This is not a configuration form.");
  if (submitted.type === "submit") {
    reconfigure(scope, submitted.fields, actorOf(room, from), () => sendResult(transaction, stanza));
    return replied;
  }
  if (room.isLocked) destroy(scope, {});
  return undefined;
}

/** Configures a room. @param whenSure called when all checks are done @throws StanzaError if a value is refused */
export function reconfigure(
  scope: RoomScope,
  fields: Submitted["fields"],
  by: By,
  whenSure: () => void = () => undefined,
): void {
  const { context, transaction, room } = scope;
  const before = room.options;
  const { ver } = capabilitiesOf(room);
  const options = applyFields(context, room, fields, by.account);
  const changes = listChanges(room, fields);
  raise(refuseChanges(scope, undefined, changes));

  whenSure();
  const codes = codesOf(before, options);
  if (codes.length > 0 || room.isLocked) room.set(transaction, { options, isLocked: false });
  if (codes.length > 0) notifyChanges(scope, codes);
  if (capabilitiesOf(room).ver !== ver) transaction.broadcast(roomPresence(room), room.inside.recipients);
  changeLists(scope, { affiliations: changes, isConfigured: true, by });
}

/** Returns the room's options with the submitted values. Unknown fields and unchanged values are ignored. */
function applyFields(
  context: RoomContext,
  room: Room,
  fields: Submitted["fields"],
  by: Jid | undefined,
): RoomOptions {
  const submitted = withoutUnwanted(fields);
  let options = room.options;
  for (const field of configFields(context.config)) {
    for (const name of [field.name, ...field.aliases]) {
      const values = submitted.get(name);
      if (values === undefined || isSame(values, field.show(room.options).values)) continue;
      const next = field.apply(options, values);
      if (typeof next === "string") throw room.error("not-acceptable", `${name}: must be ${next}.`);
      if (isOn(field, next) && !maySet(context, field, by))
        throw room.error("forbidden", `${name}: you may not set this here.`);
      options = next;
    }
  }
  return options;
}

/** Returns the status codes by which occupants are notified of changed options (§10.2.1). */
function codesOf(before: RoomOptions, after: RoomOptions): number[] {
  const changed = OPTION_NAMES.filter((name) => !isDeepStrictEqual(after[name], before[name]));
  const codeOf = (name: OptionName): number =>
    hooksOf("coded")
      .find(({ option }) => option === name)
      ?.code(after) ?? CHANGED;
  return [...new Set(changed.map(codeOf))].sort((one, other) => one - other);
}

function refuseNonOwners(room: Room, from: Jid): void {
  if (room.affiliationOf(from) !== "owner")
    throw room.error("forbidden", "Only owners may configure the room.");
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
