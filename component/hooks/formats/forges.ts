/** Parses commits and comments of forges such as GitHub. */
import { textAt, urlAt } from "./fields.js";

/** How many commits of a push are listed in a message. */
export const MOST_COMMITS = 5;
/** How many characters of a commit's id are shown. */
export const SHORT_ID = 8;

/** How many characters are read, and how many lines and characters are quoted. */
const MOST = { text: 4_000, lines: 3, characters: 300 };

/** Returns the first lines of a comment, without lines that quote others; "…" follows if the comment is longer. */
export function quotation(text: string): string {
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

/** Returns the last commits of a push, for templates. @param commits all commits, the newest last */
export function lastCommits(commits: readonly unknown[]): object[] {
  return commits.slice(-MOST_COMMITS).map((commit) => ({
    id: textAt(commit, "id").slice(0, SHORT_ID),
    title: textAt(commit, "title") || firstLine(textAt(commit, "message")),
    author: textAt(commit, "author", "username") || textAt(commit, "author", "name"),
    url: urlAt(commit, "url"),
  }));
}
