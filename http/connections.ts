/**
 * Limits connections, in total and from one address.
 * At a limit, a new connection replaces an idle one: the oldest that never sent a request, otherwise the
 * longest idle. If new connections were refused instead, early clients could lock out others.
 */
import type { ServerResponse } from "node:http";
import { Server, type Socket } from "node:net";
import { setTimeout as lapse } from "node:timers/promises";
import { networkOf } from "./client-address.js";

/** The interval at which untilIdle() looks, in milliseconds. */
const LOOK_MS = 10;

export interface ConnectionBounds {
  /** The maximum in total. */
  readonly most: number;
  /** The maximum from one address or IPv6 network. */
  readonly each: number;
  /** Returns whether an address belongs to a trusted proxy. `each` doesn't apply to trusted proxies. */
  readonly isProxy: (address: string) => boolean;
}

interface Connection {
  readonly socket: Socket;
  readonly group: Group;
  /** How many requests have no response yet. */
  running: number;
}

/** The connections from one address or IPv6 network. */
interface Group {
  /** The number of connections, idle and busy. */
  size: number;
  /** Connections that never sent a request, oldest first. */
  readonly fresh: Set<Connection>;
  /** Idle connections that sent requests before, longest idle first. */
  readonly kept: Set<Connection>;
}

export class Connections {
  readonly #all = new Map<Socket, Connection>();
  readonly #groups = new Map<string, Group>();

  constructor(private readonly bounds: ConnectionBounds) {}

  /** Adds a connection. At a limit, closes an idle connection, or the new one if none is idle. */
  add(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    const network = networkOf(address);
    const group = this.#groups.get(network) ?? { size: 0, fresh: new Set(), kept: new Set() };
    if (!this.#makeRoom(address, group)) {
      socket.destroy();
      return;
    }
    const connection = { socket, group, running: 0 };
    this.#groups.set(network, group);
    this.#all.set(socket, connection);
    group.size += 1;
    group.fresh.add(connection);
    socket.once("close", () => {
      this.#forget(connection);
      if (group.size === 0 && this.#groups.get(network) === group) this.#groups.delete(network);
    });
  }

  /** Notes that a request has begun; the connection isn't idle until the response is sent. */
  begin(socket: Socket, response: ServerResponse): void {
    const connection = this.#all.get(socket);
    if (connection === undefined) return;
    const { fresh, kept } = connection.group;
    if (connection.running === 0 && !fresh.delete(connection)) kept.delete(connection);
    connection.running += 1;
    response.once("close", () => {
      connection.running -= 1;
      if (connection.running === 0 && this.#all.has(socket)) kept.add(connection);
    });
  }

  /** Takes no more connections, and waits until those taken have an answer to their first request, or until `deadline`. */
  async serveAccepted(server: Server, deadline: number): Promise<void> {
    // http.Server's own close() would also close connections on which the next request is arriving.
    Server.prototype.close.call(server);
    const isBusy = ({ running, group }: Connection): boolean => running > 0 || group.fresh.size > 0;
    while (Array.from(this.#all.values()).some(isBusy) && performance.now() < deadline) await lapse(LOOK_MS);
  }

  /** Closes an idle connection if a limit is reached. Returns whether a new connection now fits. */
  #makeRoom(address: string, group: Group): boolean {
    const { most, each, isProxy } = this.bounds;
    if (group.size >= each && !isProxy(address)) return this.#closeIdle([group]);
    if (this.#all.size < most) return true;
    return this.#closeIdle(this.#groups.values());
  }

  /** Closes an idle connection of the largest group that has one. Returns false if none is idle. */
  #closeIdle(groups: Iterable<Group>): boolean {
    let largest: Group | undefined;
    for (const group of groups) {
      const isIdle = group.fresh.size + group.kept.size > 0;
      if (isIdle && (largest === undefined || group.size > largest.size)) largest = group;
    }
    const connection = largest && (first(largest.fresh) ?? first(largest.kept));
    if (connection === undefined) return false;
    this.#forget(connection);
    connection.socket.destroy();
    return true;
  }

  #forget(connection: Connection): void {
    if (!this.#all.delete(connection.socket)) return;
    connection.group.size -= 1;
    connection.group.fresh.delete(connection);
    connection.group.kept.delete(connection);
  }
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  for (const item of set) return item;
  return undefined;
}
