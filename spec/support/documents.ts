/** The README and the guide, as tests read them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GUIDE, README } from "../../scripts/docs/parts.js";

export interface Document {
  /** Inside the repository: "http/docs/guide/rooms.md". */
  readonly path: string;
  readonly file: string;
  readonly text: string;
}

const pages = (folder: string): string[] =>
  readdirSync(join(GUIDE, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));

/** The guide's pages, the Chinese ones included. */
export const guide: readonly Document[] = [...pages(""), ...pages("zh")].map((path) => ({
  path: join("http/docs/guide", path),
  file: join(GUIDE, path),
  text: readFileSync(join(GUIDE, path), "utf8"),
}));

export const readme: Document = { path: "README.md", file: README, text: readFileSync(README, "utf8") };
export const documents: readonly Document[] = [readme, ...guide];

/** @param name of a page, without its ending */
export function guidePage(name: string): Document {
  const page = guide.find(({ path }) => path === `http/docs/guide/${name}.md`);
  if (page === undefined) throw new Error(`The guide has no page ${name}`);
  return page;
}

export function codeBlocks({ text }: Document, language: string): string[] {
  const blocks = [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)];
  return blocks.filter(([, named]) => named === language).map(([, , block]) => block ?? "");
}

/** What stands between single backticks, outside of code blocks. */
export function inlineCode({ text }: Document): string[] {
  const prose = text.replace(/```[^]*?```/g, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? "");
}
