/** The operations on rooms as ad-hoc commands (XEP-0050), for administrators of the service. */
import { linesOf, valueOf, type Step, type Values } from "../entity/command.js";
import { formFields } from "../muc/admin/configuration.js";
import { parseBoolean } from "../muc/options/room-option-kinds.js";
import type { Occupant } from "../muc/room/occupants.js";
import type { Room } from "../muc/room/room.js";
import { formElement, type FormField } from "../muc/wire/data-form.js";
import { MUC } from "../muc/wire/ns.js";
import { Refusal } from "../refusal.js";
import { counted } from "../wording.js";
import type { AdminCommand, Administrator } from "./administration.js";
import { argumentsOf, resultOf, valueIn, type Field } from "./fields.js";
import type { Operation } from "./operation.js";
import { announce } from "./room-messages.js";
import { findRoom } from "./room-parts.js";
import { kick } from "./room-people.js";
import { showRoom } from "./room-show.js";
import { setRoom } from "./room-make.js";
import { ROOM } from "./room.js";

const ADMIN = "http://jabber.org/protocol/admin";
/** How many rows a page shows, and how many occupants can be chosen. */
const MAX = { rows: 20, choices: 200 };

interface Special {
  readonly node?: string;
  /** The command's name, instead of the beginning of the operation's summary. */
  readonly title?: string;
  readonly formType?: string;
  /** Arguments that the form doesn't show. */
  readonly fixed?: object;
}

/** A stage that shows a room's present state, after the form has asked for the room. */
type RoomStage = (who: Administrator, room: Room) => Step;
const SECOND: ReadonlyMap<Operation, RoomStage> = new Map([
  [setRoom, settingsStage],
  [kick, kickStage],
]);

/** Makes a command that starts with a form for the operation's arguments. */
function commandOf(operation: Operation, special: Special = {}): AdminCommand {
  const { name, summary, effect } = operation;
  const { node, title = titleOf(summary.en), formType, fixed = {} } = special;
  const second = SECOND.get(operation);
  const fields = argumentsOf(operation).filter(
    (field) =>
      !["limit", "after"].includes(field.name) &&
      !Object.hasOwn(fixed, field.name) &&
      (second === undefined || field.name === "room"),
  );
  return {
    node: node ?? `rooms#${name.slice("room ".length)}`,
    name: title,
    start: (who) => ({
      kind: "stage",
      title,
      instructions: `${summary.en}.`,
      ...(formType !== undefined && { formType }),
      fields: fields.filter(({ kind }) => kind !== "record").map(formField),
      isLast: effect === "change" && second === undefined,
      submit: (values) => {
        if (second !== undefined) return withRoom(who, values, second);
        const given = { ...fixed, ...argumentsIn(fields, values) };
        return effect === "destroy" ? confirmation(who, operation, given) : run(who, operation, given);
      },
    }),
  };
}

/** Returns the beginning of a summary, as a title. */
function titleOf(summary: string): string {
  const [start = ""] = summary.split(/[,;:(]/);
  return start.charAt(0).toUpperCase() + start.slice(1).trimEnd();
}

function formField({ name, label, kind, choices, long, isRequired }: Field): FormField {
  const type =
    kind === "boolean"
      ? "boolean"
      : choices !== undefined
        ? "list-single"
        : kind === "list" || long
          ? "text-multi"
          : "text-single";
  const options = choices?.map((value) => ({ value, label: value }));
  return { name, type, label: label.en, isRequired, values: [], ...(options && { choices: options }) };
}

function argumentsIn(fields: readonly Field[], values: Values): object {
  return Object.fromEntries(fields.map((field) => [field.name, argumentIn(field, values)]));
}

function argumentIn({ name, kind, long }: Field, values: Values): unknown {
  if (kind === "list") return linesOf(values, name);
  const text = long ? (values.get(name) ?? []).join("\n") : valueOf(values, name);
  if (text === "") return undefined;
  return kind === "boolean" ? (parseBoolean(text) ?? text) : text;
}

/** Runs an operation, and shows its result; further pages follow in further steps. */
async function run(who: Administrator, operation: Operation, given: object): Promise<Step | Refusal> {
  const hasPages = argumentsOf(operation).some(({ name }) => name === "limit");
  const result = await who.run(operation, { ...given, ...(hasPages && { limit: MAX.rows }) });
  if (result instanceof Refusal) return result;
  const { message, next } = result as { message?: string; next?: string };
  if (message !== undefined) return { kind: "completed", note: message };
  const title = titleOf(operation.summary.en);
  const fields = resultOf(operation);
  const lists = fields.filter(({ items }) => items !== undefined);
  const [list] = lists;
  if (lists.length !== 1 || list === undefined) return report(title, factsOf(fields, result));
  const rows = valueIn(result, list) as readonly object[];
  if (rows.length === 0) return { kind: "completed", note: list.none?.en ?? "" };
  const texts = rows.map((row) => {
    const [first = "", ...others] = factsOf(list.items ?? [], row);
    return `${first.slice(first.indexOf(": ") + 2)}: ${others.join(", ")}`;
  });
  if (next === undefined) return report(title, texts);
  const submit = () => run(who, operation, { ...given, after: next });
  return {
    kind: "stage",
    title,
    instructions: "More follow.",
    fields: texts.map(line),
    isLast: false,
    submit,
  };
}

function factsOf(fields: readonly Field[], row: object): string[] {
  return fields.flatMap((field) => {
    const value = valueIn(row, field);
    if (value === undefined || value === "" || value === false || field.items !== undefined) return [];
    const text = field.time ? new Date(Number(value)).toISOString() : textIn(value);
    return value === true ? [field.label.en] : [`${field.label.en}: ${text}`];
  });
}

function textIn(value: unknown): string {
  return Array.isArray(value) ? value.join(", ") : (value as string | number).toString();
}

function report(title: string, texts: readonly string[]): Step {
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
  given: object,
): Promise<Step | Refusal> {
  const { room } = given as { room?: string };
  const found = await who.run(showRoom, { room, limit: 0 });
  if (found instanceof Refusal) return found;
  const { owners, admins, members, inside, room: address } = found as Record<string, number>;
  const users = counted((owners ?? 0) + (admins ?? 0) + (members ?? 0), "member");
  const facts = `${address ?? ""} has ${users} and ${counted(inside ?? 0, "session")} inside.`;
  return {
    ...{ kind: "stage", title: `${titleOf(operation.summary.en)}?`, instructions: "This can't be undone." },
    fields: [line(facts, 0)],
    isLast: true,
    submit: () => run(who, operation, given),
  };
}

function withRoom(who: Administrator, values: Values, stage: RoomStage): Step | Refusal {
  const room = findRoom({ ...who, ...who.ground }, valueOf(values, "room"));
  return room instanceof Refusal ? room : stage(who, room);
}

function settingsStage(who: Administrator, room: Room): Step {
  const name = room.jid.text;
  return {
    kind: "stage",
    title: `Options of ${name}`,
    formType: MUC.roomConfig,
    // Converse.js fills the first field with the previous form's input, so the first field is a line of text.
    fields: [line(name, 0), ...formFields(who.muc, room)],
    isLast: true,
    submit: (values) => run(who, setRoom, { room: name, options: Object.fromEntries(values) }),
  };
}

function kickStage(who: Administrator, room: Room): Step {
  const choices = [...room.occupants.values()].slice(0, MAX.choices).map((occupant) => ({
    value: occupant.nick.text,
    label: `${occupant.nick.text} (${rankOf(occupant)}): ${occupant.account.text}`,
  }));
  const fields = argumentsOf(kick).filter(({ name }) => name !== "room");
  return {
    kind: "stage",
    title: `Occupants of ${room.jid.text}`,
    fields: fields.map((field) =>
      field.kind === "list" ? { ...formField(field), type: "list-multi", choices } : formField(field),
    ),
    isLast: true,
    submit: (values) => run(who, kick, { room: room.jid.text, ...argumentsIn(fields, values) }),
  };
}

function rankOf({ role, affiliation }: Occupant): string {
  return affiliation === "none" ? role : `${role}, ${affiliation}`;
}

/** The commands, in the order in which clients show them. What is said in rooms is for operators alone. */
export const COMMANDS: readonly AdminCommand[] = [
  ...ROOM.filter(({ name }) => name !== "room grep").map((operation) => commandOf(operation)),
  commandOf(announce, {
    node: `${ADMIN}#announce`,
    title: "Send a message to all rooms",
    formType: ADMIN,
    fixed: { all: true, room: undefined },
  }),
];
