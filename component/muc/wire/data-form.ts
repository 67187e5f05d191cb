/** Data forms (XEP-0004): parses submitted forms, and builds forms to fill in and forms with results. */
import { NS, xml, type Element } from "../../xml/builder.js";
import { textElement } from "./text.js";

/** The types of form fields (XEP-0004 §3.3). */
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
  readonly isOpen?: boolean;
  readonly isRequired?: boolean;
  readonly choices?: readonly { readonly value: string; readonly label: string; readonly zh?: string }[];
}

/** A form that a client submitted or cancelled. */
export interface Submitted {
  readonly type: "submit" | "cancel";
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/** Data forms validation (XEP-0122). */
const VALIDATE = "http://jabber.org/protocol/xdata-validate";

const MAX_FIELDS = 200;
const MAX_VALUES = 10_000;

export function formIn(payload: Element): Element | undefined {
  return payload.getChild("x", NS.data);
}

/**
 * Parses a submitted or cancelled form; returns undefined if it is malformed or of another type.
 * @param formType the FORM_TYPE that the form must have if it has any fields
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
 * Parses a form with any FORM_TYPE, which stays in the fields; returns undefined if it is malformed. Fields without a
 * name are ignored: they are texts that some clients send back (XEP-0004 §3.3).
 */
export function parseAnyForm(form: Element): Submitted | undefined {
  return parse(form, "left out");
}

/** Parses a form. @param nameless whether fields without a name make it malformed or are ignored */
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

export interface FormHead {
  readonly title?: string | undefined;
  readonly instructions?: string | undefined;
}

/** Builds a form to fill in (type "form") or a form with results (type "result"). */
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
