/**
 * Writes the outbox to the link in order, with barriers in between, and learns from the barriers that come back what
 * was routed. After a lost link it starts again from the last confirmed stanza.
 */
import type { Logger } from "winston";
import type { OutboxStore, Position, Row } from "../../storage/outbox-store.js";
import { blamesStanza, type Closed } from "../link/closed.js";
import type { Link } from "../link/link.js";
import type { Metrics } from "../metrics.js";
import type { Element } from "../xml/builder.js";
import type { Barrier, BarrierKind } from "./barrier.js";
import { Cursor } from "./cursor.js";
import { Suspects } from "./suspects.js";

/** One write: some stanzas and the barrier behind them. */
interface Flight {
  readonly id: string;
  readonly end: Position;
  readonly stanzas: number;
  readonly bytes: number;
  readonly at: number;
}

export interface Progress {
  readonly confirmed: Position;
  readonly stanzas: number;
  readonly bytes: number;
}

/** The most that one write holds, and that may be unconfirmed. */
const WRITE = { stanzas: 256, bytes: 128 * 1024 };
const WINDOW = { stanzas: 8192, bytes: 4 * 1024 * 1024 };

export interface PumpTimes {
  /** An idle link is proved alive this often. */
  readonly keepAlive: number;
  /** A barrier that isn't back after this long means a dead link. */
  readonly silence: number;
  /** How long a new stream is given to show which kind of barrier works. */
  readonly probe: number;
}

const TIMES: PumpTimes = { keepAlive: 8_000, silence: 18_000, probe: 2_000 };

export class Pump {
  readonly #link: Link;
  readonly #barrier: Barrier;
  readonly #store: OutboxStore;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #times: PumpTimes;
  readonly #onProgress: (progress: Progress) => void;
  readonly #cursor: Cursor;
  readonly #suspects = new Suspects();
  readonly #watch: NodeJS.Timeout;
  #confirmed: Position;
  #flights: Flight[] = [];
  #inFlight = { stanzas: 0, bytes: 0 };
  #sinceBudget = 0;
  #probes = new Map<string, BarrierKind>();
  #probeTimer: NodeJS.Timeout | undefined;
  /** Whether the new stream's ping came back. */
  #pinged = false;
  #ready = false;
  #blocked = false;
  #scheduled = false;
  #lastWrite = 0;

  constructor(
    link: Link,
    barrier: Barrier,
    store: OutboxStore,
    log: Logger,
    metrics: Metrics,
    onProgress: (progress: Progress) => void,
    times: Partial<PumpTimes> = {},
  ) {
    this.#link = link;
    this.#barrier = barrier;
    this.#store = store;
    this.#log = log;
    this.#metrics = metrics;
    this.#onProgress = onProgress;
    this.#times = { ...TIMES, ...times };
    this.#cursor = new Cursor(store, link.domain);
    this.#confirmed = this.#cursor.position;
    link.on("up", () => this.#probe());
    link.on("down", (closed) => this.#onDown(closed));
    link.on("drain", () => this.#unblock());
    this.#watch = setInterval(() => this.#lookAround(), Math.min(1000, this.#times.keepAlive / 4));
    this.#watch.unref();
  }

  /** Whether what is written now will be confirmed soon: the link is up and its barrier known. */
  get isReady(): boolean {
    return this.#ready;
  }

  /** Whether everything accepted is known to be routed. */
  get isEmpty(): boolean {
    return this.#flights.length === 0 && !this.#cursor.hasMore;
  }

  /** Takes rows that were just committed, in order. */
  append(rows: readonly Row[]): void {
    this.#cursor.append(rows);
    this.#run();
  }

  /** Takes a barrier that came back; false for every other stanza. */
  take(stanza: Element): boolean {
    const id = this.#barrier.idOf(stanza);
    if (id === undefined) return false;
    const probed = this.#probes.get(id);
    if (probed !== undefined) this.#settle(probed);
    else this.#confirm(id);
    return true;
  }

  stop(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#probeTimer);
  }

  /** Asks a new stream for both kinds of barrier: the message is taken where it works. */
  #probe(): void {
    const message = this.#barrier.make("message");
    const ping = this.#barrier.make("ping");
    this.#probes = new Map([
      [message.id, "message"],
      [ping.id, "ping"],
    ]);
    this.#lastWrite = performance.now();
    this.#link.write(message.text + ping.text);
    this.#pinged = false;
    this.#probeTimer = setTimeout(() => {
      if (this.#pinged) this.#begin("ping");
      else this.#link.abandon("the server returned neither a message nor a ping to the component");
    }, this.#times.probe);
  }

  #settle(kind: BarrierKind): void {
    if (kind === "ping") this.#pinged = true;
    else this.#begin("message");
  }

  #begin(kind: BarrierKind): void {
    clearTimeout(this.#probeTimer);
    this.#probes.clear();
    this.#barrier.kind = kind;
    this.#link.proved();
    this.#ready = true;
    this.#blocked = false;
    this.#cursor.refresh();
    this.#run();
  }

  #run(): void {
    if (this.#scheduled || !this.#ready || this.#blocked || !this.#cursor.hasMore) return;
    this.#scheduled = true;
    try {
      this.#write();
    } catch (error) {
      // Reading the rows failed; they are safe where they are.
      this.#log.error(`The outbox can't be read: ${String(error)}. Trying again in a second.`);
      this.#again(1000);
      return;
    }
    this.#scheduled = false;
    if (this.#cursor.hasMore && this.#hasRoom() && !this.#blocked) this.#again(0);
  }

  #again(ms: number): void {
    this.#scheduled = true;
    const go = (): void => {
      this.#scheduled = false;
      this.#run();
    };
    if (ms === 0) setImmediate(go);
    else setTimeout(go, ms).unref();
  }

  #hasRoom(): boolean {
    return (
      this.#inFlight.stanzas < WINDOW.stanzas &&
      this.#inFlight.bytes < WINDOW.bytes &&
      this.#sinceBudget < this.#suspects.budget
    );
  }

  /** Writes as much as fits into one write, and a barrier behind it. */
  #write(): void {
    if (!this.#hasRoom()) return;
    const now = Date.now();
    const most = Math.min(WRITE.stanzas, this.#suspects.budget - this.#sinceBudget);
    let text = "";
    let stanzas = 0;
    let expired = 0;
    while (stanzas < most && text.length < WRITE.bytes && expired < WRITE.stanzas) {
      const next = this.#cursor.next(now);
      if (next === undefined) break;
      if (next === "expired") {
        expired += 1;
        continue;
      }
      text += next.text;
      stanzas += 1;
    }
    if (expired > 0) {
      this.#metrics.expired.inc(expired);
      this.#log.info(`Dropped ${expired} notifications that were too old to be worth sending`);
    }
    if (stanzas + expired > 0) this.#send(text, stanzas);
  }

  #send(text: string, stanzas: number): void {
    const { id, text: barrier } = this.#barrier.make();
    const at = performance.now();
    this.#flights.push({ id, end: this.#cursor.position, stanzas, bytes: text.length, at });
    this.#inFlight.stanzas += stanzas;
    this.#inFlight.bytes += text.length;
    this.#sinceBudget += stanzas;
    this.#lastWrite = at;
    if (!this.#link.write(text + barrier)) this.#blocked = true;
  }

  /** All flights up to this barrier's are routed. */
  #confirm(id: string): void {
    const index = this.#flights.findIndex((flight) => flight.id === id);
    const last = this.#flights[index];
    if (last === undefined) return;
    this.#metrics.barrier.observe((performance.now() - last.at) / 1000);
    let stanzas = 0;
    let bytes = 0;
    for (const flight of this.#flights.splice(0, index + 1)) {
      stanzas += flight.stanzas;
      bytes += flight.bytes;
    }
    this.#inFlight.stanzas -= stanzas;
    this.#inFlight.bytes -= bytes;
    this.#suspects.confirmed(stanzas);
    if (this.#flights.length === 0) this.#sinceBudget = 0;
    this.#confirmed = last.end;
    this.#metrics.stanzasOut.inc(stanzas);
    this.#onProgress({ confirmed: last.end, stanzas, bytes });
    this.#run();
  }

  #onDown(closed: Closed): void {
    clearTimeout(this.#probeTimer);
    const unconfirmed = this.#inFlight.stanzas;
    const guilty = closed.cause !== "stopped" && this.#suspects.closed(unconfirmed, blamesStanza(closed));
    this.#ready = false;
    this.#probes.clear();
    this.#flights = [];
    this.#inFlight = { stanzas: 0, bytes: 0 };
    this.#sinceBudget = 0;
    this.#cursor.rewind(this.#confirmed);
    if (guilty) this.#bury(closed);
  }

  /** Sets the first unconfirmed stanza aside. */
  #bury(closed: Closed): void {
    try {
      const { seq } = this.#confirmed;
      const stanza = this.#cursor.next(0);
      if (stanza === undefined || stanza === "expired") return;
      const { text, acceptedAt } = stanza;
      const reason = closed.condition === undefined ? closed.text : `${closed.condition}: ${closed.text}`;
      const next = this.#cursor.position;
      this.#store.bury({ acceptedAt, diedAt: Date.now(), stanza: text, reason }, next);
      this.#confirmed = next;
      this.#metrics.buried.inc();
      this.#log.error(
        `The server closed the stream because of row ${seq} (${reason}). It is set aside; see "qtalk-component outbox list".`,
      );
      this.#onProgress({ confirmed: next, stanzas: 1, bytes: text.length });
    } catch (error) {
      this.#cursor.rewind(this.#confirmed);
      this.#log.error(`A stanza that closes the stream can't be set aside: ${String(error)}`);
    }
  }

  #unblock(): void {
    this.#blocked = false;
    this.#run();
  }

  /** Proves an idle link alive, drops a dead one, and finds rows that another process added. */
  #lookAround(): void {
    if (!this.#ready) return;
    const now = performance.now();
    const oldest = this.#flights[0];
    if (oldest !== undefined && now - oldest.at > this.#times.silence) {
      this.#link.abandon(`the server was silent for ${Math.round((now - oldest.at) / 1000)} s`);
      return;
    }
    if (now - this.#lastWrite < this.#times.keepAlive) return;
    try {
      this.#cursor.refresh();
    } catch {
      // The database is busy; the next look finds them.
    }
    if (this.#cursor.hasMore) this.#run();
    else this.#send("", 0);
  }
}
