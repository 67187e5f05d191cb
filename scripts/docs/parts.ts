/** The documents with generated parts, and how generated text is inserted. */
import { fileURLToPath } from "node:url";

/** The repository's folder, as seen from the compiled file. */
const ROOT = new URL("../../../", import.meta.url);

/** Returns the absolute path of a document. @param path the path in the repository */
export const documentAt = (path: string): string => fileURLToPath(new URL(path, ROOT));

export const README = documentAt("README.md");
export const GUIDE = documentAt("http/docs/guide/");
export const PERFORMANCE = documentAt("http/docs/guide/performance.md");

/**
 * Replaces the part of a document between the comments `<!-- NAME: … -->` and `<!-- end of the NAME -->`: paragraphs if a
 * line ends after the first comment, else a part of one.
 * @throws Error if the document has no part with this name
 */
export function withPart(text: string, name: string, content: string): string {
  const place = new RegExp(`(<!-- ${name}: [^\\n]+? -->)(\\n?)[^]*?(<!-- end of the ${name} -->)`);
  if (!place.test(text)) throw new Error(`The document has no place for the ${name}`);
  return text.replace(place, (_, start: string, line: string, end: string) =>
    line === "" ? start + content + end : `${start}\n\n${content}\n\n${end}`,
  );
}

/** Returns a Markdown table without padding. Prettier adds the padding. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [heads, heads.map(() => "---"), ...rows].map(line).join("\n");
}
