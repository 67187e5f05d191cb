/** The console at /console, on which operators watch the component and change rooms. */
import type { ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import express, { Router } from "express";
import type { Logger } from "winston";
import type { Administration } from "../../component/administration/administration.js";
import type { Operators } from "../../component/administration/operators.js";
import { inBackground } from "../../component/background.js";
import type { Metrics } from "../../component/metrics.js";
import { adminRoutes } from "../admin/routes.js";
import { faultHandler, respond } from "../admin/run.js";
import type { Bodies } from "../body.js";
import type { Callers } from "../callers.js";
import { Access } from "./access.js";
import { consoleApi } from "./api.js";
import type { ConsoleConfig } from "./config.js";
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
    this.router.use(files(), faultHandler(log));
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
}

const PAGE = fileURLToPath(new URL("../../../http/console/page/", import.meta.url));
/** The files of packages, by path. */
const VENDOR = {
  "/vendor/oat.css": fileURLToPath(import.meta.resolve("@knadh/oat/oat.min.css")),
  "/vendor/uplot.js": fileURLToPath(import.meta.resolve("uplot/dist/uPlot.esm.js")),
  "/vendor/uplot.css": fileURLToPath(import.meta.resolve("uplot/dist/uPlot.min.css")),
};

/** Matches the extensions of files that browsers need. Other files of the page are only for type checks. */
const SERVED = /\.(?:css|html|js|png|svg)$/;
/** Browsers ask each time whether a file has changed. */
const OPTIONS = {
  cacheControl: false,
  setHeaders: (response: ServerResponse) => void response.setHeader("Cache-Control", "no-cache"),
};

/** Serves the files of the page, and those of the packages that it uses: Oat's style, and uPlot. */
function files(): Router {
  const router = Router();
  for (const [path, file] of Object.entries({ "/": `${PAGE}index.html`, ...VENDOR }))
    router.get(path, (_request, response) => response.sendFile(file, { ...OPTIONS, dotfiles: "allow" }));
  const folder = express.static(PAGE, { ...OPTIONS, index: false, redirect: false });
  router.use((request, response, next) =>
    SERVED.test(request.path) ? folder(request, response, next) : next(),
  );
  return router;
}
