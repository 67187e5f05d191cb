/** Changes a room's options by the fields of its configuration form (XEP-0045 §10.2). */
import { z } from "zod";
import { valueOf, type Values } from "../entity/command.js";
import { formFields, reconfigure } from "../muc/admin/configuration.js";
import { OWNER_LISTS } from "../muc/admin/owner-lists.js";
import { configFields } from "../muc/admin/config-fields.js";
import { optionsOfEntered } from "../muc/room/options.js";
import { parseBoolean } from "../room-option-kinds.js";
import { MUC } from "../muc/wire/ns.js";
import { Errcode, Refusal } from "../refusal.js";
import { byIn, type AdministrationContext, type Done } from "./context.js";
import { findRoom, inRoom } from "./in-room.js";
import { command, done, line, operation, ROOM } from "./operation.js";

/** Parses field values in JSON, by field name: the full name, or the name without its prefix (`membersonly`). */
export const fieldsType = z
  .record(z.string(), z.array(z.string()))
  .default({})
  .transform((given): Values => new Map(Object.entries(given)));

const PREFIX = "muc#roomconfig_";
/** Words for boolean values that are accepted in addition to XEP-0004's "1", "true", "0" and "false". */
const YES: ReadonlySet<string> = new Set(["yes", "on"]);
const NO: ReadonlySet<string> = new Set(["no", "off"]);

export const configureRoom = operation({
  call: z.strictObject({ room: z.string(), fields: fieldsType }),
  run: (context, { room, fields }) => configure(context, room, fields),
});

async function configure(
  context: AdministrationContext,
  room: string,
  given: Values,
): Promise<Done | Refusal> {
  const fields = readFields(context, given);
  if (fields instanceof Refusal) return fields;
  return await inRoom(context, room, (scope) => {
    reconfigure(scope, fields, byIn(context, scope.room));
    return { message: `The room ${scope.room.jid.text} was configured.` };
  });
}

/** The ad-hoc command that shows a room's form and then configures the room. */
export const configureRoomCommand = command(
  { node: "rooms#configure", name: "Configure a room", fields: [ROOM] },
  (context, values) => {
    const name = valueOf(values, ROOM.name);
    const room = findRoom(context, name);
    if (room instanceof Refusal) return room;
    return {
      kind: "stage",
      title: `Configuration of ${name}`,
      formType: MUC.roomConfig,
      // Converse.js fills the first field with the previous form's input, so the first field is a line of text.
      fields: [line(name, 0), ...formFields(context.muc, room)],
      isLast: true,
      submit: (fields) => done(configure(context, name, fields)),
    };
  },
);

/** Replaces short field names by the form's names. Refuses unknown names. */
export function readFields({ muc }: AdministrationContext, given: Values): Values | Refusal {
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
    fields.set(full, isBoolean ? values.map(toBoolean) : values);
  }
  return fields;
}

function toBoolean(text: string): string {
  const word = text.toLowerCase();
  if (YES.has(word)) return "1";
  if (NO.has(word)) return "0";
  return parseBoolean(word) === undefined ? text : word;
}
