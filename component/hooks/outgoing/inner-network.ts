/**
 * Keeps hooks out of the inner network: each address of a receiver is looked at when it is connected to, so that neither
 * a name that means another machine tomorrow nor a redirect leads there. Only public addresses are taken, and what the
 * hook has been allowed by name.
 */
import { lookup as lookupHost } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** The addresses of IPv6 that are assigned to networks (RFC 4291 §2.4). */
const GLOBAL: Network = ipaddr.parseCIDR("2000::/3");

/** A connection was refused here, before it was made. */
export class InnerAddress extends Error {
  override name = "InnerAddress";

  constructor(
    host: string,
    readonly address: string,
  ) {
    super(`${host} is at ${address}, an inner address that it isn't allowed (--allow-inner)`);
  }
}

/** Reads an address or a network such as 10.0.0.0/8; undefined for what is neither. */
export function networkOf(text: string): Network | undefined {
  try {
    if (text.includes("/")) return ipaddr.parseCIDR(text);
    const address = ipaddr.process(text);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  } catch {
    return undefined;
  }
}

/** Whether a receiver may be at this address. @param allowed inner addresses and networks that it may be at */
export function mayReach(text: string, allowed: readonly string[]): boolean {
  if (!ipaddr.isValid(text)) return false;
  // An IPv4-mapped address is what it stands for; all other forms that hold one, and what isn't assigned, are inner.
  const address = ipaddr.process(text);
  if (address.range() === "unicast" && (address.kind() === "ipv4" || isIn(address, GLOBAL))) return true;
  return allowed.map(networkOf).some((network) => network !== undefined && isIn(address, network));
}

/** Looks names up, and passes on those of their addresses that may be reached. Fails with InnerAddress where none may. */
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

/** Refuses a host that is an address itself, which nobody looks up. */
export function refuseLiteral(host: string, allowed: readonly string[]): InnerAddress | undefined {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  return isIP(address) === 0 || mayReach(address, allowed) ? undefined : new InnerAddress(host, address);
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
