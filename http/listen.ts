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

/** Parses ADDRESS:PORT, with IPv6 addresses in brackets; undefined if it is invalid. */
export function parseListen(text: string): Listen | undefined {
  const [, v6, host = v6, digits] = FORM.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) return undefined;
  return v6 !== undefined && !ipaddr.IPv6.isValid(v6) ? undefined : { text, host, port };
}

/** Whether other machines may reach it: all but loopback addresses. */
export function reachesBeyond({ host }: Listen): boolean {
  return !isLoopback(host);
}

/** Whether it is localhost or a loopback address. */
export function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === "loopback";
}
