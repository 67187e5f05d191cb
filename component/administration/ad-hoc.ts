/** The operations on rooms as ad-hoc commands (XEP-0050), for administrators of the service (rooms.admins). */
import type { Jid } from "../addresses/address.js";
import { linesOf, valueOf, type Command, type Step, type Values } from "../entity/ad-hoc.js";
import { StanzaError } from "../inbound/stanza-error.js";
import { formFields } from "../muc/admin/configuration.js";
import { parseBoolean } from "../muc/options/room-option-kinds.js";
import type { Room } from "../muc/room/room.js";
import { formElement, type FormField } from "../muc/wire/data-form.js";
import { MUC } from "../muc/wire/ns.js";
import { Refusal } from "../refusal.js";
import { counted } from "../wording.js";
import type { Administration } from "./administration.js";
import type { Ground, Running } from "./context.js";
import { argumentsOf, resultOf, valueIn, type Field } from "./fields.js";
import type { Operation } from "./operation.js";
import { announce } from "./room-messages.js";
import { findRoom } from "./room-parts.js";
import { kick } from "./room-people.js";
import { showRoom } from "./room-show.js";
import { setRoom } from "./room-make.js";
import { ROOM } from "./room.js";

const ADMIN = "http://jabber.org/protocol/admin";
const PAGE_ROWS = 20;
/** How many occupants can be chosen. */
const MAX_CHOICES = 200;

/** An administrator of the service who runs a command. */
interface Administrator {
  readonly ground: Ground;
  readonly muc: Running["muc"];
  run(operation: Operation, given: object): Promise<object | Refusal>;
}

interface Special {
  readonly node?: string;
  /** The command's name, instead of the beginning of the operation's summary. */
  readonly title?: string;
  readonly formType?: string;
  /** Arguments that the form doesn't show. */
  readonly fixed?: object;
}

/** A form that shows a room's present state, after another form has asked for the room. */
interface RoomForm {
  readonly title: string;
  readonly formType?: string;
  readonly fields: readonly FormField[];
  /** Returns the operation's arguments beside the room. */
  readonly given: (values: Values) => object;
}

const SECOND: ReadonlyMap<Operation, (room: Room, who: Administrator) => RoomForm> = new Map([
  [setRoom, settingsForm],
  [kick, kickForm],
]);

/** Returns the commands, in the order in which clients show them. What is said in rooms is for operators alone. */
export function adHocCommands(administration: Administration): Command[] {
  const operations = ROOM.filter(({ name }) => name !== "room grep");
  return [
    ...operations.map((operation) => commandOf(administration, operation)),
    commandOf(administration, announce, {
      node: `${ADMIN}#announce`,
      title: "Send a message to all rooms",
      formType: ADMIN,
      fixed: { all: true, room: undefined },
    }),
  ];
}

/** Makes a command that starts with a form for the operation's arguments. */
function commandOf(administration: Administration, operation: Operation, special: Special = {}): Command {
  const { name, summary, effect } = operation;
  const { node = `rooms#${name.slice("room ".length)}`, title = titleOf(summary.en), formType } = special;
  const { ground } = administration;
  const second = SECOND.get(operation);
  const fields = argumentsOf(operation).filter(
    (field) =>
      !["limit", "after"].includes(field.name) &&
      !Object.hasOwn(special.fixed ?? {}, field.name) &&
      (second === undefined || field.name === "room"),
  );
  const mayRun = (from: Jid): boolean => ground.running?.muc.admins.has(from) === true;
  return {
    node,
    name: title,
    mayRun,
    start: (from) => {
      if (ground.running === undefined || !mayRun(from))
        throw new StanzaError(
          "auth",
          "forbidden",
          "Only administrators of the service may run this command.",
        );
      const account = from.bare;
      const by = { name: account.text, way: "xmpp", account } as const;
      const run: Administrator["run"] = (other, given) => administration.run(other, given, by);
      const who = { ground, muc: ground.running.muc, run };
      return {
        kind: "stage",
        title,
        instructions: `${summary.en}.`,
        ...(formType !== undefined && { formType }),
        fields: fields.filter(({ kind }) => kind !== "record").map(formField),
        isLast: effect === "change" && second === undefined,
        submit: (values) => {
          if (second !== undefined) return secondStage(who, operation, values, second);
          const given = { ...special.fixed, ...argumentsIn(fields, values) };
          return effect === "destroy"
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
async function shownResult(who: Administrator, operation: Operation, given: object): Promise<Step | Refusal> {
  const hasPages = argumentsOf(operation).some(({ name }) => name === "limit");
  const result = await who.run(operation, { ...given, ...(hasPages && { limit: PAGE_ROWS }) });
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
  const submit = () => shownResult(who, operation, { ...given, after: next });
  const instructions = "More follow.";
  return { kind: "stage", title, instructions, fields: texts.map(line), isLast: false, submit };
}

function factsOf(fields: readonly Field[], row: object): string[] {
  return fields.flatMap((field) => {
    const value = valueIn(row, field);
    if (value === undefined || value === "" || value === false || field.items !== undefined) return [];
    if (value === true) return [field.label.en];
    const text = Array.isArray(value) ? value.join(", ") : (value as string | number).toString();
    return [`${field.label.en}: ${field.time ? new Date(Number(value)).toISOString() : text}`];
  });
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
  given: { readonly room?: string },
): Promise<Step | Refusal> {
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

function secondStage(
  who: Administrator,
  operation: Operation,
  values: Values,
  formOf: (room: Room, who: Administrator) => RoomForm,
): Step | Refusal {
  const room = findRoom({ ...who.ground, muc: who.muc }, valueOf(values, "room"));
  if (room instanceof Refusal) return room;
  const { given, ...form } = formOf(room, who);
  return {
    ...form,
    kind: "stage",
    isLast: true,
    submit: (filled) => shownResult(who, operation, { room: room.jid.text, ...given(filled) }),
  };
}

function settingsForm(room: Room, { muc }: Administrator): RoomForm {
  return {
    title: `Options of ${room.jid.text}`,
    formType: MUC.roomConfig,
    // Converse.js fills the first field with the previous form's input, so the first field is a line of text.
    fields: [line(room.jid.text, 0), ...formFields(muc, room)],
    given: (values) => ({ options: Object.fromEntries(values) }),
  };
}

function kickForm(room: Room): RoomForm {
  const choices = [...room.occupants.values()].slice(0, MAX_CHOICES).map((occupant) => {
    const { nick, role, affiliation, account } = occupant;
    const rank = affiliation === "none" ? role : `${role}, ${affiliation}`;
    return { value: nick.text, label: `${nick.text} (${rank}): ${account.text}` };
  });
  const fields = argumentsOf(kick).filter(({ name }) => name !== "room");
  return {
    title: `Occupants of ${room.jid.text}`,
    fields: fields.map((field) =>
      field.kind === "list" ? { ...formField(field), type: "list-multi", choices } : formField(field),
    ),
    given: (values) => argumentsIn(fields, values),
  };
}
