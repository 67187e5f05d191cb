/** The address that the HTTP server listens on. */
import ipaddr from "ipaddr.js";

export interface Listen {
  /** As configured. */
  readonly text: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

const FORM = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/;

/** Reads ADDRESS:PORT, where an IPv6 address stands in brackets; undefined for anything else. */
export function parseListen(text: string): Listen | undefined {
  const [, v6, host = v6, digits] = FORM.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) return undefined;
  return v6 !== undefined && !ipaddr.IPv6.isValid(v6) ? undefined : { text, host, port };
}

/** Whether other machines may get through to it: true for all but loopback addresses. */
export function reachesBeyond({ host }: Listen): boolean {
  return !isLoopback(host);
}

/** Whether it is this machine's own address, for itself alone. */
export function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}
