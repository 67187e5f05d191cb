/**
 * Parses the XML of callers and users strictly: one well-formed element (XML and namespaces), within limits, without
 * DOCTYPE and processing instructions. Elements are built anew, so that no foreign text reaches the stream
 * unchanged; prefixes become xmlns attributes, as their declarations may be elsewhere. (The stream's own parser
 * accepts duplicates and a second root.)
 */
import { SaxesParser, type SaxesTagNS } from "saxes";
import { elided, quoted } from "../wording.js";
import { NS, xml, type Element } from "./builder.js";
import { declaresNamespace, isDeclarable, isName } from "./names.js";
import { ownText } from "./own-texts.js";
import { hasForbiddenCharacter } from "./serialise.js";

/** Why a text can't be parsed. `reason` is a clause that fits after "message is not well-formed XML: ". */
export class XmlFault {
  constructor(readonly reason: string) {}
}

export interface XmlLimits {
  readonly depth: number;
  readonly elements: number;
  /** How many attributes all elements may have together. Without it, only the text's length limits them. */
  readonly attributes?: number;
}

/** The limits for callers' texts. */
const LIMITS: XmlLimits = { depth: 64, elements: 10_000 };
/** How many characters longer than the text the new elements' namespaces may be: each replaces a short prefix. */
const MAX_SPELLED_OUT = 64 * 1024;
/** The maximum length of a namespace, in characters. The parser repeats it for each attribute with a prefix. */
const MAX_NAMESPACE = 1024;
const MAX_REASON = 300;

const OPTIONS = { xmlns: true, position: false, forceXMLVersion: true, defaultXMLVersion: "1.0" } as const;

/** The namespaces of stanzas on streams of clients and components. Stanzas' own elements are written without xmlns. */
const STANZA_NAMESPACES: ReadonlySet<string> = new Set(["", NS.client, NS.accept]);

/** Returns the namespace to write in a stanza: "" for the namespaces of stanzas, others unchanged. */
export function inStanza(namespace: string): string {
  return STANZA_NAMESPACES.has(namespace) ? "" : namespace;
}

class Unparsable extends Error {}

/** Parses a text to an element. Entities and references become characters. */
export function parseXml(text: string, limits = LIMITS): Element | XmlFault {
  try {
    return new Document(text, limits).root;
  } catch (error) {
    if (!(error instanceof Unparsable)) throw error;
    const reason = error.message.replace(/\.$/, "");
    return new XmlFault(elided(reason, MAX_REASON));
  }
}

class Document {
  /** The open elements with their namespaces, as inStanza() returns them. */
  readonly #open: { readonly element: Element; readonly ns: string }[] = [];
  #root: Element | undefined;
  #elements = 0;
  #attributes = 0;
  #namespaces: number;

  constructor(
    text: string,
    private readonly limits: XmlLimits,
  ) {
    this.#namespaces = text.length + MAX_SPELLED_OUT;
    // The parser would take the character after half a surrogate pair for its other half.
    if (hasForbiddenCharacter(text)) throw new Unparsable("it holds a character that XML forbids");
    const parser = new SaxesParser(OPTIONS);
    parser.on("error", ({ message }) =>
      refuse(`${message.replace(/\.$/, "")} (line ${parser.line}, column ${parser.column})`),
    );
    // With more than six handlers, V8 stores the parser's fields in a dictionary; then parsing takes three times as long.
    if (/<\?|<!D/.test(text)) {
      parser.on("doctype", () => refuse("a DOCTYPE is not allowed"));
      parser.on("processinginstruction", () => refuse("processing instructions are not allowed"));
    }
    parser.on("attribute", (attribute) => this.#check(attribute));
    parser.on("opentag", (tag) => this.#add(tag));
    parser.on("text", (part) => this.#open.at(-1)?.element.append(ownText(part)));
    parser.on("cdata", (part) => this.#open.at(-1)?.element.append(ownText(part)));
    parser.on("closetag", () => void this.#open.pop());
    parser.write(text).close();
  }

  get root(): Element {
    return this.#root ?? refuse("there is no element");
  }

  #check(attribute: { readonly name: string; readonly value: string }): void {
    const { attributes = Infinity } = this.limits;
    if (++this.#attributes > attributes) refuse(`more than ${attributes} attributes`);
    checkAttribute(attribute);
  }

  #add(tag: SaxesTagNS): void {
    const { depth, elements } = this.limits;
    if (++this.#elements > elements) refuse(`more than ${elements} elements`);
    if (this.#open.length >= depth) refuse(`elements nested deeper than ${depth}`);
    if (!isName(tag.name)) refuse(`the element's name ${quoted(tag.name)} is too unusual`);
    // The namespace of the prefix xml can't be written as an xmlns attribute (Namespaces in XML 1.0 §3).
    if (tag.prefix === "xml") refuse("an element's prefix is xml, which is for attributes");
    const parent = this.#open.at(-1);
    const ns = inStanza(tag.uri);
    const attrs: Record<string, string> = {};
    if (ns !== (parent?.ns ?? "")) attrs.xmlns = this.#written(ns === "" ? NS.client : ns);
    for (const { name, prefix, uri, value } of Object.values(tag.attributes)) {
      if (declaresNamespace(name)) continue;
      if (prefix !== "" && prefix !== "xml") {
        if (inStanza(uri) === "")
          refuse(`the attribute ${quoted(name)} has a prefix for the stanza's own namespace`);
        // eslint-disable-next-line own/no-prototype-lookup -- No inherited name contains a colon.
        attrs[`xmlns:${prefix}`] ??= this.#written(uri);
      }
      // eslint-disable-next-line own/no-prototype-lookup -- A text assigned to __proto__ has no effect.
      attrs[name] = ownText(value);
    }
    const element = xml(ownText(tag.local), attrs);
    if (parent === undefined) this.#root = element;
    else parent.element.append(element);
    this.#open.push({ element, ns });
  }

  #written(namespace: string): string {
    this.#namespaces -= namespace.length;
    return this.#namespaces < 0 ? refuse("its namespaces, written out, are too long") : ownText(namespace);
  }
}

function checkAttribute({ name, value }: { readonly name: string; readonly value: string }): void {
  if (!isName(name)) refuse(`the attribute's name ${quoted(name)} is too unusual`);
  if (!declaresNamespace(name)) return;
  if (value.length > MAX_NAMESPACE) refuse(`a namespace has more than ${MAX_NAMESPACE} characters`);
  if (name !== "xmlns:xml" && !isDeclarable(value)) refuse("a namespace is reserved or holds white space");
}

function refuse(reason: string): never {
  throw new Unparsable(reason);
}
