/**
 * Moves rows through their states, from acceptance to deletion:
 * - waiting: committed to the disk
 * - unacked: written to the stream, followed by an ack request
 * - acked: acknowledged by the server; kept for some seconds in case the server restarts, then deleted (journal.ts)
 * - parked: its host now allows no send mode, neither privileged (XEP-0356) nor direct; later rows overtake the row
 * - dead letter: too large, or the server closes the stream because of it; an operator decides what to do
 *
 * The class owns the ack position (all stanzas before it are acked, parked or dead letters) and the window (the unacked
 * rows). What always holds:
 * - Rows are written by id; parked ones only at the beginning of a reading. So the stanzas of a sender to a receiver stay in
 *   order. Rows are read again only while nothing is unacked (#isChanging waits for that).
 * - The ack position moves forward, row by row, in #pass() and #idle(), and back in #begin() alone: when the server has
 *   restarted, to the oldest kept row. What moves it tells the journal, quotas and waiting calls (#passed()).
 * - A part passes once, when its write is acked, whatever its kind: written, expired, omitted or parked (Part). If a
 *   stanza of it was refused, the row is parked from there (refusedAt), so it never counts as acked.
 * - Suspects limit how much is written (Suspects.most), and never what: every row is written, or becomes a dead letter, which
 *   leaves the outbox on the disk before anything else is written.
 * - While #opened is undefined, nothing is written. isReady implies #opened: the rows are those that this server lacks.
 */
import { blameOf, type StreamEnd } from "../link/stream-end.js";
import type { Element } from "../xml/builder.js";
import type { OutboxTimes } from "./dependencies.js";
import { Backlog } from "./backlog.js";
import { InFlight, type Part } from "./in-flight.js";
import { NextWrites } from "./next-write.js";
import { Opening, type Opened } from "./opening.js";
import { CONFIRMED, QUEUED, type CallAnswer } from "./pending-calls.js";
import { PrivilegedMessages } from "./privileged-messages.js";
import { Undeliverable, type RowDependencies } from "./undeliverable.js";
import { RowReader } from "./row-reader.js";
import type { OutboxRow } from "./row-stanzas.js";
import { Suspects } from "./suspects.js";

/** How many stanzas are written in one turn of the event loop. */
const STANZAS_PER_RUN = 256;

export class RowFlow {
  readonly #inFlight: InFlight;
  readonly backlog: Backlog;
  readonly #suspects = new Suspects();
  readonly #privileged: PrivilegedMessages;
  readonly #rows: RowReader;
  readonly #writes: NextWrites;
  readonly #undeliverable: Undeliverable;
  readonly #opening: Opening;
  /** The ack position: the id of the first row that is neither acked nor parked. */
  acked: number;
  /** Rows with smaller ids are late: a server that has restarted since acked them. */
  #lateBefore = 0;
  /** The properties of the stream; undefined while rows can't be written. */
  #opened: Opened | undefined;
  /** Whether rows that are accepted now can be sent immediately. */
  isReady = false;
  /** Whether rows must be read again, parked ones first, as soon as all writes are acknowledged. */
  #isChanging = true;
  /** Whether the link's buffer is full, so that writing pauses until it has drained. */
  #isBlocked = false;
  #isDue = false;
  #isUnreadable = false;
  /** Called when no row is waiting or unacked, and when the link is lost. */
  onIdle: (() => void) | undefined;

  constructor(
    private readonly dependencies: RowDependencies,
    private readonly times: OutboxTimes,
    acked: number,
  ) {
    const { store, link, acks, modes, kept, metrics } = dependencies;
    this.acked = acked;
    this.#inFlight = new InFlight(link, acks, metrics);
    this.backlog = new Backlog(link.domain, () => this.#inFlight.window);
    this.#privileged = new PrivilegedMessages(link.domain);
    this.#rows = new RowReader(store, acked);
    this.#writes = new NextWrites(dependencies, this.#rows, this.#privileged, this.#inFlight);
    this.#undeliverable = new Undeliverable(dependencies, this.#inFlight);
    this.#opening = new Opening(dependencies, times, (opened) => {
      this.#opened = opened;
      this.#run();
    });
    link.on("up", () =>
      this.#opening.start(!kept.isEmpty || this.#rows.isPartlyAcked || !this.#suspects.isEmpty),
    );
    link.on("down", (closed) => this.#down(closed));
    link.on("drain", () => {
      this.#isBlocked = false;
      this.#run();
    });
    modes.onChange(() => this.#change());
  }

  /** Whether all rows are acked, parked or dead letters. */
  get isIdle(): boolean {
    return this.#inFlight.isEmpty && !this.#rows.hasMore;
  }

  /** Adds a call's committed rows, and answers it. @param repeated earlier rows, none parked or a dead letter */
  accept(added: readonly OutboxRow[], repeated: readonly number[]): CallAnswer {
    this.append(added);
    const rows = [...added.map(({ rowId }) => rowId), ...repeated];
    const waiting = rows.filter((rowId) => rowId >= this.acked);
    if (this.isIdle || (repeated.length > 0 && waiting.length === 0)) return CONFIRMED;
    if (!this.isReady) return QUEUED;
    const end = waiting.length === 0 ? this.#rows.end : Math.max(...waiting) + 1;
    return this.dependencies.pending.wait(rows, end);
  }

  /** Adds committed rows, which are counted already. Must be called at each commit, so that no row is skipped. */
  append(added: readonly OutboxRow[]): void {
    if (added.length === 0) return;
    this.#rows.append(added);
    this.#runSoon((run) => process.nextTick(run));
  }

  /** Writes waiting rows as far as the window allows. */
  #run(): void {
    const isPausing = this.#isChanging && !this.#inFlight.isEmpty;
    if (this.#opened === undefined || this.#isBlocked || isPausing) return;
    try {
      if (!this.isReady) this.#begin(this.#opened);
      if (this.#isChanging) this.#reread();
      let written = 0;
      const { part } = this.#rows;
      while (written < STANZAS_PER_RUN) {
        const more = this.#writeNext(part);
        if (more === 0) break;
        written += more;
      }
      if (written > 0 || (this.#inFlight.isEmpty && this.#rows.hasMore)) this.#runSoon(setImmediate);
      else if (this.#inFlight.isEmpty) this.#idle();
      this.#isUnreadable = false;
    } catch (error) {
      const { log, store } = this.dependencies;
      if (!this.#isUnreadable) log.error(`The outbox can't be read: ${store.explain(error)}`);
      this.#isUnreadable = true;
      this.#runSoon((run) => setTimeout(run, this.times.reread).unref());
    }
  }

  /** @returns how many stanzas, or parts of rows, were taken; 0 if nothing can be written now */
  #writeNext(mostRows: number): number {
    const most = Math.min(this.#inFlight.room, this.#suspects.most - this.#inFlight.stanzas);
    if (this.#isBlocked || most <= 0 || !this.#rows.hasMore) return 0;
    // Suspects are sent to each receiver separately, to find the receiver that the server rejects.
    const multicast = this.#suspects.isEmpty ? this.dependencies.multicast : undefined;
    const write = this.#writes.take({ most, mostRows, lateBefore: this.#lateBefore, multicast });
    const { parts, oversized } = write;
    if (parts.length === 0 && oversized !== undefined && this.#inFlight.isEmpty) {
      this.#undeliverable.oversized(oversized);
      this.#reread();
      return 1;
    }
    if (parts.length === 0) return 0;
    this.#undeliverable.expired(write.expired);
    this.#isBlocked = !this.#inFlight.write(write.texts, write);
    return Math.max(parts.length, write.stanzas);
  }

  /** Consumes acks and refused stanzas; false for any other stanza. */
  consume(stanza: Element): boolean {
    const { acks, multicast } = this.dependencies;
    if (this.#opening.consume(stanza)) return true;
    const id = acks.idOf(stanza);
    const refused = this.#privileged.refusedBy(stanza);
    if (id !== undefined) {
      if (multicast?.acked(id) !== true) this.#ack(id);
    } else if (refused !== undefined) this.#undeliverable.refused(refused);
    else if (multicast?.refused(stanza) !== true) return false;
    else if (this.#inFlight.services.size > 0) this.#rewind();
    return true;
  }

  /** Marks the rows written before an ack request as acked, and answers their calls. @param id the id of the request */
  #ack(id: string): void {
    const flights = this.#inFlight.ack(id);
    if (flights.length === 0) return;
    let bytes = 0;
    for (const { parts } of flights) for (const part of parts) bytes += this.#pass(part);
    this.#passed(bytes);
    this.#run();
  }

  /** Reports the new ack position. @param bytes the size of the passed rows that are kept */
  #passed(bytes: number): void {
    const { journal, quotas, pending } = this.dependencies;
    journal.acked(this.acked, bytes);
    quotas.acked(this.acked);
    pending.acked(this.acked);
    this.backlog.acked(this.acked);
  }

  /** Moves the ack position over finished stanzas. @returns how many bytes of them are kept */
  #pass(part: Part): number {
    const { row, start, end, kind, refusedAt } = part;
    if (kind === "written") this.#suspects.acked(part);
    // An earlier part of the row was refused, so all of the row is parked.
    if (!row.isParked && row.rowId < this.acked) return 0;
    const { pending, journal } = this.dependencies;
    const parkAt = refusedAt ?? (kind === "parked" ? start : undefined);
    const isOver = parkAt === undefined && end >= row.stanzas;
    const isPassed = isOver || (parkAt !== undefined && !row.isParked);
    this.#rows.noteAcked(row, isPassed ? row.stanzas : (parkAt ?? end));
    if (!row.isParked) this.acked = isPassed ? row.rowId + 1 : row.rowId;
    if (parkAt !== undefined || kind === "expired") pending.incomplete(row.rowId);
    if (parkAt !== undefined && !row.isParked) journal.park(row, parkAt);
    return isOver ? journal.over(row) : 0;
  }

  /** Makes unacked rows wait again when the link is lost. */
  #down(closed: StreamEnd): void {
    const { modes, multicast, history, link } = this.dependencies;
    const { written, isServiceAwaited, services } = this.#inFlight;
    const isSilent = closed.cause === "silent";
    const isTelling = this.#suspects.closed(closed, written, this.#inFlight.quiet);
    const last = written.at(-1)?.row.rowId ?? 0;
    history?.rewritten({ first: this.acked, last, reason: `the link was lost (${closed.text})` });
    // A server that reports a fault in a stanza is alive: calls wait for the next stream, which is opened immediately.
    this.close(isTelling && blameOf(closed) === "content");
    this.#isBlocked = false;
    modes.end(closed);
    const isClosedOver = isTelling && services.size > 0;
    multicast?.end(isSilent && isServiceAwaited ? "silent" : isClosedOver ? "closed" : undefined);
    this.#rewind(isSilent);
    this.onIdle?.();
    if (isTelling) link.reconnectNow();
  }

  /** Goes back to the kept rows if the server has restarted, and judges why the last stream was closed. */
  #begin({ upAt, uptime }: Opened): void {
    const { link, acks, multicast, kept, journal } = this.dependencies;
    const { peer, failures } = link.reached ?? { peer: undefined, failures: 0 };
    const reason = kept.replayReason(peer, uptime);
    const hasLivedOn = failures === 0 && (reason === undefined || reason === "unknown");
    const rejected = this.#suspects.judge(hasLivedOn);
    if (rejected !== undefined) this.#undeliverable.rejected(rejected, this.acked);
    if (reason !== undefined) {
      const isReplayed = !kept.isEmpty;
      if (isReplayed) this.#lateBefore = Math.max(this.#lateBefore, this.acked);
      if (isReplayed && reason !== "unknown") this.#suspects.clear();
      if (isReplayed) this.acked = journal.replay(reason);
      this.#rows.forgetAcks();
    }
    kept.linked(peer, upAt);
    this.#rewind();
    if (!this.#suspects.isServerAtFault) link.resetBackoff();
    else if (this.#suspects.isNews) this.#undeliverable.blameServer();
    this.isReady = true;
    // If the server doesn't return the component's messages, its multicast services don't either.
    if (acks.kind === "message") multicast?.begin((text) => void link.write(text));
  }

  /** Makes unacked rows wait again. */
  #rewind(isSilent = false): void {
    this.#inFlight.clear(isSilent);
    this.#rows.rewind(this.acked);
    this.#change();
  }

  /** Schedules that rows are read again, because a send mode has changed or more rows wait. */
  #change(): void {
    this.#isChanging = true;
    this.#runSoon(setImmediate);
  }

  /** Moves the ack position behind the last rows if they are dead letters, for which no ack comes. */
  #idle(): void {
    if (this.acked < this.#rows.end) {
      this.acked = this.#rows.end;
      this.#passed(0);
    }
    this.onIdle?.();
  }

  /** Reads rows again, the parked ones first, then those from the ack position on. */
  #reread(): void {
    this.dependencies.journal.noteNow();
    this.#rows.rewind(this.acked);
    this.#writes.forget();
    this.#isChanging = false;
  }

  /** Schedules a run unless one is scheduled. @param when calls its argument later */
  #runSoon(when: (run: () => void) => void): void {
    if (this.#isDue) return;
    this.#isDue = true;
    when(() => {
      this.#isDue = false;
      this.#run();
    });
  }

  /** Looks for parked rows that are too old, and checks the link. @throws if the database can't be read */
  check(): void {
    // Rows that were dropped before, but not on the disk, would be read again.
    const mayExpire = this.isIdle && !this.dependencies.journal.isBehind;
    if (mayExpire && this.#rows.readExpired()) this.#runSoon(setImmediate);
    if (this.isReady) this.#inFlight.check(this.times);
  }

  /** Stops writing; unacked rows stay on the disk. @param isWaiting whether calls continue to wait for their acks */
  close(isWaiting = false): void {
    this.#opened = undefined;
    this.isReady = false;
    this.#opening.stop();
    if (!isWaiting) this.dependencies.pending.settleAll();
  }
}
