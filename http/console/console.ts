/** The console at /console, on which operators watch the component and change rooms. */
import { Router, type ErrorRequestHandler } from "express";
import type { Logger } from "winston";
import type { Administration } from "../../component/administration/administration.js";
import type { Operators } from "../../component/administration/operators.js";
import { inBackground } from "../../component/background.js";
import type { Metrics } from "../../component/metrics.js";
import { BROKEN } from "../admin/fault.js";
import { adminRoutes } from "../admin/routes.js";
import { respond } from "../admin/run.js";
import type { Bodies } from "../body.js";
import type { Callers } from "../callers.js";
import { Access } from "./access.js";
import { consoleApi } from "./api.js";
import type { ConsoleConfig } from "./config.js";
import { files } from "./files.js";
import type { LiveState } from "./page/types.js";
import { Samples, STEP_SECONDS } from "./samples.js";
import { stateOf, type StateSources } from "./state.js";

/** What the console shows. */
export interface ConsoleSources extends Pick<StateSources, "link" | "server" | "rooms" | "about"> {
  readonly config: ConsoleConfig;
  readonly administration: Pick<Administration, "run" | "ground">;
  readonly operators: Pick<Operators, "byToken" | "isStill">;
  /** For tests: the time between two samples, in milliseconds. */
  readonly step?: number | undefined;
}

export interface ConsoleDependencies extends ConsoleSources, Pick<StateSources, "readiness" | "memory"> {
  readonly callers: Pick<Callers, "all" | "areConfigured" | "hasProxies" | "isProxy" | "addressOf">;
  readonly bodies: Pick<Bodies, "read">;
  readonly metrics: Metrics;
  readonly log: Logger;
}

const HEADERS: Readonly<Record<string, string>> = {
  /** Only files of this server, and no frames around the page. */
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

export class Console {
  readonly #samples: Samples;
  readonly #timer: NodeJS.Timeout;
  readonly router = Router();
  /** The paths below /admin. */
  readonly admin: Router;

  constructor(private readonly dependencies: ConsoleDependencies) {
    const { config, callers, operators, log, step = STEP_SECONDS * 1000, metrics, about } = dependencies;
    this.#samples = new Samples(metrics);
    const access = new Access(config, callers, operators, log);
    const { bodies, administration } = dependencies;
    this.router.use((request, response, next) => {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      const fault = access.refuse(request);
      if (fault === undefined) next();
      else respond(response, fault);
    });
    const live = (after: number) => this.#live(after);
    this.router.use("/api", consoleApi({ access, bodies, administration, live }));
    this.router.use(files());
    this.router.use(this.#onError);
    this.admin = adminRoutes(dependencies, access, about.version);
    const sample = (): void => inBackground(this.#samples.take(), "taking a sample of the metrics", log);
    sample();
    this.#timer = setInterval(sample, step).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #live(after: number): Promise<LiveState> {
    const { all } = this.#samples;
    const index = all.findIndex(({ at }) => at === after);
    const { records } = this.dependencies.administration.ground;
    const state = await stateOf({ ...this.dependencies, records }, this.#samples);
    return { isWhole: index < 0, points: all.slice(index + 1), state };
  }

  readonly #onError: ErrorRequestHandler = (error: unknown, request, response, next) => {
    this.dependencies.log.error(`${request.method} ${request.baseUrl}${request.path} failed`, { error });
    if (response.headersSent) next(error);
    else respond(response, BROKEN);
  };
}
