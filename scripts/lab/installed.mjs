// @ts-check
/**
 * Finds the XMPP servers that are installed on this machine. This file is JavaScript, because a checkout runs it before
 * anything is built: without a server, a long installation would be useless.
 */
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {"ejabberd" | "prosody"} ServerKind */

/** @type {Readonly<Record<ServerKind, string>>} */
export const SERVER_NAMES = { ejabberd: "ejabberd", prosody: "Prosody" };

/** The kinds of servers, in the order of preference. @type {readonly ServerKind[]} */
export const KINDS = ["ejabberd", "prosody"];

/** @type {Readonly<Record<ServerKind, string>>} */
const EXECUTABLES = { ejabberd: "ejabberdctl", prosody: "prosody" };
/** Folders in which servers may be installed although an ordinary user's PATH doesn't contain them. */
const USUAL = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/opt/homebrew/sbin",
  "/opt/homebrew/bin",
];

/** Finds an executable in PATH or the usual folders. @param {string} name */
export function findExecutable(name) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...USUAL, ...optFolders()];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** Finds a server's executable. @param {ServerKind} kind */
export function findServer(kind) {
  return findExecutable(EXECUTABLES[kind]);
}

/** Returns whether this user can install packages: root, on a system with apt. */
export function canInstall() {
  return process.getuid?.() === 0 && findExecutable("apt-get") !== undefined;
}

/**
 * Returns a text on what to install for a demonstration, which needs one server; undefined if nothing is missing.
 * @param {ServerKind} [wanted] absent: any server
 */
export function missingForQuickstart(wanted) {
  const kinds = wanted === undefined ? KINDS : [wanted];
  if (canInstall() || kinds.some((kind) => findServer(kind) !== undefined)) return undefined;
  if (wanted !== undefined) return `${whatToInstall(kinds)}.`;
  return (
    "Neither ejabberd nor Prosody is installed here: install one of them " +
    "(on Debian and Ubuntu: sudo apt-get install ejabberd, or prosody)."
  );
}

/** Returns a text on which servers to install, and how. @param {readonly ServerKind[]} kinds the missing servers */
export function whatToInstall(kinds) {
  const names = kinds.map((kind) => SERVER_NAMES[kind]).join(" and ");
  const [verb, them] = kinds.length === 1 ? ["isn't", "it"] : ["aren't", "them"];
  return `${names} ${verb} installed here: install ${them} (on Debian and Ubuntu: sudo apt-get install ${kinds.join(" ")})`;
}

function optFolders() {
  try {
    return readdirSync("/opt")
      .filter((name) => name.startsWith("ejabberd"))
      .map((name) => join("/opt", name, "bin"));
  } catch {
    return [];
  }
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
