/** Configures a room by the fields of its own form; and the form, as it is now. */
import { formFields, reconfigure } from "../muc/admin/configuration.js";
import { OWNER_LISTS } from "../muc/admin/owner-lists.js";
import { configFields } from "../muc/admin/config-fields.js";
import { optionsOfEntered } from "../muc/room/options.js";
import { readBoolean } from "../room-option-kinds.js";
import type { FormField } from "../muc/wire/data-form.js";
import { Errcode, Refusal } from "../refusal.js";
import { byIn, type AdministrationContext, type Done } from "./context.js";
import { inRoom, noSuchRoom, readRoom } from "./in-room.js";

/** Values by the field's name: as the form has it, or without what all names begin with (`membersonly`). */
export type FieldValues = ReadonlyMap<string, readonly string[]>;

export interface ConfigureRoom {
  readonly room: string;
  readonly fields: FieldValues;
}

const PREFIX = "muc#roomconfig_";
/** What people write besides what XEP-0004 knows. */
const YES: ReadonlySet<string> = new Set(["yes", "on"]);
const NO: ReadonlySet<string> = new Set(["no", "off"]);

export async function configureRoom(
  context: AdministrationContext,
  call: ConfigureRoom,
): Promise<Done | Refusal> {
  const fields = readFields(context, call.fields);
  if (fields instanceof Refusal) return fields;
  return await inRoom(context, call.room, (scope) => {
    reconfigure(scope, fields, byIn(context, scope.room));
    return { told: `The room ${scope.room.jid.text} was configured.` };
  });
}

/** The form of a room, filled in. */
export function roomForm(context: AdministrationContext, text: string): FormField[] | Refusal {
  const jid = readRoom(context, text);
  if (jid instanceof Refusal) return jid;
  const room = context.muc.rooms.find(jid);
  return room === undefined ? noSuchRoom(jid) : formFields(context.muc, room);
}

/** Fields under the names that the form has. @returns a refusal that names the first that the form doesn't have */
export function readFields({ muc }: AdministrationContext, given: FieldValues): FieldValues | Refusal {
  const defaults = optionsOfEntered(muc.config);
  const known = new Map<string, boolean>();
  for (const field of configFields(muc.config)) {
    const isBoolean = field.show(defaults).type === "boolean";
    for (const each of [field.name, ...field.aliases]) known.set(each, isBoolean);
  }
  for (const { name } of OWNER_LISTS) known.set(name, false);
  const fields = new Map<string, readonly string[]>();
  for (const [name, values] of given) {
    const full = known.has(name) ? name : `${PREFIX}${name}`;
    const isBoolean = known.get(full);
    if (isBoolean === undefined) {
      return new Refusal(Errcode.request, `${name}: a room's form has no such field`);
    }
    fields.set(full, isBoolean ? values.map(asBoolean) : values);
  }
  return fields;
}

function asBoolean(text: string): string {
  const word = text.toLowerCase();
  if (YES.has(word)) return "1";
  if (NO.has(word)) return "0";
  return readBoolean(word) === undefined ? text : word;
}
