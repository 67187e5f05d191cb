/**
 * A small server for components (XEP-0114) that misbehaves on demand: it cuts what it sends at any byte, stalls,
 * keeps or swallows ack requests, closes at a chosen byte or stanza, refuses. It shares no code with the product's
 * stream, and records what it routed, in order.
 */
import { EventEmitter } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { FaultConnection } from "./fault-connection.js";
import { FaultMulticast } from "./fault-multicast.js";
import { SOUND, type Faults, type FaultHost } from "./faults.js";
import type { Stanza } from "../../scripts/lab/stanza-reader.js";

export class FaultServer extends EventEmitter<{ change: [] }> implements FaultHost {
  readonly domain: string;
  readonly secret: string;
  readonly faults: Faults = { ...SOUND };
  readonly multicast = new FaultMulticast(this);
  /** All connections that were ever made, in order. */
  readonly connections: FaultConnection[] = [];
  /** What was routed over all connections, in order; ack requests and pings are left out. */
  readonly routed: Stanza[] = [];
  /** An hour ago, until it crashes. */
  startedAt = Date.now() - 3_600_000;
  readonly #server: Server;
  #port = 0;

  private constructor(domain: string, secret: string) {
    super();
    this.setMaxListeners(0);
    this.domain = domain;
    this.secret = secret;
    this.#server = createServer((socket) => {
      this.connections.push(new FaultConnection(socket, this, this.connections.length));
      this.emit("change");
    });
  }

  static async start(domain = "conference.qtalk.test.org", secret = "a sécret"): Promise<FaultServer> {
    const server = new FaultServer(domain, secret);
    await server.listen();
    server.#port = (server.#server.address() as AddressInfo).port;
    return server;
  }

  /** What the component is told to connect to. */
  get service(): string {
    return `xmpp://127.0.0.1:${this.#port}`;
  }

  /** The newest connection. */
  get connection(): FaultConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error("nobody has connected yet");
    return connection;
  }

  /** The ids of what was routed, in order. */
  get ids(): string[] {
    return this.routed.map((stanza) => stanza.attrs.id ?? "");
  }

  /** The ids in the order in which each was routed first. */
  get firstIds(): string[] {
    return [...new Set(this.ids)];
  }

  heal(): void {
    Object.assign(this.faults, SOUND);
  }

  /** Sends the ack requests and pings that were held back. */
  release(): void {
    for (const connection of this.connections) connection.release();
  }

  /** Comes back after hideAway(), on the same port. */
  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#port, "127.0.0.1", resolve);
    });
  }

  /** Ends every connection and listens no more, as a crashed server does. */
  async hideAway(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.connections) connection.destroy();
    await closed;
  }

  /** Dies, and is there again at once, on the same port. */
  async crash(): Promise<void> {
    await this.hideAway();
    this.startedAt = Date.now();
    await this.listen();
  }

  /** Settles as soon as this holds; checked whenever something happens here. */
  until(what: string, holds: () => boolean, ms = 30_000): Promise<void> {
    const late = new Error("");
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (!holds()) return;
        this.off("change", check);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.off("change", check);
        late.message = `the server didn't see within ${ms} ms: ${what}; routed ${this.routed.length} stanzas over ${this.connections.length} connections`;
        reject(late);
      }, ms);
      this.on("change", check);
      check();
    });
  }

  /** Settles when so many different ids were routed. */
  routedIds(count: number, ms?: number): Promise<void> {
    return this.until(
      `${count} ids routed`,
      () => this.routed.length >= count && this.firstIds.length >= count,
      ms,
    );
  }
}
