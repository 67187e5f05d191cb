/** Whom users write to about the service (XEP-0157): told where it says what it is, and shown by clients. */
import type { RoomsConfig } from "../../config.js";
import type { Element } from "../../xml/builder.js";
import { formElement } from "../wire/data-form.js";

const FORM_TYPE = "http://jabber.org/network/serverinfo";

/** No form where nobody is named. */
export function contactForms({ contact }: Pick<RoomsConfig, "contact">): Element[] {
  const fields = Object.entries(contact)
    .filter(([, links]) => links.length > 0)
    .map(([kind, values]) => ({ name: `${kind}-addresses`, type: "list-multi" as const, values }));
  return fields.length === 0 ? [] : [formElement("result", FORM_TYPE, fields)];
}
