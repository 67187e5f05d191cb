/** A connection to the server as the component, for probes. */
import { EventEmitter, once } from "node:events";
import { createLogger } from "winston";
import type { KnownServer } from "../../component/link/server-lines.js";
import type { StreamEnd } from "../../component/link/stream-end.js";
import { Stream, type StreamOptions } from "../../component/link/stream.js";
import { Metrics } from "../../component/metrics.js";
import { Jid } from "../../component/addresses/address.js";
import { discoHandlers } from "../../component/entity/disco.js";
import { IqRequests, type IqAnswer } from "../../component/inbound/iq-requests.js";
import { Permissions } from "../../component/privilege/permissions.js";
import { Router } from "../../component/inbound/router.js";
import { Exchange, PROBE } from "../../component/probes/exchange.js";
import { NS, xml, type Element } from "../../component/xml/builder.js";
import type { WireText } from "../../component/xml/wire-text.js";
import { inBackground } from "../../component/background.js";
import type { Config } from "../config/sections.js";
import type { Finding } from "./finding.js";

export type Access = Pick<StreamOptions, "service" | "domain" | "password">;

export type DoctorConfig = Pick<
  Config,
  "xmpp" | "http" | "smtp" | "hooks" | "limits" | "rooms" | "notify" | "storage" | "log" | "service"
>;

/** What the steps need to know, including results of earlier steps. */
export interface Examined {
  /** The connection to the server; replaced if a step ended the stream. */
  session: DoctorSession;
  readonly config: DoctorConfig;
  readonly server: KnownServer | undefined;
  /** The hosts of xmpp.hosts, without those that the server doesn't serve. */
  served: readonly string[];
  /** The hosts that respond to the component's requests. */
  answering: readonly string[];
}

export type Probe = (examined: Examined) => Promise<Finding | readonly Finding[]>;

const HANDSHAKE_MS = 5_000;
const ANSWER_MS = 3_000;

export class DoctorSession extends EventEmitter<{ down: [] }> {
  readonly exchange = new Exchange(this);
  readonly requests = new IqRequests(this, Infinity);
  /** Why the stream ended; undefined while it is up. */
  closed: StreamEnd | undefined;
  readonly #log = createLogger({ silent: true });
  readonly #router: Router;
  #stream: Stream | undefined;

  private constructor(
    readonly domain: string,
    readonly permissions: Permissions,
  ) {
    super();
    const write = (stanza: WireText): boolean => this.write(stanza);
    const metrics = new Metrics();
    this.#router = new Router({ domain, write, stanzaBytes: Infinity, log: this.#log, metrics });
    // jabberd2 lists only components that have answered it.
    this.#router.register(...discoHandlers(this.#router, new Map(), () => xml("query", NS.discoItems)));
  }

  /** Connects. @param hosts the hosts whose permissions to record @returns why, if the server refuses */
  static open(access: Access, hosts: readonly string[]): Promise<DoctorSession | StreamEnd> {
    return new Promise((resolve) => {
      const { domain } = access;
      const session = new DoctorSession(domain, new Permissions(domain, hosts));
      session.#stream = new Stream({
        ...access,
        timeout: HANDSHAKE_MS,
        onStanza: (stanza) => session.#take(stanza),
        onDrain: () => undefined,
        onOpen: () => resolve(session),
        onClosed: (closed) => {
          session.closed = closed;
          session.exchange.giveUp();
          session.emit("down");
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

  /** Closes the stream (RFC 6120 §4.4), and waits until it is closed. */
  async close(): Promise<void> {
    if (!this.isUp) return;
    const down = once(this, "down");
    this.#stream?.close();
    await down;
  }

  #take(stanza: Element): void {
    const isPermission = this.permissions.consume(stanza) !== undefined;
    if (this.exchange.consume(stanza) || isPermission) return;
    // Probe messages that arrive too late are ignored.
    if (this.requests.consume(stanza) || stanza.attrs.id?.startsWith(PROBE) === true) return;
    inBackground(this.#router.route(stanza), "answering the server", this.#log);
  }
}
