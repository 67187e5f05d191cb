/**
 * Writes the outbox to the link in order, with barriers in between, and learns from the barriers that come back what
 * was routed. After a lost link it starts again from the last confirmed stanza. Where stanzas make the server close
 * the stream, isolation.ts finds out which.
 */
import type { Weight } from "../../storage/outbox-row.js";
import type { Position } from "../../storage/outbox-store.js";
import { blameOf, type Closed } from "../link/closed.js";
import type { Element } from "../xml/builder.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { BarrierKind, BarrierStanza } from "./barrier.js";
import { Cursor } from "./cursor.js";
import { Flights, STREAM, type Lane } from "./flights.js";
import { gather, NOTHING, type Batch } from "./gather.js";
import { Isolation } from "./isolation.js";
import type { OutboxRow } from "./origin.js";
import type { PoisonSearch } from "./poison-search.js";
import { Probe } from "./probe.js";
import type { Quarantine } from "./quarantine.js";
import { Screening } from "./screening.js";
import { TIMES, type Progress, type SenderParts, type SenderTimes } from "./sender-parts.js";
import { Multicasting, SINGLY } from "./ways.js";

/**
 * What waits is written in parts, each with a barrier behind it: so the first calls are answered, and their callers'
 * next ones read, while the server is busy with the last. A barrier costs about as much as a message.
 */
const PART = { most: 4, leastRows: 16 };
/** So many stanzas are written before the event loop gets a turn. */
const TURN = 256;

const NONE: ReadonlySet<Lane> = new Set();

export class Sender {
  readonly #parts: SenderParts;
  readonly #times: SenderTimes;
  readonly #onProgress: (progress: Progress) => void;
  readonly #cursor: Cursor;
  readonly #flights = new Flights();
  readonly #isolation: Isolation;
  readonly #search: PoisonSearch;
  readonly #quarantine: Quarantine;
  readonly #multicasting: Multicasting | undefined;
  readonly #watch: NodeJS.Timeout;
  #confirmed: Position;
  #probe: Probe | undefined;
  #isReady = false;
  #isBlocked = false;
  /** A run is due; it finds whatever was added until then. */
  #isDue = false;
  #isUnreadable = false;
  /** Whether a multicast service was looked for on this stream. */
  #isLookedFor = false;
  #nextTrial: NodeJS.Timeout | undefined;
  /** The seqs of rows that were passed and not written, as far as nobody was told. */
  #unwritten: number[] = [];
  #lastWrite = 0;
  #lastLanding = 0;

  constructor(
    parts: SenderParts,
    onProgress: (progress: Progress) => void,
    times: Partial<SenderTimes> = {},
  ) {
    const { store, link } = parts;
    this.#parts = parts;
    this.#onProgress = onProgress;
    this.#times = { ...TIMES, ...times };
    // Suspects of the process before this one may have been innocent.
    store.now(() => store.endQuarantine());
    this.#isolation = new Isolation(parts, this.#times.quarantine, (freed) => this.#tell(freed));
    this.#search = this.#isolation.search;
    this.#quarantine = this.#isolation.quarantine;
    const screening = new Screening(parts, (freed) => this.#tell(freed));
    this.#cursor = new Cursor(store, link.domain, screening);
    this.#confirmed = this.#cursor.position;
    if (parts.multicast !== undefined) this.#multicasting = new Multicasting(link.domain, parts.multicast);
    link.on("up", () => this.#onUp());
    link.on("down", (closed) => this.#onDown(closed));
    link.on("drain", () => this.#onDrain());
    this.#watch = setInterval(() => this.#lookAround(), Math.min(1000, this.#times.keepAlive / 4));
    this.#watch.unref();
  }

  /** Whether what is written now will be confirmed soon: the link is up and its barrier known. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Whether everything accepted is known to be routed, but for what waits in quarantine. */
  get isEmpty(): boolean {
    return this.#flights.isEmpty && !this.#cursor.hasMore;
  }

  /** Whether something waits in quarantine. */
  get hasSuspects(): boolean {
    return !this.#quarantine.isEmpty;
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
  append(rows: readonly OutboxRow[]): void {
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
    clearTimeout(this.#nextTrial);
    this.#probe?.stop();
    this.#isReady = false;
    this.#quarantine.stop();
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
    if (!this.#search.isServerDoubtful) link.proved();
    this.#isReady = true;
    this.#isLookedFor = false;
    this.#lastWrite = performance.now();
    this.#lookForRows();
    this.#run();
    this.#lookForService();
  }

  /** What is tried on a new stream is written before anything else. */
  #lookForService(): void {
    if (this.#isLookedFor || this.#quarantine.isRunning) return;
    this.#isLookedFor = true;
    const { barrier, multicast } = this.#parts;
    // Where the server doesn't return messages to the component, no service of its does.
    if (barrier.kind === "message") multicast?.begin((text) => this.#put(text));
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
    if (!this.#isReady || this.#isBlocked || this.#quarantine.isRunning) return;
    const rows = Math.max(PART.leastRows, Math.ceil(this.#cursor.ahead.rows / PART.most));
    try {
      if (this.#quarantine.dueIn === 0) {
        // Nothing else is on its way while a suspect is tried.
        if (this.#flights.isEmpty) this.#try();
        return;
      }
      let written = 0;
      for (let more = 1; more > 0 && written < TURN; written += more) more = this.#write(rows);
      // What must wait for something to land is written then; what was read last may have been set aside altogether.
      const isWaiting = this.#flights.isEmpty && this.#cursor.hasMore;
      if (written > 0 || isWaiting) this.#runSoon(setImmediate);
      this.#isUnreadable = false;
    } catch (error) {
      this.#onUnreadable(error);
    }
    this.#planTrial();
  }

  /** Writes what of the quarantine is to be tried next. */
  #try(): void {
    const trial = this.#quarantine.next(Date.now());
    this.#parts.metrics.expired.inc(trial.expired);
    if (trial.stanzas > 0) this.#send({ ...NOTHING, text: trial.text, stanzas: trial.stanzas }, NONE);
    else {
      this.#tell(this.#quarantine.passed(0));
      this.#runSoon(setImmediate);
    }
  }

  #planTrial(): void {
    const { dueIn } = this.#quarantine;
    clearTimeout(this.#nextTrial);
    if (dueIn !== undefined) this.#nextTrial = setTimeout(() => this.#run(), dueIn).unref();
  }

  /**
   * Writes as much as fits into one write, and barriers behind it.
   * @param rows the most rows
   * @returns how much was passed; 0 where nothing can be written now
   */
  #write(rows: number): number {
    const { log, metrics } = this.#parts;
    if (this.#isBlocked || !this.#cursor.hasMore) return 0;
    const most = Math.min(this.#flights.room, this.#search.budget - this.#flights.stanzas);
    if (most <= 0) return 0;
    // Which of many receivers it is that closes the stream is found out by a stanza for each.
    const ways = this.#search.isOn ? SINGLY : (this.#multicasting ?? SINGLY);
    const start = this.#cursor.position;
    const holds = (row: OutboxRow): boolean => this.#quarantine.holds(row);
    const batch = gather(this.#cursor, { now: Date.now(), most, rows, ways, holds });
    try {
      this.#quarantine.enter(batch.held);
    } catch (error) {
      this.#cursor.rewind(start);
      this.#multicasting?.landed(batch.multicasts);
      throw error;
    }
    const passed = batch.freed.stanzas + batch.held.length;
    if (passed === 0) return 0;
    this.#unwritten.push(...batch.unwritten);
    if (batch.expired > 0) {
      metrics.expired.inc(batch.expired);
      log.info(`Dropped ${batch.expired} notifications that were too old to be worth sending`);
    }
    this.#send(batch, new Set(batch.multicasts.map(({ service }) => service)));
    return passed;
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
    const { stanzas, freed, end, multicasts, roundTrip } = landing;
    this.#lastLanding = now;
    this.#confirmed = end;
    this.#multicasting?.landed(multicasts);
    if (stanzas > 0) link.proved();
    metrics.barrier.observe(roundTrip / 1000);
    metrics.stanzasOut.inc(stanzas);
    metrics.multicast.inc(multicasts.reduce((sum, { receivers }) => sum + receivers.length, 0));
    if (this.#quarantine.isRunning) {
      this.#search.routedElsewhere();
      // Others get the larger part of the time, where there are any.
      this.#tell(this.#quarantine.passed(this.#cursor.hasMore ? 2 * roundTrip : 0));
    } else {
      this.#search.confirmed(stanzas);
      const unwritten = [...new Set(this.#unwritten)].sort((a, b) => a - b);
      this.#unwritten = [];
      this.#onProgress({ confirmed: end, freed, unwritten });
    }
    this.#lookForService();
    this.#run();
  }

  /** The outbox gets rid of this without any progress. */
  #tell(freed: Weight): void {
    this.#onProgress({ confirmed: this.#confirmed, freed, unwritten: [] });
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
    clearTimeout(this.#nextTrial);
    this.#isReady = false;
    // Nobody waits to be told of them any more.
    this.#unwritten = [];
    const { stanzas, first } = this.#flights;
    const blame = blameOf(closed);
    const wereMulticasts = this.#multicasting?.lose(blame, this.#flights.isServiceAwaited) === true;
    this.#flights.clear();
    this.#cursor.rewind(this.#confirmed);
    if (this.#isolation.lost({ closed, blame, stanzas, first, wereMulticasts })) this.#parts.link.hurry();
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
