/** The address and port of the HTTP server (http.listen). */
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import ipaddr from "ipaddr.js";
import type { Logger } from "winston";

export interface Listen {
  /** The address and port, as written in the configuration. */
  readonly text: string;
  readonly host: string;
  /** The port; 0: any free one. */
  readonly port: number;
}

const FORM = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/;

/** The first file descriptor that systemd passes (SD_LISTEN_FDS_START). */
const FIRST_PASSED = 3;

/** How many connections may wait in systemd's socket while the component restarts; also limited by net.core.somaxconn. */
const PASSED_BACKLOG = 4096;

/** Parses ADDRESS:PORT, with IPv6 addresses in brackets. Returns undefined if the text is invalid. */
export function parseListen(text: string): Listen | undefined {
  const [, v6, host = v6, digits] = FORM.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) return undefined;
  return v6 !== undefined && !ipaddr.IPv6.isValid(v6) ? undefined : { text, host, port };
}

/** Returns whether a host is "localhost" or a loopback address. */
export function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}

/** Returns whether only one of two servers could listen, as both want one port of one address. */
export function collide(one: Listen, other: Listen): boolean {
  if (one.port !== other.port || one.port === 0) return false;
  return covers(one.host, other.host) || covers(other.host, one.host);
}

/** Returns whether who listens at a host also takes the connections to another one. */
function covers(host: string, other: string): boolean {
  if (host === other || host === "::") return true;
  if (host === "0.0.0.0") return !ipaddr.IPv6.isValid(other);
  return host === "localhost" && (other === "127.0.0.1" || other === "::1");
}

/** Returns the file descriptor of the socket that systemd passed to this process (sd_listen_fds(3)), if it passed one. */
export function passedSocket(env: NodeJS.ProcessEnv = process.env, pid = process.pid): number | undefined {
  return Number(env.LISTEN_PID) === pid && Number(env.LISTEN_FDS) >= 1 ? FIRST_PASSED : undefined;
}

/** Returns whether a bound socket has the configured address. A host name can't be compared, so its port decides. */
export function agrees(
  { host, port }: Listen,
  bound: { readonly address: string; readonly port: number },
): boolean {
  if (port !== bound.port) return false;
  if (host === "localhost") return isLoopback(bound.address);
  if (!ipaddr.isValid(host) || !ipaddr.isValid(bound.address)) return !ipaddr.isValid(host);
  const [wanted, found] = [host, bound.address].map((text) => ipaddr.parse(text).toString());
  return wanted === found;
}

/** Listens on a socket that systemd holds. Returns false if the socket has another address than `listen`. */
export async function listenOnPassed(
  server: Server,
  fd: number,
  listen: Listen,
  log: Logger,
): Promise<boolean> {
  await once(server.listen({ fd }, PASSED_BACKLOG), "listening");
  const bound = server.address() as AddressInfo;
  if (agrees(listen, bound)) return true;
  log.warn(
    `The socket that systemd passed has another address (${bound.address}, port ${bound.port}) than http.listen. ` +
      "The component listens on http.listen itself, so calls fail while it restarts: run qtalk-component check.",
  );
  await once(server.close(), "close");
  return false;
}
