/** The documents that hold generated parts, and how such a part is put into its place. */
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../../", import.meta.url);

/** A document's file. @param path inside the repository */
export const documentAt = (path: string): string => fileURLToPath(new URL(path, ROOT));

export const README = documentAt("README.md");
export const GUIDE = documentAt("http/docs/guide/");
export const PERFORMANCE = documentAt("http/docs/guide/performance.md");

/**
 * The text with this part as it should be now. In the text it stands between two comments: one that begins with its
 * name and says what writes it, one that ends it.
 * @throws Error where the text has no such place
 */
export function withPart(text: string, name: string, content: string): string {
  const place = new RegExp(`(<!-- ${name}: [^\\n]+ -->\\n)[^]*?(<!-- end of the ${name} -->)`);
  if (!place.test(text)) throw new Error(`The document has no place for the ${name}`);
  return text.replace(place, (_, start: string, end: string) => `${start}\n${content}\n\n${end}`);
}

/** A table in Markdown. The formatter pads it. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [heads, heads.map(() => "---"), ...rows].map(line).join("\n");
}
