/** The configuration reference, as a Markdown table made from the schema. */
import { configKeys, type ConfigKey } from "./keys.js";

export function referenceTable(): string {
  const rows = configKeys().map((key) => [`\`${key.path}\``, defaultOf(key), meaningOf(key)]);
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(["key", "default", "meaning"]), line(["---", "---", "---"]), ...rows.map(line)].join("\n");
}

function defaultOf({ default: value }: ConfigKey): string {
  if (value === undefined) return "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function meaningOf({ description, choices }: ConfigKey): string {
  const text = choices === undefined ? description : `${description}; one of ${choices.join(", ")}`;
  return text.replaceAll("|", "\\|");
}
