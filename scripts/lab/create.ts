import { Ejabberd } from "./ejabberd.js";
import type { ServerKind } from "./installed.mjs";
import type { ServerOptions } from "./options.js";
import { Prosody } from "./prosody.js";
import type { Server } from "./private-server.js";

/** Creates a private XMPP server, without starting it. */
export function createServer(kind: ServerKind, options?: ServerOptions): Server {
  return kind === "ejabberd" ? new Ejabberd(options) : new Prosody(options);
}
