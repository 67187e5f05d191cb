/** The guide's pages by group, in the order of the navigation. Each name is a file in the guide's folder. */
export const GROUPS = [
  { name: "programs", pages: ["programs", "messages", "hooks", "bots"] },
  { name: "setup", pages: ["setup", "configuration", "callers", "people", "moving-in"] },
  {
    name: "running",
    pages: [
      "operating",
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
  { name: "about", pages: ["architecture", "specifications", "tested", "versions", "development"] },
] as const;

/** The path of the page of calls. */
export const CALLS_PAGE = "/docs/calls";

/** The path of the page about operations over HTTP. */
export const ADMIN_PAGE = "/docs/admin";

/** The path of the list of webhook formats. */
export const HOOKS_PAGE = "/docs/hooks";

export function hookPage(format: string): string {
  return `${HOOKS_PAGE}/${format}`;
}

export const PAGES: readonly string[] = GROUPS.flatMap(({ pages }) => [...pages]);
