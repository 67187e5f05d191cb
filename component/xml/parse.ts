/**
 * Parses callers' XML strictly: one element, well-formed (XML and namespaces), within limits, without DOCTYPE or
 * processing instructions. The element is rebuilt with the builder, so that no text of a caller reaches the stream
 * unchanged. (The stream's own parser isn't used, because it accepts duplicate attributes and a second root.)
 */
import { parseXml as parseDocument, XmlElement, XmlError, XmlText, type XmlNode } from "@rgrove/parse-xml";
import type { Element } from "./builder.js";
import { NamespaceFault, Scope } from "./namespaces.js";
import { Rebuilder, RebuildFault, tooDeep, type Reader } from "./rebuild.js";

/** Why a text can't be parsed. `reason` is a clause that fits after "message is not well-formed XML: ". */
export class XmlFault {
  constructor(readonly reason: string) {}
}

/** The limits for a text. */
export interface XmlLimits {
  /** How deep elements may be nested. */
  readonly depth: number;
  /** How many elements the text may have. */
  readonly elements: number;
}

/** The limits for callers' texts. */
const LIMITS: XmlLimits = { depth: 64, elements: 10_000 };
/**
 * How many characters longer than the text the namespaces of the rebuilt element may be: the namespace replaces each
 * use of a short prefix.
 */
const MAX_SPELLED_OUT = 64 * 1024;

/** Parses a text to an element. Prefixes become xmlns attributes; entities and references become characters. */
export function parseXml(text: string, limits = LIMITS): Element | XmlFault {
  try {
    return rootOf(text, limits);
  } catch (error) {
    if (error instanceof RebuildFault || error instanceof NamespaceFault) return new XmlFault(error.message);
    if (error instanceof XmlError) return new XmlFault(DOCTYPE.test(text) ? NO_DOCTYPE : clauseOf(error));
    // The parser recurses: deeply nested elements overflow the stack.
    if (error instanceof RangeError) return new XmlFault(tooDeep(limits.depth));
    throw error;
  }
}

const NO_DOCTYPE = "a DOCTYPE is not allowed";
/** Matches a text that begins with a DOCTYPE, after an optional XML declaration. */
const DOCTYPE = /^\s*(?:<\?[^>]*>\s*)?<!DOCTYPE/;

/** Parses a text, and rebuilds its root element. @throws RebuildFault, NamespaceFault, XmlError or RangeError */
function rootOf(text: string, limits: XmlLimits): Element {
  // Normalising all line ends (XML 1.0 §2.11) in one step is faster than leaving this to the parser.
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

/** Returns the error for a node that is neither an element nor a text. */
function foreign(node: XmlNode): RebuildFault {
  return new RebuildFault(node.type === "doctype" ? NO_DOCTYPE : "processing instructions are not allowed");
}

/** Returns the parser's error message as a clause: the first line, without the excerpt of the text that follows. */
function clauseOf({ message }: XmlError): string {
  const [line = ""] = message.split("\n");
  const clause = line.length > 300 ? `${line.slice(0, 300)}…` : line;
  return clause.charAt(0).toLowerCase() + clause.slice(1);
}
