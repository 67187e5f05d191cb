/** The guide's pages by group, in the order of the navigation. Each is a file of its name in the guide's folder. */
export const GROUPS = [
  { name: "programs", pages: ["programs", "messages", "hooks"] },
  { name: "setup", pages: ["setup", "configuration", "callers", "people", "moving-in"] },
  {
    name: "running",
    pages: ["operating", "console", "delivery", "clusters", "rooms", "security", "performance"],
  },
  { name: "about", pages: ["architecture", "specifications", "tested", "development"] },
] as const;

/** Where posts to hooks are tried, among the pages for programs. */
export const HOOKS_PAGE = "/docs/hooks";

export const PAGES: readonly string[] = GROUPS.flatMap(({ pages }) => [...pages]);
