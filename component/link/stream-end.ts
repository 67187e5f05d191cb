/** How a stream ended, and what that says of the stanzas that were in flight. */
import type { Element } from "../xml/builder.js";
import type { KnownServer } from "./server-lines.js";

/** How the stream ended. */
export interface StreamEnd {
  /**
   * - `stream-error`: the server said why
   * - `closed`: the server ended the stream or the connection without a word
   * - `unreachable`: nobody listens at the address
   * - `network`: the connection couldn't be made for another reason, or broke
   * - `silent`: nothing came back for too long; we ended it
   * - `stopped`: we were asked to end it
   */
  readonly cause: "stream-error" | "closed" | "unreachable" | "network" | "silent" | "stopped";
  /** The stream error's condition (RFC 6120 §4.9.3), where there is one. */
  readonly condition?: string;
  /** A few words for the log; they name the condition. */
  readonly text: string;
  /** What is known of the server; undefined if it said nothing. */
  readonly peer?: Peer;
}

/** What the header of the server's stream tells. */
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

/** Why no connection could be made. */
export function networkFault({ code = "", message }: NodeJS.ErrnoException): string {
  return NETWORK_FAULTS[code] ?? (message === "" ? code : message);
}

/** Stream errors that name a fault in what the server was sent (RFC 6120 §4.9.3). */
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

/** Stream errors that may come of a stanza, or of the server's own trouble. */
const DOUBTFUL: ReadonlySet<string> = new Set([
  "internal-server-error",
  "remote-connection-failed",
  "resource-constraint",
  "undefined-condition",
]);

/**
 * What the end of a stream says of the stanzas that were in flight.
 * - `content`: the server named a fault in what it was sent
 * - `unknown`: it closed without a reason, or for one that may be its own
 * - `none`: it had another reason, or we ended it
 */
export type Blame = "content" | "unknown" | "none";

export function blameOf({ cause, condition = "" }: StreamEnd): Blame {
  if (cause === "closed" || cause === "network") return "unknown";
  if (cause !== "stream-error") return "none";
  if (CONTENT.has(condition)) return "content";
  return DOUBTFUL.has(condition) ? "unknown" : "none";
}
