/** The guide's pages by group, in the order of the navigation. Each name is a file in the guide's folder. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Language } from "../../component/translated.js";

export const GROUPS = [
  { name: "programs", pages: ["hooks", "on-call", "ringing", "bots", "programs", "messages"] },
  { name: "setup", pages: ["setup", "configuration", "access", "callers", "people", "moving-in"] },
  {
    name: "running",
    pages: [
      "operating",
      "commands",
      "upgrading",
      "containers",
      "console",
      "delivery",
      "clusters",
      "standby",
      "rooms",
      "security",
      "performance",
    ],
  },
  {
    name: "about",
    pages: ["architecture", "specifications", "tested", "versions", "development", "publishing"],
  },
] as const;

export const PAGES: readonly string[] = GROUPS.flatMap(({ pages }) => [...pages]);

/** Returns the path of a file that isn't compiled. @param path the path below http/, three up from the compiled file */
export function fileAt(path: string): string {
  return fileURLToPath(new URL(`../../../http/${path}`, import.meta.url));
}

/** The folder of the guide. */
export const GUIDE = fileAt("docs/guide/");

/** The start page, whose text is the guide's page "index". */
export const START_PAGE = "/docs";

/** The path of the page of calls. */
export const CALLS_PAGE = "/docs/calls";

/** The path of the list of webhook formats. */
export const HOOKS_PAGE = "/docs/hooks";

export function hookPage(format: string): string {
  return `${HOOKS_PAGE}/${format}`;
}

/** Reads a page of the guide in the reader's language, or else in English. */
export function readPage(name: string, reader: Language): { text: string; language: Language } {
  const translated = `${GUIDE}${reader}/${name}.md`;
  return reader !== "en" && existsSync(translated)
    ? { text: readFileSync(translated, "utf8"), language: reader }
    : { text: readFileSync(`${GUIDE}${name}.md`, "utf8"), language: "en" };
}

/** Returns the title of a page of the guide, which is its first heading. */
export function titleOf(name: string, reader: Language): string {
  return /^# (.+)$/m.exec(readPage(name, reader).text)?.[1] ?? name;
}
