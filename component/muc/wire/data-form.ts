/** Data forms (XEP-0004): parses submitted forms, and builds forms to fill in and forms with results. */
import { NS, xml, type Element } from "../../xml/builder.js";
import { textElement } from "./text.js";

/** The types of form fields (XEP-0004 §3.3). */
export type FieldType =
  "boolean" | "fixed" | "hidden" | "text-private" | `${"jid" | "list" | "text"}-${"multi" | "single"}`;

export interface FormField {
  readonly name: string;
  readonly type: FieldType;
  readonly label?: string;
  /** The label in Chinese, for the console. */
  readonly zh?: string;
  readonly values: readonly string[];
  readonly isOpen?: boolean;
  readonly isRequired?: boolean;
  readonly choices?:
    readonly { readonly value: string; readonly label: string; readonly zh?: string }[] | undefined;
}

/** Makes a field for a line of text. */
export function textField(name: string, label: string, ...values: readonly string[]): FormField {
  return { name, type: "text-single", label, values };
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
 * @param formType the FORM_TYPE that the form must have if it has any fields; undefined: any, which stays in the fields.
 * Fields without a name are ignored then: they are texts that some clients send back (XEP-0004 §3.3).
 */
export function parseForm(form: Element, formType?: string): Submitted | undefined {
  const { type } = form.attrs;
  const fields = new Map<string, readonly string[]>();
  if (type === "cancel") return { type, fields };
  const elements = form.getChildren("field");
  if (type !== "submit" || elements.length > MAX_FIELDS) return undefined;
  let count = 0;
  for (const field of elements) {
    const name = field.attrs.var;
    if (name === undefined && formType === undefined) continue;
    if (name === undefined || fields.has(name)) return undefined;
    const values = field.getChildren("value").map((value) => value.getText());
    count += values.length;
    fields.set(name, values);
  }
  const isOfType = fields.size === 0 || fields.get("FORM_TYPE")?.[0] === formType;
  if (count > MAX_VALUES || (formType !== undefined && !isOfType)) return undefined;
  if (formType !== undefined) fields.delete("FORM_TYPE");
  return { type, fields };
}

/** Builds a form to fill in (type "form"), one with results (type "result"), or one that is filled in (type "submit"). */
export function formElement(
  type: "form" | "result" | "submit",
  formType: string | undefined,
  fields: readonly FormField[],
  { title, instructions }: { title?: string | undefined; instructions?: string | undefined } = {},
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

/** Rows of values, under columns. */
export interface FormTable {
  readonly columns: readonly { readonly name: string; readonly label: string }[];
  /** Each has as many values as there are columns. */
  readonly rows: readonly (readonly string[])[];
}

/** Builds a form with a table as the result (XEP-0004 §3.4): each row has all columns. */
export function tableElement({ columns, rows }: FormTable, title: string): Element {
  return xml(
    "x",
    { xmlns: NS.data, type: "result" },
    textElement("title", title),
    xml(
      "reported",
      {},
      ...columns.map(({ name, label }) => xml("field", { var: name, type: "text-single", label })),
    ),
    ...rows.map((values) =>
      xml(
        "item",
        {},
        ...columns.map(({ name }, at) => xml("field", { var: name }, xml("value", {}, values[at] ?? ""))),
      ),
    ),
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
