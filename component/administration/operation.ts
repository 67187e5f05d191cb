/** Declares administrators' operations, so that the command line, the console and ad-hoc commands use the same code. */
import type { z } from "zod";
import { linesOf, valueOf, type Completed, type Step, type Values } from "../entity/command.js";
import { formElement, type FormField } from "../muc/wire/data-form.js";
import { Errcode, Refusal } from "../refusal.js";
import type { AdministrationContext, Done } from "./context.js";

export interface Operation<S extends z.ZodType = z.ZodType> {
  /** The schema of the arguments. */
  readonly call: S;
  run(context: AdministrationContext, call: z.output<S>): Promise<Done | Refusal>;
}

/** Declares an operation: the compiler checks that `run` takes what `call` accepts. */
export function operation<S extends z.ZodType>(declared: Operation<S>): Operation<S> {
  return declared;
}

export interface AdminCommand {
  readonly node: string;
  /** The command's name in clients. */
  readonly name: string;
  readonly start: (context: AdministrationContext) => Step;
}

interface Form {
  readonly node: string;
  readonly name: string;
  /** The title of the form; by default the command's name. */
  readonly title?: string;
  readonly instructions?: string;
  readonly formType?: string;
  readonly fields: readonly FormField[];
}

type Submit = (context: AdministrationContext, values: Values) => Step | Refusal | Promise<Step | Refusal>;

/** Makes a command that starts with a form. @param isLast whether submitting the form completes the command */
export function command(form: Form, submit: Submit, isLast = false): AdminCommand {
  const { node, name, title = name, ...rest } = form;
  return {
    node,
    name,
    start: (context) => ({
      ...{ kind: "stage", title, isLast, ...rest },
      submit: (values) => submit(context, values),
    }),
  };
}

/** Makes a command that consists of one form, whose fields have the names of the operation's arguments. */
export function commandOf(operation: Operation, form: Form): AdminCommand {
  return command(
    form,
    (context, values) => submit(operation, context, argumentsOf(form.fields, values)),
    true,
  );
}

/** Runs an operation with the values of a form. @param given the arguments as read from the form */
export async function submit(
  operation: Operation,
  context: AdministrationContext,
  given: object,
): Promise<Completed | Refusal> {
  const { data, error } = operation.call.safeParse(given);
  const [fault] = error?.issues ?? [];
  if (fault !== undefined) return new Refusal(Errcode.request, `${fault.path.join(".")}: ${fault.message}`);
  return await done(operation.run(context, data));
}

/** Returns the values of a form by field name. */
export function argumentsOf(fields: readonly FormField[], values: Values): object {
  return Object.fromEntries(fields.map((field) => [field.name, argumentOf(field, values)]));
}

/** Returns the last step of a command: it shows the operation's result. */
export async function done(result: Promise<Done | Refusal>): Promise<Completed | Refusal> {
  const outcome = await result;
  return outcome instanceof Refusal ? outcome : { kind: "completed", note: outcome.message };
}

function argumentOf({ name, type }: FormField, values: Values): string | readonly string[] {
  if (type === "jid-multi") return linesOf(values, name);
  return type === "list-multi" ? (values.get(name) ?? []) : valueOf(values, name);
}

/** The form field for the room. */
export const ROOM: FormField = {
  name: "room",
  type: "text-single",
  label: "Room: id or address",
  isRequired: true,
  values: [],
};

export const REASON: FormField = {
  name: "reason",
  type: "text-single",
  label: "Reason, shown to users",
  values: [],
};

/** Returns a form field that shows a line of text. @param index a number that makes the field's name unique */
export function line(text: string, index: number): FormField {
  return { name: `line-${index}`, type: "fixed", values: [text] };
}

export function report(title: string, texts: readonly string[]): Completed {
  return { kind: "completed", form: formElement("result", undefined, texts.map(line), { title }) };
}
