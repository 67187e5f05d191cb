/** The definition of an ad-hoc command (XEP-0050): steps, each of which returns the next. */
import type { Jid } from "../address.js";
import type { FormField } from "../muc/wire/data-form.js";
import type { Refusal } from "../refusal.js";
import type { Element } from "../xml/builder.js";

export interface Command {
  readonly node: string;
  /** The name for users. */
  readonly name: string;
  /** Whether the user may run it. */
  mayRun(from: Jid): boolean;
  /** Returns the first step, or does everything at once. @throws StanzaError if the user may not run it */
  start(from: Jid): Step | Promise<Step>;
}

export type Step = Stage | Completed;

/** A form to fill in. */
export interface Stage {
  readonly kind: "stage";
  readonly title: string;
  readonly instructions?: string;
  /** The form's FORM_TYPE, if it is a registered one. */
  readonly formType?: string;
  readonly fields: readonly FormField[];
  /** Whether submitting it completes the command. */
  readonly isLast: boolean;
  /** Returns the next step; a refusal names the field at fault, and the form is shown again. */
  submit(values: Values): Step | Refusal | Promise<Step | Refusal>;
}

export interface Completed {
  readonly kind: "completed";
  /** The result as a form. */
  readonly form?: Element;
  /** The result as a text. */
  readonly note?: string;
}

/** Submitted values by field name. */
export type Values = ReadonlyMap<string, readonly string[]>;

/** A field's single value; "" if there is none. */
export function valueOf(values: Values, name: string): string {
  return values.get(name)?.[0] ?? "";
}

/** A field's values, split into lines, without empty ones. */
export function linesOf(values: Values, name: string): string[] {
  const lines = (values.get(name) ?? []).flatMap((value) => value.split("\n"));
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}
