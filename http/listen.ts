/** The address and port of the HTTP server (http.listen). */
import ipaddr from "ipaddr.js";

export interface Listen {
  /** The address and port, as written in the configuration. */
  readonly text: string;
  /** A host name or an IP address, without brackets. */
  readonly host: string;
  /** The port; 0: any free one. */
  readonly port: number;
}

const FORM = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/;

/** Parses ADDRESS:PORT, with IPv6 addresses in brackets. Returns undefined if the text is invalid. */
export function parseListen(text: string): Listen | undefined {
  const [, v6, host = v6, digits] = FORM.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) return undefined;
  return v6 !== undefined && !ipaddr.IPv6.isValid(v6) ? undefined : { text, host, port };
}

/** Returns whether other machines may reach the address. */
export function reachesBeyond({ host }: Listen): boolean {
  return !isLoopback(host);
}

/** Returns whether a host is "localhost" or a loopback address. */
export function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}
