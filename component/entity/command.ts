/** An ad-hoc command (XEP-0050) as its author writes it: one step after the other, each a value that leads to the next. */
import type { Jid } from "../address.js";
import type { FormField } from "../muc/wire/data-form.js";
import type { Refusal } from "../refusal.js";
import type { Element } from "../xml/builder.js";

export interface Command {
  readonly node: string;
  /** What people read. */
  readonly name: string;
  /** Whether it is offered to them. */
  mayRun(from: Jid): boolean;
  /** Begins it, or does all of it. @throws StanzaError for those who may not */
  start(from: Jid): Step | Promise<Step>;
}

export type Step = Stage | Completed;

/** A form to fill in. */
export interface Stage {
  readonly kind: "stage";
  readonly title: string;
  readonly instructions?: string;
  /** The form's FORM_TYPE, where it is one that programs know. */
  readonly formType?: string;
  readonly fields: readonly FormField[];
  /** Whether the command is done with it. */
  readonly isLast: boolean;
  /** What follows; a refusal names the field at fault, and the form is shown again. */
  submit(values: Values): Step | Refusal | Promise<Step | Refusal>;
}

export interface Completed {
  readonly kind: "completed";
  /** What is shown: a form of type result. */
  readonly form?: Element;
  /** What is said. */
  readonly note?: string;
}

/** What was filled in, by the field's name. */
export type Values = ReadonlyMap<string, readonly string[]>;

/** A field's one value; "" where there is none. */
export function valueOf(values: Values, name: string): string {
  return values.get(name)?.[0] ?? "";
}

/** A field's values, a line each where it is a text; those that are empty are none. */
export function linesOf(values: Values, name: string): string[] {
  const lines = (values.get(name) ?? []).flatMap((value) => value.split("\n"));
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}
