/** The product's sending side (link, outbox, router, database) put together for a test, with a test's own times. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Link, type BackoffTimes, type LinkOptions } from "../../component/link/link.js";
import { UnqueuedWriter } from "../../component/link/unqueued-writer.js";
import { Metrics } from "../../component/metrics.js";
import { AckRequests } from "../../component/outbox/ack-requests.js";
import { CallHistory } from "../../component/outbox/call-history.js";
import { Multicast } from "../../component/outbox/multicast.js";
import { DIRECT, type SendModes } from "../../component/outbox/send-modes.js";
import { Outbox, type OutboxOptions, type DeliveryStatus } from "../../component/outbox/outbox.js";
import { Refusal } from "../../component/refusal.js";
import { IqRequests } from "../../component/iq-requests.js";
import { Router } from "../../component/router.js";
import { quote } from "../../component/xml/serialise.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { CallLog } from "../../storage/call-log.js";
import { DeadLetters } from "../../storage/dead-letters.js";
import { GroupCommit, type Disk } from "../../storage/group-commit.js";
import { asStored, type WireText } from "../../component/xml/wire-text.js";
import type { NewRow, Origin } from "../../storage/outbox-row.js";
import { OutboxStore } from "../../storage/outbox-store.js";
import { LogLines } from "./log-lines.js";

export interface SenderOptions {
  /** One address, or several with commas between them. */
  readonly service: string;
  readonly lookup?: LinkOptions["lookup"];
  readonly domain?: string;
  readonly secret?: string;
  /** Where the database lies; absent: in memory. */
  readonly path?: string;
  readonly outbox?: Partial<OutboxOptions>;
  readonly backoff?: BackoffTimes;
  readonly handshakeTimeout?: number;
  /** Starts without the link; start() makes it. */
  readonly isWaiting?: boolean;
  /** How the disk is waited for; absent: as it is. */
  readonly disk?: Disk;
  /** Of how many calls the story is kept; absent: of none. */
  readonly trace?: number;
  /** The most bytes of one stanza. */
  readonly stanzaBytes?: number;
  /** In which modes users' stanzas go; absent: directly. */
  readonly modes?: SendModes;
  /** Whether it looks for a multicast service of qtalk.test.org. */
  readonly multicast?: boolean;
}

/** The most of one stanza. */
const STANZA_BYTES = 256 * 1024;
const BOUNDS = {
  maxStanzas: 1_000_000,
  maxBytes: 1024 ** 3,
  confirmTimeout: 5_000,
  keep: { ms: 0, bytes: 0 },
};
/** Long enough never to fire by accident on a busy machine, short enough not to wait for. */
const TIMES = {
  keepAlive: 2_000,
  silence: 4_000,
  negotiation: 1_000,
  reread: 20,
};
const BACKOFF = { first: 5, longest: 40, refused: 40, unreachable: 40 };

export class Sender {
  readonly db: Database;
  readonly link: Link;
  readonly store: OutboxStore;
  readonly deadLetters: DeadLetters;
  readonly commit: GroupCommit;
  readonly outbox: Outbox;
  readonly multicast: Multicast | undefined;
  readonly metrics = new Metrics();
  readonly log = new LogLines();

  constructor(options: SenderOptions) {
    const { service, domain = "conference.qtalk.test.org", secret = "a sécret" } = options;
    const { logger: log } = this.log;
    const { metrics } = this;
    this.db = openDatabase(options.path ?? ":memory:");
    this.store = new OutboxStore(this.db);
    this.deadLetters = new DeadLetters(this.db);
    this.commit =
      options.disk === undefined ? new GroupCommit(this.db) : new GroupCommit(this.db, options.disk);
    const { backoff = BACKOFF, handshakeTimeout = 2_000, lookup } = options;
    const services = service.split(",");
    const { stanzaBytes = STANZA_BYTES } = options;
    this.link = new Link(
      {
        ...{ services, domain, password: secret, stanzaBytes, backoff, handshakeTimeout },
        ...(lookup && { lookup }),
      },
      log,
      metrics,
    );
    const { link, store, deadLetters, commit } = this;
    const acks = new AckRequests(domain, "qtalk.test.org");
    const bounds = { ...BOUNDS, ...options.outbox, times: { ...TIMES, ...options.outbox?.times } };
    const unqueued = new UnqueuedWriter(link, metrics);
    const requests = new IqRequests(unqueued, STANZA_BYTES);
    const hosts = ["qtalk.test.org"];
    if (options.multicast === true)
      this.multicast = new Multicast({ domain, hosts, stanzaBytes, acks, requests, log, metrics });
    const { multicast } = this;
    const calls = options.trace === undefined ? undefined : new CallLog(this.db, options.trace);
    const history = calls && new CallHistory(calls, this.commit);
    this.outbox = new Outbox(
      {
        modes: options.modes ?? DIRECT,
        calls,
        history,
        link,
        stanzaBytes,
        acks,
        hosts,
        multicast,
        store,
        deadLetters,
        commit,
        log,
        metrics,
      },
      bounds,
    );
    const router = new Router({
      domain,
      write: (stanza) => unqueued.write(stanza),
      stanzaBytes: STANZA_BYTES,
      bounced: (bounce) => history?.bounced(bounce),
      log,
      metrics,
    });
    link.on("stanza", (stanza) => {
      if (!this.outbox.consume(stanza) && !requests.consume(stanza)) void router.route(stanza);
    });
    if (options.isWaiting !== true) this.start();
  }

  start(): void {
    this.link.start();
  }

  /** Settles when calls are confirmed again. */
  ready(ms = 8_000): Promise<void> {
    return until("the outbox is ready", () => this.outbox.isReady, ms);
  }

  /** Settles when nothing waits any more. */
  drained(ms = 15_000): Promise<void> {
    return until("the outbox is empty", () => this.waiting === 0, ms);
  }

  /** How many stanzas wait or are parked. */
  get waiting(): number {
    const { waiting, parked } = this.outbox.states;
    return waiting.stanzas + parked.stanzas;
  }

  /** Accepts rows as one call, whatever their text is. */
  accept(...rows: AnyRow[]): Promise<DeliveryStatus | Refusal> {
    return this.outbox.accept({ rows: rows.map(withOrigin) });
  }

  /** Accepts messages with these ids as one call. */
  send(...ids: string[]): Promise<DeliveryStatus | Refusal> {
    return this.outbox.accept({ rows: ids.map((id) => message(id)) });
  }

  /** A metric's value; of all its labels together, or of the one given. */
  async count(name: string, label?: string): Promise<number> {
    const metrics = await this.metrics.registry.getMetricsAsJSON();
    const values = metrics.find((metric) => metric.name === name)?.values ?? [];
    return values
      .filter(({ labels }) => label === undefined || Object.values(labels).includes(label))
      .reduce((sum, { value }) => sum + value, 0);
  }

  async stop(): Promise<void> {
    await this.outbox.flush(1_000);
    await this.link.stop();
    this.outbox.stop();
    await this.commit.end();
    this.db.close();
  }

  /** Ends as if killed: nothing is flushed, and nothing more reaches the disk. */
  async crash(): Promise<void> {
    this.db.close();
    await this.link.stop();
    this.outbox.stop();
  }
}

/** A row that need not say what it holds. */
export type AnyRow = Omit<NewRow, keyof Origin> & Partial<Origin>;

/** The row with what its text tells of it. */
export function withOrigin(row: AnyRow): NewRow<WireText> {
  const [, name, from = ""] = /^<(\w+)(?: [^>]*?\bfrom="([^"/]*))?/.exec(row.stanza) ?? [];
  const [, id] = /^<[^>]* id="([^"]*)"/.exec(row.stanza) ?? [];
  const [, receiver] = / to="([^"]*)"/.exec(row.stanza) ?? [];
  const stanza = asStored(row.stanza);
  return {
    kind: name === "presence" ? "presence" : "message",
    sender: from,
    receiver,
    ...row,
    ...(id && { id }),
    stanza,
  };
}

/** A row with a message of this id, from one user to another. */
export function message(
  id: string,
  extra: Partial<NewRow<WireText>> & { to?: string; from?: string; body?: string } = {},
): NewRow<WireText> {
  const { to = "bob@qtalk.test.org", from = "alice@qtalk.test.org", body = `body of ${id}`, ...row } = extra;
  const stanza = `<message to=${quote(to)} from=${quote(from)} id=${quote(id)} type="chat"><body>${body}</body></message>`;
  return withOrigin({ stanza, acceptedAt: Date.now(), ...row });
}

/** Ids in order: prefix-0, prefix-1, … */
export function ids(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/** Settles as soon as this holds; looked at every few milliseconds, for states that no event tells of. */
export async function until(what: string, holds: () => boolean, ms = 30_000): Promise<void> {
  const start = performance.now();
  while (!holds()) {
    if (performance.now() - start > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await lapse(2);
  }
}

/** Lets time pass, where it is time that is tested. */
export function lapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A folder for a test's files, and its removal. */
export function scratch(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "qtalk-spec-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export { Refusal, type DeliveryStatus };
