/** The project's machine-readable description in the form of XEP-0453 (DOAP, Description of a Project). */
import { rfcUrl, RFCS, xepUrl, XEPS } from "./specifications.js";

/** Returns the text of the DOAP file. @param description the project's description, one line */
export function doap(description: string): string {
  const rfcs = RFCS.map((rfc) => `    <implements rdf:resource="${rfcUrl(rfc)}"/>`);
  const xeps = XEPS.map(
    (xep) => `    <implements>
      <xmpp:SupportedXep>
        <xmpp:xep rdf:resource="${xepUrl(xep)}"/>
        <xmpp:status>${xep.isPartial === true ? "partial" : "complete"}</xmpp:status>
        <xmpp:version>${escape(xep.version)}</xmpp:version>
        <xmpp:note xml:lang="en">${escape(xep.note)}</xmpp:note>
      </xmpp:SupportedXep>
    </implements>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns="http://usefulinc.com/ns/doap#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:xmpp="https://linkmauve.fr/ns/xmpp-doap#">
  <Project>
    <name>qtalk-component</name>
    <shortdesc xml:lang="en">${escape(description)}</shortdesc>
    <programming-language>TypeScript</programming-language>
    <os>Linux</os>
    <license rdf:resource="https://spdx.org/licenses/MIT.html"/>
${[...rfcs, ...xeps].join("\n")}
  </Project>
</rdf:RDF>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
}
