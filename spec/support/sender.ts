/** The sending part of the component (link, outbox, router, database), assembled for tests with short times. */
import { Link, type BackoffTimes, type LinkOptions } from "../../component/link/link.js";
import { UnqueuedWriter } from "../../component/link/unqueued-writer.js";
import { Metrics } from "../../component/metrics.js";
import { AckRequests } from "../../component/outbox/ack-requests.js";
import { CallHistory } from "../../component/outbox/call-history.js";
import { Multicast } from "../../component/outbox/multicast.js";
import type { SendModes } from "../../component/outbox/dependencies.js";
import { Outbox, type OutboxOptions, type DeliveryStatus } from "../../component/outbox/outbox.js";
import { Refusal } from "../../component/refusal.js";
import { IqRequests } from "../../component/inbound/iq-requests.js";
import { Bounces } from "../../component/hooks/bounces.js";
import { Router } from "../../component/inbound/router.js";
import { quote } from "../../component/xml/serialise.js";
import { PATIENCE_MS } from "../../scripts/lab/inbox.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { CallLogStore } from "../../storage/call-log.js";
import { DeadLetters } from "../../storage/dead-letters.js";
import { GroupCommit, type Disk } from "../../storage/group-commit.js";
import { asStored, type WireText } from "../../component/xml/wire-text.js";
import type { NewRow, Origin } from "../../storage/outbox-row.js";
import { OutboxStore } from "../../storage/outbox-store.js";
import { LogLines } from "./log-lines.js";
import { DIRECT } from "./send-modes.js";

export interface SenderOptions {
  /** The server's address, or several addresses separated by commas. */
  readonly service: string;
  readonly lookup?: LinkOptions["lookup"];
  readonly domain?: string;
  readonly secret?: string;
  /** The path of the database; by default, it is in memory. */
  readonly path?: string;
  readonly outbox?: Partial<OutboxOptions>;
  readonly backoff?: BackoffTimes;
  readonly handshakeTimeout?: number;
  /** Whether to start without the link, until `start` is called. */
  readonly isWaiting?: boolean;
  /** How commits wait for the disk; by default, as in the component. */
  readonly disk?: Disk;
  /** How many calls' histories are kept; by default, none. */
  readonly trace?: number;
  /** The maximum size of a stanza in bytes. */
  readonly stanzaBytes?: number;
  /** The send modes of users' stanzas; by default, all are sent directly. */
  readonly modes?: SendModes;
  /** Whether to look for a multicast service of qtalk.test.org. */
  readonly multicast?: boolean;
  /** For how long a faulty multicast service isn't used, in milliseconds. */
  readonly multicastPause?: number;
}

/** The default maximum size of a stanza in bytes. */
const STANZA_BYTES = 256 * 1024;
const BOUNDS = {
  maxStanzas: 1_000_000,
  maxBytes: 1024 ** 3,
  confirmTimeout: 30_000,
  keep: { ms: 0, bytes: 0 },
};
/**
 * Timeouts in milliseconds, long enough not to fire by accident on a busy machine. Tests that wait for one shorten it.
 */
const TIMES = {
  keepAlive: 2_000,
  silence: 30_000,
  negotiation: 5_000,
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
    const { backoff = BACKOFF, handshakeTimeout = 30_000, lookup } = options;
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
      this.multicast = new Multicast(
        { domain, hosts, stanzaBytes, acks, requests, log, metrics },
        options.multicastPause,
      );
    const { multicast } = this;
    const { trace } = options;
    const history =
      trace === undefined ? undefined : new CallHistory(new CallLogStore(this.db, trace), this.commit);
    this.outbox = new Outbox(
      {
        modes: options.modes ?? DIRECT,
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
    const listener = { recordBounce: () => undefined };
    const bounces = new Bounces({ db: this.db, commit: this.commit, listener, history, metrics, log });
    const router = new Router({
      domain,
      write: (stanza) => unqueued.write(stanza),
      stanzaBytes: STANZA_BYTES,
      bounced: (bounce, from) => bounces.ofUser(bounce, from),
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

  /** Resolves when the outbox confirms calls. */
  ready(ms = PATIENCE_MS): Promise<void> {
    return until("the outbox is ready", () => this.outbox.isReady, ms);
  }

  /** Resolves when the outbox is empty. */
  drained(ms = PATIENCE_MS): Promise<void> {
    return until("the outbox is empty", () => this.waiting === 0, ms);
  }

  /** How many stanzas are waiting or parked. */
  get waiting(): number {
    const { waiting, parked } = this.outbox.states;
    return waiting.stanzas + parked.stanzas;
  }

  /** Makes a call with these rows. */
  accept(...rows: AnyRow[]): Promise<DeliveryStatus | Refusal> {
    return this.outbox.accept({ rows: rows.map(withOrigin) });
  }

  /** Makes a call with a message for each id. */
  send(...ids: string[]): Promise<DeliveryStatus | Refusal> {
    return this.outbox.accept({ rows: ids.map((id) => message(id)) });
  }

  /** Retries a dead letter, as an operator does. @returns false if it is unknown */
  retry(id: number): Promise<boolean> {
    return this.commit.runThen(
      () => this.deadLetters.retry(id),
      (row) => {
        if (row !== undefined) this.outbox.requeued([row]);
        return row !== undefined;
      },
    );
  }

  /** Returns a metric's value: the sum for all labels, or the value for the given label. */
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

  /** Stops as if killed: nothing is flushed, and no more writes reach the disk. */
  async crash(): Promise<void> {
    this.db.close();
    await this.link.stop();
    this.outbox.stop();
  }
}

/** A row whose origin (kind, sender, receiver) may be missing. */
export type AnyRow = Omit<NewRow, keyof Origin> & Partial<Origin>;

/** Returns a row whose missing properties are taken from its stanza. */
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

/**
 * Returns a row with a message from user to user.
 * @param id the message's id
 * @param extra other properties of the row or message
 */
export function message(
  id: string,
  extra: Partial<NewRow<WireText>> & { to?: string; from?: string; body?: string } = {},
): NewRow<WireText> {
  const { to = "bob@qtalk.test.org", from = "alice@qtalk.test.org", body = `body of ${id}`, ...row } = extra;
  const stanza = `<message to=${quote(to)} from=${quote(from)} id=${quote(id)} type="chat"><body>${body}</body></message>`;
  return withOrigin({ stanza, acceptedAt: Date.now(), ...row });
}

/** Returns ids in order: prefix-0, prefix-1, … */
export function ids(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

/**
 * Resolves when the condition holds, which is checked every 2 ms; for states without an event.
 * @param what the awaited state, for the error
 * @param ms how long to wait at most, in milliseconds
 */
export async function until(what: string, holds: () => boolean, ms = PATIENCE_MS): Promise<void> {
  const start = performance.now();
  while (!holds()) {
    if (performance.now() - start > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await lapse(2);
  }
}

/** Waits for a time in milliseconds; only for tests of times. */
export function lapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export { Refusal, type DeliveryStatus };
