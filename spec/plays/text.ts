/** The texts of steps: words, values, XML, and what an element is compared with. README.md beside explains the grammar. */
import { NS, type Element } from "../../component/xml/builder.js";
import { MUC } from "../../component/muc/wire/ns.js";
import { parseXml, XmlFault } from "../../component/xml/parse.js";
import { placeOf } from "./cast.js";

const SPACES: Readonly<Record<string, string>> = {
  ...NS,
  ...MUC,
  reactions: "urn:xmpp:reactions:0",
  replace: "urn:xmpp:message-correct:0",
  states: "http://jabber.org/protocol/chatstates",
};

/** What follows a verb. */
export interface Taken {
  /** How the play calls who acts. */
  readonly name: string;
  /** `"in quotes"` if there are blanks. */
  readonly words: readonly string[];
  /** The first word's address; the room's if there is no word. */
  readonly place: string;
  /** `name=value` */
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly xml: string;
  /** All of it. */
  readonly text: string;
}

const partsIn = (text: string): readonly string[] => text.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
const plain = (word: string): string => (/^".*"$/s.test(word) ? (JSON.parse(word) as string) : word);
export const wordsIn = (text: string): readonly string[] => partsIn(text).map(plain);

export function take(text: string, name = ""): Taken {
  const start = /<[a-zA-Z]/.exec(text)?.index ?? text.length;
  const all = partsIn(text.slice(0, start));
  const values = all.flatMap((word) => {
    const [, key, value] = /^([^"=]+)=([^]*)$/.exec(word) ?? [];
    return key === undefined || value === undefined ? [] : [[key, plain(value)] as const];
  });
  const words = all.filter((word) => !/^[^"=]+=/.test(word)).map(plain);
  return {
    ...{ name, words, values, text },
    // Looked up only if it is asked for: not every first word is a place.
    get place() {
      return placeOf(words[0] ?? "coven");
    },
    get xml() {
      return fillIn(text.slice(start));
    },
  };
}

/** Returns a form's field by its short name: `whois`, `:mam` for one without the usual prefix. */
export function fieldOf(name: string): string {
  if (name.startsWith(":")) return name.slice(1);
  return /[#}]|^FORM_TYPE$/.test(name) ? name : `muc#roomconfig_${name}`;
}

/** Returns the items of changes: `CRONE member nick=third <reason>so</reason>; crone visitor`. */
export function itemsOf(text: string): string {
  return text.split(/; ?/).map(itemOf).join("");
}

function itemOf(text: string): string {
  const { words, values, xml: inside } = take(text);
  const [who = "", what = ""] = words;
  const isAccount = /[@.]|^[A-Z][A-Z0-9]*(?:\/|$)/.test(who);
  const target = isAccount ? `jid="${placeOf(who)}" affiliation="${what}"` : `nick="${who}" role="${what}"`;
  return `<item ${target} ${values.map(([name, value]) => `${name}="${value}"`).join(" ")}>${inside}</item>`;
}

/** Returns the fields of a form; one that is named again has several values, and `()` none. */
export function fieldsIn(values: Taken["values"]): Record<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const [short, value] of values) {
    const all = fields.get(fieldOf(short)) ?? [];
    const isAccount = /^room(?:owners|admins)$/.test(short) && value !== "";
    if (value !== "()") all.push(isAccount ? placeOf(value) : value);
    fields.set(fieldOf(short), all);
  }
  return Object.fromEntries(fields);
}

/** Returns a namespace by its name. @throws if there is none: what compares with it would find nothing */
function spaceOf(name: string): string {
  const space = SPACES[name];
  if (space === undefined) throw new Error(`there is no namespace called ${name}`);
  return space;
}

/** Returns XML with the names of namespaces and addresses filled in. */
export function fillIn(text: string): string {
  return text
    .replace(/ xmlns="([a-zA-Z]\w+)"/g, (_, name: string) => ` xmlns="${spaceOf(name)}"`)
    .replace(/ (to|jid|from|by)="([^"]*)"/g, (_, key: string, name: string) => ` ${key}="${placeOf(name)}"`);
}

/** Returns the elements that a text names, with `!` in front of those that must not be there. @throws if it is wrong */
export function patternsIn(text: string): Element {
  const fields = text.replace(
    /(?<!")\{((?:\{[^{}]*\})?[^{}=]+)(?:=([^{}]*))?\}/g,
    (_, name: string, value?: string) =>
      value === undefined
        ? `<feature var="${name}"/>`
        : `<field var="${fieldOf(name)}">${value === "" ? "" : `<value>${value}</value>`}</field>`,
  );
  const patterns = parseXml(`<all>${fillIn(fields)}</all>`);
  if (patterns instanceof XmlFault) throw new Error(`${patterns.reason}: ${text}`);
  for (const pattern of patterns.children)
    if (typeof pattern === "string" && !/^\s*!?$/.test(pattern.trim()))
      throw new Error(`neither XML nor !: ${pattern.trim()}`);
  return patterns;
}

/** Checks that an element has what a text names. @returns what is wrong; undefined if nothing is */
export function differs(element: Element, text: string, names: Map<string, string>): string | undefined {
  const patterns = patternsIn(text);
  let isAbsent = false;
  for (const pattern of patterns.children) {
    if (typeof pattern === "string") {
      isAbsent = pattern.trim() === "!";
      continue;
    }
    const found =
      pattern.name === "this"
        ? hasAll(element, pattern, names)
        : inside(element).some((child) => isLike(child, pattern, names));
    if (found === isAbsent)
      return `${isAbsent ? "there is" : "there is no"} ${pattern.toString()} in ${String(element)}`;
    isAbsent = false;
  }
  return undefined;
}

function inside(element: Element): Element[] {
  return element.getChildElements().flatMap((child) => [child, ...inside(child)]);
}

function isLike(element: Element, pattern: Element, names: Map<string, string>): boolean {
  return element.name === pattern.name && hasAll(element, pattern, names);
}

function hasAll(element: Element, pattern: Element, names: Map<string, string>): boolean {
  const text = pattern.getText().trim();
  return (
    Object.entries(pattern.attrs).every(([key, value]) =>
      isValue(key === "xmlns" ? element.getNS() : element.attrs[key], value ?? "", names),
    ) &&
    (text === "" || isValue(element.getText().trim(), text, names)) &&
    pattern
      .getChildElements()
      .every((wanted) => element.getChildElements().some((child) => isLike(child, wanted, names)))
  );
}

/** Whether a value is the wanted one: `!`, `/pattern/`, `$name`, or the value, in which `*` is any text. */
export function isValue(value: string | undefined, wanted: string, names: Map<string, string>): boolean {
  if (wanted === "!") return value === undefined;
  if (value === undefined) return false;
  if (wanted.length > 1 && wanted.startsWith("/") && wanted.endsWith("/"))
    return new RegExp(wanted.slice(1, -1)).test(value);
  const [, name] = /^\$(\w+)$/.exec(wanted) ?? [];
  if (name === undefined) return isText(value, wanted);
  if (!names.has(name)) names.set(name, value);
  return names.get(name) === value;
}

/** Whether a text is the wanted one, in which `*` is any text. */
export function isText(text: string, wanted: string): boolean {
  const [first = "", ...others] = wanted.split("*");
  const last = others.pop();
  if (last === undefined) return text === wanted;
  if (!text.startsWith(first) || !text.slice(first.length).endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
