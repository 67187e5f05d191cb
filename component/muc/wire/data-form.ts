/** Data forms (XEP-0004): parsing submitted forms, and building forms and results. */
import { NS, xml, type Element } from "../../xml/builder.js";
import { textElement } from "./text.js";

export type FieldType =
  | "boolean"
  | "fixed"
  | "hidden"
  | "jid-multi"
  | "jid-single"
  | "list-multi"
  | "list-single"
  | "text-multi"
  | "text-private"
  | "text-single";

export interface FormField {
  readonly name: string;
  readonly type: FieldType;
  readonly label?: string;
  /** The label in Chinese, for the console. */
  readonly zh?: string;
  readonly values: readonly string[];
  /** Whether a list accepts other values than its choices (XEP-0122). */
  readonly isOpen?: boolean;
  /** Whether the field must be filled in. */
  readonly isRequired?: boolean;
  /** The values of a list, with labels. */
  readonly choices?: readonly { readonly value: string; readonly label: string; readonly zh?: string }[];
}

export interface Submitted {
  readonly type: "submit" | "cancel";
  /** Values by field name; empty for a field without values. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

const VALIDATE = "http://jabber.org/protocol/xdata-validate";

/** The most fields of a submitted form, and the most values in it. */
const MAX_FIELDS = 200;
const MAX_VALUES = 10_000;

/** The form in a payload. */
export function formIn(payload: Element): Element | undefined {
  return payload.getChild("x", NS.data);
}

/**
 * Parses a submitted or cancelled form.
 * @param formType the expected FORM_TYPE, required if there are any fields
 * @returns undefined if the form is malformed or of another type
 */
export function parseForm(form: Element, formType: string): Submitted | undefined {
  const submitted = parse(form, "refused");
  if (submitted === undefined) return undefined;
  const fields = new Map(submitted.fields);
  const given = fields.get("FORM_TYPE");
  if (given === undefined ? fields.size > 0 : given[0] !== formType) return undefined;
  fields.delete("FORM_TYPE");
  return { type: submitted.type, fields };
}

/**
 * Parses a form of any type, keeping FORM_TYPE as a field. It ignores fields without a name, texts that some clients
 * send back (XEP-0004 §3.3).
 */
export function parseAnyForm(form: Element): Submitted | undefined {
  return parse(form, "left out");
}

function parse(form: Element, nameless: "refused" | "left out"): Submitted | undefined {
  const { type } = form.attrs;
  if (type === "cancel") return { type, fields: new Map() };
  if (type !== "submit") return undefined;
  const fields = new Map<string, readonly string[]>();
  const elements = form.getChildren("field");
  if (elements.length > MAX_FIELDS) return undefined;
  let count = 0;
  for (const field of elements) {
    const name = field.attrs.var;
    if (name === undefined && nameless === "left out") continue;
    if (name === undefined || fields.has(name)) return undefined;
    const values = field.getChildren("value").map((value) => value.getText());
    count += values.length;
    fields.set(name, values);
  }
  return count > MAX_VALUES ? undefined : { type, fields };
}

/** The texts above the fields. */
export interface FormHead {
  readonly title?: string | undefined;
  readonly instructions?: string | undefined;
}

/** Builds a form to fill in (type form) or a result (type result). */
export function formElement(
  type: "form" | "result",
  formType: string | undefined,
  fields: readonly FormField[],
  { title, instructions }: FormHead = {},
): Element {
  return xml(
    "x",
    { xmlns: NS.data, type },
    textElement("title", title),
    textElement("instructions", instructions),
    formType === undefined
      ? undefined
      : fieldElement({ name: "FORM_TYPE", type: "hidden", values: [formType] }),
    ...fields.map(fieldElement),
  );
}

/** Builds one field of a form. */
export function fieldElement(field: FormField): Element {
  const { name, type, label, values, isOpen, isRequired, choices = [] } = field;
  return xml(
    "field",
    { var: name, type, label },
    isOpen === true ? xml("validate", { xmlns: VALIDATE, datatype: "xs:string" }, xml("open")) : undefined,
    isRequired === true ? xml("required") : undefined,
    ...values.map((value) => xml("value", {}, value)),
    ...choices.map((choice) => xml("option", { label: choice.label }, xml("value", {}, choice.value))),
  );
}
