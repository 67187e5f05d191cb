/**
 * Checks that the header Host names this machine. This prevents DNS rebinding: an attacker lets a domain resolve to
 * this machine, so a browser here sends the attacker's requests to the component, with that domain in Host.
 */
import { isIP, isIPv6 } from "node:net";
import { hostname } from "node:os";
import type { HttpConfig } from "./config.js";

/** A Host header: a name, an IPv4 address, or an IPv6 address in brackets, with any port (RFC 9110 §7.2). */
const HOST = /^(?:\[([^\]]+)\]|([^:]+?)\.?)(?::\d*)?$/;

export class HostCheck {
  readonly #names: ReadonlySet<string>;

  constructor({ listen, hosts }: Pick<HttpConfig, "listen" | "hosts">) {
    this.#names = new Set(["localhost", listen.host, hostname(), ...hosts].map((name) => name.toLowerCase()));
  }

  /**
   * Returns whether a Host header has a name of this machine, or an IP address, which DNS rebinding can't use.
   * @param host undefined is allowed, because browsers always send the header
   */
  allows(host: string | undefined): boolean {
    if (host === undefined) return true;
    const name = hostIn(host);
    return isIP(name) !== 0 || this.#names.has(name);
  }
}

/** Returns the name or IP address in a Host header, in lower case; "" if the header is invalid. */
export function hostIn(header: string): string {
  const [, v6, name = ""] = HOST.exec(header) ?? [];
  if (v6 !== undefined) return isIPv6(v6) ? v6.toLowerCase() : "";
  return name.toLowerCase();
}
