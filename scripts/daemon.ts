/** The composition root: database, XMPP side, HTTP server, link to the server. */
import { setTimeout as sleep } from "node:timers/promises";
import { collectDefaultMetrics, Gauge } from "prom-client";
import type { Logger } from "winston";
import { Operators } from "../component/administration/operators.js";
import { Metrics } from "../component/metrics.js";
import { ServicePing } from "../component/service/service-ping.js";
import { STEADY_CLOCK } from "../component/hooks/clock.js";
import { ServerQuestions } from "../component/service/server-facts.js";
import { createService, type Service } from "../component/service/service.js";
import type { ConsoleSources } from "../http/console/console.js";
import { resolver } from "../http/caller-permissions.js";
import { HttpServer } from "../http/http-server.js";
import { operatorSocket } from "../http/admin/run.js";
import { OperatorSocket } from "../http/admin/socket.js";
import { testPost } from "../http/hooks/operators-post.js";
import { databaseBytes, openDatabase, type Database } from "../storage/database.js";
import { acquireInstanceLock } from "../storage/instance-lock.js";
import { RoomsOverview } from "../storage/rooms-overview.js";
import { RoomsStore } from "../storage/rooms-store.js";
import { waitingKeys, type Config } from "./config/config.js";
import { createLog, reconfigureLog } from "./log.js";
import { listen, listenForMail, ownUrl } from "./listening.js";
import { closeFiles, provideFolder, whenFree } from "./storage-access.js";
import { migrateStorage } from "./migration-at-start.js";
import type { Supervisor } from "./supervisor.js";
import { version } from "../storage/version.js";
import { inBackground } from "../component/background.js";

export type RunningDaemon = Awaited<ReturnType<typeof startDaemon>>;

/** A metric whose labels are the version, domain, service and hosts of the running component, and the kind of server. */
export const INFO_METRIC = "qtalk_component_info";

/** How long to wait for a command that holds the lock, and the pause between attempts; in milliseconds. */
const LOCK_WAIT = { most: 3_000, each: 50 };
/** How long a stop waits until the connections taken have an answer to their requests, in milliseconds; part of STOP_MS. */
const DRAIN_MS = 3_500;
/**
 * How long a stop may wait in all, for requests, deliveries and acknowledgements, in milliseconds. The link and the responses
 * that are being written may then take 1.5 s, and supervision.ts ends the process after 10 s.
 */
const STOP_MS = 8_000;
const READY_MS = 10_000;
const LOOK_MS = 10;

/**
 * Starts the component. It accepts requests immediately. Until the link is up, their stanzas wait in the outbox.
 * @throws StorageFault or Failure if the database can't be used, or if the component can't listen at http.listen
 */
export async function startDaemon(config: Config, log = createLog(config.log), supervisor?: Supervisor) {
  const { path } = config.storage;
  provideFolder(path);
  closeFiles(config, log);
  const instanceLock = await whenFree(LOCK_WAIT, () => acquireInstanceLock(path));
  let db: Database | undefined;
  const close = (): void => {
    db?.close();
    instanceLock.release();
  };
  try {
    await migrateStorage(path, log, supervisor);
    db = openDatabase(path);
    return await assemble(config, db, log, close);
  } catch (error) {
    close();
    throw error;
  }
}

/** @param close closes the database */
async function assemble(config: Config, db: Database, log: Logger, close: () => void) {
  const { xmpp, storage } = config;
  const { listen: listened } = config.http;
  const metrics = new Metrics();
  collectDefaultMetrics({ register: metrics.registry });
  const counts = new RoomsOverview(db);
  const stored = new RoomsStore(db);
  metrics.gaugeOf("qtalk_rooms", "Number of rooms", () => stored.count());
  metrics.gaugeOf("qtalk_occupants", "Number of sessions in rooms", () => counts.occupants);
  metrics.gaugeOf(
    "qtalk_archive_oldest_timestamp_seconds",
    "Time of the oldest archived message; 0 if there is none",
    () => counts.oldestMessage / 1e6,
  );
  metrics.gaugeOf("qtalk_database_bytes", "Size of the database in bytes", () => databaseBytes(db));
  // What the component reads again on each use; a new configuration is written into it.
  const alive = { limits: { ...config.limits }, messages: { ...config.messages } };
  const service = createService(
    {
      ...config,
      ...alive,
      password: xmpp.password,
      confirmTimeout: config.http.confirm_timeout * 1000,
      version: version(),
      http: { url: ownUrl(listened), bodyLimit: config.http.body_limit },
      changesDays: config.operators.changes_days,
    },
    db,
    log,
    metrics,
  );
  addInfo(metrics, config, service);
  const http = new HttpServer({
    config: config.http,
    context: service.context,
    hooks: service.hooks,
    ...(config.console.access !== "off" && { console: consoleSources(config, service, db, log) }),
    version: version(),
    examples: { host: xmpp.hosts[0] ?? xmpp.domain, domain: xmpp.domain },
    resolve: resolver(service.aliases),
    limits: alive.limits,
    readiness: () => service.readiness,
    memory: service.memory,
    metrics,
    log,
  });
  const { ping_url: pingUrl } = config.service;
  const pinged = { readiness: () => service.readiness, clock: STEADY_CLOCK, metrics, log };
  const ping = pingUrl === undefined ? undefined : new ServicePing(pingUrl, pinged);
  const httpPort = await listen(http, listened.text).catch(async (error: unknown) => {
    await service.stop(performance.now());
    throw error;
  });
  const { during, records } = http;
  const mail = await listenForMail({ config: config.smtp, hooks: service.hooks, during, records, log }).catch(
    async (error: unknown) => {
      await http.close();
      await service.stop(0);
      throw error;
    },
  );
  log.info(
    `Listening for callers on ${listened.host}, port ${httpPort}${http.isPassed ? " (systemd's socket)" : ""}; the database is ${storage.path}`,
  );
  service.running.http = {
    calls: http.records,
    get callers() {
      return http.shownCallers;
    },
    testPost: (hook, body) => testPost(service.hooks, hook, body),
  };
  const socket = new OperatorSocket(
    service.administration,
    metrics.registry,
    (user) => {
      const path = http.consoleLink(user);
      return path && `${ownUrl({ ...listened, port: httpPort })}${path}`;
    },
    log,
  );
  if (storage.path !== ":memory:") await socket.listen(operatorSocket(storage.path));
  service.start();
  ping?.start();
  metrics.eventLoop.start(log);
  const end = async (): Promise<void> => {
    const deadline = performance.now() + STOP_MS;
    ping?.stop();
    socket.close();
    mail?.stop();
    await http.drain(DRAIN_MS);
    metrics.eventLoop.stop();
    // It answers what still waits, of calls and of mails.
    await service.stop(deadline);
    await Promise.all([mail?.close(), http.close()]);
    close();
  };
  let stopping: Promise<void> | undefined;
  /** Refuses new requests, responds to running ones, and sends or keeps accepted stanzas. */
  const stop = (): Promise<void> => (stopping ??= end());
  /**
   * Applies the settings that can change at run time: log, limits, messages, callers, proxies, administrators.
   * @returns the changed keys that take effect only after a restart
   */
  const reload = (next: Config): string[] => {
    reconfigureLog(log, next.log);
    Object.assign(alive.limits, next.limits);
    Object.assign(alive.messages, next.messages);
    http.configure(next.http);
    service.retestRights();
    inBackground(service.rooms.setAdmins(next.rooms.admins), "applying rooms.admins", log);
    return waitingKeys(config, next);
  };
  /** Waits until the link is up, for at most `ms` milliseconds. @throws Error with the reason if it isn't up in time */
  const ready = async (ms = READY_MS): Promise<void> => {
    const deadline = performance.now() + ms;
    for (let { readiness } = service; !readiness.ready; { readiness } = service) {
      if (performance.now() > deadline) throw new Error(readiness.reason);
      await sleep(LOOK_MS);
    }
  };
  return { httpPort, service, ready, reload, stop };
}

function consoleSources(config: Config, service: Service, db: Database, log: Logger): ConsoleSources {
  const { domain, hosts } = config.xmpp;
  const { link, rooms, requests, administration } = service;
  const server = new ServerQuestions(hosts[0] ?? domain, requests, log);
  link.on("up", () => server.forget());
  const about = { version: version(), domain, startedAt: Date.now() };
  return {
    config: config.console,
    administration,
    link,
    server,
    about,
    rooms: rooms.context.rooms,
    operators: new Operators(db, administration.ground.commit),
  };
}

/** Adds the metric that `doctor` compares with the configuration. */
function addInfo(
  { registry }: Metrics,
  { xmpp: { domain, service, hosts } }: Config,
  { link }: Service,
): void {
  const labels = { version: version(), domain, service: service.join(","), hosts: hosts.join(",") };
  new Gauge({
    name: INFO_METRIC,
    help: "The running component, in labels: always 1",
    labelNames: [...Object.keys(labels), "server"],
    registers: [registry],
    collect() {
      this.reset();
      this.set({ ...labels, server: link.server ?? "" }, 1);
    },
  });
}
