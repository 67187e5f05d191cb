/** What of the guide is generated, file by file. */
import { doap } from "./doap.js";
import { markdownTable, withPart } from "./parts.js";
import { referenceTable } from "./reference.js";
import { rfcUrl, RFCS, xepName, xepUrl, XEPS } from "./specifications.js";

export interface Generated {
  /** In the guide's folder. */
  readonly file: string;
  /** Its text as it should be. @param text as it is */
  readonly write: (text: string) => string;
}

/** @param description the program's, in one line */
export function generated(description: string): readonly Generated[] {
  return [
    { file: "configuration.md", write: (text) => withPart(text, "reference", referenceTable()) },
    { file: "specifications.md", write: (text) => withPart(text, "specifications", specificationTables()) },
    { file: "qtalk-component.doap", write: () => doap(description) },
  ];
}

function specificationTables(): string {
  const link = (name: string, url: string): string => `[${name}](${url})`;
  const xeps = XEPS.map((xep) => [
    link(xepName(xep), xepUrl(xep)),
    xep.title,
    xep.version,
    xep.support,
    xep.note,
  ]);
  const rfcs = RFCS.map((rfc) => [link(`RFC ${rfc.number}`, rfcUrl(rfc)), rfc.title, rfc.note]);
  return [
    markdownTable(["XEP", "title", "version", "support", "what of it"], xeps),
    markdownTable(["RFC", "title", "what of it"], rfcs),
  ].join("\n\n");
}
