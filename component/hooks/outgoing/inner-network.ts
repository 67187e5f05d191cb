/** Keeps outgoing webhooks out of private networks. A name may resolve to a new address, so each connect is checked. */
import { lookup as lookupHost } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** The global unicast addresses of IPv6 (RFC 4291 §2.4). */
const GLOBAL: Network = ipaddr.parseCIDR("2000::/3");

/** The error of a webhook that would connect to a private address. */
export class InnerAddress extends Error {
  override name = "InnerAddress";

  constructor(
    host: string,
    readonly address: string,
  ) {
    super(`${host} is at ${address}, an inner address that this hook may not use (--allow-inner)`);
  }
}

/** Parses an address, or a network such as 10.0.0.0/8; undefined if the text is neither. */
export function innerNetworkOf(text: string): Network | undefined {
  try {
    if (text.includes("/")) return ipaddr.parseCIDR(text);
    const address = ipaddr.process(text);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  } catch {
    return undefined;
  }
}

/** Whether a webhook may connect to this address. @param allowed the permitted private addresses and networks */
export function mayReach(text: string, allowed: readonly string[]): boolean {
  if (!ipaddr.isValid(text)) return false;
  // An IPv4-mapped address counts as an IPv4 address. Other addresses that embed an IPv4 address count as private, like
  // unassigned ones.
  const address = ipaddr.process(text);
  if (address.range() === "unicast" && (address.kind() === "ipv4" || isIn(address, GLOBAL))) return true;
  return allowed.map(innerNetworkOf).some((network) => network !== undefined && isIn(address, network));
}

/** Returns a lookup that resolves names only to permitted addresses; fails with InnerAddress if none is permitted. */
export function guardedLookup(allowed: readonly string[]): LookupFunction {
  return (host, options, callback) => {
    lookupHost(host, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, "");
        return;
      }
      const addresses = found.filter(({ address }) => mayReach(address, allowed));
      const [first] = addresses;
      if (first === undefined) callback(new InnerAddress(host, found[0]?.address ?? "none"), "");
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Returns an error if the host is a forbidden IP address. (guardedLookup() checks only names.) */
export function refuseLiteral(host: string, allowed: readonly string[]): InnerAddress | undefined {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  return isIP(address) === 0 || mayReach(address, allowed) ? undefined : new InnerAddress(host, address);
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
