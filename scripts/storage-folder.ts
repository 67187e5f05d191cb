/** The folder of the database: made where it is the usual one, told of where it is missing or closed to this user. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { sections } from "./config/sections.js";
import { ExitCode, Failure } from "./failure.js";

const PRIVATE = 0o700;
/** Where storage.path isn't set. */
export const USUAL_PATH = sections.storage.parse({}).path;

/**
 * Makes the usual folder where it is missing. Any other was named by somebody, who may have mistyped it.
 * @throws Failure where there is none, or this user may not write there
 */
export function provideFolder(path: string, usual = USUAL_PATH): void {
  const folder = dirname(path);
  if (path === usual && !existsSync(folder)) {
    try {
      mkdirSync(folder, { mode: PRIVATE });
    } catch {
      // Told below, as if nobody had tried.
    }
  }
  requireFolder(path);
}

/**
 * Whether `start` would find its folder, or make it.
 * @throws Failure where it wouldn't
 */
export function checkFolder(path: string, usual = USUAL_PATH): void {
  const folder = dirname(path);
  if (path === usual && !existsSync(folder) && isWritable(dirname(folder))) return;
  requireFolder(path);
}

function requireFolder(path: string): void {
  if (path === ":memory:") return;
  const folder = dirname(path);
  const stat = statSync(folder, { throwIfNoEntry: false });
  const another = "or choose another place with storage.path";
  if (stat?.isDirectory() !== true) {
    const message = `There is no folder ${folder} for the database: make it, as the user that the component runs as, ${another}.`;
    throw new Failure(message, ExitCode.cantCreate);
  }
  if (!isWritable(folder) || (existsSync(path) && !isWritable(path, constants.R_OK | constants.W_OK))) {
    const message = `The database ${path} can't be written by this user: give them the folder and what is in it (chown), ${another}.`;
    throw new Failure(message, ExitCode.cantCreate);
  }
}

function isWritable(path: string, mode = constants.W_OK | constants.X_OK): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
