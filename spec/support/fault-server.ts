/**
 * A small server for components (XEP-0114) that misbehaves on demand: it splits what it sends at any byte, stalls,
 * holds back or drops acks, closes the stream at a chosen byte or stanza, or refuses the component. It shares no code
 * with the component's stream, and records the stanzas that it routed, in order.
 */
import { createServer, type Server } from "node:net";
import { FaultConnection } from "./fault-connection.js";
import { FaultMulticast } from "./fault-multicast.js";
import { FaultHost, SOUND } from "./faults.js";
import { PATIENCE_MS } from "../../scripts/lab/inbox.js";
import { freePort, LOOPBACK } from "../../scripts/lab/ports.js";

export class FaultServer extends FaultHost {
  readonly multicast = new FaultMulticast(this);
  /** All connections since the start, in order. */
  readonly connections: FaultConnection[] = [];
  readonly #server: Server = createServer((socket) => {
    this.connections.push(new FaultConnection(socket, this));
    this.emit("change");
  });

  private constructor(
    domain: string,
    secret: string,
    private readonly port: number,
  ) {
    super(domain, secret);
  }

  static async start(domain = "conference.qtalk.test.org", secret = "a sécret"): Promise<FaultServer> {
    const server = new FaultServer(domain, secret, await freePort());
    await server.listen();
    return server;
  }

  /** The address to which the component connects. */
  get service(): string {
    return `xmpp://${LOOPBACK}:${this.port}`;
  }

  /** The last connection. @throws Error if there was none */
  get connection(): FaultConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error("nobody has connected yet");
    return connection;
  }

  /** The ids of the routed stanzas, in order. */
  get ids(): string[] {
    return this.routed.map((stanza) => stanza.attrs.id ?? "");
  }

  /** The ids of the routed stanzas, each once, in the order in which they were first routed. */
  get firstIds(): string[] {
    return [...new Set(this.ids)];
  }

  /** Ends all faults. */
  heal(): void {
    Object.assign(this.faults, SOUND);
  }

  /** Sends the responses to ack requests and pings that were held back. */
  release(): void {
    for (const connection of this.connections) connection.release();
  }

  /** Starts listening; after `hideAway`, on the same port as before. */
  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.port, LOOPBACK, resolve);
    });
  }

  /** Cuts all connections and stops listening, as a crashed server does. */
  async hideAway(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.connections) connection.destroy();
    await closed;
  }

  /** Crashes, and listens again at once on the same port. */
  async crash(): Promise<void> {
    await this.hideAway();
    this.startedAt = Date.now();
    await this.listen();
  }

  /**
   * Resolves as soon as the condition holds; checked whenever the server's state changes.
   * @param what the awaited state, for the error
   * @param ms how long to wait at most, in milliseconds
   * @throws Error if the condition doesn't hold in time
   */
  until(what: string, holds: () => boolean, ms = PATIENCE_MS): Promise<void> {
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

  /** Resolves when `count` different ids were routed. */
  routedIds(count: number, ms?: number): Promise<void> {
    return this.until(
      `${count} ids routed`,
      () => this.routed.length >= count && this.firstIds.length >= count,
      ms,
    );
  }
}
