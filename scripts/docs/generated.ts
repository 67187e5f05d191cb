/** The files of the guide that are generated, in whole or in part. */
import { FORMATS, PROGRAMS } from "../../component/hooks/formats/formats.js";
import type { Language } from "../../component/translated.js";
import { documentationOf } from "../../http/docs/formats.js";
import { contract } from "../../http/contract.js";
import { routesOf } from "../../http/endpoint.js";
import { errcodeRows } from "../../http/errcodes.js";
import { publisher } from "../packaging/publisher.js";
import { commandList } from "./commands.js";
import { withPart } from "./parts.js";
import { withReference } from "./reference.js";
import { verbLists } from "./verbs.js";
import { doap, rfcUrl, RFCS, xepName, xepUrl, XEPS } from "./specifications.js";

export interface Generated {
  /** The file's path, seen from the guide's folder. */
  readonly file: string;
  /** Returns the file's new text. @param text the file's present text */
  readonly write: (text: string) => string;
}

/** Returns the generated files. @param description the program's description, one line */
export function generated(description: string): readonly Generated[] {
  return [
    { file: "../../../README.md", write: (text) => withPart(withPrograms(text), "clone", cloneLine()) },
    { file: "../../../SECURITY.md", write: (text) => withPart(text, "security", publisher().security) },
    { file: "../../../CONTRIBUTING.md", write: (text) => withPart(text, "issues", `<${publisher().bugs}>`) },
    { file: "setup.md", write: (text) => withPart(text, "apt", aptLines()) },
    { file: "zh/setup.md", write: (text) => withPart(text, "apt", aptLines()) },
    { file: "programs.md", write: (text) => withCalls(text, "en") },
    { file: "zh/programs.md", write: (text) => withCalls(text, "zh") },
    { file: "hooks.md", write: (text) => withFormats(text, "en") },
    { file: "zh/hooks.md", write: (text) => withFormats(text, "zh") },
    { file: "commands.md", write: (text) => withPart(text, "commands", commandList("en")) },
    { file: "zh/commands.md", write: (text) => withPart(text, "commands", commandList("zh")) },
    { file: "configuration.md", write: (text) => withReference(text, "en") },
    { file: "zh/configuration.md", write: (text) => withReference(text, "zh") },
    { file: "specifications.md", write: (text) => withPart(text, "specifications", specificationLists()) },
    { file: "../../../spec/plays/README.md", write: (text) => withPart(text, "verbs", verbLists()) },
    { file: "qtalk-component.doap", write: () => doap(description) },
  ];
}

const PUNCTUATION = {
  en: { open: " (", close: ")", colon: ": ", comma: ", " },
  zh: { open: "（", close: "）", colon: "：", comma: "、" },
} as const;

const parenthesised = (text: string, { open, close }: (typeof PUNCTUATION)[Language]) =>
  `${open}${text}${close}`;

/** Returns a page with new lists of endpoints and of errcodes. */
function withCalls(text: string, language: Language): string {
  const marks = PUNCTUATION[language];
  const { colon } = marks;
  const calls = (isFurther: boolean): readonly string[] =>
    routesOf(contract)
      .filter(({ group }) => (group !== undefined) === isFurther)
      .map(({ method, path, group, summary }) => {
        const what = summary[language].replace(/<\w{1,40}>|\[\{[^[\]]{1,80}\}\]/g, "`$&`");
        const inGroup = group === undefined ? "" : parenthesised(group, marks);
        return `- \`${method} ${path}\`${inGroup}${colon}${what}`;
      });
  const errcodes = errcodeRows(language).map(
    ([errcode, meaning, status]) =>
      `- \`${errcode}\`${parenthesised(`HTTP ${status}`, marks)}${colon}${meaning}`,
  );
  const parts = { calls: calls(false), "further calls": calls(true), errcodes };
  return Object.entries(parts).reduce((whole, [name, part]) => withPart(whole, name, part.join("\n")), text);
}

/** Returns the line that clones the repository. */
function cloneLine(): string {
  const { clone } = publisher();
  return shell(`git clone ${clone} qtalk-component && cd qtalk-component`);
}

/** Returns the lines that install the package from the publisher's apt repository. */
function aptLines(): string {
  const apt = `${publisher().homepage}/apt`;
  return shell(
    `curl -fsSo /etc/apt/keyrings/qtalk-component.asc ${apt}/qtalk-component.asc
. /etc/os-release && cat > /etc/apt/sources.list.d/qtalk-component.sources <<END
Types: deb
URIs: ${apt}
Suites: $VERSION_CODENAME
Components: main
Signed-By: /etc/apt/keyrings/qtalk-component.asc
END
apt-get update && apt-get install qtalk-component`,
  );
}

const shell = (lines: string): string => `\`\`\`sh\n${lines}\n\`\`\``;

/** Returns a text with a new list of the programs whose posts are known. */
function withPrograms(text: string): string {
  return withPart(text, "programs", PROGRAMS.map((format) => documentationOf(format).en.title).join(", "));
}

/** Returns a page with a new list of the formats of incoming webhooks. */
function withFormats(text: string, language: Language): string {
  const marks = PUNCTUATION[language];
  const formats = FORMATS.map((format) => {
    const { title } = documentationOf(format)[language];
    const named = title.toLowerCase() === format.name ? "" : parenthesised(title, marks);
    return `\`${format.name}\`${named}`;
  });
  return withPart(text, "formats", formats.join(marks.comma));
}

function specificationLists(): string {
  const xeps = XEPS.map((xep) => {
    const version = xep.isPartial === true ? `${xep.version}, partial` : xep.version;
    return `- [${xepName(xep)}](${xepUrl(xep)}) ${xep.title} (${version}): ${xep.note}`;
  });
  const rfcs = RFCS.map((rfc) => `- [RFC ${rfc.number}](${rfcUrl(rfc)}) ${rfc.title}: ${rfc.note}`);
  return ["## XEPs", xeps.join("\n"), "## RFCs", rfcs.join("\n")].join("\n\n");
}
