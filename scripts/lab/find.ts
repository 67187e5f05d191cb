/** Which XMPP servers this machine has, and the fault where there is none. */
import { findServer, whatToInstall, type ServerKind } from "./installed.mjs";

export { findExecutable, SERVER_NAMES, type ServerKind } from "./installed.mjs";

/** No server here, or not all of it, and none could be installed; the message says in a sentence what to do. */
export class NoServer extends Error {
  override readonly name = "NoServer";
}

/** @throws NoServer where the server isn't installed */
export function requireServer(kind: ServerKind): string {
  const path = findServer(kind);
  if (path === undefined) throw new NoServer(`${whatToInstall([kind])}.`);
  return path;
}
