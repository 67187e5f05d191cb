/**
 * Strict reading of XML that a caller sent: well-formed, namespace-well-formed, no DOCTYPE, no processing
 * instructions, within limits. What comes out is rebuilt by our own builder, so nothing of the caller's text
 * reaches the stream as it came. (The stream's own parser is lenient: duplicate attributes and a second root pass.)
 */
import { SaxesParser, type SaxesTagNS } from "saxes";
import { NS, xml, type Element } from "./builder.js";
import { isName, isNamespace } from "./names.js";
import { hasForbiddenCharacter } from "./serialise.js";

/** Why a text isn't one well-formed element: a clause that fits after "message is not well-formed XML: ". */
export class XmlFault {
  constructor(readonly reason: string) {}
}

/** A document that calls itself XML 1.1 could hold control characters. */
const STRICT = { defaultXMLVersion: "1.0", forceXMLVersion: true } as const;
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 10_000;

/** The namespaces a stanza's own elements may come in; on the stream they are the stream's default. */
const STANZA_NAMESPACES: ReadonlySet<string> = new Set(["", NS.client, NS.accept]);

/** Reads one element; its prefixes are resolved to plain xmlns, entities and references to characters. */
export function parseXml(text: string): Element | XmlFault {
  // saxes takes half a surrogate pair together with whatever follows it.
  if (hasForbiddenCharacter(text)) return new XmlFault("it holds a character that XML forbids");
  const parser = new SaxesParser({ ...STRICT, xmlns: true, position: false });
  const open: { element: Element; ns: string }[] = [];
  let root: Element | undefined;
  let count = 0;

  parser.on("error", (error) => {
    throw new Fault(error.message.replace(/^\d*:?\d*:?\s*/, "").replace(/\.$/, ""));
  });
  parser.on("doctype", () => {
    throw new Fault("a DOCTYPE is not allowed");
  });
  parser.on("processinginstruction", () => {
    throw new Fault("processing instructions are not allowed");
  });
  parser.on("opentag", (tag) => {
    if (++count > MAX_ELEMENTS) throw new Fault(`more than ${MAX_ELEMENTS} elements`);
    if (open.length >= MAX_DEPTH) throw new Fault(`elements nested deeper than ${MAX_DEPTH}`);
    check(tag);
    const parent = open.at(-1);
    const { element, ns } = rebuild(tag, parent?.ns ?? "");
    parent?.element.append(element);
    root ??= element;
    open.push({ element, ns });
  });
  const characters = (chunk: string): void => {
    open.at(-1)?.element.append(chunk);
  };
  parser.on("text", characters);
  parser.on("cdata", characters);
  parser.on("closetag", () => {
    open.pop();
  });

  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof Fault) return new XmlFault(error.message);
    throw error;
  }
  return root ?? new XmlFault("there is no element");
}

class Fault extends Error {}

/** Well-formed isn't enough: the server's parser is stricter on names. */
function check(tag: SaxesTagNS): void {
  if (!isName(tag.name)) throw new Fault(`the element's name ${JSON.stringify(tag.name)} is too unusual`);
  for (const { name } of Object.values(tag.attributes)) {
    if (!isName(name)) throw new Fault(`the attribute's name ${JSON.stringify(name)} is too unusual`);
  }
  const declared = Object.values(tag.ns);
  if (!declared.every(isNamespace)) throw new Fault("a namespace holds white space");
}

/**
 * The element of a tag. Its namespace is written as a plain xmlns where it differs from its parent's; as long as
 * no foreign namespace came in between, the stanza's own namespaces all count as the stream's default.
 */
function rebuild(tag: SaxesTagNS, parentNs: string): { element: Element; ns: string } {
  const attrs: Record<string, string> = {};
  const ns = parentNs === "" && STANZA_NAMESPACES.has(tag.uri) ? "" : tag.uri;
  if (ns !== parentNs) attrs.xmlns = ns === "" ? NS.client : ns;
  for (const attribute of Object.values(tag.attributes)) {
    if (attribute.name === "xmlns" || attribute.prefix === "xmlns") continue;
    if (attribute.prefix !== "" && attribute.prefix !== "xml")
      attrs[`xmlns:${attribute.prefix}`] = attribute.uri;
    attrs[attribute.name] = attribute.value;
  }
  return { element: xml(tag.local, attrs), ns };
}
