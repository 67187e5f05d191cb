/**
 * Lets connections take turns, before it is known whether their requests have a right to anything. A connection costs
 * a few kilobytes, however many requests its client pipelines (RFC 9112 §9.3.2), and however little it reads.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { TickSlice } from "../component/limits/meter.js";
import { TokenBuckets } from "../component/limits/token-bucket.js";
import { networkOf } from "./client-address.js";

export interface TurnTimes {
  /** How long a client may take to read a response, in milliseconds. */
  readonly unread: number;
  /** The interval at which this is checked, in milliseconds. */
  readonly look: number;
}

/** What serves a request. */
export interface Service {
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void;
  /** Whether the request has a right, by its secret or address; undefined: everybody is served. */
  readonly isEntitled?: () => boolean;
}

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly service: Service;
  readonly network: string;
  isEntitled?: boolean;
}

/** A connection. Its requests are served in order, one at a time. */
interface Connection {
  readonly socket: Socket;
  readonly waiting: Waiting[];
  running: ServerResponse | undefined;
  /** When its last request was served, in milliseconds of performance.now(). */
  servedAt: number;
  /** When the running response was first seen to be complete but unread, in milliseconds of performance.now(). */
  unreadSince: number | undefined;
}

/** The connections of one address or network, in the order of their turns. */
type Lines = Map<string, Connection[]>;

/** How many requests of a connection may wait. If there are more, the connection isn't read. */
const MOST_WAITING = 4;
/** How many bytes are parsed before the above is checked again. */
const PIECE = 1024;
/** How many requests without a right an address or network may make. Further ones wait, but not on quiet connections. */
const RATE = { perSecond: 1_000, burst: 200 };
/** How many bytes of a response count as a request. */
const BYTES = 16 * 1024;
/** A connection without requests for so long is quiet, in milliseconds. So floods don't delay health checks. */
const QUIET_MS = 1_000;
/** How long late requests wait until they get a turn again, in milliseconds. */
const LATE_MS = 20;
/** The statuses of requests that had no right. */
const WITHOUT_RIGHT: ReadonlySet<number> = new Set([401, 403, 404]);

export class Turns {
  readonly #connections = new Map<Socket, Connection>();
  readonly #ready: Lines = new Map();
  /** Connections whose next request has no right, while the rate of their network is used up. */
  readonly #late: Lines = new Map();
  /** Connections that aren't read for now. */
  readonly #held = new Set<Connection>();
  readonly #rates = new TokenBuckets(RATE);
  readonly #slice = new TickSlice(() => this.#next());
  readonly #check: NodeJS.Timeout;
  #lateTimer: NodeJS.Timeout | undefined;

  /** @param find finds what serves a request @param addressOf returns the IP address of a request's client */
  constructor(
    private readonly find: (request: IncomingMessage) => Service,
    private readonly addressOf: (request: IncomingMessage) => string,
    private readonly times: TurnTimes,
  ) {
    this.#check = setInterval(() => this.#closeUnread(), times.look).unref();
  }

  /** Takes over the reading of a connection, to which Node's HTTP server already listens. */
  add(socket: Socket): void {
    // Node's listener parses what it gets, even if the connection is paused meanwhile: so it gets small pieces.
    const [parse] = socket.listeners("data") as ((piece: Buffer) => void)[];
    if (parse === undefined) return;
    const connection: Connection = {
      socket,
      waiting: [],
      running: undefined,
      servedAt: -Infinity,
      unreadSince: undefined,
    };
    this.#connections.set(socket, connection);
    socket.off("data", parse);
    socket.on("data", (chunk: Buffer) => this.#read(connection, chunk, parse));
    socket.once("close", () => {
      this.#connections.delete(socket);
      this.#held.delete(connection);
      connection.waiting.length = 0;
    });
  }

  /** Serves a request when it is its turn. */
  enqueue(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connections.get(request.socket);
    if (connection === undefined) return;
    const network = networkOf(this.addressOf(request));
    connection.waiting.push({ request, response, network, service: this.find(request) });
    if (connection.running === undefined && connection.waiting.length === 1)
      push(this.#ready, network, connection);
    this.#serve();
  }

  close(): void {
    clearInterval(this.#check);
    clearTimeout(this.#lateTimer);
  }

  #read(connection: Connection, chunk: Buffer, parse: (piece: Buffer) => void): void {
    const { socket, waiting } = connection;
    for (let at = 0; at < chunk.length && !socket.destroyed; at += PIECE) {
      // The first piece is cheap to parse, and pausing costs more: most requests consist of one.
      if (waiting.length >= MOST_WAITING || (at > 0 && this.#slice.isOver)) {
        socket.pause();
        socket.unshift(chunk.subarray(at));
        this.#held.add(connection);
        return;
      }
      parse(chunk.subarray(at, at + PIECE));
    }
  }

  /** Goes on in a new turn of the event loop. */
  #next(): void {
    this.#serve();
    for (const connection of this.#held) this.#resume(connection);
  }

  #resume(connection: Connection): void {
    if (connection.waiting.length < MOST_WAITING && this.#held.delete(connection)) connection.socket.resume();
  }

  #serve(): void {
    while (this.#ready.size > 0 && !this.#slice.isOver) {
      const connection = this.#take();
      const next = connection?.waiting.shift();
      if (connection === undefined || next === undefined) continue;
      const { request, response, service, network } = next;
      const { bytesWritten } = connection.socket;
      connection.running = response;
      connection.servedAt = performance.now();
      response.once("close", () => {
        connection.running = undefined;
        connection.unreadSince = undefined;
        if (service.isEntitled === undefined || WITHOUT_RIGHT.has(response.statusCode))
          this.#rates.debit(network, 1 + (connection.socket.bytesWritten - bytesWritten) / BYTES);
        const [following] = connection.waiting;
        if (following !== undefined) push(this.#ready, following.network, connection);
        this.#resume(connection);
        this.#serve();
      });
      service.serve(request, response);
    }
  }

  /** Returns the connection whose turn it is; undefined if its network is late. */
  #take(): Connection | undefined {
    const [[network, line] = ["", []]] = this.#ready;
    const connection = line.shift();
    // The network's next turn comes after those of the others.
    this.#ready.delete(network);
    if (line.length > 0) this.#ready.set(network, line);
    const next = connection?.waiting[0];
    if (connection === undefined || next === undefined) return undefined;
    if (performance.now() - connection.servedAt > QUIET_MS) return connection;
    if (!this.#late.has(network) && this.#rates.waitTime(network) === 0) return connection;
    next.isEntitled ??= next.service.isEntitled?.() === true;
    if (next.isEntitled) return connection;
    push(this.#late, network, connection);
    this.#lateTimer ??= setTimeout(() => this.#readmit(), LATE_MS);
    return undefined;
  }

  #readmit(): void {
    this.#lateTimer = undefined;
    for (const [network, line] of this.#late)
      this.#ready.set(network, [...line, ...(this.#ready.get(network) ?? [])]);
    this.#late.clear();
    this.#serve();
  }

  #closeUnread(): void {
    const now = performance.now();
    for (const connection of this.#connections.values()) {
      const { running, socket } = connection;
      if (running?.writableEnded !== true) continue;
      connection.unreadSince ??= now;
      if (now - connection.unreadSince > this.times.unread) socket.destroy();
    }
  }
}

function push(lines: Lines, network: string, connection: Connection): void {
  const line = lines.get(network);
  if (line === undefined) lines.set(network, [connection]);
  else line.push(connection);
}
