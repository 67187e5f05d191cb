/** The address of the machine that calls, also where it calls through proxies that are trusted to tell. */
import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import type { Cidr } from "./caller-config.js";

/**
 * The client's address; "" where it has gone already. Each trusted proxy added the address it was called from at the
 * end of X-Forwarded-For, so the last one that is no trusted proxy is the client; what comes before is hearsay.
 */
export function clientAddress(request: IncomingMessage, proxies: readonly Cidr[]): string {
  const peer = plain(request.socket.remoteAddress ?? "");
  if (proxies.length === 0 || !isWithin(peer, proxies)) return peer;
  const header = request.headers["x-forwarded-for"] ?? "";
  const hops = [header]
    .flat()
    .join(",")
    .split(",")
    .map((hop) => hop.trim());
  let client = peer;
  for (const hop of hops.reverse()) {
    if (!ipaddr.isValid(hop)) break;
    client = plain(hop);
    if (!isWithin(client, proxies)) break;
  }
  return client;
}

export function isWithin(address: string, networks: readonly Cidr[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return networks.some((network) => parsed.kind() === network[0].kind() && parsed.match(network));
}

/** An IPv4 address as such, also where the system tells it in IPv6 (RFC 4291 §2.5.5.2). */
function plain(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}
