/**
 * What of somebody's stanza is passed on to others: its children, rebuilt with plain namespaces in place of prefixes
 * (a prefix declared outside of the stanza would be unbound in ours), and within bounds.
 */
import { StanzaError } from "../../stanza-error.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { declaresNamespace, isDeclarable, isName } from "../../xml/names.js";
import { ExpandedNames, qname, type QName } from "../../xml/namespaces.js";
import { hasForbiddenCharacter } from "../../xml/serialise.js";

/** Somewhat less than parseXml() takes: what is passed on can be read again. */
const MAX_DEPTH = 60;
const MAX_ELEMENTS = 9_000;
/** So many characters of namespaces may be written: a prefix is short, what is written in its place may not be. */
const MAX_NAMESPACES = 64 * 1024;
/** The stanza's own namespaces: on the stream they are the default. */
const OWN: ReadonlySet<string | undefined> = new Set([undefined, "", NS.accept, NS.client]);

/**
 * The child elements, to be passed on.
 * @throws StanzaError bad-request for what can't be passed on
 */
export function passedOn(stanza: Element): Element[] {
  const budget = newBudget();
  return stanza.getChildElements().map((child) => rebuild(child, "", MAX_DEPTH, budget));
}

/** One element of a stanza, such as an IQ's payload. @throws StanzaError bad-request for what can't be passed on */
export function passOn(element: Element): Element {
  return rebuild(element, "", MAX_DEPTH, newBudget());
}

/** A stanza's own attributes, as far as they mean something outside of it, and everybody can read them. */
export function attributesOf({ attrs }: Element): Record<string, string | undefined> {
  const isKept = (name: string): boolean => (!name.includes(":") || name.startsWith("xml:")) && isName(name);
  return Object.fromEntries(Object.entries(attrs).filter(([name]) => name !== "xmlns" && isKept(name)));
}

/** The namespace of a stanza's child; "" for the stanza's own. */
export function namespaceOf(element: Element): string {
  const ns = element.getNS();
  return OWN.has(ns) ? "" : (ns ?? "");
}

/** What may yet be passed on. */
interface Budget {
  elements: number;
  /** Characters of namespaces. */
  namespaces: number;
}

function newBudget(): Budget {
  return { elements: MAX_ELEMENTS, namespaces: MAX_NAMESPACES };
}

function rebuild(element: Element, parentNs: string, depth: number, budget: Budget): Element {
  if (depth === 0 || --budget.elements < 0) throw badRequest("nested too deep, or too many elements");
  const { prefix, local } = named(element.name);
  const ns = prefix === "" ? namespaceOf(element) : boundTo(element, prefix);
  checkNamespace(ns);
  const attrs: Record<string, string> = {};
  if (ns !== parentNs) attrs.xmlns = spent(ns === "" ? NS.client : ns, budget);
  Object.assign(attrs, attributesIn(element, budget));
  const children = element.children.map((child) => {
    if (typeof child !== "string") return rebuild(child, ns, depth - 1, budget);
    if (hasForbiddenCharacter(child)) throw badRequest("a character that XML forbids");
    return child;
  });
  return xml(local, attrs, ...children);
}

/** A namespace that is written. */
function spent(namespace: string, budget: Budget): string {
  budget.namespaces -= namespace.length;
  if (budget.namespaces < 0) throw badRequest("namespaces that are too long, written out");
  return namespace;
}

function attributesIn(element: Element, budget: Budget): Record<string, string> {
  const attrs: Record<string, string> = {};
  const foreign = new ExpandedNames();
  for (const [name, value] of Object.entries(element.attrs)) {
    if (value === undefined || declaresNamespace(name)) continue;
    if (hasForbiddenCharacter(value)) throw badRequest("a character that XML forbids");
    const { prefix, local } = named(name);
    if (prefix !== "" && prefix !== "xml") {
      const ns = boundTo(element, prefix);
      checkNamespace(ns);
      if (ns === "" || !foreign.add(ns, local)) throw badRequest(`the attribute ${name}`);
      attrs[`xmlns:${prefix}`] ??= spent(ns, budget);
    }
    attrs[name] = value;
  }
  return attrs;
}

/** @throws StanzaError bad-request for what is no name with a prefix at most */
function named(name: string): QName {
  if (!isName(name)) throw badRequest("a name that not everybody can read");
  return qname(name);
}

/** @throws StanzaError bad-request for what can't be declared */
function checkNamespace(ns: string): void {
  if (!isDeclarable(ns) || hasForbiddenCharacter(ns)) throw badRequest("a namespace that can't be declared");
}

function boundTo(element: Element, prefix: string): string {
  for (let at: Element | null = element; at !== null; at = at.parent) {
    const ns = at.attrs[`xmlns:${prefix}`];
    if (ns !== undefined) return OWN.has(ns) ? "" : ns;
  }
  throw badRequest(`the prefix ${prefix} is not declared`);
}

function badRequest(what: string): StanzaError {
  return new StanzaError("modify", "bad-request", `What can't be passed on: ${what}.`);
}
