import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "winston";
import type { ShownCaller } from "../component/administration/context.js";
import type { LimitsConfig } from "../component/config.js";
import type { MemoryGuard } from "../component/limits/memory-guard.js";
import type { Metrics } from "../component/metrics.js";
import type { OperationContext } from "../component/operations/context.js";
import type { Readiness } from "../component/service/readiness.js";
import type { Resolve } from "./caller-permissions.js";
import { Bodies } from "./body.js";
import { CallLog } from "./call-log.js";
import { Calls } from "./calls.js";
import { requestTime, type HttpConfig, type HttpTimes } from "./config.js";
import { Connections } from "./connections.js";
import { Console, type ConsoleSources } from "./console/console.js";
import { contract } from "./contract.js";
import type { ExampleNames } from "./docs/openapi.js";
import { listenOnPassed } from "./listen.js";
import { routesOf, type Endpoint } from "./endpoint.js";
import { HookRequests, type HooksApi } from "./hooks/requests.js";
import { CLOSED, Identity, opening } from "./identity.js";
import { finder } from "./routing.js";

export interface HttpServerOptions {
  readonly config: HttpConfig;
  readonly context: OperationContext;
  /** Handles posts to incoming webhooks; absent: incoming webhooks are off. */
  readonly hooks?: HooksApi;
  /** What the console shows; absent: the console is off. */
  readonly console?: ConsoleSources;
  readiness(): Readiness;
  readonly memory: Pick<MemoryGuard, "isShort">;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly version: string;
  /** The host and domain in the documentation's examples. */
  readonly examples: ExampleNames;
  /** Resolves addresses when permissions are checked. */
  readonly resolve: Resolve;
  /** The limits of lists, which may change at run time. */
  readonly limits: LimitsConfig;
  /** Replaces times, for tests. */
  readonly times?: Partial<HttpTimes>;
  /** The endpoints to serve; absent: all. */
  readonly endpoints?: readonly Endpoint[];
}

/** How long idle connections stay open, in milliseconds. Java's connection pools don't retry on a closed connection. */
const KEEP_ALIVE_MS = 75_000;
const TIMES: HttpTimes = { head: 10_000, grace: 10_000, look: 1_000, unread: 60_000 };
/** The longest time for the last responses to be written when the server closes, in milliseconds. */
const LINGER_MS = 500;

export class HttpServer {
  readonly records: CallLog;
  /** Runs work for a program beside HTTP, such as a mail, so that drain() waits for it. */
  readonly during: Calls["during"];
  readonly #identity: Identity;
  readonly #calls: Calls;
  readonly #bodies: Bodies;
  readonly #connections: Connections;
  readonly #hooks: HookRequests | undefined;
  readonly #console: Console | undefined;
  readonly #server: Server;
  #stopping = false;
  /** Whether systemd holds the socket, so that new connections wait for the next start after drain(). */
  isPassed = false;
  /** Resolves when all connections are closed; undefined while the server takes new ones. */
  #closed: Promise<unknown> | undefined;

  constructor(private readonly options: HttpServerOptions) {
    const { config, context, metrics, log, hooks, memory, limits, console: sources } = options;
    this.records = new CallLog(metrics, log);
    this.#identity = new Identity(config, { resolve: options.resolve, hooks, console: sources });
    const times = { ...TIMES, ...options.times };
    this.#bodies = new Bodies(config, times);
    const shared = { identity: this.#identity, bodies: this.#bodies, memory, records: this.records, log };
    this.#calls = new Calls({ ...shared, context, limits, eventLoop: metrics.eventLoop });
    this.during = (work) => this.#calls.during(work);
    this.#hooks = hooks && new HookRequests({ ...shared, hooks, calls: this.#calls });
    const readiness = () => this.#readiness();
    metrics.gaugeOf(
      "qtalk_ready",
      "1 while /readyz answers 200: calls are stored, and their messages reach the server",
      () => Number(readiness().ready),
    );
    this.#console = sources && new Console({ ...shared, ...sources, metrics, readiness });
    const timeouts = {
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Node would also count the time in which this process didn't read: see Connections.
      headersTimeout: 0,
      requestTimeout: requestTime(config, times),
      connectionsCheckingInterval: times.look,
    };
    const find = finder({
      identity: this.#identity,
      calls: this.#calls,
      hooks: this.#hooks,
      console: this.#console,
      directory: context.directory,
      metrics,
      log,
      readiness,
      routes: routesOf(options.endpoints ?? contract, config.also),
      examples: options.examples,
      version: options.version,
    });
    const requests = { find, onGone: () => this.records.noteGone() };
    this.#connections = new Connections(config, this.#identity, requests, times);
    this.#server = createServer(timeouts, (request, response) => {
      if (this.#closed !== undefined) response.shouldKeepAlive = false;
      this.#connections.enqueue(request, response);
    });
    this.#server.on("connection", (socket) => this.#connections.add(socket));
  }

  /** @param passed the file descriptor of systemd's socket, not used for another address @throws such as EADDRINUSE */
  async listen(passed?: number): Promise<AddressInfo> {
    const { config, log } = this.options;
    const { host, port } = config.listen;
    this.isPassed = passed !== undefined && (await listenOnPassed(this.#server, passed, config.listen, log));
    if (!this.isPassed) await once(this.#server.listen({ host, port }), "listening");
    this.#server.on("error", (error) => {
      const remedy = "if files run out, raise LimitNOFILE in the unit, or lower http.max_connections";
      log.error(`A connection to ${host}:${port} could not be accepted: ${error.message} (${remedy})`);
    });
    if (config.callers.length === 0) log.warn(`${CLOSED}. To let a program call: ${opening()}`);
    return this.#server.address() as AddressInfo;
  }

  get shownCallers(): readonly ShownCaller[] {
    return this.#identity.shownCallers;
  }

  /** Returns the path of a link that logs an operator in to the console once; undefined if the console is off. */
  consoleLink(name: string): string | undefined {
    return this.#console && `/console#/login/${this.#identity.sessions.link(name)}`;
  }

  /** Applies `callers`, `proxies`, `metrics_local` and `batches`; other changes need a restart. */
  configure(config: HttpConfig): void {
    this.#identity.configure(config);
  }

  /**
   * Refuses new calls with errcode 5; if systemd holds the socket, those on connections accepted before are served
   * first.
   * @param ms how long to wait for running calls, in milliseconds
   */
  async drain(ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    if (this.isPassed) {
      this.#console?.close();
      this.#closed = once(this.#server, "close");
      await this.#connections.serveAccepted(this.#server, deadline);
    }
    this.#stopping = true;
    const done = await this.#calls.drain(Math.max(deadline - performance.now(), 0));
    if (!done) this.options.log.warn(`Some calls were still running after ${ms / 1000} s: they are cut off.`);
  }

  /** Closes the port and all connections. Responses that are being written get LINGER_MS to end. */
  async close(): Promise<void> {
    this.#bodies.end();
    this.#connections.close();
    this.#console?.close();
    const timer = setTimeout(() => this.#server.closeAllConnections(), LINGER_MS);
    const closed = this.#closed ?? once(this.#server, "close");
    if (this.#closed === undefined) this.#server.close();
    else this.#server.closeIdleConnections();
    await closed;
    clearTimeout(timer);
  }

  #readiness(): Readiness {
    return this.#stopping ? { ready: false, reason: "the service is stopping" } : this.options.readiness();
  }
}
