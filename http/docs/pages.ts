/** The guide's pages by group, in the order of the navigation. Each is a file of its name in the guide's folder. */
export const GROUPS = [
  { name: "programs", pages: ["programs", "messages", "hooks", "bots"] },
  { name: "setup", pages: ["setup", "configuration", "callers", "people", "moving-in"] },
  {
    name: "running",
    pages: ["operating", "console", "delivery", "clusters", "standby", "rooms", "security", "performance"],
  },
  { name: "about", pages: ["architecture", "specifications", "tested", "development"] },
] as const;

/** The formats of hooks, among the pages for programs; each has a page below it, where posts are tried. */
export const HOOKS_PAGE = "/docs/hooks";

/** The page of a format. */
export function hookPage(format: string): string {
  return `${HOOKS_PAGE}/${format}`;
}

export const PAGES: readonly string[] = GROUPS.flatMap(({ pages }) => [...pages]);
