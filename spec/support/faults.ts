/** What can be wrong with the fault server, and what its parts see of each other. */
import type { Stanza } from "../../scripts/lab/stanza-reader.js";

/** How a connection is ended. */
export interface Ending {
  /** The stream error's condition; absent: without a word. */
  readonly condition?: string;
  readonly text?: string;
}

/** What is wrong with the server now; tests change it as they go. */
export interface Faults {
  /** What the handshake gets: acceptance, nothing, or a stream error of this condition. */
  handshake: "accept" | "ignore" | (string & {});
  /** What becomes of messages from the component to itself, and of its pings. */
  messagesToSelf: "return" | "hold" | "swallow";
  pings: "return" | "hold" | "swallow";
  /** What it says when it is asked since when it runs: the seconds, a text instead, or an error; or nothing, ever or for now. */
  uptime: "tell" | "error" | "hold" | "swallow" | { readonly text: string };
  /** Whether there is a multicast service, and what becomes of what it is told; "hold": until serve(). */
  multicast: "none" | "send" | "hold" | "refuse" | "swallow";
  /** Ends the connection instead of routing this stanza. */
  poison: (stanza: Stanza) => Ending | undefined;
  /** What the server does besides routing it, e.g. send an error back. */
  onStanza: (stanza: Stanza, connection: Peer) => void;
  /** Ends each connection abruptly when so many bytes were read from it; what came before is still routed. */
  closeAtByte: number;
  /** Sends and reads in chunks of so many bytes. */
  chunk: number;
}

/** A connection, as what goes on over it sees it. */
export interface Peer {
  /** What was routed on it, in order. */
  readonly routed: Stanza[];
  send(text: string | Buffer): void;
  end(ending: Ending): void;
}

/** The server, as its connections and its multicast service see it. */
export interface FaultHost {
  readonly domain: string;
  readonly secret: string;
  readonly faults: Faults;
  /** Since when it says that it runs, in milliseconds since 1970. */
  readonly startedAt: number;
  /** What was routed over all connections, in order. */
  readonly routed: Stanza[];
  readonly multicast: { consume(stanza: Stanza, connection: Peer): boolean };
  /** Something happened. */
  emit(event: "change"): boolean;
}

/** Nothing is wrong. */
export const SOUND: Faults = {
  handshake: "accept",
  messagesToSelf: "return",
  pings: "return",
  uptime: "tell",
  multicast: "none",
  poison: () => undefined,
  onStanza: () => undefined,
  closeAtByte: Infinity,
  chunk: Infinity,
};
