/** Describes how a stream ended, and whether an unacknowledged stanza may be the cause. */
import type { Element } from "../xml/builder.js";
import type { KnownServer } from "./server-lines.js";
import { ownProperty } from "../own-property.js";

/** How the stream ended. */
export interface StreamEnd {
  /**
   * What ended the stream:
   * - `stream-error`: the server sent a stream error
   * - `closed`: the server ended the stream or the connection without a stream error
   * - `unreachable`: the address refuses connections
   * - `network`: connecting failed for another reason, or the connection broke
   * - `silent`: the component ended the stream, because nothing was received for too long
   * - `stopped`: the component ended the stream, because the link was stopped
   */
  readonly cause: "stream-error" | "closed" | "unreachable" | "network" | "silent" | "stopped";
  /** The condition of the stream error (RFC 6120 §4.9.3); undefined if there was none. */
  readonly condition?: string;
  /** The reason in words, for the log; contains the condition. */
  readonly text: string;
  /** Whether the server had accepted the component before. */
  readonly wasOpen?: boolean;
  /** The server; undefined if it sent no stream header. */
  readonly peer?: Peer;
}

/** What the server's stream header reveals. */
export interface Peer {
  readonly server: KnownServer;
  /** Whether the component has connected to the port for clients instead of that for components. */
  readonly isForClients: boolean;
}

/** Recognises the server by its stream id: on ejabberd a number; on Prosody a UUID, or none in a refusal. */
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

/** Returns the reason why a connection couldn't be made. */
export function networkFault({ code = "", message }: NodeJS.ErrnoException): string {
  return ownProperty(NETWORK_FAULTS, code) ?? (message === "" ? code : message);
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

/** Stream errors whose cause may be a stanza, or the server itself. */
const DOUBTFUL: ReadonlySet<string> = new Set([
  "internal-server-error",
  "remote-connection-failed",
  "resource-constraint",
  "undefined-condition",
]);

/**
 * Whether an unacknowledged stanza caused the end of a stream:
 * - `content`: yes, the stream error says so
 * - `unknown`: perhaps; the server gave no reason, or a reason that may lie in the server
 * - `none`: no
 */
export type CloseBlame = "content" | "unknown" | "none";

export function blameOf({ cause, condition = "" }: StreamEnd): CloseBlame {
  if (cause === "closed" || cause === "network") return "unknown";
  if (cause !== "stream-error") return "none";
  if (CONTENT.has(condition)) return "content";
  return DOUBTFUL.has(condition) ? "unknown" : "none";
}
