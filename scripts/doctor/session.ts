/** A connection to the server as the component, for probes. */
import { EventEmitter } from "node:events";
import { createLogger } from "winston";
import type { KnownServer } from "../../component/link/server-lines.js";
import type { StreamEnd } from "../../component/link/stream-end.js";
import { Stream } from "../../component/link/stream.js";
import { Metrics } from "../../component/metrics.js";
import { Jid } from "../../component/addresses/address.js";
import { IqRequests, type IqAnswer } from "../../component/inbound/iq-requests.js";
import { Permissions } from "../../component/privilege/permissions.js";
import { Router } from "../../component/inbound/router.js";
import { Exchange, PROBE, type ProbeExchange } from "../../component/probes/exchange.js";
import { NS, xml, type Element } from "../../component/xml/builder.js";
import type { WireText } from "../../component/xml/wire-text.js";
import { inBackground } from "../../component/background.js";

export interface Access {
  /** The server's address, in the form of xmpp.service: xmpp://ADDRESS:PORT. */
  readonly service: string;
  readonly domain: string;
  readonly password: string;
}

const HANDSHAKE_MS = 5_000;
/** How long to wait for a response, in milliseconds. */
const ANSWER_MS = 3_000;

export class Session extends EventEmitter<{ down: [] }> implements ProbeExchange {
  readonly domain: string;
  readonly requests: IqRequests;
  /** The permissions that hosts have announced. */
  readonly permissions: Permissions;
  /** Why the stream ended; undefined while it is up. */
  closed: StreamEnd | undefined;
  readonly #router: Router;
  readonly #exchange = new Exchange(this);
  readonly #log = createLogger({ silent: true });
  #stream: Stream | undefined;

  private constructor(domain: string, hosts: readonly string[]) {
    super();
    this.domain = domain;
    this.permissions = new Permissions(domain, hosts);
    this.requests = new IqRequests(this, Infinity);
    const write = (stanza: WireText): boolean => this.write(stanza);
    this.#router = new Router({
      domain,
      write,
      stanzaBytes: Infinity,
      log: this.#log,
      metrics: new Metrics(),
    });
  }

  /** Connects. @param hosts the hosts whose permissions to record @returns why, if the server refuses */
  static open({ service, domain, password }: Access, hosts: readonly string[]): Promise<Session | StreamEnd> {
    return new Promise((resolve) => {
      const session = new Session(domain, hosts);
      session.#stream = new Stream({
        service,
        domain,
        password,
        timeout: HANDSHAKE_MS,
        onStanza: (stanza) => session.#take(stanza),
        onDrain: () => undefined,
        onOpen: () => resolve(session),
        onClosed: (closed) => {
          session.#end(closed);
          resolve(closed);
        },
      });
    });
  }

  get isUp(): boolean {
    return this.closed === undefined;
  }

  /** The server's software, detected from its stream header. */
  get server(): KnownServer | undefined {
    return this.#stream?.server;
  }

  write(stanza: WireText): boolean {
    this.#stream?.write(stanza);
    return this.#stream !== undefined;
  }

  send(stanza: Element): void {
    this.#exchange.send(stanza);
  }

  /** Sends a request (IQ get) to a host or service. */
  ask(name: string, payload: Element): Promise<IqAnswer> {
    const to = Jid.parse(name);
    if (to === undefined) return Promise.resolve({ kind: "unasked" });
    return this.requests.ask({ type: "get", to, payload, timeout: ANSWER_MS });
  }

  /** Returns the items that a host or service lists in its service discovery (XEP-0030). */
  async items(name: string): Promise<readonly string[]> {
    const answer = await this.ask(name, xml("query", NS.discoItems));
    const items = answer.kind === "result" ? (answer.payload?.getChildren("item") ?? []) : [];
    return items.map(({ attrs }) => attrs.jid ?? "");
  }

  /** Waits at most `ms` milliseconds for a stanza. @returns undefined if none comes or the stream ends */
  next(matches: (stanza: Element) => boolean, ms: number): Promise<Element | undefined> {
    if (!this.isUp) return Promise.resolve(undefined);
    return this.#exchange.next(matches, ms);
  }

  /** Closes the stream (RFC 6120 §4.4), and waits until it is closed. */
  async close(): Promise<void> {
    if (!this.isUp) return;
    await new Promise<void>((resolve) => {
      this.once("down", resolve);
      this.#stream?.close();
    });
  }

  #take(stanza: Element): void {
    const isPermission = this.permissions.consume(stanza) !== undefined;
    if (this.#exchange.consume(stanza) || isPermission) return;
    // Probe messages that arrive too late are ignored.
    if (this.requests.consume(stanza) || stanza.attrs.id?.startsWith(PROBE) === true) return;
    inBackground(this.#router.route(stanza), "answering the server", this.#log);
  }

  #end(closed: StreamEnd): void {
    this.closed = closed;
    this.#exchange.giveUp();
    this.emit("down");
  }
}
