// @ts-check
/**
 * Finds the XMPP servers that are installed on this machine. This file is JavaScript because a checkout runs it before
 * anything is built: without a server, a long installation would be useless.
 */
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {"ejabberd" | "prosody"} ServerKind */

/** The servers' names for people. @type {Readonly<Record<ServerKind, string>>} */
export const SERVER_NAMES = { ejabberd: "ejabberd", prosody: "Prosody" };

/** The kinds of servers in the order of preference. @type {readonly ServerKind[]} */
export const KINDS = ["ejabberd", "prosody"];

/** The names of the servers' executables. @type {Readonly<Record<ServerKind, string>>} */
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

/**
 * Returns the path of an executable in PATH or the usual folders.
 * @param {string} name the executable's name
 * @returns {string | undefined} undefined if there is no such executable
 */
export function findExecutable(name) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...USUAL, ...optFolders()];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * Returns the path of a server's executable (`ejabberdctl`, `prosody`).
 * @param {ServerKind} kind the server
 * @returns {string | undefined} undefined if the server isn't installed
 */
export function findServer(kind) {
  return findExecutable(EXECUTABLES[kind]);
}

/** Returns whether this user can install packages: root, on a system with apt. @returns {boolean} */
export function canInstall() {
  return process.getuid?.() === 0 && findExecutable("apt-get") !== undefined;
}

/**
 * Says what to install for a demonstration, which needs one server.
 * @param {ServerKind} [wanted] the server that was asked for; any by default
 * @returns {string | undefined} undefined if a server is installed or can be installed
 */
export function missingForQuickstart(wanted) {
  const kinds = wanted === undefined ? KINDS : [wanted];
  if (canInstall() || kinds.some((kind) => findServer(kind) !== undefined)) return undefined;
  const elsewhere = "or pass --service xmpp://HOST:PORT to use a server that runs elsewhere";
  if (wanted !== undefined) return `${whatToInstall(kinds)}, ${elsewhere}.`;
  return (
    "Neither ejabberd nor Prosody is installed here: install one of them " +
    `(on Debian and Ubuntu: sudo apt-get install ejabberd, or prosody), ${elsewhere}.`
  );
}

/**
 * Says which servers to install, and how.
 * @param {readonly ServerKind[]} kinds the missing servers
 * @returns {string}
 */
export function whatToInstall(kinds) {
  const names = kinds.map((kind) => SERVER_NAMES[kind]).join(" and ");
  const [verb, them] = kinds.length === 1 ? ["isn't", "it"] : ["aren't", "them"];
  return `${names} ${verb} installed here: install ${them} (on Debian and Ubuntu: sudo apt-get install ${kinds.join(" ")})`;
}

/** Returns the folders of ejabberd's own packages, which are installed in /opt/ejabberd-VERSION. @returns {string[]} */
function optFolders() {
  try {
    return readdirSync("/opt")
      .filter((name) => name.startsWith("ejabberd"))
      .map((name) => join("/opt", name, "bin"));
  } catch {
    return [];
  }
}

/** Returns whether a path is an executable file. @param {string} path @returns {boolean} */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
