// What may import what (npm run lint): scripts -> http -> component -> storage, spec may look at all four; nothing in a
// circle, be it by types alone; and what is shipped needs only what is installed with it.
import { readFileSync } from "node:fs";

const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
/** Types are never loaded. */
const tools = Object.keys(devDependencies).filter((name) => !name.startsWith("@types/"));

/** What browsers and threads load. */
const STARTED = "^http/\\w+/page/|-thread\\.ts$|\\.d\\.ts$";

/** A folder, and those above it, of which it knows nothing. */
const below = (folder, ...above) => ({
  name: `${folder}-points-down`,
  comment: `${folder}/ must not know ${above.join(", ")}: imports point down.`,
  severity: "error",
  from: { path: `^${folder}/` },
  to: { path: `^(?:${above.join("|")})/` },
});

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    below("storage", "component", "http", "scripts", "spec"),
    below("component", "http", "scripts", "spec"),
    below("http", "scripts", "spec"),
    below("scripts", "spec"),
    {
      name: "no-circle-of-files",
      comment: "Whoever reads one file of a circle has to read them all.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-circle-of-folders",
      comment:
        "Of two folders of the component one builds on the other. (Inside of muc/, features meet in their hooks.)",
      severity: "error",
      scope: "folder",
      from: { path: "^component/", pathNot: "^component/muc/." },
      to: { circular: true },
    },
    {
      name: "sqlite-chosen-once",
      comment: "Which release of better-sqlite3 this Node needs is chosen in storage/sqlite.ts alone.",
      severity: "error",
      from: { pathNot: "^storage/sqlite\\.ts$" },
      to: { path: "better-sqlite3" },
    },
    {
      name: "nothing-forgotten",
      comment:
        "No list names this file, such as the contract, the formats or the features: it has no effect.",
      severity: "error",
      from: { path: "^scripts/qtalk-component\\.ts$" },
      to: { reachable: false, path: "^(?:component|http|storage)/.+\\.ts$", pathNot: STARTED },
    },
    {
      name: "shipped-without-tools",
      comment: "The installed program has no development dependencies.",
      severity: "error",
      from: { path: "^scripts/qtalk-component\\.ts$" },
      to: { reachable: true, path: `^node_modules/(?:${tools.join("|")})/` },
    },
  ],
  options: {
    doNotFollow: { path: "^node_modules/" },
    // Node's own modules of these names would be taken for the folder http/.
    exclude: { path: ["^https?$", "^storage/node20/node_modules/"] },
    tsConfig: { fileName: "tsconfig.json" },
    // Imports of types count, too.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
