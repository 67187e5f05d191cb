/** Writes the guide's list of operations, as commands and over HTTP, from their declarations. */
import { allOperations } from "../../component/administration/operation-families.js";
import { argumentsOf, fieldExampleOf, type Field } from "../../component/administration/fields.js";
import type { Operation } from "../../component/administration/operation.js";
import type { Language } from "../../component/translated.js";
import { ALL_FAMILIES } from "../../http/admin/run.js";
import { flagOf, isSeparated, valueNameOf } from "../commands/operations.js";
import { IMPORT_FIELDS } from "../commands/user-import.js";

const WORDS = {
  en: {
    ...{
      required: " (required)",
      repeatable: "; repeatable",
      separated: ", or separated by commas",
      colon: ": ",
      comma: ", ",
    },
    ...{ incoming: " (incoming)", outgoing: " (outgoing)", running: " The component must be running." },
  },
  zh: {
    ...{
      required: "（必填）",
      repeatable: "；可重复",
      separated: "，或以逗号分隔",
      colon: "：",
      comma: "、",
    },
    ...{ incoming: "（入站）", outgoing: "（出站）", running: "组件必须正在运行。" },
  },
} as const;

const operations = await allOperations(ALL_FAMILIES);

export function commandList(language: Language): string {
  const sections = Object.entries(ALL_FAMILIES).map(([family, { summary }]) => {
    const own = operations.filter(({ name }) => name.startsWith(`${family} `));
    return [`## ${family}`, sentence(summary[language]), ...own.map((each) => entry(each, language))];
  });
  return sections.flat().join("\n\n");
}

function entry(operation: Operation, language: Language): string {
  const { name, summary, needs } = operation;
  const declared = name === "user import" ? IMPORT_FIELDS : argumentsOf(operation);
  const fields = declared.filter((field) => !["limit", "after"].includes(field.name));
  const placed = fields.filter((field) => field.placed !== undefined);
  const usage = [name, ...placed.map(usageOf)].join(" ");
  const list = fields.map((field) => itemOf(field, language));
  return [
    `### ${name}`,
    `${sentence(summary[language])}${needs === "component" ? WORDS[language].running : ""}`,
    ...(list.length > 0 ? [list.join("\n")] : []),
    `\`\`\`sh\nqtalk-component ${fieldExampleOf(operation)}${usage === name ? "" : ` # ${usage}`}\n\`\`\``,
  ].join("\n\n");
}

function usageOf({ name, kind, isRequired }: Field): string {
  const text = `${name.toUpperCase()}${kind === "list" || kind === "record" ? "..." : ""}`;
  return isRequired ? text : `[${text}]`;
}

function itemOf(field: Field, language: Language): string {
  const { name, label, choices, isRequired, kind, placed, of } = field;
  const { required, repeatable, separated, colon, comma, ...words } = WORDS[language];
  const option = [`--${flagOf(field)}`, valueNameOf(field)?.replace("file", "FILE") ?? []].flat().join(" ");
  const shown = placed === undefined ? option : name.toUpperCase();
  const side = of === "incoming" || of === "outgoing" ? words[of] : "";
  const among = choices === undefined ? "" : `${colon}${choices.map((each) => `\`${each}\``).join(comma)}`;
  const again =
    kind === "list" && placed === undefined ? `${repeatable}${isSeparated(field) ? separated : ""}` : "";
  return `- \`${shown}\`${side}${colon}${plain(label[language])}${among}${again}${isRequired ? required : ""}`;
}

/** Marks what Markdown would read as emphasis. */
function plain(text: string): string {
  return text.replaceAll(/"\*"|\*@[\w.]+|(?<!["\w])\*(?!\w)/g, (found) => `\`${found.replaceAll('"', "")}\``);
}

function sentence(text: string): string {
  const isChinese = /\p{Script=Han}/u.test(text);
  return plain(`${text.charAt(0).toUpperCase()}${text.slice(1)}${isChinese ? "。" : "."}`);
}
