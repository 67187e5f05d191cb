/** Free ports on loopback, and waiting until an XMPP server behind one of them really answers. */
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export const LOOPBACK = "127.0.0.1";

/** Below the range from which systems give ports to outgoing connections: those could take one before a restart. */
const LOWEST = 18_000;
const HIGHEST = 32_000;
const RETRY_MS = 50;

/** Ports that this process was given: a server binds all of its ports only after it was given the last. */
const given = new Set<number>();

/** A port that nobody listens on, and that nothing else of this process is given. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)));
  });
}

/**
 * Waits until the server behind the port answers a stream header. A port that merely accepts proves nothing:
 * ejabberd listens long before it serves.
 * @param namespace "jabber:client" or "jabber:component:accept"
 */
export async function streamAnswers(
  port: number,
  namespace: string,
  domain: string,
  signal: AbortSignal,
): Promise<void> {
  while (!(await answers(port, namespace, domain, signal))) await sleep(RETRY_MS, undefined, { signal });
}

function answers(port: number, namespace: string, domain: string, signal: AbortSignal): Promise<boolean> {
  const header =
    `<?xml version='1.0'?><stream:stream xmlns='${namespace}' to='${domain}' version='1.0' ` +
    "xmlns:stream='http://etherx.jabber.org/streams'>";
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK);
    const settle = (answered: boolean) => {
      signal.removeEventListener("abort", giveUp);
      socket.destroy();
      resolve(answered);
    };
    const giveUp = () => settle(false);
    signal.addEventListener("abort", giveUp);
    socket.once("connect", () => socket.write(header));
    socket.once("data", () => settle(true));
    socket.once("close", giveUp);
    socket.on("error", giveUp);
  });
}
