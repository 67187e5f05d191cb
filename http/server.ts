/** The HTTP server: the contract table's paths, and by Express what is beside them. */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler, type Express } from "express";
import type { Logger } from "winston";
import type { LimitsConfig } from "../component/config.js";
import type { MemoryGuard } from "../component/memory-guard.js";
import type { Metrics } from "../component/metrics.js";
import { Errcode, Refusal } from "../component/refusal.js";
import type { OperationContext } from "../component/operations/context.js";
import type { Readiness } from "../component/service/service.js";
import { AVATAR_PATH, avatar } from "./avatars.js";
import type { Resolve } from "./caller.js";
import { Bodies, type BodyTimes } from "./body.js";
import { CallRecords } from "./call-records.js";
import { Callers } from "./callers.js";
import { Calls, type Handler } from "./calls.js";
import { exposureOf, type HttpConfig } from "./config.js";
import { Connections } from "./connections.js";
import { Console, type ConsoleSources } from "./console/console.js";
import { contract } from "./contract.js";
import type { ExampleNames } from "./docs/examples.js";
import { addDocs } from "./docs/routes.js";
import { routesOf, type Endpoint, type Route } from "./endpoint.js";
import { HOOKS_PATH, HookRequests, type HooksApi } from "./hooks/requests.js";
import { CallMetrics } from "./metrics.js";
import { healthz, metricsPage, readyz, reply } from "./probes.js";

export interface HttpServerOptions {
  readonly config: HttpConfig;
  readonly context: OperationContext;
  /** Where absent, nothing is posted to hooks. */
  readonly hooks?: HooksApi;
  /** Where absent, there is no console. */
  readonly console?: ConsoleSources;
  readiness(): Readiness;
  /** Where absent, memory is never short. */
  readonly memory?: Pick<MemoryGuard, "isShort">;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** The program's, for the documentation. */
  readonly version?: string;
  /** The host and domain in the documentation's examples; absent: the interface document's own. */
  readonly examples?: ExampleNames;
  /** The address that a call means, as the operations read it; for callers' policies. */
  readonly resolve?: Resolve;
  /** What calls' lists are counted by; it may change while the server runs. */
  readonly limits: LimitsConfig;
  /** For tests that can't wait. */
  readonly times?: HttpTimes;
  /** Absent: the contract. */
  readonly endpoints?: readonly Endpoint[];
}

/**
 * Milliseconds. Java's pooled clients use a connection again after long pauses: it must not be closed under them, as
 * they don't try again.
 */
const KEEP_ALIVE_MS = 75_000;
/** Milliseconds. */
export interface HttpTimes extends BodyTimes {
  /**
   * Until a request's head must be there, counted from the connection, or from the head's first byte where the
   * connection was kept: whoever connects and says nothing goes soon, and pooled clients stay.
   */
  readonly head: number;
}

const TIMES: HttpTimes = { head: 10_000, grace: 10_000, look: 1_000 };
/** Milliseconds for a whole request, where no least rate bounds it. */
const REQUEST_MS = 120_000;
/** Milliseconds for the last answers to be written when the server closes. */
const LINGER_MS = 500;

const UNDEFINED = new Refusal(Errcode.request, "request not defined");
const UNREADABLE = new Refusal(
  Errcode.request,
  "the request's address holds an escape that can't be read; expected UTF-8 in percent escapes",
);

export class HttpServer {
  readonly #callers: Callers;
  readonly #calls: Calls;
  readonly #bodies: Bodies;
  readonly #connections: Connections;
  readonly #hooks: HookRequests | undefined;
  readonly #console: Console | undefined;
  readonly #server: Server;
  #batches: HttpConfig["batches"];
  #stopping = false;

  constructor(private readonly options: HttpServerOptions) {
    const { config, context, metrics, log } = options;
    this.#batches = config.batches;
    this.#callers = new Callers(config, options.resolve);
    const times = options.times ?? TIMES;
    this.#bodies = new Bodies(config, times);
    this.#connections = new Connections({
      most: config.max_connections,
      each: config.connections_per_address,
      isProxy: (address) => this.#callers.isProxy(address),
    });
    const callMetrics = new CallMetrics(metrics);
    const { hooks, memory, console: sources } = options;
    const records = new CallRecords();
    const common = {
      callers: this.#callers,
      bodies: this.#bodies,
      ...(memory && { memory }),
      metrics: callMetrics,
      eventLoop: metrics.eventLoop,
      records,
      log,
    };
    this.#calls = new Calls({
      ...common,
      context,
      batches: () => this.#batches,
      limits: options.limits,
    });
    this.#hooks = hooks && new HookRequests({ ...common, hooks, calls: this.#calls });
    this.#console =
      sources &&
      new Console({ ...common, ...sources, hookPosts: hooks, metrics, readiness: () => this.#readiness() });
    const timeouts = {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: times.head,
      requestTimeout: requestTime(config, times),
      connectionsCheckingInterval: times.look,
    };
    this.#server = createServer(timeouts, this.#router(routesOf(options.endpoints ?? contract, config.also)));
    this.#server.on("connection", (socket) => this.#connections.add(socket));
  }

  /** @throws the system's error, where the address is taken or not this machine's */
  async listen(): Promise<AddressInfo> {
    const { config, log } = this.options;
    const { host, port } = config.listen;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen({ host, port }, () => {
        this.#server.off("error", reject).on("error", (error) => {
          log.error(`A connection could not be taken: ${error.message}`);
        });
        resolve();
      });
    });
    this.#callers.warnIfOpen(log);
    return this.#server.address() as AddressInfo;
  }

  /** Why `configure` must not be called with this configuration; undefined if it may. */
  refuseConfig(config: HttpConfig): string | undefined {
    return exposureOf(this.options.config.listen, config);
  }

  /** Takes another configuration's callers, proxies, names and manner with batches; the address stays as it is. */
  configure(config: HttpConfig): void {
    this.#batches = config.batches;
    this.#callers.configure({ ...config, listen: this.options.config.listen });
  }

  /** Answers every call from now on with errcode 5; waits for those that run, at most this long. */
  async drain(ms: number): Promise<void> {
    this.#stopping = true;
    const done = await this.#calls.drain(ms);
    if (!done) this.options.log.warn("Some calls were still running when their time was up.");
  }

  /** Closes the port and every connection, those with an answer on its way a little later. */
  async close(): Promise<void> {
    this.#bodies.end();
    this.#console?.close();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#server.closeAllConnections(), LINGER_MS);
      this.#server.close(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** The table's paths go straight to it: Express would take as long as the call itself. It gets everything else. */
  #router(routes: readonly Route[]): RequestListener {
    const handlers = new Map(routes.map((route) => [route.path, this.#calls.handlerOf(route)]));
    const byPath = new Map(routes.map((route) => [route.path, route]));
    const app = this.#app(routes, handlers);
    return (request, response): void => {
      this.#connections.begin(request.socket, response);
      const { url = "" } = request;
      const query = url.indexOf("?");
      const path = query < 0 ? url : url.slice(0, query);
      if (this.#hooks !== undefined && path.startsWith(HOOKS_PATH)) this.#hooks.handle(request, response);
      else if (url.includes("%") && !isReadable(url)) this.#refuseUrl(byPath.get(path), request, response);
      else (handlers.get(path) ?? app)(request, response);
    };
  }

  #app(routes: readonly Route[], handlers: ReadonlyMap<string, Handler>): Express {
    const { metrics, context } = this.options;
    const app = express();
    app.disable("x-powered-by").disable("etag").enable("case sensitive routing");
    // Whoever watches over it, and web servers that pass pictures on, call it by names of their own.
    app.get("/healthz", (_request, response) => healthz(response));
    app.get("/readyz", (_request, response) => readyz(response, this.#readiness()));
    app.get(AVATAR_PATH, (request, response) =>
      avatar(request.params.name, request, response, context.directory),
    );
    // It has its own rules.
    if (this.#console !== undefined) app.use("/console", this.#console.router);
    app.use((request, response, next) => {
      const denied = this.#callers.refuseHost(request);
      if (denied === undefined) next();
      else this.#calls.refuse(denied, request, response);
    });
    for (const [path, handler] of handlers) app.all(path, handler);
    app.use("/qtalk", (request, response) => this.#calls.refuse(UNDEFINED, request, response));
    const { examples, version = "0" } = this.options;
    addDocs(app, { routes, version, examples, hasConsole: this.#console !== undefined });
    app.get("/metrics", (request, response) => {
      if (this.#callers.mayReadMetrics(request)) return metricsPage(response, metrics);
      reply(response, 401, { error: "only callers (http.callers) and this machine may read the metrics" });
      return undefined;
    });
    app.use((_request, response) => reply(response, 404, { error: "there is nothing here" }));
    app.use(this.#onError);
    return app;
  }

  /** Under the interface's own path as every fault of a request, which its callers read only so. */
  #refuseUrl(row: Route | undefined, request: IncomingMessage, response: ServerResponse): void {
    const isCall = row !== undefined || /^\/qtalk(?:[/?]|$)/.test(request.url ?? "");
    if (isCall) this.#calls.refuse(UNREADABLE, request, response, row);
    else reply(response, 400, { error: UNREADABLE.message });
  }

  /** Express would answer with a stack. */
  readonly #onError: ErrorRequestHandler = (error: unknown, request, response, next) => {
    this.options.log.error(`${request.method} ${request.path} failed`, { error });
    if (response.headersSent) next(error);
    else reply(response, 500, { error: "internal error" });
  };

  #readiness(): Readiness {
    return this.#stopping ? { ready: false, reason: "the service is stopping" } : this.options.readiness();
  }
}

/** The longest that a request may take: the largest body at the least rate, which is told with the envelope before. */
function requestTime({ body_limit, least_rate }: HttpConfig, { head, grace, look }: HttpTimes): number {
  if (least_rate === 0) return REQUEST_MS;
  return head + grace + 2 * look + Math.ceil((body_limit / least_rate) * 1000);
}

/** Whether its escapes are UTF-8, which decoding would throw at otherwise. */
function isReadable(url: string): boolean {
  try {
    decodeURIComponent(url);
    return true;
  } catch {
    return false;
  }
}
