/** Which folder of the sources imports from which: what the picture of the layers is made of. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { documentAt } from "./parts.js";

/** From the door to the ground. */
export const LAYERS = ["scripts", "http", "component", "storage"] as const;
export type Layer = (typeof LAYERS)[number];

/** A layer, or a folder in it: "component", "component/outbox". */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Each pair of folders once, in the order of their names. */
export function folderImports(): Import[] {
  const found = new Map<string, Import>();
  for (const layer of LAYERS) {
    for (const file of sourcesOf(layer)) {
      for (const target of importsOf(file)) {
        const edge = { from: folderOf(file), to: folderOf(target) };
        if (edge.from !== edge.to) found.set(`${edge.from} ${edge.to}`, edge);
      }
    }
  }
  return [...found.keys()].sort().flatMap((key) => found.get(key) ?? []);
}

function sourcesOf(layer: Layer): string[] {
  const files = readdirSync(documentAt(layer), { recursive: true, encoding: "utf8" });
  return files.filter((file) => /(?<!\.d)\.ts$/.test(file)).map((file) => join(layer, file));
}

/** The files of these layers that a file imports, types alone included. */
function importsOf(file: string): string[] {
  const text = readFileSync(documentAt(file), "utf8");
  const paths = [...text.matchAll(/^(?:import|export)\b[^;"]*"(\.[^"]+)"/gm)];
  return paths
    .map(([, path]) => normalize(join(dirname(file), path ?? "")))
    .filter((target) => LAYERS.some((layer) => target.startsWith(`${layer}/`)));
}

/** Deeper folders count as the one below their layer. */
function folderOf(file: string): string {
  return dirname(file).split("/").slice(0, 2).join("/");
}
