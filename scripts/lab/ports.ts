/** Finds free ports on loopback, and waits until an XMPP server answers on a port. */
import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export const LOOPBACK = "127.0.0.1";

/** The lowest port. The system's outgoing connections use ports above HIGHEST, so they can't take a server's port. */
const LOWEST = 18_000;
const HIGHEST = 32_000;
/** The pause between attempts to get an answer, in milliseconds. */
const RETRY_MS = 50;
/** How long an attempt waits for an answer, in milliseconds. */
const ANSWER_MS = 5_000;

/**
 * Returns a port on which no program listens. The port is reserved for this process, because a server binds it only
 * later, and releases it during a restart.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if ((await reserve(port)) && (await isFree(port))) return port;
  }
}

/** Reserves a port until this process ends, by binding the UDP port with its number. @returns false if it is taken */
function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4").unref();
    socket.once("error", () => resolve(false));
    socket.bind({ port, address: LOOPBACK, exclusive: true }, () => resolve(true));
  });
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, LOOPBACK, () => server.close(() => resolve(true)));
  });
}

/**
 * Waits until a server answers a stream header: ejabberd accepts connections long before it serves.
 * @param namespace "jabber:client" or "jabber:component:accept"
 * @throws the signal's reason if the signal is aborted
 */
export async function streamAnswers(
  port: number,
  namespace: string,
  domain: string,
  signal: AbortSignal,
): Promise<void> {
  const header =
    `<?xml version='1.0'?><stream:stream xmlns='${namespace}' to='${domain}' version='1.0' ` +
    "xmlns:stream='http://etherx.jabber.org/streams'>";
  while (!(await answers(port, header))) await sleep(RETRY_MS, undefined, { signal });
}

async function answers(port: number, text: string): Promise<boolean> {
  const socket = connect(port, LOOPBACK).setTimeout(ANSWER_MS, () => socket.destroy());
  socket.write(text);
  // Any bytes are an answer. The loop ends without any if the connection is refused, closed, or too slow.
  try {
    for await (const _ of socket) return true;
  } catch {
    return false;
  }
  return false;
}
