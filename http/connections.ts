/**
 * Limits connections, and lets them take turns, before it is known whether their requests have a right to anything.
 * Each costs a few kilobytes, however much its client pipelines (RFC 9112 §9.3.2) and however little it reads. At a
 * limit, a new one replaces an idle one: otherwise, early clients could lock out others.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Server, type Socket } from "node:net";
import { setTimeout as lapse } from "node:timers/promises";
import { Lines } from "../component/limits/fair-lines.js";
import { QuotaPool } from "../component/limits/quota-pool.js";
import { TokenBuckets } from "../component/limits/token-bucket.js";
import { clientNetworkOf } from "./client-address.js";
import type { HttpConfig, HttpTimes } from "./config.js";
import { awaitsHead, isGoingOn, isIdle, noteParsed, type Connection } from "./connection.js";
import type { Identity } from "./identity.js";

export interface RequestHandler {
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void;
  /** Whether the request has a right, by its secret or address; undefined: everybody is served. */
  readonly isEntitled?: (request: IncomingMessage) => boolean;
}

/** How many requests of a connection may wait. If there are more, the connection isn't read. */
const MAX_WAITING = 4;
/** How many bytes are parsed before the above is checked again: chunks of one byte take half a millisecond then. */
const PIECE_BYTES = 1024;
/** How many requests without a right an address or network may make. Further ones wait, but not on quiet connections. */
const RATE = { perSecond: 1_000, burst: 200 };
/** How many bytes of a response count as a request. */
const BYTES_PER_REQUEST = 16 * 1024;
/** A connection without requests for so long is quiet, in milliseconds. So floods don't delay health checks. */
const QUIET_MS = 1_000;
/** How long late requests wait until they get a turn again, in milliseconds. */
const LATE_MS = 20;
/** The statuses of requests that had no right. */
const WITHOUT_RIGHT: ReadonlySet<number> = new Set([401, 403, 404]);
/** The response to a head that didn't arrive in time (RFC 9110 §15.5.9). */
const HEAD_TIMEOUT = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
/** The interval at which serveAccepted() looks, in milliseconds. */
const LOOK_MS = 10;

/**
 * What always holds:
 * - A connection is in #all from add() until it closes, and its network's count in #sizes agrees.
 * - At most one response of a connection runs; the next request begins when it has closed, so responses stay in order.
 * - While `unparsed` is set, the socket is paused, and the connection is in #pieces or #held, or being parsed now: bytes are
 *   parsed in order, each once.
 * - A connection is in one of #lines and #late at most, and only while it has a request that waits.
 */
export class Connections {
  readonly #all = new Map<Socket, Connection>();
  /** How many connections each network has. */
  readonly #sizes = new QuotaPool(Infinity);
  /** The connections with a request to serve, by the address or network of its client. */
  readonly #lines = new Lines<Connection>(
    () => true,
    (connection, network) => this.#serve(connection, network),
  );
  /** Those whose requests have no right, and wait because the rate of their network is used up. */
  readonly #late = new Lines<Connection>(
    (network) => this.#hasRate(network),
    (connection, network) => this.#serve(connection, network, true),
  );
  /** The connections with bytes to parse, by their network: a piece of each in turn, for a time slice of each tick. */
  readonly #pieces = new Lines<Connection>(
    () => true,
    (connection) => this.#parse(connection, 1),
  );
  /** Connections that aren't read, because many of their requests wait. */
  readonly #held = new Set<Connection>();
  readonly #rates = new TokenBuckets(RATE);
  readonly #check: NodeJS.Timeout;
  #lateTimer: NodeJS.Timeout | undefined;

  /** @param requests finds their handlers, and hears of each whose client had gone before it was served */
  constructor(
    private readonly config: Pick<HttpConfig, "max_connections" | "connections_per_address">,
    private readonly identity: Pick<Identity, "isProxy" | "addressOf">,
    private readonly requests: { find(request: IncomingMessage): RequestHandler; onGone(): void },
    private readonly times: Pick<HttpTimes, "head" | "unread" | "look">,
  ) {
    this.#check = setInterval(() => this.#closeSlow(), times.look).unref();
  }

  /** Takes a connection, to which Node's HTTP server already listens. At a limit, an idle one is closed, or this one. */
  add(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    const network = clientNetworkOf(address);
    const [parse] = socket.listeners("data") as ((piece: Buffer) => void)[];
    if (parse === undefined || !this.#makeRoom(address, network)) {
      socket.destroy();
      return;
    }
    const connection: Connection = {
      socket,
      parse,
      unparsed: undefined,
      network,
      waiting: [],
      running: undefined,
      usedAt: -Infinity,
      unreadSince: undefined,
      sent: 0,
      heads: 0,
      arriving: undefined,
      isHeadArriving: false,
      headChecks: 0,
      unfinished: undefined,
      discarded: 0,
    };
    this.#all.set(socket, connection);
    this.#sizes.acquire(network, 1);
    socket.off("data", parse);
    socket.on("data", (chunk: Buffer) => this.#read(connection, chunk));
    socket.once("close", () => this.#forget(connection));
  }

  /** Serves a request when it is its turn. */
  enqueue(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#all.get(request.socket);
    if (connection === undefined) return;
    const { waiting, running } = connection;
    connection.heads += 1;
    connection.arriving = request;
    if (waiting.push({ request, response }) > 1 || running !== undefined) return;
    // What a new client sent after its request, such as its end, is read in the next turn of the event loop.
    if (connection.usedAt === -Infinity) setImmediate(() => setImmediate(() => this.#next(connection)));
    else this.#next(connection);
  }

  /** Takes no more connections, and waits until those taken have an answer to their first request, or until `deadline`. */
  async serveAccepted(server: Server, deadline: number): Promise<void> {
    // http.Server's own close() would also close connections on which the next request is arriving.
    Server.prototype.close.call(server);
    const isDone = (one: Connection): boolean => isIdle(one) && !awaitsHead(one);
    while (![...this.#all.values()].every(isDone) && performance.now() < deadline) await lapse(LOOK_MS);
  }

  close(): void {
    clearInterval(this.#check);
    clearTimeout(this.#lateTimer);
  }

  #read(connection: Connection, chunk: Buffer): void {
    const { unparsed, network, socket } = connection;
    if (unparsed !== undefined) {
      // Node resumes the socket for each part of a body that is read.
      socket.pause();
      socket.unshift(chunk);
      return;
    }
    connection.unparsed = chunk;
    // While others wait for their turn, it waits, too.
    this.#parse(connection, this.#pieces.has(network) ? 0 : Infinity);
  }

  /** Parses pieces of what was read. The rest waits for the connection's next turn, or for its requests. */
  #parse(connection: Connection, most: number): void {
    const { socket, waiting, parse, network } = connection;
    for (let done = 0; connection.unparsed !== undefined; done++) {
      if (socket.destroyed) return;
      const isHeld = waiting.length >= MAX_WAITING;
      if (isHeld || done >= most || (most > 1 && this.#pieces.isUsedUp())) {
        socket.pause();
        if (isHeld) this.#held.add(connection);
        else this.#pieces.add(network, connection);
        this.#pieces.resumeSoon();
        return;
      }
      const { unparsed } = connection;
      const piece = unparsed.subarray(0, PIECE_BYTES);
      connection.unparsed = unparsed.length > PIECE_BYTES ? unparsed.subarray(PIECE_BYTES) : undefined;
      if (isGoingOn(connection, piece.length)) socket.destroy();
      else {
        const { heads } = connection;
        parse(piece);
        noteParsed(connection, piece, connection.heads > heads);
      }
    }
    if (socket.isPaused()) socket.resume();
  }

  /** Goes on with a connection that was held, if its requests don't hinder it any more. */
  #readOn(connection: Connection): void {
    if (connection.waiting.length < MAX_WAITING && this.#held.delete(connection)) this.#parse(connection, 0);
  }

  /** Serves a connection's next request now, or puts the connection into its network's line. */
  #next(connection: Connection): void {
    const [next] = connection.waiting;
    if (next === undefined) return;
    const network = clientNetworkOf(this.identity.addressOf(next.request));
    if (this.#lines.has(network) || this.#lines.isUsedUp()) this.#lines.add(network, connection);
    else this.#serve(connection, network);
  }

  /** @param isLate whether the request has already waited for the rate of its network */
  #serve(connection: Connection, network: string, isLate = false): void {
    const { socket, waiting } = connection;
    const [next] = waiting;
    if (next === undefined) return;
    if (socket.destroyed || socket.readableEnded) {
      // To serve it would make the others wait, until everybody's answer comes too late.
      waiting.length = 0;
      socket.destroy();
      this.requests.onGone();
      return;
    }
    const { request, response } = next;
    const handler = this.requests.find(request);
    if (
      !isLate &&
      performance.now() - connection.usedAt <= QUIET_MS &&
      (this.#late.has(network) || !this.#hasRate(network)) &&
      handler.isEntitled?.(request) !== true
    ) {
      this.#late.add(network, connection);
      return;
    }
    waiting.shift();
    connection.running = response;
    response.on("close", () => {
      connection.running = undefined;
      connection.unreadSince = undefined;
      connection.usedAt = performance.now();
      const { bytesWritten } = connection.socket;
      if (handler.isEntitled === undefined || WITHOUT_RIGHT.has(response.statusCode))
        this.#rates.debit(network, 1 + (bytesWritten - connection.sent) / BYTES_PER_REQUEST);
      connection.sent = bytesWritten;
      connection.unfinished = request.complete ? undefined : request;
      connection.discarded = 0;
      this.#next(connection);
      this.#readOn(connection);
    });
    handler.serve(request, response);
  }

  /** Whether a network may make a request without a right. If not, late requests get a turn again soon. */
  #hasRate(network: string): boolean {
    if (this.#rates.waitTime(network) === 0) return true;
    this.#lateTimer ??= setTimeout(() => {
      this.#lateTimer = undefined;
      this.#late.resume();
    }, LATE_MS);
    return false;
  }

  /** Closes connections whose client doesn't read its response, or doesn't send the head of a request. */
  #closeSlow(): void {
    const now = performance.now();
    const { head, look } = this.times;
    for (const connection of this.#all.values()) {
      if (awaitsHead(connection) && ++connection.headChecks * look > head) {
        connection.socket.write(HEAD_TIMEOUT);
        connection.socket.destroy();
        continue;
      }
      if (connection.running?.writableEnded !== true) continue;
      connection.unreadSince ??= now;
      if (now - connection.unreadSince > this.times.unread) connection.socket.destroy();
    }
  }

  /** Closes an idle connection if a limit is reached. Returns whether a new connection now fits. */
  #makeRoom(address: string, network: string): boolean {
    const { max_connections: most, connections_per_address: each } = this.config;
    // Trusted proxies call for many.
    if (this.#sizes.of(network) >= each && !this.identity.isProxy(address)) return this.#closeIdle(network);
    return this.#all.size < most || this.#closeIdle();
  }

  /** Closes an idle connection, of a network or of the largest: never used, or longest idle. False: there is none. */
  #closeIdle(network?: string): boolean {
    let found: Connection | undefined;
    for (const one of this.#all.values()) {
      if (!isIdle(one) || (network !== undefined && one.network !== network)) continue;
      const larger = this.#sizes.of(one.network) - (found === undefined ? 0 : this.#sizes.of(found.network));
      if (found === undefined || larger > 0 || (larger === 0 && one.usedAt < found.usedAt)) found = one;
    }
    if (found === undefined) return false;
    this.#forget(found);
    found.socket.destroy();
    return true;
  }

  #forget(connection: Connection): void {
    if (!this.#all.delete(connection.socket)) return;
    this.#sizes.release(connection.network, 1);
    this.#held.delete(connection);
    connection.waiting.length = 0;
  }
}
