/** Which XMPP servers this machine has. */
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

export type ServerKind = "ejabberd" | "prosody";

/** The name a person knows the server by. */
export const SERVER_NAMES: Readonly<Record<ServerKind, string>> = {
  ejabberd: "ejabberd",
  prosody: "Prosody",
};

const EXECUTABLES: Readonly<Record<ServerKind, string>> = { ejabberd: "ejabberdctl", prosody: "prosody" };
/** Where servers are installed, though an ordinary user's PATH leaves it out. */
const USUAL = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/opt/homebrew/sbin",
  "/opt/homebrew/bin",
];

/** No server here, and none could be installed; the message says in a sentence what to do. */
export class NoServer extends Error {
  override readonly name = "NoServer";
}

/** An executable of this name in PATH or the usual folders. */
export function findExecutable(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...USUAL, ...optFolders()];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** The server's executable (`ejabberdctl`, `prosody`), or undefined where it isn't installed. */
export function findServer(kind: ServerKind): string | undefined {
  return findExecutable(EXECUTABLES[kind]);
}

/** @throws NoServer where the server isn't installed */
export function requireServer(kind: ServerKind): string {
  const path = findServer(kind);
  if (path === undefined) throw new NoServer(whatToInstall([kind]));
  return path;
}

/** What somebody without a server can do about it, in a sentence. */
export function whatToInstall(kinds: readonly ServerKind[]): string {
  const names = kinds.map((kind) => SERVER_NAMES[kind]).join(" or ");
  return (
    `No ${names} is installed here: install one ` +
    `(on Debian and Ubuntu: sudo apt-get install ${kinds[0] ?? "prosody"}), ` +
    "or pass --service xmpp://HOST:PORT to use a server that runs elsewhere."
  );
}

/** ejabberd's own packages go to /opt/ejabberd-VERSION. */
function optFolders(): string[] {
  try {
    return readdirSync("/opt")
      .filter((name) => name.startsWith("ejabberd"))
      .map((name) => join("/opt", name, "bin"));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
