/** Operations as ad-hoc commands (XEP-0050): for service administrators (rooms.admins), and on own hooks for owners of rooms. */
import type { Jid } from "../addresses/address.js";
import {
  formLinesOf,
  formValueOf,
  type Command,
  type CommandStep,
  type FormValues,
} from "../entity/command-protocol.js";
import { StanzaError } from "../inbound/stanza-error.js";
import { formFields } from "../muc/admin/configuration.js";
import { parseBoolean } from "../muc/options/room-option-kinds.js";
import { formElement, tableElement, type FormField, type FormTable } from "../muc/wire/data-form.js";
import { MUC } from "../muc/wire/ns.js";
import { Refusal } from "../refusal.js";
import { counted } from "../wording.js";
import type { Administration } from "./administration.js";
import type { Ground, Running, Who } from "./context.js";
import { argumentsOf, resultFieldsOf, valueIn, type Field } from "./fields.js";
import type { Operation } from "./operation.js";
import { announce } from "./room-messages.js";
import { findRoomByAddress } from "./room-parts.js";
import { showRoom } from "./room-show.js";
import { setRoom } from "./room-make.js";
import { ALERT_OPERATIONS } from "./alert.js";
import { ROOM_OPERATIONS } from "./room.js";
import { HOOK_OPERATIONS } from "./hook.js";
import { OWN_HOOKS, OWNERS_OPERATIONS } from "./rights.js";

const ADMIN = "http://jabber.org/protocol/admin";
/** How many rows a table has at most: it must fit into a stanza. */
const TABLE_ROWS = 50;

/** Who may run commands: how a user is recognised, and the rights. */
interface Audience {
  may(operation: Operation): Who["may"];
  readonly refusal: string;
  has(ground: Ground, from: Jid): boolean;
}

/** What administrators may do is what they have commands for. */
const ADMINISTRATORS: Audience = {
  may: ({ right }) => [right],
  refusal: "Only administrators of the service may run this command.",
  has: ({ running }, from) => running?.muc.admins.has(from) === true,
};

const OWNERS: Audience = {
  may: () => [OWN_HOOKS],
  refusal: "Only owners of rooms may run this command, if the service lets them (hooks.by_owners).",
  has: ({ settings, records }, from) =>
    settings.hooks.by_owners && records.rooms.countOwned(from.bare.text, 1) > 0,
};

/** The arguments that forms about hooks have: those of the others are for the command line. */
const HOOK_ARGUMENTS: readonly string[] = ["name", "to", "format"];
const OFFERED: readonly string[] = ["alert list", "alert mute"];

/** A user who runs a command. */
interface Administrator {
  readonly ground: Ground;
  readonly muc: Running["muc"];
  run(operation: Operation, given: object): Promise<object | Refusal>;
}

/** Returns the commands, in the order in which clients show them. What is said in rooms is for operators alone. */
export function adHocCommands(administration: Administration): Command[] {
  const operations = ROOM_OPERATIONS.filter(({ name }) => name !== "room grep");
  const toAll = { all: true, room: undefined };
  return [
    ...operations.map((operation) => commandOf(administration, operation)),
    {
      ...commandOf(administration, announce, toAll, { formType: ADMIN }),
      node: `${ADMIN}#announce`,
      name: "Send a message to all rooms",
    },
    ...HOOK_OPERATIONS.filter(({ name }) => OWNERS_OPERATIONS.includes(name)).map((operation) => {
      const isOwners = operation.effect === "destroy";
      const audiences = isOwners ? [OWNERS] : [ADMINISTRATORS, OWNERS];
      const fixed = operation.name === "hook list" ? { kind: "incoming" } : {};
      return commandOf(administration, operation, fixed, { audiences, shows: HOOK_ARGUMENTS });
    }),
    ...ALERT_OPERATIONS.filter(({ name }) => OFFERED.includes(name)).map((operation) =>
      commandOf(administration, operation),
    ),
  ];
}

interface Options {
  readonly audiences?: readonly Audience[];
  readonly shows?: readonly string[];
  readonly formType?: string;
}

/**
 * Makes a command that starts with a form for the operation's arguments.
 * @param fixed arguments that the form doesn't show @param options `audiences`: the first that has a user counts;
 * `shows`: the arguments that the form has, all by default
 */
function commandOf(
  administration: Administration,
  operation: Operation,
  fixed: object = {},
  { audiences = [ADMINISTRATORS], shows, formType }: Options = {},
): Command {
  const { name, summary, effect } = operation;
  const { ground } = administration;
  const isSet = operation === setRoom;
  const fields = argumentsOf(operation).filter(
    (field) =>
      field.name !== "limit" &&
      !Object.hasOwn(fixed, field.name) &&
      (!isSet || field.name === "room") &&
      (field.name === "after" || (shows?.includes(field.name) ?? true)),
  );
  const audienceOf = (from: Jid): Audience | undefined => audiences.find((each) => each.has(ground, from));
  return {
    node: name.replace(" ", "s#"),
    name: titleOf(summary.en),
    mayRun: (from) => audienceOf(from) !== undefined,
    start: (from) => {
      const audience = audienceOf(from);
      if (ground.running === undefined || audience === undefined) {
        throw new StanzaError("auth", "forbidden", audiences.at(-1)?.refusal);
      }
      const account = from.bare;
      const by = { name: account.text, way: "xmpp", may: audience.may(operation), account } as const;
      const run: Administrator["run"] = (other, given) => administration.run(other, given, by);
      const who = { ground, muc: ground.running.muc, run };
      return {
        kind: "stage",
        title: titleOf(summary.en),
        instructions: `${summary.en}.`,
        ...(formType !== undefined && { formType }),
        fields: fields.filter(({ kind }) => kind !== "record").map(formField),
        isLast: effect !== "read" && !isSet && !(effect === "destroy" && audience === ADMINISTRATORS),
        submit: (values) => {
          if (isSet) return settings(who, formValueOf(values, "room"));
          const entered = fields.map((field) => [field.name, argumentIn(field, values)] as const);
          const given = { ...fixed, ...Object.fromEntries(entered) };
          return effect === "destroy" && audience === ADMINISTRATORS
            ? confirmation(who, operation, given)
            : shownResult(who, operation, given);
        },
      };
    },
  };
}

/** Returns the beginning of a summary, as a title. */
function titleOf(summary: string): string {
  const [start = ""] = summary.split(/[,;:(]/);
  return start.charAt(0).toUpperCase() + start.slice(1).trimEnd();
}

/** Returns how a form asks for a field (XEP-0004 §3.3). */
function formTypeOf({ kind, choices, long }: Field): FormField["type"] {
  if (kind === "boolean") return "boolean";
  if (choices !== undefined) return "list-single";
  return kind === "list" || long ? "text-multi" : "text-single";
}

function formField(field: Field): FormField {
  const { name, label, choices, isRequired } = field;
  const type = formTypeOf(field);
  const options = choices?.map((value) => ({ value, label: value }));
  return { name, type, label: label.en, isRequired, values: [], ...(options && { choices: options }) };
}

function argumentIn({ name, kind, long }: Field, values: FormValues): unknown {
  if (kind === "list") return formLinesOf(values, name);
  const text = long ? (values.get(name) ?? []).join("\n") : formValueOf(values, name);
  if (text === "") return undefined;
  return kind === "boolean" ? (parseBoolean(text) ?? text) : text;
}

/**
 * Runs an operation, and shows its result. Of a long list, it says where the next page starts: Gajim can't go on from a
 * step that shows a table.
 */
async function shownResult(
  who: Administrator,
  operation: Operation,
  given: object,
): Promise<CommandStep | Refusal> {
  const hasPages = argumentsOf(operation).some(({ name }) => name === "limit");
  const result = await who.run(operation, { ...given, ...(hasPages && { limit: TABLE_ROWS }) });
  if (result instanceof Refusal) return result;
  const { message, next } = result as { message?: string; next?: string };
  const title = titleOf(operation.summary.en);
  const fields = resultFieldsOf(operation);
  const secrets = rowFacts(
    fields.filter(({ secret }) => secret === true),
    result,
  );
  if (message !== undefined)
    return { ...(secrets.length > 0 && report(title, secrets)), kind: "completed", note: message };
  // A list of one kind is the only one.
  const { kind } = given as { kind?: string };
  const lists = fields.filter(({ name, items }) => items !== undefined && (kind ?? name) === name);
  const [list] = lists;
  if (lists.length !== 1 || list === undefined) return report(title, rowFacts(fields, result));
  const rows = valueIn(result, list) as readonly object[];
  if (rows.length === 0) return { kind: "completed", note: list.none?.en ?? "" };
  const table = tableOf(list.items ?? [], rows);
  // Converse.js shows a table only in a command's first response, and this one follows a form; it shows notes.
  const lines = table.rows.map((cells) => cells.filter((cell) => cell !== "").join(" · "));
  if (next !== undefined) lines.push(`More follow: run the command again, to start after ${next}`);
  return { kind: "completed", form: tableElement(table, title), note: lines.join("\n") };
}

/** Returns a row's values, each with its label. */
export function rowFacts(fields: readonly Field[], row: object): string[] {
  return fields.flatMap((field) => {
    const value = valueIn(row, field);
    const text = textOf(field, value);
    if (text === "") return [];
    return [value === true ? field.label.en : `${field.label.en}: ${text}`];
  });
}

/** Returns rows as a table, without columns that are empty in all of them. */
function tableOf(fields: readonly Field[], rows: readonly object[]): FormTable {
  const columns = fields
    .filter(({ inner }) => inner !== true)
    .map((field) => ({ field, cells: rows.map((row) => textOf(field, valueIn(row, field))) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
  return {
    columns: columns.map(({ field: { name, label } }) => ({ name, label: label.en })),
    rows: rows.map((_, at) => columns.map(({ cells }) => cells[at] ?? "")),
  };
}

/** Returns a value as text; "" if there is none, or it is a list with rows of its own. */
function textOf({ items, time }: Field, value: unknown): string {
  if (value === undefined || value === "" || value === false || items !== undefined) return "";
  if (value === true) return "yes";
  if (time !== undefined) return new Date(Number(value)).toISOString();
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : (value as string | number).toString();
}

function report(title: string, texts: readonly string[]): CommandStep {
  return { kind: "completed", form: formElement("result", undefined, texts.map(line), { title }) };
}

/** Returns a form field that shows a line of text. @param index a number that makes the field's name unique */
function line(text: string, index: number): FormField {
  return { name: `line-${index}`, type: "fixed", values: [text] };
}

/** Asks before something is deleted, and shows how many users have the room. */
async function confirmation(
  who: Administrator,
  operation: Operation,
  given: { readonly room?: string },
): Promise<CommandStep | Refusal> {
  const found = await who.run(showRoom, { room: given.room, limit: 0 });
  if (found instanceof Refusal) return found;
  const { owners, admins, members, inside, room: address } = found as Record<string, number>;
  const users = counted((owners ?? 0) + (admins ?? 0) + (members ?? 0), "member");
  return {
    kind: "stage",
    title: `${titleOf(operation.summary.en)}?`,
    instructions: "This can't be undone.",
    fields: [line(`${address ?? ""} has ${users} and ${counted(inside ?? 0, "session")} inside.`, 0)],
    isLast: true,
    submit: () => shownResult(who, operation, given),
  };
}

/** Shows a room's present options, and changes them. */
function settings(who: Administrator, text: string): CommandStep | Refusal {
  const room = findRoomByAddress({ ...who.ground, muc: who.muc }, text);
  if (room instanceof Refusal) return room;
  const { text: address } = room.jid;
  return {
    kind: "stage",
    title: `Options of ${address}`,
    formType: MUC.roomConfig,
    // Converse.js fills the first field with the previous form's input, so the first field is a line of text.
    fields: [line(address, 0), ...formFields(who.muc, room)],
    isLast: true,
    submit: (values) => shownResult(who, setRoom, { room: address, options: Object.fromEntries(values) }),
  };
}
