/** Cases that broke a promise once: written to files, which the test suite plays again. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerKind } from "../lab/find.js";
import type { Case } from "./case.js";
import type { Fault } from "./subject.js";

export interface Found {
  readonly server: ServerKind;
  readonly fault: Fault;
  readonly cases: readonly Case[];
}

/** The folder of the files, seen from the checkout's own. */
export const FOUND_FOLDER = "spec/fuzz/found";

/** @returns the file's path */
export function writeFound(found: Found, folder = FOUND_FOLDER): string {
  const text = `${JSON.stringify(found, undefined, 2)}\n`;
  const hash = createHash("sha256").update(JSON.stringify(found.cases)).digest("hex").slice(0, 8);
  const path = join(folder, `${found.fault.kind.replaceAll(" ", "-")}-${hash}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** What was found, by file name. */
export function readFound(folder = FOUND_FOLDER): ReadonlyMap<string, Found> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Map(
    names.sort().map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8")) as Found]),
  );
}
