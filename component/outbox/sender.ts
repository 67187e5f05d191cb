/**
 * Writes the outbox to the link in order, with barriers in between, and learns from the barriers that come back what
 * was routed. After a lost link it starts again from the last confirmed stanza. Where stanzas make the server close
 * the stream, poison-detection.ts finds out which.
 */
import type { Weight } from "../../storage/outbox-row.js";
import type { Position } from "../../storage/outbox-store.js";
import { blameOf, type StreamEnd } from "../link/stream-end.js";
import type { Element } from "../xml/builder.js";
import { BatchWriter } from "./batch-writer.js";
import { Cursor } from "./cursor.js";
import { InFlightWindow, type Acknowledgement } from "./in-flight-window.js";
import { KeepAlive } from "./keep-alive.js";
import { MulticastRoutes } from "./multicast-routes.js";
import type { OutboxRow } from "./origin.js";
import { PoisonDetection } from "./poison-detection.js";
import { Refusals } from "./refusals.js";
import { Replay } from "./replay.js";
import type { Retention } from "./retention.js";
import { STREAM } from "./routes.js";
import { RowValidation } from "./row-validation.js";
import { Schedule } from "./schedule.js";
import {
  forWriting,
  TIMES,
  type SenderEvents,
  type SenderParts,
  type SenderTimes,
  type WritingParts,
} from "./sender-parts.js";
import { StreamOpening } from "./stream-opening.js";

/**
 * What waits is written in parts, each with a barrier behind it: so the first calls are answered, and their callers'
 * next ones read, while the server is busy with the last. A barrier costs about as much as a message.
 */
const PART = { most: 4, leastRows: 16 };
/** So many stanzas are written before the event loop goes on. */
const STANZAS_PER_RUN = 256;

export class Sender {
  readonly #parts: WritingParts;
  readonly #times: SenderTimes;
  readonly #events: SenderEvents;
  readonly #cursor: Cursor;
  readonly #window = new InFlightWindow();
  readonly #writer: BatchWriter;
  readonly #keepAlive: KeepAlive;
  readonly #poison: PoisonDetection;
  readonly #multicastRoutes: MulticastRoutes | undefined;
  readonly #opening: StreamOpening;
  readonly #refusals: Refusals;
  readonly #retention: Retention;
  #isReady = false;
  /** The way of some stanzas has changed: those that go the new way must not overtake those that may come back. */
  #isChanging = false;
  readonly #schedule = new Schedule(() => this.#run());
  #isUnreadable = false;

  constructor(senderParts: SenderParts, events: SenderEvents, times: Partial<SenderTimes> = {}) {
    const parts = forWriting(senderParts);
    const { link, multicastServices, ways } = parts;
    this.#parts = parts;
    this.#events = events;
    this.#times = { ...TIMES, ...times };
    const poison = new PoisonDetection(parts, this.#times.quarantine, (freed) => this.#tell(freed));
    const validation = new RowValidation(parts, (freed) => this.#tell(freed));
    const cursor = new Cursor({ ...parts, domain: link.domain, validation });
    const multicastRoutes = multicastServices && new MulticastRoutes(link.domain, multicastServices);
    const window = this.#window;
    this.#poison = poison;
    this.#cursor = cursor;
    this.#retention = parts.retention;
    this.#multicastRoutes = multicastRoutes;
    this.#writer = new BatchWriter({ ...parts, cursor, window, poison, multicastRoutes });
    this.#refusals = new Refusals({ ...parts, window, quarantine: poison.quarantine });
    const replay = new Replay({ ...parts, cursor, poison, onWaiting: events.onWaiting });
    this.#opening = new StreamOpening({ ...parts, replay }, this.#times, () => this.#begin());
    ways.onChange(() => {
      this.#isChanging = true;
      this.#run();
    });
    link.on("up", () => this.#onUp());
    link.on("down", (closed) => this.#onDown(closed));
    link.on("drain", () => {
      this.#writer.isBlocked = false;
      this.#run();
    });
    this.#keepAlive = new KeepAlive({
      link,
      window,
      writer: this.#writer,
      times: this.#times,
      isReady: () => this.#isReady,
      onIdle: () => this.#onIdle(),
    });
  }

  /** Whether what is written now will be confirmed soon: the link is up and its barrier known. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Whether everything accepted is known to be routed, but for what waits in quarantine. */
  get isEmpty(): boolean {
    return this.#window.isEmpty && !this.#cursor.hasMore;
  }

  /** Whether something waits in quarantine. */
  get hasQuarantined(): boolean {
    return !this.#poison.quarantine.isEmpty;
  }

  /** The first place that isn't known to be routed. */
  get confirmed(): Position {
    return this.#retention.confirmation.confirmed;
  }

  /** How much is held in memory ahead of the link. */
  get readAhead(): { readonly rows: number; readonly bytes: number } {
    return this.#cursor.readAhead;
  }

  /** Enqueues rows that were just committed, in order. All calls of one tick go out together. */
  enqueue(rows: readonly OutboxRow[]): void {
    this.#cursor.append(rows);
    this.#schedule.soon((run) => process.nextTick(run));
  }

  /** Consumes a barrier that came back, and what is refused of what was written; false for every other stanza. */
  consume(stanza: Element): boolean {
    const { barrier, multicastServices } = this.#parts;
    if (this.#opening.consumeUptime(stanza)) return true;
    const service = multicastServices?.refusedBy(stanza);
    if (service !== undefined) {
      // It comes before the next barrier through the service, so what was refused is among the unconfirmed. What other
      // services have yet to send on would be overtaken now that none is used any more.
      if ([...this.#window.routes].some((route) => route !== STREAM)) this.#writeAgain();
      return true;
    }
    const id = barrier.idOf(stanza);
    if (id === undefined) return this.#refusals.consume(stanza, this.confirmed);
    if (!this.#opening.consume(id) && multicastServices?.consume(id) !== true) this.#acknowledge(id);
    return true;
  }

  stop(): void {
    this.#keepAlive.stop();
    this.#schedule.in(undefined);
    this.#opening.stop();
    this.#isReady = false;
    this.#poison.quarantine.stop();
  }

  #onUp(): void {
    this.#writer.isBlocked = false;
    this.#opening.start();
  }

  #begin(): void {
    // A server that closes the stream whatever it is sent doesn't get it faster for returning a barrier.
    if (!this.#poison.search.isServerDoubtful) this.#parts.link.resetBackoff();
    this.#isReady = true;
    this.#writer.lastWrite = performance.now();
    this.#lookForRows();
    this.#run();
    this.#lookForService();
  }

  /** A trial on a new stream is written before anything else. */
  #lookForService(): void {
    const { barrier, multicastServices } = this.#parts;
    // Where the server doesn't return messages to the component, no service of its does.
    if (barrier.kind === "message" && !this.#poison.quarantine.isTrying)
      multicastServices?.begin((text) => this.#writer.put(text));
  }

  #run(): void {
    if (!this.#isReady || this.#writer.isBlocked || this.#poison.quarantine.isTrying) return;
    if (this.#parts.refused.isPending || (this.#isChanging && !this.#window.isEmpty)) return;
    this.#isChanging = false;
    const rows = Math.max(PART.leastRows, Math.ceil(this.#cursor.readAhead.rows / PART.most));
    try {
      if (this.#poison.quarantine.dueIn === 0) {
        // Nothing else is in flight during a trial.
        if (this.#window.isEmpty && !this.#writer.writeTrial()) {
          this.#tell(this.#poison.quarantine.trialRouted(0));
          this.#schedule.soon(setImmediate);
        }
        return;
      }
      let written = 0;
      for (let more = 1; more > 0 && written < STANZAS_PER_RUN; written += more)
        more = this.#writer.writeNext(rows);
      // What must wait for an acknowledgement is written then; what was read last may have been set aside altogether.
      const isWaiting = this.#window.isEmpty && this.#cursor.hasMore;
      if (written > 0 || isWaiting) this.#schedule.soon(setImmediate);
      this.#isUnreadable = false;
    } catch (error) {
      this.#onUnreadable(error);
    }
    this.#schedule.in(this.#poison.quarantine.dueIn);
  }

  /** Reading the rows failed; they are safe where they are. */
  #onUnreadable(error: unknown): void {
    if (!this.#isUnreadable)
      this.#parts.log.error(`The outbox can't be read: ${this.#parts.store.explain(error)}`);
    this.#isUnreadable = true;
    this.#schedule.soon((run) => setTimeout(run, this.#times.reread).unref());
  }

  /** This barrier is back: the writes that it acknowledges are routed. */
  #acknowledge(barrier: string): void {
    const acknowledgement = this.#window.acknowledge(barrier, performance.now());
    if (acknowledgement !== undefined) this.#confirm(acknowledgement);
    if (this.#parts.refused.isPending && this.#window.isAllRouted) {
      this.#parts.refused.settle(this.#cursor.position);
      this.#writeAgain();
    } else if (acknowledgement !== undefined) {
      this.#lookForService();
      this.#run();
    }
  }

  #confirm({ stanzas, freed, end, multicasts, roundTrip }: Acknowledgement): void {
    const { metrics, link } = this.#parts;
    this.#keepAlive.heard();
    const isToNote = this.#retention.confirm(end, freed.bytes, Date.now());
    this.#parts.refused.confirmed(end);
    this.#multicastRoutes?.acknowledged(multicasts);
    if (stanzas > 0) link.resetBackoff();
    metrics.barrier.observe(roundTrip / 1000);
    metrics.stanzasOut.inc(stanzas);
    metrics.multicast.inc(multicasts.reduce((sum, { receivers }) => sum + receivers.length, 0));
    if (this.#poison.quarantine.isTrying) {
      this.#poison.search.trialRouted();
      // Others get the larger part of the time, where there are any.
      this.#tell(this.#poison.quarantine.trialRouted(this.#cursor.hasMore ? 2 * roundTrip : 0));
    } else {
      this.#poison.search.confirmed(stanzas, end);
      this.#events.onProgress({ confirmed: end, freed, unwritten: this.#writer.drainUnwritten(), isToNote });
    }
  }

  /** The outbox gets rid of this without any progress. */
  #tell(freed: Weight): void {
    this.#events.onProgress({ confirmed: this.confirmed, freed, unwritten: [], isToNote: false });
  }

  /**
   * Something is refused: what is unconfirmed is written again. By a service: now to each receiver; where it has sent on
   * what it was told later, the receivers get that before; nothing is lost.
   */
  #writeAgain(): void {
    this.#window.clear();
    this.#parts.refused.lost();
    this.#multicastRoutes?.clear();
    this.#cursor.rewind(this.confirmed);
    this.#keepAlive.heard();
    this.#run();
  }

  #onDown(closed: StreamEnd): void {
    this.#opening.stop();
    this.#schedule.in(undefined);
    this.#isReady = false;
    // Nobody waits to be told of them any more.
    this.#writer.drainUnwritten();
    const { stanzas, first } = this.#window;
    const blame = blameOf(closed);
    this.#parts.refused.lost();
    this.#parts.ways.end(closed);
    const wereMulticasts = this.#multicastRoutes?.lost(blame, this.#window.isServiceAwaited) === true;
    this.#window.clear();
    this.#parts.history?.lost(this.confirmed, this.#cursor.position, closed.text);
    this.#cursor.rewind(this.confirmed);
    if (this.#poison.streamLost({ closed, blame, stanzas, first, wereMulticasts }))
      this.#parts.link.reconnectNow();
  }

  /** Finds rows that another process added, or else proves the link alive. */
  #onIdle(): void {
    const { lastWrite } = this.#writer;
    this.#lookForRows();
    this.#run();
    if (this.#writer.lastWrite === lastWrite) this.#writer.writeBarriers();
  }

  #lookForRows(): void {
    try {
      this.#cursor.refresh(this.#parts.heldFrom());
    } catch {
      // The database is busy; the next look finds them.
    }
  }
}
