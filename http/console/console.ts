/** The console at /console, on which operators watch the component and change rooms. */
import { Router, type ErrorRequestHandler, type Response } from "express";
import type { Logger } from "winston";
import type { Administration } from "../../component/administration/administration.js";
import type { Operators } from "../../component/administration/operators.js";
import type { Metrics } from "../../component/metrics.js";
import type { Bodies } from "../body.js";
import type { Callers } from "../callers.js";
import { Access, type Visitor } from "./access.js";
import { BROKEN, type ApiFault } from "../admin/fault.js";
import { respond } from "../admin/run.js";
import { adminRoutes } from "../admin/routes.js";
import { consoleApi } from "./api.js";
import type { ConsoleConfig } from "./config.js";
import { eventOf, EventStreams } from "./events.js";
import { files } from "./files.js";
import { Samples, STEP_SECONDS } from "./samples.js";
import { stateOf, type StateSources } from "./state.js";
import { inBackground } from "../../component/background.js";

/** What the console shows. */
export interface ConsoleSources extends Pick<StateSources, "link" | "server" | "rooms" | "about"> {
  readonly config: ConsoleConfig;
  readonly administration: Pick<Administration, "run" | "ground">;
  readonly operators: Pick<Operators, "byToken" | "isStill">;
  /** For tests: the time between two samples in milliseconds, and the maximum number of event streams. */
  readonly bounds?: { readonly step?: number; readonly watchers?: number };
}

export interface ConsoleDependencies extends ConsoleSources, Pick<StateSources, "readiness" | "memory"> {
  readonly callers: Pick<Callers, "all" | "areConfigured" | "hasProxies" | "isProxy" | "addressOf">;
  readonly bodies: Pick<Bodies, "read">;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The page's Content-Security-Policy: only files of this server, and no frames around the page. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

export class Console {
  readonly #samples: Samples;
  readonly #streams: EventStreams;
  readonly #timer: NodeJS.Timeout;
  readonly router: Router;
  /** The paths below /admin. */
  readonly admin: Router;

  constructor(private readonly dependencies: ConsoleDependencies) {
    const { config, callers, operators, log, bounds, metrics } = dependencies;
    const { step = STEP_SECONDS * 1000, watchers: most } = bounds ?? {};
    this.#samples = new Samples(metrics);
    const access = new Access(config, callers, operators, log);
    this.#streams = new EventStreams({ isStill: (visitor) => access.isStill(visitor), most });
    this.router = this.#routes(access);
    this.admin = adminRoutes(dependencies, access, dependencies.about.version);
    const sample = (): void => inBackground(this.#sample(), "taking a sample of the metrics", log);
    sample();
    this.#timer = setInterval(sample, step).unref();
  }

  /** Ends the event streams. Must be called before the server closes its connections. */
  close(): void {
    clearInterval(this.#timer);
    this.#streams.close();
  }

  #routes(access: Access): Router {
    const { bodies, administration } = this.dependencies;
    const watch = (visitor: Visitor, response: Response) => this.#watch(visitor, response);
    const router = Router();
    router.use((request, response, next) => {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      const fault = access.refuse(request);
      if (fault === undefined) next();
      else respond(response, fault);
    });
    router.use("/api", consoleApi({ access, bodies, administration, watch }));
    router.use(files());
    router.use(this.#onError);
    return router;
  }

  async #watch(visitor: Visitor, response: Response): Promise<ApiFault | undefined> {
    const history = eventOf("history", { step: STEP_SECONDS, points: this.#samples.all });
    const state = eventOf("state", await this.#state());
    return this.#streams.open(response, visitor, history + state);
  }

  async #sample(): Promise<void> {
    try {
      const sample = await this.#samples.take();
      if (sample === undefined || this.#streams.size === 0) return;
      this.#streams.send(eventOf("point", sample) + eventOf("state", await this.#state()));
    } catch (error) {
      this.dependencies.log.error("The console could not take a sample of the metrics", { error });
    }
  }

  #state(): ReturnType<typeof stateOf> {
    const { records } = this.dependencies.administration.ground;
    return stateOf({ ...this.dependencies, records }, this.#samples);
  }

  readonly #onError: ErrorRequestHandler = (error: unknown, request, response, next) => {
    this.dependencies.log.error(`${request.method} ${request.baseUrl}${request.path} failed`, { error });
    if (response.headersSent) next(error);
    else respond(response, BROKEN);
  };
}
