/**
 * Strict reading of XML that a caller sent: well-formed, namespace-well-formed, no DOCTYPE, no processing
 * instructions, within limits. What comes out is rebuilt by our own builder, so nothing of the caller's text
 * reaches the stream as it came. (The stream's own parser is lenient: duplicate attributes and a second root pass.)
 */
import { parseXml as parseDocument, XmlElement, XmlError, XmlText, type XmlNode } from "@rgrove/parse-xml";
import type { Element } from "./builder.js";
import { NamespaceFault, Scope } from "./namespaces.js";
import { Rebuilder, RebuildFault, tooDeep, type Reader } from "./rebuild.js";

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

/** Reads one element; its prefixes are resolved to plain xmlns, entities and references to characters. */
export function parseXml(text: string, limits = LIMITS): Element | XmlFault {
  try {
    return rootOf(text, limits);
  } catch (error) {
    if (error instanceof RebuildFault || error instanceof NamespaceFault) return new XmlFault(error.message);
    if (error instanceof XmlError) return new XmlFault(DOCTYPE.test(text) ? NO_DOCTYPE : clauseOf(error));
    // The parser goes as deep as the elements do.
    if (error instanceof RangeError) return new XmlFault(tooDeep(limits.depth));
    throw error;
  }
}

const NO_DOCTYPE = "a DOCTYPE is not allowed";
/** Where it is at fault is beside the point. */
const DOCTYPE = /^\s*(?:<\?[^>]*>\s*)?<!DOCTYPE/;

function rootOf(text: string, limits: XmlLimits): Element {
  // XML 1.0 §2.11, done here at once; the parser would do it one by one.
  const normalised = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  const document = parseDocument(normalised, { preserveDocumentType: true });
  let root: Element | undefined;
  const rebuilder = new Rebuilder(READER, { ...limits, namespaces: text.length + MAX_SPELLED_OUT });
  for (const node of document.children) {
    if (!(node instanceof XmlElement)) throw foreign(node);
    root = rebuilder.rebuild(node, Scope.outermost);
  }
  if (root === undefined) throw new RebuildFault("there is no element");
  return root;
}

const READER: Reader<XmlElement, XmlNode> = {
  attributesOf: ({ attributes }) => attributes,
  read(child) {
    if (child instanceof XmlText) return child.text;
    if (child instanceof XmlElement) return child;
    throw foreign(child);
  },
};

function foreign(node: XmlNode): RebuildFault {
  return new RebuildFault(node.type === "doctype" ? NO_DOCTYPE : "processing instructions are not allowed");
}

/** The first line says it; an excerpt follows. */
function clauseOf({ message }: XmlError): string {
  const [line = ""] = message.split("\n");
  const clause = line.length > 300 ? `${line.slice(0, 300)}…` : line;
  return clause.charAt(0).toLowerCase() + clause.slice(1);
}
