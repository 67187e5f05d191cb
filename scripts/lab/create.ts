import { Ejabberd } from "./ejabberd.js";
import type { ServerKind } from "./find.js";
import type { ServerOptions } from "./options.js";
import { Prosody } from "./prosody.js";
import type { Server } from "./server.js";

/** Creates a private XMPP server, without starting it. */
export function createServer(kind: "ejabberd", options?: ServerOptions): Ejabberd;
export function createServer(kind: "prosody", options?: ServerOptions): Prosody;
export function createServer(kind: ServerKind, options?: ServerOptions): Server;
export function createServer(kind: ServerKind, options?: ServerOptions): Server {
  return kind === "ejabberd" ? new Ejabberd(options) : new Prosody(options);
}

/** Starts a server, and waits until it accepts connections. @throws NoServer if it isn't installed */
export async function startServer(kind: "ejabberd", options?: ServerOptions): Promise<Ejabberd>;
export async function startServer(kind: ServerKind, options?: ServerOptions): Promise<Server>;
export async function startServer(kind: ServerKind, options?: ServerOptions): Promise<Server> {
  const server = createServer(kind, options);
  await server.start();
  return server;
}
