/**
 * A strict parser of callers' XML: well-formed, namespace-well-formed, no DOCTYPE, no processing instructions, within
 * limits. The result is rebuilt by the builder, so that no text of a caller reaches the stream unchanged. (The stream's
 * own parser is lenient: it accepts duplicate attributes and a second root.)
 */
import { parseXml as parseDocument, XmlElement, XmlError, XmlText, type XmlNode } from "@rgrove/parse-xml";
import type { Element } from "./builder.js";
import { NamespaceFault, Scope } from "./namespaces.js";
import { Rebuilder, RebuildFault, tooDeep, type Reader } from "./rebuild.js";

/** The reason why a text isn't one well-formed element: a clause that fits after "message is not well-formed XML: ". */
export class XmlFault {
  constructor(readonly reason: string) {}
}

/** The limits of a text. */
export interface XmlLimits {
  readonly depth: number;
  readonly elements: number;
}

/** The limits of callers' texts. */
const LIMITS: XmlLimits = { depth: 64, elements: 10_000 };
/** The most characters of namespaces written in addition to the text's own, as namespaces replace short prefixes. */
const MAX_SPELLED_OUT = 64 * 1024;

/** Parses one element, resolving prefixes to plain xmlns, and entities and references to characters. */
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
/** Removes the position from the parser's message. */
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

/** The first line of the parser's message; an excerpt of the text follows it. */
function clauseOf({ message }: XmlError): string {
  const [line = ""] = message.split("\n");
  const clause = line.length > 300 ? `${line.slice(0, 300)}…` : line;
  return clause.charAt(0).toLowerCase() + clause.slice(1);
}
