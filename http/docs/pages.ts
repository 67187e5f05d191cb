/** The guide's pages by group, in the order of the navigation. Each name is a file in the guide's folder. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Language } from "../../component/translated.js";

export const PAGE_GROUPS = [
  { name: "alerts", pages: ["hooks", "on-call", "ringing", "posts"] },
  { name: "bots", pages: ["bots"] },
  { name: "rooms", pages: ["rooms", "remote-rooms"] },
  {
    name: "operating",
    pages: [
      "setup",
      "configuration",
      "operating",
      "monitoring",
      "console",
      "commands",
      "upgrading",
      "containers",
      "clusters",
      "standby",
    ],
  },
  { name: "access", pages: ["access", "proxy", "privacy"] },
  { name: "qtalk", pages: ["programs", "messages", "delivery", "people", "moving-in"] },
  {
    name: "development",
    pages: [
      "versions",
      "tested",
      "specifications",
      "performance",
      "robustness",
      "architecture",
      "queues",
      "development",
      "extending",
      "publishing",
    ],
  },
] as const;

export const PAGES: readonly string[] = PAGE_GROUPS.flatMap(({ pages }) => [...pages]);

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
