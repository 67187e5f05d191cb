/**
 * Plays as text: scenes with a title, and their lines.
 *
 *     is announced to others
 *       crone enters as witch                        An action: somebody, a verb, and what it takes.
 *       hag < presence coven/witch none/participant  All that hag received since the last look, a line a stanza;
 *           < message coven groupchat 104            `nothing`, or `2 stanzas`; after `...` the last ones only.
 *       crone ~ coven/witch | <status>tea</status>   Among what crone received: part of the line, and XML that it has,
 *       crone !~ 104                                 or not: `!<status/>`.
 *       hag makes CRONE admin = result               A request and its outcome, `result` if none is named.
 *       hag says one &                               An action that the next one doesn't wait for.
 *       for $nick in crone wicca                     The lines below, once for each.
 *
 * A line that is indented deeper continues the one before. Names in lower case are sessions of people, those in upper
 * case their accounts (`CRONE/phone` is another session), and where a room may stand, rooms (`coven/hag`). In XML,
 * namespaces have the names of component/xml/builder.ts and muc/wire/ns.ts, `{whois=anyone}` is a field of a form,
 * `{muc_public}` a feature, `*` any value, `!` none, `/…/` a pattern; `$id` takes a value the first time, and is it later.
 * `<this/>` is the stanza itself.
 */
import { NS, type Element } from "../../../component/xml/builder.js";
import { MUC } from "../../../component/muc/wire/ns.js";
import { parseXml, XmlFault } from "../../../component/xml/parse.js";
import * as people from "./people.js";
import { DOMAIN } from "./stanza-lines.js";

const SPACES: Readonly<Record<string, string>> = {
  ...NS,
  ...MUC,
  reactions: "urn:xmpp:reactions:0",
  replace: "urn:xmpp:message-correct:0",
  states: "http://jabber.org/protocol/chatstates",
};
const { hag, crone, wiccarocks: wicca, stranger } = people;
const SESSIONS: Readonly<Record<string, string>> = { hag, crone, wicca, stranger };

/** Returns an address of somebody: of a session, or in upper case of an account. */
export function sessionOf(name: string): string {
  if (name.includes("@")) return name;
  const [local = "", resource] = name.split("/");
  const session = SESSIONS[local.toLowerCase()] ?? `${local.toLowerCase()}@qtalk.test.org/pda`;
  if (resource === undefined && local === local.toLowerCase()) return session;
  return [session.split("/")[0], ...(resource === undefined ? [] : [resource])].join("/");
}

/** Returns the name of somebody whose session this is, or the address. */
export function nameOf(address: string): string {
  return Object.keys(SESSIONS).find((name) => SESSIONS[name] === address) ?? address;
}

/** Returns the address of an account (upper case), of the service, or of a room and its occupants. */
export function placeOf(name: string): string {
  const [local = "", ...nick] = name.split("/");
  if (local === "" || /[@.$*!]/.test(local)) return name;
  if (/^[A-Z][A-Z0-9]*$/.test(local)) return sessionOf(name);
  return [local === "service" ? DOMAIN : `${local}@${DOMAIN}`, ...nick].join("/");
}

/** Returns a form's field by its short name: `whois`, `:mam` for one without the usual prefix. */
export function fieldOf(name: string): string {
  if (name.startsWith(":")) return name.slice(1);
  return /[#}]|^FORM_TYPE$/.test(name) ? name : `muc#roomconfig_${name}`;
}

/** Returns XML with the names of namespaces and addresses filled in. */
export function fillIn(text: string): string {
  return text
    .replace(/ xmlns="(\w+)"/g, (whole, name: string) =>
      name in SPACES ? ` xmlns="${SPACES[name] ?? ""}"` : whole,
    )
    .replace(/ (to|jid|from|by)="([^"]*)"/g, (_, key: string, name: string) => ` ${key}="${placeOf(name)}"`);
}

/** Returns the lines that are indented least, each with the deeper ones that follow. */
export function blocksIn(text: string): string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const depth = (line: string): number => line.search(/\S/);
  const least = Math.min(...lines.map(depth));
  const blocks: string[] = [];
  for (const line of lines) {
    if (depth(line) === least) blocks.push(line.trim());
    else blocks.push(`${blocks.pop() ?? ""}\n${line}`);
  }
  return blocks;
}

/** Checks that an element has what a text names. @returns what is wrong; undefined if nothing is */
export function differs(element: Element, text: string, names: Map<string, string>): string | undefined {
  const fields = text.replace(
    /(?<!")\{((?:\{[^{}]*\})?[^{}=]+)(?:=([^{}]*))?\}/g,
    (_, name: string, value?: string) =>
      value === undefined
        ? `<feature var="${name}"/>`
        : `<field var="${fieldOf(name)}">${value === "" ? "" : `<value>${value}</value>`}</field>`,
  );
  const patterns = parseXml(`<all>${fillIn(fields)}</all>`);
  if (patterns instanceof XmlFault) throw new Error(`${patterns.reason}: ${text}`);
  let isAbsent = false;
  for (const pattern of patterns.children) {
    if (typeof pattern === "string") {
      isAbsent = pattern.endsWith("!");
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

/** Whether a value is the wanted one: `*`, `!`, `$name`, `/pattern/`, or the value. */
export function isValue(value: string | undefined, wanted: string, names: Map<string, string>): boolean {
  if (wanted === "!") return value === undefined;
  if (value === undefined) return false;
  if (wanted === "*") return true;
  if (wanted.length > 1 && wanted.startsWith("/") && wanted.endsWith("/"))
    return new RegExp(wanted.slice(1, -1)).test(value);
  const [, name] = /^\$(\w+)$/.exec(wanted) ?? [];
  if (name === undefined) return value === wanted;
  if (!names.has(name)) names.set(name, value);
  return names.get(name) === value;
}
