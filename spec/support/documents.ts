/** Reads the README and the guide for tests. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { documentAt, GUIDE, README } from "../../scripts/docs/parts.js";

export interface Document {
  /** The path in the repository, such as "http/docs/guide/rooms.md". */
  readonly path: string;
  /** The absolute path. */
  readonly file: string;
  readonly text: string;
}

const pages = (folder: string): string[] =>
  readdirSync(join(GUIDE, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));

/** The guide's pages, including the Chinese ones. */
export const guide: readonly Document[] = [...pages(""), ...pages("zh")].map((path) => ({
  path: join("http/docs/guide", path),
  file: join(GUIDE, path),
  text: readFileSync(join(GUIDE, path), "utf8"),
}));

export const readme: Document = { path: "README.md", file: README, text: readFileSync(README, "utf8") };
const others: readonly Document[] = ["SECURITY.md", "CONTRIBUTING.md"].map((path) => ({
  path,
  file: documentAt(path),
  text: readFileSync(documentAt(path), "utf8"),
}));
/** README, the guide, and the other pages that people read in the repository. */
export const documents: readonly Document[] = [readme, ...others, ...guide];

/** Returns a page of the guide. @param name the page's name, without ".md" */
export function guidePage(name: string): Document {
  const page = guide.find(({ path }) => path === `http/docs/guide/${name}.md`);
  if (page === undefined) throw new Error(`The guide has no page ${name}`);
  return page;
}

export function codeBlocks({ text }: Document, language: string): string[] {
  const blocks = [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)];
  return blocks.filter(([, named]) => named === language).map(([, , block]) => block ?? "");
}

/** Returns the text between single backticks, outside of code blocks. */
export function inlineCode({ text }: Document): string[] {
  const prose = text.replace(/```[^]*?```/g, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? "");
}
