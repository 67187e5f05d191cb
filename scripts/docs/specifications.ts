/** The specifications that the component implements, from specifications.yml, for the guide and the DOAP file. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { documentAt } from "./parts.js";

export interface Rfc {
  readonly number: number;
  readonly title: string;
  /** What the component uses the specification for. */
  readonly note: string;
}

/** A XEP, an extension protocol of the XMPP Standards Foundation. */
export interface Xep extends Rfc {
  readonly version: string;
  readonly isPartial?: boolean;
}

export const { rfcs: RFCS, xeps: XEPS } = parse(
  readFileSync(documentAt("scripts/docs/specifications.yml"), "utf8"),
) as { readonly rfcs: readonly Rfc[]; readonly xeps: readonly Xep[] };

export const xepName = ({ number }: Xep): string => `XEP-${String(number).padStart(4, "0")}`;
export const xepUrl = (xep: Xep): string => `https://xmpp.org/extensions/${xepName(xep).toLowerCase()}.html`;
export const rfcUrl = ({ number }: Rfc): string => `https://www.rfc-editor.org/rfc/rfc${number}.html`;

/** Returns the text of the DOAP file (XEP-0453, Description of a Project). @param description the project's, one line */
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
