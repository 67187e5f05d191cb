import { findServer, whatToInstall, type ServerKind } from "./installed.mjs";

export { findExecutable, SERVER_NAMES, type ServerKind } from "./installed.mjs";

/** Thrown if a server, or a part of it, is neither installed nor installable. The message says what to do. */
export class NoServer extends Error {
  override readonly name = "NoServer";
}

/** Returns the path of a server's executable. @throws NoServer if the server isn't installed */
export function requireServer(kind: ServerKind): string {
  const path = findServer(kind);
  if (path === undefined) throw new NoServer(`${whatToInstall([kind])}.`);
  return path;
}
