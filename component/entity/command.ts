/** The types by which ad-hoc commands (XEP-0050) are defined. A command has steps; each form returns the next step. */
import type { Jid } from "../address.js";
import type { FormField } from "../muc/wire/data-form.js";
import type { Refusal } from "../refusal.js";
import type { Element } from "../xml/builder.js";

/** An ad-hoc command. */
export interface Command {
  /** The disco node, which identifies the command. */
  readonly node: string;
  /** The name that clients show to users. */
  readonly name: string;
  /** Whether the user may run the command. */
  mayRun(from: Jid): boolean;
  /** Starts the command, and returns its first step. @throws StanzaError if the user may not run the command */
  start(from: Jid): Step | Promise<Step>;
}

/** A step of a command: a form to fill in, or the result. */
export type Step = Stage | Completed;

/** A step with a form to fill in. */
export interface Stage {
  readonly kind: "stage";
  readonly title: string;
  readonly instructions?: string;
  /** The form's FORM_TYPE; undefined if the form has none. */
  readonly formType?: string;
  readonly fields: readonly FormField[];
  /** Whether submitting the form completes the command. */
  readonly isLast: boolean;
  /**
   * Processes the submitted values.
   * @returns the next step, or a refusal: then the form is shown again with its message
   */
  submit(values: Values): Step | Refusal | Promise<Step | Refusal>;
}

/** The last step: the command's result. */
export interface Completed {
  readonly kind: "completed";
  /** The result as a form. */
  readonly form?: Element;
  /** The result as a text. */
  readonly note?: string;
}

/** The submitted values of a form, by field name. */
export type Values = ReadonlyMap<string, readonly string[]>;

/** Returns a field's first value; "" if the field has no value. */
export function valueOf(values: Values, name: string): string {
  return values.get(name)?.[0] ?? "";
}

/** Returns the lines of a field's values, trimmed and without empty lines. */
export function linesOf(values: Values, name: string): string[] {
  const lines = (values.get(name) ?? []).flatMap((value) => value.split("\n"));
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}
