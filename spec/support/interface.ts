/** The HTTP server on a free port of loopback. Its endpoints use a component, or run functions of the test. */
import { hash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { Jid } from "../../component/addresses/address.js";
import { limitsConfig } from "../../component/config.js";
import { Metrics } from "../../component/metrics.js";
import type { OperationContext } from "../../component/operations/context.js";
import { Refusal } from "../../component/refusal.js";
import type { Readiness } from "../../component/service/readiness.js";
import type { Resolve } from "../../http/caller-permissions.js";
import { contract } from "../../http/contract.js";
import { httpConfig, type HttpTimes } from "../../http/config.js";
import { hasData } from "../../http/api-response.js";
import type { CallResult, Client, Endpoint } from "../../http/endpoint.js";
import type { HooksApi } from "../../http/hooks/requests.js";
import { HttpServer, type HttpServerOptions } from "../../http/http-server.js";
import { OPEN } from "../../scripts/lab/callers.js";
import type { HttpStage } from "../plays/http-stage.js";
import { LogLines } from "./log-lines.js";

/** A test's function that an endpoint runs instead of its own code. */
type Run = (call: never, client: Client) => CallResult | Refusal | Promise<CallResult | Refusal>;

export interface InterfaceOptions {
  /** The component that the endpoints use; without it, only the endpoints in `runs` can be called. */
  readonly context?: OperationContext;
  /** Functions in place of endpoints' own code, by endpoint name. */
  readonly runs?: Readonly<Record<string, Run>>;
  readonly hooks?: HooksApi;
  readonly console?: HttpServerOptions["console"];
  readonly config?: object;
  readonly readiness?: Readiness;
  readonly memory?: { isShort(): boolean };
  readonly endpoints?: readonly Endpoint[];
  readonly resolve?: Resolve;
  readonly limits?: object;
  readonly times?: Partial<HttpTimes>;
  readonly examples?: HttpServerOptions["examples"];
}

/** A component without any users' pictures. */
const NOBODY = { directory: { image: () => undefined } } as unknown as OperationContext;

/** Returns the hash by which a caller's token is configured. */
export const sha256 = (token: string): string => hash("sha256", token);

/** Returns the header that names a caller by a token. */
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** A response as the caller receives it. */
export interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export class Interface implements HttpStage {
  readonly names = new Map<string, string>();
  answered?: IncomingHttpHeaders;
  readonly log = new LogLines();
  readonly metrics = new Metrics();
  readonly server: HttpServer;
  port = 0;

  private constructor(options: InterfaceOptions) {
    const { runs = {}, endpoints = contract } = options;
    for (const name of Object.keys(runs))
      if (!endpoints.some((each) => each.name === name)) throw new Error(`no endpoint ${name}`);
    this.server = new HttpServer({
      config: httpConfig.parse({ listen: "127.0.0.1:0", ...OPEN, ...options.config }),
      context: options.context ?? NOBODY,
      readiness: () => options.readiness ?? { ready: true },
      limits: limitsConfig.parse(options.limits ?? {}),
      ...(options.hooks && { hooks: options.hooks }),
      ...(options.console && { console: options.console }),
      memory: options.memory ?? { isShort: () => false },
      metrics: this.metrics,
      log: this.log.logger,
      resolve: options.resolve ?? (({ id, host }) => Jid.parse(id, host)?.bare.text),
      version: "0",
      ...(options.times && { times: options.times }),
      examples: options.examples ?? { host: "qtalk.test.org", domain: "conference.qtalk.test.org" },
      endpoints: endpoints.map((each) => {
        const run = runs[each.name];
        return run === undefined
          ? each
          : { ...each, run: async (_, call, client) => await run(call as never, client) };
      }),
    });
  }

  static async open(options: InterfaceOptions = {}): Promise<Interface> {
    const opened = new Interface(options);
    opened.port = (await opened.server.listen()).port;
    return opened;
  }

  async request(path: string, init: RequestInit = {}): Promise<Seen> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, init);
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  /** Sends a POST request to an endpoint. Text and bytes are sent unchanged, other values as JSON. */
  post(name: string, body: unknown, headers: Record<string, string> = {}): Promise<Seen> {
    const isRaw = typeof body === "string" || body instanceof Uint8Array;
    return this.request(`/qtalk/${name}`, {
      method: "POST",
      body: isRaw ? (body as NonNullable<RequestInit["body"]>) : JSON.stringify(body),
      headers,
    });
  }

  /** Sends a request that must be refused as invalid. @returns its errmsg; else a description of the response */
  async fault(name: string, body: unknown, headers: Record<string, string> = {}): Promise<string> {
    const { status, text } = await this.post(name, body, headers);
    const { ret, errcode, errmsg, data } = JSON.parse(text) as Record<string, unknown>;
    const row = contract.find((each) => each.name === name);
    const empty = row === undefined || hasData(row.success) ? "" : undefined;
    const isFault = status === 200 && ret === false && errcode === 1 && data === empty;
    return isFault ? String(errmsg) : `not refused as a fault: ${status} ${text}`;
  }

  /** Sends raw text on a new connection. @returns all text received until the connection was closed */
  raw(request: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let received = "";
      const socket = connect(this.port, "127.0.0.1", () => socket.write(request));
      socket.setEncoding("utf8").on("data", (text: string) => (received += text));
      socket.on("close", () => resolve(received)).on("error", reject);
    });
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
