/** What administrators' commands have in common: nobody else is offered them, and forms name rooms alike. */
import { valueOf, type Completed, type Step, type Values } from "../../entity/command.js";
import { formElement, type FormField } from "../../muc/wire/data-form.js";
import { Refusal } from "../../refusal.js";
import type { AdministrationContext, Done } from "../context.js";

export interface AdminCommand {
  readonly node: string;
  /** What people read. */
  readonly name: string;
  readonly start: (context: AdministrationContext) => Step;
}

/** The field that names the room. */
export const ROOM: FormField = {
  name: "room",
  type: "text-single",
  label: "Room: id or address",
  isRequired: true,
  values: [],
};

export function roomOf(values: Values): string {
  return valueOf(values, ROOM.name);
}

export const REASON: FormField = {
  name: "reason",
  type: "text-single",
  label: "Reason, which people read",
  values: [],
};

/** The step after an operation. */
export async function done(result: Promise<Done | Refusal>): Promise<Completed | Refusal> {
  const outcome = await result;
  return outcome instanceof Refusal ? outcome : { kind: "completed", note: outcome.told };
}

/** A text that is only read. */
export function line(text: string, index: number): FormField {
  return { name: `line-${index}`, type: "fixed", values: [text] };
}

/** Texts to be read, a page at a time. */
export function pages(title: string, texts: readonly string[], instructions?: string): Step {
  const PAGE = 50;
  const fields = texts.slice(0, PAGE).map(line);
  const rest = texts.slice(PAGE);
  if (rest.length === 0) return report(title, fields, instructions);
  return {
    kind: "stage",
    title,
    fields,
    isLast: false,
    ...(instructions !== undefined && { instructions }),
    submit: () => pages(title, rest, instructions),
  };
}

export function report(title: string, fields: readonly FormField[], instructions?: string): Completed {
  return {
    kind: "completed",
    form: formElement("result", undefined, fields, { title, instructions }),
  };
}
