/**
 * Strict reading of XML that a caller sent: well-formed, namespace-well-formed, no DOCTYPE, no processing
 * instructions, within limits. What comes out is rebuilt by our own builder, so nothing of the caller's text
 * reaches the stream as it came. (The stream's own parser is lenient: duplicate attributes and a second root pass.)
 */
import { parseXml as parseDocument, XmlElement, XmlError, XmlText, type XmlNode } from "@rgrove/parse-xml";
import { NS, xml, type Element } from "./builder.js";
import { isName } from "./names.js";
import { ExpandedNames, NamespaceFault, qname, Scope } from "./namespaces.js";

/** Why a text isn't one well-formed element: a clause that fits after "message is not well-formed XML: ". */
export class XmlFault {
  constructor(readonly reason: string) {}
}

/** How much one text may hold. */
export interface XmlLimits {
  readonly depth: number;
  readonly elements: number;
}

/** What holds for callers. */
const LIMITS: XmlLimits = { depth: 64, elements: 10_000 };
/** So many characters of namespaces may come to be written beyond what the text has: a prefix is short, they aren't. */
const MAX_SPELLED_OUT = 64 * 1024;

/** The namespaces a stanza's own elements may come in; on the stream they are the stream's default. */
const STANZA_NAMESPACES: ReadonlySet<string> = new Set(["", NS.client, NS.accept]);

/** Reads one element; its prefixes are resolved to plain xmlns, entities and references to characters. */
export function parseXml(text: string, limits = LIMITS): Element | XmlFault {
  try {
    return rootOf(text, limits);
  } catch (error) {
    if (error instanceof Fault || error instanceof NamespaceFault) return new XmlFault(error.message);
    if (error instanceof XmlError) return new XmlFault(DOCTYPE.test(text) ? NO_DOCTYPE : clauseOf(error));
    // The parser goes as deep as the elements do.
    if (error instanceof RangeError) return new XmlFault(tooDeep(limits));
    throw error;
  }
}

class Fault extends Error {}

const NO_DOCTYPE = "a DOCTYPE is not allowed";
/** Where it is at fault is beside the point. */
const DOCTYPE = /^\s*(?:<\?[^>]*>\s*)?<!DOCTYPE/;

function tooDeep({ depth }: XmlLimits): string {
  return `elements nested deeper than ${depth}`;
}

function rootOf(text: string, limits: XmlLimits): Element {
  // XML 1.0 §2.11, done here at once; the parser would do it one by one.
  const normalised = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  const document = parseDocument(normalised, { preserveDocumentType: true });
  let root: Element | undefined;
  const reading = { limits, elements: 0, namespaces: 0, most: text.length + MAX_SPELLED_OUT };
  for (const node of document.children) {
    if (!(node instanceof XmlElement)) throw foreign(node);
    root = rebuild(node, { scope: Scope.outermost, ns: "", depth: 1 }, reading);
  }
  if (root === undefined) throw new Fault("there is no element");
  return root;
}

/** What surrounds an element. */
interface Around {
  readonly scope: Scope;
  /** The parent's namespace, as it is written. */
  readonly ns: string;
  readonly depth: number;
}

/** How much was read, and will be written. */
interface Reading {
  readonly limits: XmlLimits;
  elements: number;
  /** Characters of namespaces that the rebuilt elements declare. */
  namespaces: number;
  /** The most of these. */
  readonly most: number;
}

/**
 * The element as our own builder makes it. Its namespace is written as a plain xmlns where it differs from its
 * parent's; as long as no foreign namespace came in between, the stanza's own namespaces all count as the stream's
 * default.
 */
function rebuild(source: XmlElement, around: Around, reading: Reading): Element {
  const { limits } = reading;
  if (++reading.elements > limits.elements) throw new Fault(`more than ${limits.elements} elements`);
  if (around.depth > limits.depth) throw new Fault(tooDeep(limits));
  if (!isName(source.name)) throw new Fault(`the element's name ${shown(source.name)} is too unusual`);
  const scope = around.scope.within(source.attributes);
  const { prefix, local } = qname(source.name);
  // Its namespace can't be written as a plain xmlns (Namespaces in XML 1.0 §3).
  if (prefix === "xml") throw new Fault("an element's prefix is xml, which is for attributes");
  const namespace = scope.namespaceOf(prefix);
  const ns = around.ns === "" && STANZA_NAMESPACES.has(namespace) ? "" : namespace;
  const attrs: Record<string, string> = {};
  if (ns !== around.ns) {
    attrs.xmlns = ns === "" ? NS.client : ns;
    spellOut(attrs.xmlns, reading);
  }
  takeAttributes(source.attributes, scope, attrs, reading);
  const element = xml(local, attrs);
  const inside = { scope, ns, depth: around.depth + 1 };
  for (const child of source.children) {
    if (child instanceof XmlText) element.append(child.text);
    else if (child instanceof XmlElement) element.append(rebuild(child, inside, reading));
    else throw foreign(child);
  }
  return element;
}

/** Copies the attributes, each foreign one with its prefix's declaration, as far as they are no declarations. */
function takeAttributes(
  attributes: Readonly<Record<string, string>>,
  scope: Scope,
  attrs: Record<string, string>,
  reading: Reading,
): void {
  const foreign = new ExpandedNames();
  for (const name in attributes) {
    const value = attributes[name] ?? "";
    if (!isName(name)) throw new Fault(`the attribute's name ${shown(name)} is too unusual`);
    const { prefix, local } = qname(name);
    if (name === "xmlns" || prefix === "xmlns") continue;
    if (prefix !== "") {
      const namespace = scope.namespaceOf(prefix);
      if (!foreign.add(namespace, local)) throw new Fault(`duplicate attribute: ${shown(name)}`);
      const declaration = `xmlns:${prefix}`;
      if (prefix !== "xml" && attrs[declaration] === undefined) {
        attrs[declaration] = namespace;
        spellOut(namespace, reading);
      }
    }
    attrs[name] = value;
  }
}

/** A name in a sentence, cut where it is long. */
function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

/** Counts a namespace that is written. */
function spellOut(namespace: string, reading: Reading): void {
  reading.namespaces += namespace.length;
  if (reading.namespaces > reading.most) throw new Fault("its namespaces, written out, are too long");
}

function foreign(node: XmlNode): Fault {
  return new Fault(node.type === "doctype" ? NO_DOCTYPE : "processing instructions are not allowed");
}

/** The first line says it; an excerpt follows. */
function clauseOf({ message }: XmlError): string {
  const [line = ""] = message.split("\n");
  const clause = line.length > 300 ? `${line.slice(0, 300)}…` : line;
  return clause.charAt(0).toLowerCase() + clause.slice(1);
}
