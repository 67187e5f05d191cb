/** Shortens comments and commit messages of forges such as GitHub. */

/** How many characters are read, and how many lines and characters are quoted. */
const MOST = { text: 4_000, lines: 3, characters: 300 };

/** Returns the first lines of a comment, without quoted lines; "…" follows if the comment is longer. */
export function quoted(text: string): string {
  const lines = text
    .slice(0, MOST.text)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith(">") && !line.startsWith("<!--"));
  const first = lines.slice(0, MOST.lines).join("\n> ");
  const isAll = lines.length <= MOST.lines && text.length <= MOST.text && first.length <= MOST.characters;
  return isAll ? first : `${first.slice(0, MOST.characters)} …`;
}

export function firstLine(text: string): string {
  const [line = ""] = text.split("\n", 1);
  return line.trim();
}
