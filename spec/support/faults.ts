/** The faults that the fault server can have, and the interfaces between its parts. */
import { EventEmitter } from "node:events";
import type { Element } from "../../component/xml/builder.js";

/** How the server ends a connection. */
export interface Ending {
  /** The stream error's condition; if absent, the connection is cut without an error. */
  readonly condition?: string;
  readonly text?: string;
}

/** The server's present faults, which tests change at any time. */
export interface Faults {
  /** The stream's id, by whose form servers are recognised. */
  streamId: string;
  /** How the server responds to the handshake: accepts it, ignores it, or sends a stream error with this condition. */
  handshake: "accept" | "ignore" | (string & {});
  /**
   * How the server responds to ack requests, which are messages from the component to itself: it returns them, holds
   * them back until `release`, or drops them.
   */
  messagesToSelf: "return" | "hold" | "swallow";
  /** How the server responds to the component's pings. */
  pings: "return" | "hold" | "swallow";
  /**
   * How the server responds to requests for its uptime: with seconds, an error, later ("hold"), not at all, or with a
   * text in place of the seconds.
   */
  uptime: "tell" | "error" | "hold" | "swallow" | { readonly text: string };
  /** Whether there is a multicast service, and what it does with stanzas; "hold" keeps them until `serve`. */
  multicast: "none" | "send" | "hold" | "refuse" | "swallow";
  /** Returns how to end the connection instead of routing a stanza; undefined to route it. */
  rejection: (stanza: Element) => Ending | undefined;
  /** Called with each routed stanza; may send an error back, for example. */
  onStanza: (stanza: Element, connection: Peer) => void;
  /** Cuts each connection when this many bytes were read from it; stanzas before this byte are still routed. */
  closeAtByte: number;
  /** How many bytes the server sends or processes at once. */
  chunk: number;
}

/** The part of a connection that the multicast service and tests use. */
export interface Peer {
  /** The stanzas routed on this connection, in order. */
  readonly routed: Element[];
  send(text: string | Buffer): void;
  end(ending: Ending): void;
}

/** The settings of a server without faults. */
export const SOUND: Faults = {
  // In the form of ejabberd's ids.
  streamId: "12685515684216912134",
  handshake: "accept",
  messagesToSelf: "return",
  pings: "return",
  uptime: "tell",
  multicast: "none",
  rejection: () => undefined,
  onStanza: () => undefined,
  closeAtByte: Infinity,
  chunk: Infinity,
};

/** What the server, its connections and its multicast service share. */
export class FaultHost extends EventEmitter<{ change: [] }> {
  readonly faults: Faults = { ...SOUND };
  /** The stanzas routed on all connections, in order, without ack requests and pings. */
  readonly routed: Element[] = [];
  /** The start time that the server reports, in milliseconds since 1970: an hour ago, or the time of the last crash. */
  startedAt = Date.now() - 3_600_000;

  constructor(
    readonly domain: string,
    readonly secret: string,
  ) {
    super();
    this.setMaxListeners(0);
  }
}
