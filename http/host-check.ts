/**
 * Whether a request means this machine. A web page whose own name was made to lead here (DNS rebinding) has the
 * browser of somebody on this machine at its service, and is told by the Host header, which is that name.
 */
import { isIP, isIPv6 } from "node:net";
import { hostname } from "node:os";
import type { HttpConfig } from "./config.js";

/** A name or an IPv4 address, or an IPv6 address in brackets; the port doesn't matter (RFC 9110 §7.2). */
const HOST = /^(?:\[([^\]]+)\]|([^:]+?)\.?)(?::\d*)?$/;

export class HostCheck {
  readonly #names: ReadonlySet<string>;

  constructor({ listen, hosts }: Pick<HttpConfig, "listen" | "hosts">) {
    this.#names = new Set(["localhost", listen.host, hostname(), ...hosts].map((name) => name.toLowerCase()));
  }

  /**
   * Whether it is one of this machine's names, or any IP address: nobody's DNS was asked for that.
   * @param host the header; browsers never leave it out, some programs that speak HTTP/1.0 do
   */
  allows(host: string | undefined): boolean {
    if (host === undefined) return true;
    const name = hostIn(host);
    return isIP(name) !== 0 || this.#names.has(name);
  }
}

/** The name or the IP address in a Host header, in lower case; "" where there is none. */
export function hostIn(header: string): string {
  const [, v6, name = ""] = HOST.exec(header) ?? [];
  if (v6 !== undefined) return isIPv6(v6) ? v6.toLowerCase() : "";
  return name.toLowerCase();
}
