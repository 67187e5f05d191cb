/**
 * Writes the outbox to the link in order, with barriers in between, and learns from the barriers that come back what
 * was routed. After a lost link it starts again from the last confirmed stanza.
 */
import type { Logger } from "winston";
import type { OutboxStore, Position, Row, Weight } from "../../storage/outbox-store.js";
import { blameOf, type Closed } from "../link/closed.js";
import type { OutboxLink } from "../link/link.js";
import type { Metrics } from "../metrics.js";
import type { Element } from "../xml/builder.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { Barrier, BarrierKind, BarrierStanza } from "./barrier.js";
import { Cursor } from "./cursor.js";
import { Flights, STREAM, type Lane } from "./flights.js";
import { gather, NOTHING, type Batch } from "./gather.js";
import type { Multicast } from "./multicast.js";
import { Probe } from "./probe.js";
import { Suspects } from "./suspects.js";
import type { Undertaker } from "./undertaker.js";
import { Multicasting, SINGLY } from "./ways.js";

export interface Progress {
  /** All before this place is behind us. */
  readonly confirmed: Position;
  readonly freed: Weight;
  /** The first and the last seq of rows that were dropped as too old, where there are any. */
  readonly expired?: { readonly first: number; readonly last: number } | undefined;
}

export interface PumpTimes {
  /** An idle link is proved alive this often; milliseconds, as all of these. */
  readonly keepAlive: number;
  /** Where no barrier comes back for this long, the link is dead. */
  readonly silence: number;
  /** How long a new stream is given to return a message before a ping will do for a barrier. */
  readonly probe: number;
  /** How long until rows that couldn't be read are tried again. */
  readonly reread: number;
}

/**
 * What waits is written in parts, each with a barrier behind it: so the first calls are answered, and their callers'
 * next ones read, while the server is busy with the last. A barrier costs about as much as a message.
 */
const PART = { most: 4, leastRows: 16 };
/** So many stanzas are written before the event loop gets a turn. */
const TURN = 256;

/** A dead link is found within keepAlive + silence: half a minute at most. */
export const TIMES: PumpTimes = { keepAlive: 8_000, silence: 18_000, probe: 2_000, reread: 1_000 };

/** What the pump works with. */
export interface PumpParts {
  readonly link: OutboxLink;
  readonly barrier: Barrier;
  /** Absent: each receiver gets a stanza of its own. */
  readonly multicast?: Multicast | undefined;
  readonly store: OutboxStore;
  readonly undertaker: Undertaker;
  /** The first row that may not be written yet; those from there on are handed over by append(). */
  readonly heldFrom: () => number | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

export class Pump {
  readonly #parts: PumpParts;
  readonly #times: PumpTimes;
  readonly #onProgress: (progress: Progress) => void;
  readonly #cursor: Cursor;
  readonly #flights = new Flights();
  readonly #suspects = new Suspects();
  readonly #multicasting: Multicasting | undefined;
  readonly #watch: NodeJS.Timeout;
  #confirmed: Position;
  #probe: Probe | undefined;
  #isReady = false;
  #isBlocked = false;
  /** A run is due; it finds whatever was added until then. */
  #isDue = false;
  #isUnreadable = false;
  #lastWrite = 0;
  #lastLanding = 0;

  constructor(parts: PumpParts, onProgress: (progress: Progress) => void, times: Partial<PumpTimes> = {}) {
    this.#parts = parts;
    this.#onProgress = onProgress;
    this.#times = { ...TIMES, ...times };
    this.#cursor = new Cursor(parts.store, parts.link.domain);
    this.#confirmed = this.#cursor.position;
    if (parts.multicast !== undefined)
      this.#multicasting = new Multicasting(parts.link.domain, parts.multicast);
    parts.link.on("up", () => this.#onUp());
    parts.link.on("down", (closed) => this.#onDown(closed));
    parts.link.on("drain", () => this.#onDrain());
    this.#watch = setInterval(() => this.#lookAround(), Math.min(1000, this.#times.keepAlive / 4));
    this.#watch.unref();
  }

  /** Whether what is written now will be confirmed soon: the link is up and its barrier known. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Whether everything accepted is known to be routed. */
  get isEmpty(): boolean {
    return this.#flights.isEmpty && !this.#cursor.hasMore;
  }

  /** The first place that isn't known to be routed. */
  get confirmed(): Position {
    return this.#confirmed;
  }

  /** How much is held in memory ahead of the link. */
  get ahead(): { readonly rows: number; readonly bytes: number } {
    return this.#cursor.ahead;
  }

  /** Takes rows that were just committed, in order. All calls of one tick go out together. */
  append(rows: readonly Row<WireText>[]): void {
    this.#cursor.append(rows);
    this.#runSoon((run) => process.nextTick(run));
  }

  /** Takes a barrier that came back, and what a multicast service refuses; false for every other stanza. */
  take(stanza: Element): boolean {
    const { barrier, multicast } = this.#parts;
    const service = multicast?.refusedBy(stanza);
    if (service !== undefined) {
      // It comes before the next barrier through the service, so what was refused is among the unconfirmed. What other
      // services have yet to send on would be overtaken now that none is used any more.
      if ([...this.#flights.lanes].some((lane) => lane !== STREAM)) this.#writeAgain();
      return true;
    }
    const id = barrier.idOf(stanza);
    if (id === undefined) return false;
    if (this.#probe?.take(id) !== true && multicast?.take(id) !== true) this.#land(id);
    return true;
  }

  stop(): void {
    clearInterval(this.#watch);
    this.#probe?.stop();
    this.#isReady = false;
  }

  #onUp(): void {
    const { barrier, link } = this.#parts;
    this.#probe = new Probe(barrier, {
      patience: this.#times.probe,
      silence: this.#times.silence,
      onSettled: (kind) => this.#begin(kind),
      onSilence: () => link.abandon("the server returned neither a message nor a ping to the component"),
    });
    this.#isBlocked = false;
    link.write(this.#probe.text);
  }

  #begin(kind: BarrierKind): void {
    const { barrier, link } = this.#parts;
    this.#probe = undefined;
    barrier.kind = kind;
    // A server that closes the stream whatever it is sent doesn't get it faster for answering a probe.
    if (!this.#suspects.isServerDoubtful) link.proved();
    this.#isReady = true;
    this.#lastWrite = performance.now();
    // Where the server doesn't return messages to the component, no service of its does.
    if (kind === "message") this.#parts.multicast?.begin((text) => this.#put(text));
    this.#lookForRows();
    this.#run();
  }

  #runSoon(when: (run: () => void) => void): void {
    if (this.#isDue) return;
    this.#isDue = true;
    when(() => {
      this.#isDue = false;
      this.#run();
    });
  }

  #run(): void {
    const rows = Math.max(PART.leastRows, Math.ceil(this.#cursor.ahead.rows / PART.most));
    try {
      let written = 0;
      for (let more = 1; more > 0 && written < TURN; written += more) more = this.#write(rows);
      // What must wait for something to land is written then.
      if (written > 0) this.#runSoon(setImmediate);
      this.#isUnreadable = false;
    } catch (error) {
      this.#onUnreadable(error);
    }
  }

  /**
   * Writes as much as fits into one write, and barriers behind it.
   * @param rows the most rows
   * @returns how many stanzas that were; 0 where nothing can be written now
   */
  #write(rows: number): number {
    const { log, metrics } = this.#parts;
    if (!this.#isReady || this.#isBlocked || !this.#cursor.hasMore) return 0;
    const most = Math.min(this.#flights.room, this.#suspects.budget - this.#flights.stanzas);
    if (most <= 0) return 0;
    // Which of many receivers it is that closes the stream is found out by a stanza for each.
    const ways = this.#suspects.budget === Infinity ? this.#multicasting : undefined;
    const batch = gather(this.#cursor, Date.now(), most, rows, ways ?? SINGLY);
    if (batch.freed.stanzas === 0) return 0;
    if (batch.expired !== undefined) {
      metrics.expired.inc(batch.expired.stanzas);
      log.info(`Dropped ${batch.expired.stanzas} notifications that were too old to be worth sending`);
    }
    this.#send(batch, new Set(batch.multicasts.map(({ service }) => service)));
    return batch.freed.stanzas;
  }

  /** @param services those that need a barrier, besides the stream */
  #send(batch: Batch, services: ReadonlySet<Lane>): void {
    const { barrier } = this.#parts;
    const barriers = new Map<Lane, BarrierStanza>();
    for (const lane of services) if (lane !== STREAM) barriers.set(lane, barrier.through(lane));
    barriers.set(STREAM, barrier.make());
    this.#lastWrite = performance.now();
    this.#flights.add(barriers, batch, this.#cursor.position, this.#lastWrite);
    this.#put(inOneWrite([batch.text, ...Array.from(barriers.values(), ({ text }) => text)]));
  }

  #put(text: WireText): void {
    if (!this.#parts.link.write(text)) this.#isBlocked = true;
  }

  /** Reading the rows failed; they are safe where they are. */
  #onUnreadable(error: unknown): void {
    if (!this.#isUnreadable)
      this.#parts.log.error(`The outbox can't be read: ${this.#parts.store.explain(error)}`);
    this.#isUnreadable = true;
    this.#runSoon((run) => setTimeout(run, this.#times.reread).unref());
  }

  /** This barrier is back: the flights that it proves are routed. */
  #land(barrier: string): void {
    const now = performance.now();
    const landing = this.#flights.land(barrier, now);
    if (landing === undefined) return;
    const { metrics, link } = this.#parts;
    const { stanzas, freed, expired, end, multicasts } = landing;
    this.#lastLanding = now;
    this.#confirmed = end;
    this.#multicasting?.landed(multicasts);
    this.#suspects.confirmed(stanzas);
    if (stanzas > 0) link.proved();
    metrics.barrier.observe(landing.roundTrip / 1000);
    metrics.stanzasOut.inc(stanzas);
    metrics.multicast.inc(multicasts.reduce((sum, { receivers }) => sum + receivers.length, 0));
    this.#onProgress({ confirmed: end, freed, expired });
    this.#run();
  }

  /**
   * A service refuses something: all that is unconfirmed is written again, now to each receiver. Where it has sent on
   * what it was told later, the receivers get that before; nothing is lost.
   */
  #writeAgain(): void {
    this.#flights.clear();
    this.#multicasting?.clear();
    this.#cursor.rewind(this.#confirmed);
    this.#lastLanding = performance.now();
    this.#run();
  }

  #onDown(closed: Closed): void {
    this.#probe?.stop();
    this.#probe = undefined;
    this.#isReady = false;
    const { stanzas, first } = this.#flights;
    const blame = blameOf(closed);
    const wereMulticasts = this.#multicasting?.lose(blame, this.#flights.isServiceAwaited) === true;
    this.#flights.clear();
    this.#cursor.rewind(this.#confirmed);
    const wasDoubtful = this.#suspects.isServerDoubtful;
    // A single stanza isn't alone where it was in the hands of a service.
    const unconfirmed = wereMulticasts ? Math.max(2, stanzas) : stanzas;
    if (!this.#suspects.closed(unconfirmed, blame) || first === undefined) return;
    if (this.#suspects.isServerDoubtful && !wasDoubtful) {
      this.#parts.log.error(
        "The server closes the stream whatever it is sent. Look into the server's own log; stanzas are tried ever more slowly until one is routed.",
      );
    }
    const burial = this.#parts.undertaker.bury(this.#cursor, first, closed);
    if (burial === undefined) this.#cursor.rewind(this.#confirmed);
    else {
      this.#confirmed = burial.next;
      this.#onProgress({ confirmed: burial.next, freed: burial.freed });
    }
  }

  #onDrain(): void {
    this.#isBlocked = false;
    this.#run();
  }

  /** Proves an idle link alive, drops a dead one, and finds rows that another process added. */
  #lookAround(): void {
    if (!this.#isReady) return;
    const { link } = this.#parts;
    const now = performance.now();
    const waiting = now - Math.max(this.#flights.oldestAt ?? now, this.#lastLanding);
    if (waiting > this.#times.silence) {
      const who = this.#flights.isServiceAwaited ? "the server's multicast service" : "the server";
      link.abandon(`${who} was silent for ${Math.round(waiting / 1000)} s`);
    } else if (now - this.#lastWrite >= this.#times.keepAlive) {
      this.#lookForRows();
      this.#run();
      if (now - this.#lastWrite < this.#times.keepAlive) return;
      this.#send(NOTHING, this.#flights.lanes);
    }
  }

  #lookForRows(): void {
    try {
      this.#cursor.refresh(this.#parts.heldFrom());
    } catch {
      // The database is busy; the next look finds them.
    }
  }
}
