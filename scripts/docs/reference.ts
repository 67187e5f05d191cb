/** The configuration reference, as a Markdown table made from the schema. */
import { configKeys, type ConfigKey } from "../config/keys.js";
import { markdownTable } from "./parts.js";

export function referenceTable(): string {
  const rows = configKeys().map((key) => [`\`${key.path}\``, defaultOf(key), meaningOf(key)]);
  return markdownTable(["key", "default", "meaning"], rows);
}

function defaultOf({ default: value }: ConfigKey): string {
  if (value === undefined) return "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function meaningOf({ description, choices }: ConfigKey): string {
  const text = choices === undefined ? description : `${description}; one of ${choices.join(", ")}`;
  return text.replaceAll("|", "\\|");
}
