/** The types that define ad-hoc commands (XEP-0050). Submitting a form returns the next step. */
import type { Jid } from "../addresses/address.js";
import type { FormField } from "../muc/wire/data-form.js";
import type { Refusal } from "../refusal.js";
import type { Element } from "../xml/builder.js";

/** An ad-hoc command. */
export interface Command {
  /** The disco node, which identifies the command. */
  readonly node: string;
  /** The name that clients show to users. */
  readonly name: string;
  mayRun(from: Jid): boolean;
  /** Starts the command, and returns its first step. @throws StanzaError if the user may not run it */
  start(from: Jid): Step | Promise<Step>;
}

/** A step of a command: a form to fill in, or the result. */
export type Step = Stage | Completed;

/** A step with a form to fill in. */
export interface Stage {
  readonly kind: "stage";
  readonly title: string;
  readonly instructions?: string;
  /** The FORM_TYPE, if the form has one. */
  readonly formType?: string;
  readonly fields: readonly FormField[];
  /** Whether submitting the form completes the command. */
  readonly isLast: boolean;
  /** Processes the submitted values. After a refusal, the form is shown again with the refusal's message. */
  submit(values: Values): Step | Refusal | Promise<Step | Refusal>;
}

/** The last step: the command's result, as a form or a text. */
export interface Completed {
  readonly kind: "completed";
  readonly form?: Element;
  readonly note?: string;
}

/** The submitted values of a form, by field name. */
export type Values = ReadonlyMap<string, readonly string[]>;

/** Returns a field's first value; "" if it has none. */
export function valueOf(values: Values, name: string): string {
  return values.get(name)?.[0] ?? "";
}

/** Returns the lines of a field's values, trimmed and without empty ones. */
export function linesOf(values: Values, name: string): string[] {
  const lines = (values.get(name) ?? []).flatMap((value) => value.split("\n"));
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}
