/**
 * Checks that a request's Host is this machine. In DNS rebinding, a web page's own name resolves to this machine, so that
 * a local browser sends its requests here; the Host header then has that name.
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
   * Whether it is a name of this machine or any IP address, which needs no DNS.
   * @param host the header; only HTTP/1.0 programs omit it, never browsers
   */
  allows(host: string | undefined): boolean {
    if (host === undefined) return true;
    const name = hostIn(host);
    return isIP(name) !== 0 || this.#names.has(name);
  }
}

/** The name or IP address in a Host header, in lower case; "" if there is none. */
export function hostIn(header: string): string {
  const [, v6, name = ""] = HOST.exec(header) ?? [];
  if (v6 !== undefined) return isIPv6(v6) ? v6.toLowerCase() : "";
  return name.toLowerCase();
}
