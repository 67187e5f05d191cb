/** Recognises requests of other sites' pages (Origin), and of names that lead to this machine (DNS rebinding, Host). */
import type { IncomingHttpHeaders } from "node:http";
import { isIP, isIPv6 } from "node:net";
import { hostname } from "node:os";
import type { HttpConfig } from "./config.js";
import { isLoopback } from "./listen.js";

/** A Host header: a name, an IPv4 address, or an IPv6 address in brackets, with any port (RFC 9110 §7.2). */
const HOST = /^(?:\[([^\]]+)\]|([^:]+?)\.?)(?::\d*)?$/;

/** Returns whether a Host header has a name of this machine, or an IP address; or is missing, as in no browser. */
export function hostCheck({ listen, hosts }: HttpConfig): (host: string | undefined) => boolean {
  const names = new Set(["localhost", listen.host, hostname(), ...hosts].map((name) => name.toLowerCase()));
  return (host) => {
    const name = hostIn(host ?? "localhost");
    return isIP(name) !== 0 || names.has(name);
  };
}

/** Returns the name or IP address in a Host header, in lower case; "" if the header is invalid. */
export function hostIn(header: string): string {
  const [, v6, name = ""] = HOST.exec(header) ?? [];
  if (v6 !== undefined) return isIPv6(v6) ? v6.toLowerCase() : "";
  return name.toLowerCase();
}

/**
 * Returns whether a page of another site made the request. DNS rebinding can imitate the origin of the page at
 * /docs, so this origin counts as foreign unless the request has a caller's token.
 */
export function isForeignPage(headers: IncomingHttpHeaders, hasToken: boolean): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return headers["sec-fetch-site"] === "cross-site";
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url === undefined) return true;
  return !isLoopback(url.hostname.replace(/^\[|\]$/g, "")) && !(hasToken && url.host === host);
}
