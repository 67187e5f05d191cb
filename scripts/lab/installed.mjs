// @ts-check
/**
 * Which XMPP servers this machine has. In JavaScript, as a checkout is asked before anything in it is built: without a
 * server there is no use in a long installation.
 */
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** @typedef {"ejabberd" | "prosody"} ServerKind */

/** The name a person knows the server by. @type {Readonly<Record<ServerKind, string>>} */
export const SERVER_NAMES = { ejabberd: "ejabberd", prosody: "Prosody" };

/** In the order of preference. @type {readonly ServerKind[]} */
export const KINDS = ["ejabberd", "prosody"];

/** @type {Readonly<Record<ServerKind, string>>} */
const EXECUTABLES = { ejabberd: "ejabberdctl", prosody: "prosody" };
/** Where servers are installed, though an ordinary user's PATH leaves it out. */
const USUAL = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/opt/homebrew/sbin",
  "/opt/homebrew/bin",
];

/**
 * An executable of this name in PATH or the usual folders.
 * @param {string} name
 * @returns {string | undefined}
 */
export function findExecutable(name) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...USUAL, ...optFolders()];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/**
 * The server's executable (`ejabberdctl`, `prosody`), or undefined where it isn't installed.
 * @param {ServerKind} kind
 * @returns {string | undefined}
 */
export function findServer(kind) {
  return findExecutable(EXECUTABLES[kind]);
}

/**
 * Whether this user may install packages here: root, on a system with apt.
 * @returns {boolean}
 */
export function canInstall() {
  return process.getuid?.() === 0 && findExecutable("apt-get") !== undefined;
}

/**
 * Says what to install for a demonstration, which needs one server; undefined if there is one, or it can be installed.
 * @param {ServerKind} [wanted] the server that was asked for
 * @returns {string | undefined}
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

/** @param {readonly ServerKind[]} kinds @returns {string} */
export function whatToInstall(kinds) {
  const names = kinds.map((kind) => SERVER_NAMES[kind]).join(" and ");
  const [verb, them] = kinds.length === 1 ? ["isn't", "it"] : ["aren't", "them"];
  return `${names} ${verb} installed here: install ${them} (on Debian and Ubuntu: sudo apt-get install ${kinds.join(" ")})`;
}

/** ejabberd's own packages go to /opt/ejabberd-VERSION. @returns {string[]} */
function optFolders() {
  try {
    return readdirSync("/opt")
      .filter((name) => name.startsWith("ejabberd"))
      .map((name) => join("/opt", name, "bin"));
  } catch {
    return [];
  }
}

/** @param {string} path @returns {boolean} */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
