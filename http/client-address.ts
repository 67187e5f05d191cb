/** The IP addresses of clients, directly or behind trusted proxies. */
import type { IncomingMessage } from "node:http";
import { isIP, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";
import type { Cidr } from "./caller-config.js";

/** The headers by which proxies say that they forward a request. */
const FORWARDING = /^(?:forwarded|via|x-real-ip|x-forwarded-.*)$/;

/** Where a request comes from, as far as can be known. */
export interface RequestSource {
  /** The client's IP address; "" if the client has disconnected; undefined if a trusted proxy sent an invalid address. */
  readonly address: string | undefined;
  /** Whether a proxy that isn't trusted forwarded the request. The address is then that proxy's, and proves nothing. */
  readonly isForwarded: boolean;
}

/**
 * Returns where a request comes from. Each trusted proxy appends its client's address to X-Forwarded-For, so it is the
 * last one that isn't a proxy's; earlier ones may be forged. The header Forwarded (RFC 7239) names no address here.
 * @param proxies the trusted proxies (http.proxies)
 */
export function requestSourceOf(
  { headers, socket }: IncomingMessage,
  proxies: readonly Cidr[],
): RequestSource {
  const peer = plain(socket.remoteAddress ?? "");
  const header = headers["x-forwarded-for"];
  if (header === undefined || !isWithin(peer, proxies))
    return { address: peer, isForwarded: Object.keys(headers).some((name) => FORWARDING.test(name)) };
  const hops = [header]
    .flat()
    .join(",")
    .split(",")
    .map((hop) => addressIn(hop.trim()));
  const client = hops.findLastIndex((hop) => !isWithin(hop ?? "", proxies));
  return { address: hops[Math.max(client, 0)], isForwarded: client > 0 };
}

export function isWithin(address: string, networks: readonly Cidr[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return networks.some((network) => parsed.kind() === network[0].kind() && parsed.match(network));
}

/** How many of an IPv6 address's groups identify its network. One machine may use all addresses of a network. */
const NETWORK_GROUPS = 4;

/** Returns the key for limits by address: the IPv4 address, or the IPv6 address's /64 network (RFC 4291 §2.5.1). */
export function clientNetworkOf(address: string): string {
  const ip = plain(address);
  // Most requests come here, and a colon is found faster than an address is parsed.
  if (!ip.includes(":") || !isIPv6(ip)) return ip;
  return ipaddr.IPv6.parse(ip).parts.slice(0, NETWORK_GROUPS).join(":");
}

/** Matches an IP address with a port or in brackets, e.g. `192.0.2.7:4711` or `[2001:db8::1]:4711` (RFC 7239 §6). */
const WITH_PORT = /^(?:\[([^\]]+)\](?::\d{1,5})?|([^:]+):\d{1,5})$/;

/** Returns the address in an item of X-Forwarded-For; undefined if the item is invalid. */
function addressIn(hop: string): string | undefined {
  const [, v6, v4] = WITH_PORT.exec(hop) ?? [];
  const address = v6 ?? v4 ?? hop;
  if (v6 !== undefined && !isIPv6(v6)) return undefined;
  return isIP(address) === 0 ? undefined : plain(address);
}

/** Converts an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) to IPv4. */
function plain(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice("::ffff:".length) : address;
}
