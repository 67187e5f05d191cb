/** Stanzas as lines of text, which plays compare. */
import type { Element } from "../../../component/xml/builder.js";
import { DOMAIN } from "../../plays/cast.js";
import { parseXml, XmlFault } from "../../../component/xml/parse.js";

export { DOMAIN } from "../../plays/cast.js";

export function read(text: string): Element {
  const element = parseXml(text);
  if (element instanceof XmlFault) throw new Error(`${element.reason}: ${text}`);
  return element;
}

/** Returns a stanza as a line: `presence coven/hag unavailable 110 307`. */
export function lineOf(stanza: Element): string {
  const { name, attrs } = stanza;
  const from = (attrs.from ?? "").replace(`@${DOMAIN}`, "");
  const x = stanza.getChild("x", "http://jabber.org/protocol/muc#user");
  const codes = x?.getChildren("status").map((status) => status.attrs.code ?? "") ?? [];
  const item = x?.getChild("item");
  const text = stanza.getChildText("body") ?? stanza.getChildText("subject");
  return [
    name,
    from,
    attrs.type,
    ...(item === undefined || name !== "presence"
      ? []
      : [`${item.attrs.affiliation ?? ""}/${item.attrs.role ?? ""}`]),
    ...codes,
    ...(text === null ? [] : [JSON.stringify(text)]),
    ...(stanza.getChild("delay") === undefined ? [] : ["delayed"]),
    ...(attrs.type === "error" ? [errorOf(stanza)] : []),
  ]
    .filter((part) => part !== undefined && part !== "")
    .join(" ");
}

/** `auth/forbidden by coven@…`. */
export function errorOf(stanza: Element): string {
  const error = stanza.getChild("error");
  const condition = error?.getChildElements().find((child) => child.name !== "text");
  const by = error?.attrs.by === undefined ? "" : ` by ${error.attrs.by.replace(`@${DOMAIN}`, "")}`;
  return `${error?.attrs.type ?? "none"}/${condition?.name ?? "none"}${by}`;
}

/** The error of a stanza that comes back. */
export function errorXml(condition: string): string {
  return `<error type="cancel"><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`;
}

/** `result`, or what errorOf() gives. */
export function outcomeOf(answer: Element): string {
  return answer.attrs.type === "error" ? errorOf(answer) : (answer.attrs.type ?? "");
}

/** The fields of a form, several values of one in lines. */
export function fieldsOf(form: Element | undefined): Record<string, string> {
  const values = (field: Element): string =>
    field
      .getChildren("value")
      .map((value) => value.getText())
      .join("\n");
  return Object.fromEntries(
    (form?.getChildren("field") ?? []).map((field) => [field.attrs.var ?? "", values(field)]),
  );
}

/** An item that changes an affiliation. */
export function item(jid: string, affiliation: string, attributes = "", inside = ""): string {
  return `<item affiliation="${affiliation}" jid="${jid}" ${attributes}>${inside}</item>`;
}

/** The id that the room gave to a message (XEP-0359). */
export function idOf(message: Element | undefined): string {
  return message?.getChild("stanza-id")?.attrs.id ?? "none";
}

/** Whether it is the room's own presence without a picture. */
export function isCapabilitiesAlone({ name, children }: Element): boolean {
  const [child] = children;
  return name === "presence" && children.length === 1 && typeof child !== "string" && child?.name === "c";
}
