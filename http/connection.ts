/** A connection of the HTTP server: what it has sent, and what it waits for. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface Connection {
  readonly socket: Socket;
  /** Parses bytes: Node's own listener, which parses even while the connection is paused. */
  readonly parse: (piece: Buffer) => void;
  /** What was read and isn't parsed yet. Meanwhile the socket is paused. */
  unparsed: Buffer | undefined;
  /** The address or IPv6 network at its other end. */
  readonly network: string;
  /** The requests to serve, one after another, in order. */
  readonly waiting: { readonly request: IncomingMessage; readonly response: ServerResponse }[];
  running: ServerResponse | undefined;
  /** When the last response was sent, in milliseconds of performance.now(). */
  usedAt: number;
  /** When the running response was first seen to be complete but unread, in milliseconds of performance.now(). */
  unreadSince: number | undefined;
  /** How many bytes the earlier responses had. */
  sent: number;
  /** How many requests' heads have arrived. */
  heads: number;
  /** The latest request, until it has arrived whole. */
  arriving: IncomingMessage | undefined;
  /** Whether a part of a request's head has arrived. */
  isHeadArriving: boolean;
  /** How many checks have found that the client has to send the head that is due (awaitsHead()). */
  headChecks: number;
  /** The last request, if it was answered before its body was complete; its rest is discarded. */
  unfinished: IncomingMessage | undefined;
  /** How many bytes of this rest were discarded. */
  discarded: number;
}

/** How many bytes of a body are discarded after the response. If there are more, the connection is closed. */
const DISCARDED_BYTES = 64 * 1024;
const CR = 0x0d;
const LF = 0x0a;

/** Whether a client sends too much of a body after the response. Counts what it sends. */
export function isGoingOn(connection: Connection, bytes: number): boolean {
  if (connection.unfinished?.complete !== false) return false;
  connection.discarded += bytes;
  return connection.discarded > DISCARDED_BYTES;
}

/** Whether nothing of a connection is served, waits, or has still to be parsed; the beginning of a head may have been. */
export function isIdle({ running, waiting, unparsed }: Connection): boolean {
  return running === undefined && waiting.length === 0 && unparsed === undefined;
}

/** Notes to which part of a request a parsed piece belonged. @param hasHead whether a head was complete with it */
export function noteParsed(connection: Connection, piece: Buffer, hasHead: boolean): void {
  if (hasHead) {
    connection.isHeadArriving = false;
    connection.headChecks = 0;
  } else if (connection.arriving === undefined) {
    // Empty lines may follow a body (RFC 9112 §2.2).
    connection.isHeadArriving ||= piece.some((byte) => byte !== CR && byte !== LF);
  }
  if (connection.arriving?.complete === true) connection.arriving = undefined;
}

/**
 * Whether the client has to send the head of a request now: that of its first one, or of one that it has begun.
 * Connections that have bytes to parse don't wait for their client but for this process. The caller counts checks, not
 * time: between two checks, everything that had arrived was read.
 */
export function awaitsHead(connection: Connection): boolean {
  return isIdle(connection) && (connection.isHeadArriving || connection.usedAt === -Infinity);
}
