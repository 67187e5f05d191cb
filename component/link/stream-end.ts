/** How a stream ended, and whether a stanza in flight may be the cause. */
import type { Element } from "../xml/builder.js";
import type { KnownServer } from "./server-lines.js";

/** How the stream ended. */
export interface StreamEnd {
  /**
   * - `stream-error`: the server sent a stream error
   * - `closed`: the server ended the stream or the connection without one
   * - `unreachable`: the address refuses connections
   * - `network`: connecting failed otherwise, or the connection broke
   * - `silent`: ended here, as nothing came back for too long
   * - `stopped`: ended here on request
   */
  readonly cause: "stream-error" | "closed" | "unreachable" | "network" | "silent" | "stopped";
  /** The stream error's condition (RFC 6120 §4.9.3), if there is one. */
  readonly condition?: string;
  /** For the log; contains the condition. */
  readonly text: string;
  /** The server; undefined if it sent no stream header. */
  readonly peer?: Peer;
}

/** What the server's stream header shows. */
export interface Peer {
  readonly server: KnownServer;
  readonly isForClients: boolean;
}

/** ejabberd counts streams with a decimal number, Prosody with a UUID; it sends none if it refuses the stream at once. */
export function peerOf({ attrs }: Element): Peer {
  const { id = "", xmlns = "" } = attrs;
  const isProsody =
    (UUID.test(id) && attrs["xml:lang"] !== undefined) || (id === "" && attrs.version === "1.0");
  const server = /^\d{10,20}$/.test(id) ? "ejabberd" : isProsody ? "prosody" : "another";
  return { server, isForClients: xmlns === "jabber:client" };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const NETWORK_FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens on that port",
  ENOTFOUND: "there is no machine of that name",
  EHOSTUNREACH: "there is no route to that machine",
};

/** The reason why no connection could be made. */
export function networkFault({ code = "", message }: NodeJS.ErrnoException): string {
  return NETWORK_FAULTS[code] ?? (message === "" ? code : message);
}

/** Stream errors about the content of a stanza (RFC 6120 §4.9.3). */
const CONTENT: ReadonlySet<string> = new Set([
  "bad-format",
  "bad-namespace-prefix",
  "improper-addressing",
  "invalid-namespace",
  "invalid-xml",
  "not-well-formed",
  "policy-violation",
  "restricted-xml",
  "unsupported-encoding",
  "unsupported-stanza-type",
]);

/** Stream errors whose cause may be a stanza or the server itself. */
const DOUBTFUL: ReadonlySet<string> = new Set([
  "internal-server-error",
  "remote-connection-failed",
  "resource-constraint",
  "undefined-condition",
]);

/**
 * Whether a stanza in flight is the cause of a stream's end.
 * - `content`: yes, by the stream error
 * - `unknown`: perhaps; the server closed without a reason, or for one that may be its own
 * - `none`: no
 */
export type Blame = "content" | "unknown" | "none";

export function blameOf({ cause, condition = "" }: StreamEnd): Blame {
  if (cause === "closed" || cause === "network") return "unknown";
  if (cause !== "stream-error") return "none";
  if (CONTENT.has(condition)) return "content";
  return DOUBTFUL.has(condition) ? "unknown" : "none";
}
