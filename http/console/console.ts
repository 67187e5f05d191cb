/** The console at /console, on which operators watch the component and change rooms. */
import type { ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import express, { Router } from "express";
import type { Logger } from "winston";
import type { Administration } from "../../component/administration/administration.js";
import type { Operators } from "../../component/administration/operators.js";
import { inBackground } from "../../component/background.js";
import type { Link } from "../../component/link/link.js";
import type { Metrics } from "../../component/metrics.js";
import type { Rooms } from "../../component/muc/rooms.js";
import type { Readiness } from "../../component/service/readiness.js";
import type { ServerQuestions } from "../../component/service/server-facts.js";
import { adminRoutes } from "../admin/routes.js";
import { faultHandler, refusing } from "../admin/run.js";
import type { Bodies } from "../body.js";
import { opening, type Identity } from "../identity.js";
import { consoleApi } from "./api.js";
import type { ConsoleConfig } from "../config.js";
import type { LiveState, State } from "./page/types.js";
import { Samples, STEP_SECONDS } from "./samples.js";

/** What the console shows. */
export interface ConsoleSources {
  readonly link: Pick<Link, "state" | "reached">;
  readonly server: Pick<ServerQuestions, "current">;
  readonly rooms: Pick<Rooms, "count" | "loaded">;
  /** Facts that don't change while the component runs. */
  readonly about: State["component"];
  readonly config: ConsoleConfig;
  readonly administration: Pick<Administration, "run" | "ground">;
  readonly operators: Pick<Operators, "byToken" | "isStill">;
  /** For tests: the time between two samples, in milliseconds. */
  readonly step?: number | undefined;
}

interface ConsoleDependencies extends ConsoleSources {
  readonly readiness: () => Readiness;
  readonly memory: { isShort(): boolean };
  readonly identity: Identity;
  readonly bodies: Pick<Bodies, "read">;
  readonly metrics: Metrics;
  readonly log: Logger;
}

const HEADERS = {
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
    const { identity, log, step = STEP_SECONDS * 1000, metrics, about } = dependencies;
    this.#samples = new Samples(metrics);
    this.router.use((_request, response, next) => {
      response.set(HEADERS);
      next();
    });
    this.router.use(refusing((request) => identity.refusePlace(request)));
    this.router.use(
      "/api",
      consoleApi(dependencies, identity, log, (after) => this.#live(after)),
    );
    this.router.use(files(), faultHandler(log));
    this.admin = adminRoutes(dependencies, identity, log, about.version);
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
    return { isWhole: index < 0, points: all.slice(index + 1), state: await this.#state() };
  }

  /** Returns the present state of link, server, component and queue. */
  async #state(): Promise<State> {
    const { link, server, rooms, memory, metrics, administration, about: component } = this.dependencies;
    const { alerts, deadLetters, hooks, outgoingHooks, hookEvents } = administration.ground.records;
    const samples = this.#samples;
    const ready = this.dependencies.readiness();
    const isClosed = this.dependencies.identity.shownCallers.length === 0;
    const { ms, work } = metrics.eventLoop.longest;
    return {
      at: Date.now(),
      ready: ready.ready,
      reason: ready.ready ? undefined : ready.reason,
      link: { ...link.state, service: link.reached?.service, peer: link.reached?.peer },
      server: server.current(),
      component,
      queue: {
        waiting: await samples.valueOf("qtalk_outbox_stanzas"),
        parked: await samples.valueOf("qtalk_outbox_parked_stanzas"),
        oldest: await samples.valueOf("qtalk_outbox_oldest_seconds"),
        deadLetters: deadLetters.count,
      },
      alerts: {
        open: await samples.alertsIn("open", "silenced"),
        taken: await samples.alertsIn("taken"),
        change: alerts.latestChange() ?? 0,
      },
      hooks: {
        all: hooks.count() + outgoingHooks.count(),
        waiting: hookEvents.waiting(),
        deadLetters: [...hookEvents.deadByHook().values()].reduce((sum, count) => sum + count, 0),
      },
      roundTrip: samples.roundTrip,
      rooms: { all: rooms.count, loaded: rooms.loaded },
      opening: isClosed ? opening() : undefined,
      memoryShort: memory.isShort(),
      block: { ms: Math.round(ms), work },
      totals: samples.totals,
    };
  }
}

const PAGE = fileURLToPath(new URL("../../../http/console/page/", import.meta.url));
/** The files of packages, by path. */
const VENDOR = {
  "/vendor/oat.css": fileURLToPath(import.meta.resolve("@knadh/oat/oat.min.css")),
  "/vendor/uplot.js": fileURLToPath(import.meta.resolve("uplot/dist/uPlot.esm.js")),
  "/vendor/uplot.css": fileURLToPath(import.meta.resolve("uplot/dist/uPlot.min.css")),
};
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
  return router.use(express.static(PAGE, { ...OPTIONS, index: false, redirect: false }));
}
