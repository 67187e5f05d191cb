/** The guide's pages by group, in the order of the navigation. Each name is that of a file in the guide's folder. */
export const GROUPS = [
  { name: "programs", pages: ["programs", "messages", "hooks", "bots"] },
  { name: "setup", pages: ["setup", "configuration", "callers", "people", "moving-in"] },
  {
    name: "running",
    pages: ["operating", "console", "delivery", "clusters", "standby", "rooms", "security", "performance"],
  },
  { name: "about", pages: ["architecture", "specifications", "tested", "development"] },
] as const;

/** The path of the page with the list of webhook formats. The page of each format is below this path. */
export const HOOKS_PAGE = "/docs/hooks";

/** Returns the path of a format's page. */
export function hookPage(format: string): string {
  return `${HOOKS_PAGE}/${format}`;
}

export const PAGES: readonly string[] = GROUPS.flatMap(({ pages }) => [...pages]);
