/** Texts with message styling (XEP-0393), as several formats make them. */

/** Returns a text in bold; a text that has stars already stays as it is. */
export function bold(text: string): string {
  return text === "" || text.includes("*") ? text : `*${text}*`;
}

/** A block of code on one line, which chat clients show with its marks. */
const FENCED_LINE = /^```([^`\n]+)```$/;

/** Returns a field in a line; a block of code stands below its title, and one of a single line is its text. */
export function fieldLine(title: string, posted: string): string {
  const value = posted.replace(FENCED_LINE, "$1").trim();
  if (title === "" || value === "") return title + value;
  return `${title}:${value.startsWith("```") ? "\n" : " "}${value}`;
}

/** Puts the name of a field, which is in bold above its value, in front of the value: "Commit: c3c3c3c". */
export function fieldInOneLine(field: string): string {
  const [, name, value] = /^\*([^*\n]{1,80}?):?\*:?\n([^\n]+)$/.exec(field) ?? [];
  return name === undefined || value === undefined ? field : `${name}: ${value}`;
}

/** Joins the texts that aren't empty, a line each. */
export function lines(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n");
}
