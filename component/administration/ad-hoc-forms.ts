/** Ad-hoc commands that consist of forms for operations (XEP-0050). */
import { linesOf, valueOf, type Completed, type Step, type Values } from "../entity/command.js";
import type { FormField } from "../muc/wire/data-form.js";
import { Refusal } from "../refusal.js";
import type { AdminCommand, Administrator } from "./administration.js";
import { fieldsOf, type Done } from "./fields.js";
import type { Operation } from "./operation.js";

interface Form {
  readonly node: string;
  readonly name: string;
  readonly instructions?: string;
  readonly formType?: string;
  readonly fields: readonly FormField[];
}

type Submit = (who: Administrator, values: Values) => Step | Refusal | Promise<Step | Refusal>;

/** Makes a command that starts with a form. @param isLast whether submitting the form completes the command */
export function command({ node, name, ...form }: Form, submit: Submit, isLast = false): AdminCommand {
  return {
    ...{ node, name },
    start: (who) => ({
      ...{ kind: "stage", title: name, isLast, ...form },
      submit: (values) => submit(who, values),
    }),
  };
}

/** Returns form fields for arguments of an operation. @param names the arguments; the first is required */
export function formOf(operation: Operation, ...names: readonly string[]): FormField[] {
  const fields = fieldsOf(operation.arguments, "input");
  return names.map((name, index) => {
    const {
      label,
      kind,
      long = false,
    } = fields.find((each) => each.name === name) ?? { label: { en: name } };
    const type = kind === "list" ? "jid-multi" : long ? "text-multi" : "text-single";
    return { name, type, label: label.en, isRequired: index === 0, values: [] };
  });
}

/** Runs an operation with the values of a form. @param more further arguments */
export async function run(
  who: Administrator,
  operation: Operation,
  { fields, values }: { readonly fields: readonly FormField[]; readonly values: Values },
  more: object = {},
): Promise<Completed | Refusal> {
  const given = fields.map(({ name, type }) => [name, argumentOf(name, type, values)] as const);
  return done(await who.run(operation, { ...Object.fromEntries(given), ...more }));
}

export function done(result: object): Completed | Refusal {
  return result instanceof Refusal ? result : { kind: "completed", note: (result as Done).message };
}

function argumentOf(name: string, type: FormField["type"], values: Values): string | readonly string[] {
  if (type === "jid-multi") return linesOf(values, name);
  if (type === "text-multi") return (values.get(name) ?? []).join("\n");
  return type === "list-multi" ? (values.get(name) ?? []) : valueOf(values, name);
}

/** Makes a command that consists of one form for an operation. */
export function commandOf(
  operation: Operation,
  form: Omit<Form, "fields">,
  fields: readonly FormField[],
  more = {},
) {
  return command({ ...form, fields }, (who, values) => run(who, operation, { fields, values }, more), true);
}

/** Returns a field that may stay empty. */
export function optional(field: FormField): FormField {
  return { ...field, isRequired: false };
}
