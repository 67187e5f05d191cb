/** The project's machine-readable description in the form of XEP-0453 (DOAP, Description of a Project). */
import { xml, type Element } from "../../component/xml/builder.js";
import { serialise } from "../../component/xml/serialise.js";
import { rfcUrl, RFCS, xepUrl, XEPS, type Xep } from "./specifications.js";

const NAMESPACES = {
  xmlns: "http://usefulinc.com/ns/doap#",
  "xmlns:rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  "xmlns:xmpp": "https://linkmauve.fr/ns/xmpp-doap#",
};

/** Returns the text of the DOAP file. @param description the project's description, one line */
export function doap(description: string): string {
  const project = xml(
    "Project",
    {},
    xml("name", {}, "qtalk-component"),
    xml("shortdesc", { "xml:lang": "en" }, description),
    xml("programming-language", {}, "TypeScript"),
    xml("os", {}, "Linux"),
    resource("license", "https://spdx.org/licenses/MIT.html"),
    ...RFCS.map((rfc) => resource("implements", rfcUrl(rfc))),
    ...XEPS.map((xep) => xml("implements", {}, supported(xep))),
  );
  const document = xml("rdf:RDF", NAMESPACES, project);
  indent(document, 0);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${serialise(document)}\n`;
}

function supported(xep: Xep): Element {
  return xml(
    "xmpp:SupportedXep",
    {},
    resource("xmpp:xep", xepUrl(xep)),
    xml("xmpp:status", {}, xep.isPartial === true ? "partial" : "complete"),
    xml("xmpp:version", {}, xep.version),
    xml("xmpp:note", { "xml:lang": "en" }, xep.note),
  );
}

function resource(name: string, url: string): Element {
  return xml(name, { "rdf:resource": url });
}

/** Inserts line breaks and indentation between elements, so that the file is readable. */
function indent(element: Element, depth: number): void {
  const inner = element.getChildElements();
  if (inner.length === 0) return;
  const line = `\n${"  ".repeat(depth + 1)}`;
  element.children = [...inner.flatMap((child) => [line, child]), `\n${"  ".repeat(depth)}`];
  for (const child of inner) indent(child, depth + 1);
}
