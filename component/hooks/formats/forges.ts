/** Parses commits and comments of forges such as GitHub. */
import { textOf, urlOf } from "./fields.js";
import type { AlertReport } from "./format.js";
import { fromMarkdown } from "./markdown.js";
import { shortened } from "./shortening.js";

/** How many commits of a push are listed in a message. */
export const LISTED_COMMITS = 5;
/** How many characters of a commit's id are shown. */
export const SHORT_ID = 8;

/** How many characters are read, and how many lines and characters are quoted. */
const QUOTED = { text: 4_000, lines: 3, characters: 300 };
/** The fewest characters of a line that is cut. */
const LEAST_QUOTED = 20;

/** Returns the alert about the runs of one pipeline; undefined if a run has neither failed nor passed. */
export function pipelineAlert(run: {
  readonly key: string;
  readonly title: string;
  readonly hasFailed: boolean;
  readonly hasPassed: boolean;
}): AlertReport | undefined {
  const { key, title, hasFailed, hasPassed } = run;
  if (!hasFailed && !hasPassed) return undefined;
  return { key, title, status: hasFailed ? "firing" : "resolved", severity: "", labels: {} };
}

/** Returns the first lines of a comment in Markdown, with the marks of XEP-0393, without lines that quote others. */
export function quotation(text: string): string {
  let isCode = false;
  const lines: string[] = [];
  for (const line of text
    .slice(0, QUOTED.text)
    .replace(/<!--[^]*?-->/g, "")
    .split("\n")) {
    const isFence = /^\s*(?:`{3}|~{3})/.test(line);
    if (isFence) isCode = !isCode;
    // A fence whose end is cut off would turn all that follows into code.
    if (isFence || line.trim() === "" || (!isCode && line.trim().startsWith(">"))) continue;
    lines.push(isCode ? line.trimEnd() : fromMarkdown(line.trim(), { pictures: "named" }));
  }
  let left = QUOTED.characters;
  const quoted = lines.slice(0, QUOTED.lines).flatMap((line) => {
    const shown = left < LEAST_QUOTED ? "" : line.length <= left ? line : shortened(line, left);
    left -= line.length;
    return shown === "" ? [] : [shown];
  });
  const first = quoted.join("\n> ");
  const isAll = lines.length === quoted.length && text.length <= QUOTED.text;
  return isAll || first.endsWith("…") ? first : `${first} …`;
}

export function firstLine(text: string): string {
  const [line = ""] = text.split("\n", 1);
  return line.trim();
}

/** Returns the name of a branch or tag. @param ref the name with or without refs/heads or refs/tags */
export function branchOrTag(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags)\//, "");
}

/** Whether a push deleted its branch or tag: the commit after it has only zeros. */
export function isDeletion(value: unknown): boolean {
  return /^0{40}$/.test(textOf(value, "after"));
}

/** Returns the last commits of a push, for templates. @param commits all commits, the newest last */
export function lastCommits(commits: readonly unknown[]): object[] {
  return commits.slice(-LISTED_COMMITS).map((commit) => ({
    id: textOf(commit, "id").slice(0, SHORT_ID),
    title: firstLine(textOf(commit, "title", "message")),
    author: textOf(commit, "author.username", "author.name"),
    url: urlOf(commit, "url"),
  }));
}
