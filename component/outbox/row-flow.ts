/**
 * The life of a row, from its acceptance to its deletion. A row is in one of five states:
 *
 * - waiting: committed to the disk
 * - unacked: written to the stream, with an ack request behind it
 * - acked: the ack is back; the row is kept for a few seconds in case the server restarts, then deleted (journal.ts)
 * - parked: its host allows no send mode now; other rows overtake it
 * - dead letter: the server closes the stream over it, or it is too large; an operator handles it
 *
 * This class owns the position (all rows before it are acked or parked) and the window (the unacked rows). It has the five
 * transitions: accept(), #run(), #ack(), #down() and #up().
 */
import { isBefore, type Position } from "../../storage/outbox-progress.js";
import { blameOf, type StreamEnd } from "../link/stream-end.js";
import type { Element } from "../xml/builder.js";
import type { OutboxTimes } from "./dependencies.js";
import { InFlight, type Part } from "./in-flight.js";
import { NextWrites } from "./next-write.js";
import { Opening, type Opened } from "./opening.js";
import { CONFIRMED, QUEUED, type Answer } from "./pending-calls.js";
import { PrivilegedMessages } from "./privileged-messages.js";
import { Rejections, type RowDependencies } from "./rejections.js";
import type { OutboxRow } from "./row-stanzas.js";
import { Suspects } from "./suspects.js";
import { WaitingRows } from "./waiting-rows.js";

/** The most stanzas written in one turn of the event loop. */
const STANZAS_PER_RUN = 256;

export class RowFlow {
  readonly #inFlight: InFlight;
  readonly #suspects = new Suspects();
  readonly #privileged: PrivilegedMessages;
  readonly #rows: WaitingRows;
  readonly #writes: NextWrites;
  readonly #rejections: Rejections;
  readonly #opening: Opening;
  /** The position: everything before it is acked, or parked. */
  #acked: Position;
  /** Rows before this one are late: they were acked by a server that has restarted since. */
  #lateBefore = 0;
  /** The stream's properties; undefined while it isn't open. */
  #opened: Opened | undefined;
  /** Whether rows that are accepted now will be acknowledged soon. */
  isReady = false;
  /** The rows must be read again, the parked ones first, once nothing in flight may come back. */
  #isChanging = true;
  /** The link's buffer is full until it has drained. */
  #isBlocked = false;
  #isDue = false;
  #isUnreadable = false;
  /** Called when nothing is waiting or unacked any more, or the link is lost. */
  onIdle: (() => void) | undefined;

  constructor(
    private readonly dependencies: RowDependencies,
    private readonly times: OutboxTimes,
    acked: number,
  ) {
    const { store, link, acks, modes, kept, metrics } = dependencies;
    this.#acked = { rowId: acked, offset: 0 };
    this.#inFlight = new InFlight(link, acks, metrics);
    this.#privileged = new PrivilegedMessages(link.domain);
    this.#rows = new WaitingRows(store, acked);
    this.#writes = new NextWrites(dependencies, this.#rows, this.#privileged, this.#inFlight);
    this.#rejections = new Rejections(dependencies, this.#inFlight);
    this.#opening = new Opening(dependencies, times, (opened) => this.#up(opened));
    link.on("up", () => this.#opening.start(!kept.isEmpty || !this.#suspects.isEmpty));
    link.on("down", (closed) => this.#down(closed));
    link.on("drain", () => {
      this.#isBlocked = false;
      this.#run();
    });
    modes.onChange(() => this.#change());
  }

  /** The first row that isn't acked, or parked. */
  get acked(): number {
    return this.#acked.rowId;
  }

  /** Whether nothing is waiting or unacked. */
  get isIdle(): boolean {
    return this.#inFlight.isEmpty && !this.#rows.hasMore;
  }

  /**
   * A call's rows are committed: they wait.
   * @param repeated the rows of earlier calls that it repeats, of which none is parked or a dead letter
   */
  accept(added: readonly OutboxRow[], repeated: readonly number[]): Answer {
    if (added.length > 0) {
      this.#rows.append(added);
      this.dependencies.journal.due();
      this.#runSoon((run) => process.nextTick(run));
    }
    const waiting = [...added.map(({ rowId }) => rowId), ...repeated].filter((rowId) => rowId >= this.acked);
    if (this.isIdle || (repeated.length > 0 && waiting.length === 0)) return CONFIRMED;
    if (!this.isReady) return QUEUED;
    const end = waiting.length === 0 ? this.#rows.end : Math.max(...waiting) + 1;
    return this.dependencies.pending.wait(Math.min(end, ...waiting), end, added.length + repeated.length);
  }

  /** Writes waiting rows while the window has room. */
  #run(): void {
    if (this.#opened === undefined || this.#isBlocked) return;
    if (this.#isChanging && !this.#inFlight.isEmpty) return;
    try {
      if (!this.isReady) this.#begin(this.#opened);
      if (this.#isChanging) this.#reread();
      let written = 0;
      const { part } = this.#rows;
      for (let more = 1; more > 0 && written < STANZAS_PER_RUN; written += more) more = this.#writeNext(part);
      if (written > 0 || (this.#inFlight.isEmpty && this.#rows.hasMore)) this.#runSoon(setImmediate);
      else if (this.#inFlight.isEmpty) this.onIdle?.();
      this.#isUnreadable = false;
    } catch (error) {
      const { log, store } = this.dependencies;
      if (!this.#isUnreadable) log.error(`The outbox can't be read: ${store.explain(error)}`);
      this.#isUnreadable = true;
      this.#runSoon((run) => setTimeout(run, this.times.reread).unref());
    }
  }

  /** @returns the number of stanzas, or parts of rows, that were taken */
  #writeNext(mostRows: number): number {
    const { multicast, stanzaBytes } = this.dependencies;
    const most = Math.min(this.#inFlight.room, this.#suspects.most - this.#inFlight.stanzas);
    if (this.#isBlocked || most <= 0 || !this.#rows.hasMore) return 0;
    // While a stanza is suspected, each receiver gets its own, to find the receiver at fault.
    const forMany = this.#suspects.isEmpty ? multicast : undefined;
    const write = this.#writes.take({ most, mostRows, lateBefore: this.#lateBefore, multicast: forMany });
    const { parts, oversized } = write;
    if (parts.length === 0 && oversized !== undefined && this.#inFlight.isEmpty) {
      this.#rejections.oversized(oversized, stanzaBytes);
      this.#passDeadLetters();
      this.#reread();
      return 1;
    }
    if (parts.length === 0) return 0;
    this.#rejections.expired(write.expired);
    this.#isBlocked = !this.#inFlight.write(write.text, write);
    return Math.max(parts.length, write.stanzas);
  }

  /** Consumes acks and refused stanzas; false for every other stanza. */
  consume(stanza: Element): boolean {
    const { acks, multicast } = this.dependencies;
    if (this.#opening.consume(stanza)) return true;
    const id = acks.idOf(stanza);
    const refused = this.#privileged.refusedBy(stanza);
    if (id !== undefined) {
      if (multicast?.acked(id) !== true) this.#ack(id);
    } else if (refused !== undefined) this.#rejections.refused(refused);
    else if (multicast?.refused(stanza) !== true) return false;
    else if (this.#inFlight.services.size > 0) this.#rewind();
    return true;
  }

  /** The ack of this request is back: all rows written before it are acked, and their calls answered. */
  #ack(id: string): void {
    const flights = this.#inFlight.ack(id);
    if (flights.length === 0) return;
    let bytes = 0;
    for (const flight of flights) {
      for (const part of flight.parts) bytes += this.#pass(part);
      this.#rejections.passed(flight.largest);
    }
    this.#passed(bytes);
    this.#run();
  }

  /** The position has moved. @param bytes that are kept of what it passed */
  #passed(bytes: number): void {
    const { journal, quotas, pending } = this.dependencies;
    journal.acked(this.acked, bytes);
    quotas.acked(this.acked);
    pending.acked(this.acked);
  }

  /** Some stanzas of a row are acked, too old or parked. @returns the bytes that are kept */
  #pass(part: Part): number {
    const { row, start, end, kind, refusedAt } = part;
    if (kind === "written") this.#suspects.acked(part);
    // An earlier part of the row was refused: all of it is parked.
    if (!row.isParked && isBefore({ rowId: row.rowId, offset: start }, this.#acked)) return 0;
    const parkAt = refusedAt ?? (kind === "parked" ? start : undefined);
    const isOver = parkAt !== undefined || end >= row.stanzas;
    const next = isOver ? { rowId: row.rowId + 1, offset: 0 } : { rowId: row.rowId, offset: end };
    if (!row.isParked) this.#acked = next;
    if (parkAt !== undefined || kind === "expired") this.dependencies.pending.incomplete(row.rowId);
    if (parkAt !== undefined) this.dependencies.journal.park(row, parkAt);
    if (parkAt !== undefined || !isOver) return 0;
    const weight = this.dependencies.journal.over(row);
    this.dependencies.quotas.remove(weight);
    return row.isParked ? 0 : weight.bytes;
  }

  /** The link is lost: unacked rows wait again. */
  #down(closed: StreamEnd): void {
    const { modes, multicast, history, link } = this.dependencies;
    const { written, isServiceAwaited, services } = this.#inFlight;
    const isSilent = closed.cause === "silent";
    const isTelling = this.#suspects.closed(closed, written, this.#inFlight.quiet);
    const last = written.at(-1)?.row.rowId ?? 0;
    history?.rewritten({ first: this.#acked.rowId, last, reason: `the link was lost (${closed.text})` });
    // A server that names a fault in a stanza is alive: the calls wait for the next stream, which is made at once.
    this.close(isTelling && blameOf(closed) === "content");
    this.#isBlocked = false;
    modes.end(closed);
    const isClosedOver = isTelling && services.size > 0;
    multicast?.end(isSilent && isServiceAwaited ? "silent" : isClosedOver ? "closed" : undefined);
    this.#rewind(isSilent);
    this.onIdle?.();
    if (isTelling) link.reconnectNow();
  }

  /** The stream is open: rows may be written. */
  #up(opened: Opened): void {
    this.#opened = opened;
    this.#run();
  }

  /** Rewinds to the kept rows if the server has restarted, and judges why the last stream was closed. */
  #begin({ upAt, uptime }: Opened): void {
    const { link, acks, multicast, kept, journal } = this.dependencies;
    const { peer, failures } = link.reached ?? { peer: undefined, failures: 0 };
    const reason = kept.replayReason({ peer, uptime, now: Date.now() });
    const hasLivedOn = failures === 0 && (reason === undefined || reason === "unknown");
    const rejected = this.#suspects.judge(hasLivedOn);
    if (rejected !== undefined) this.#rejections.rejected(rejected, this.#acked.rowId);
    if (reason !== undefined && !kept.isEmpty) {
      this.#lateBefore = Math.max(this.#lateBefore, this.#acked.rowId);
      this.#acked = { rowId: journal.replay(reason), offset: 0 };
      if (reason !== "unknown") this.#suspects.clear();
    }
    kept.linked({ peer, upAt, heardAt: Date.now() });
    if (rejected !== undefined) this.#passDeadLetters();
    this.#rewind();
    if (!this.#suspects.isServerAtFault) link.resetBackoff();
    else if (this.#suspects.isNews) this.#rejections.blameServer();
    this.isReady = true;
    // A server that doesn't return messages to the component has no service that does.
    if (acks.kind === "message") void multicast?.begin((text) => void link.write(text));
  }

  /** Unacked rows wait again, from the position on. */
  #rewind(isSilent = false): void {
    this.#inFlight.clear(isSilent);
    this.#rows.rewind(this.#acked);
    this.#change();
  }

  /** A send mode has changed, rows were put back, or unacked rows wait again. */
  #change(): void {
    this.#isChanging = true;
    this.#runSoon(setImmediate);
  }

  /** Dead letters leave gaps in the rows: the position passes them. */
  #passDeadLetters(): void {
    const { store } = this.dependencies;
    const rowId = store.from(this.#acked.rowId, 1, 0)[0]?.rowId ?? store.next();
    if (rowId > this.acked) this.#acked = { rowId, offset: 0 };
    this.#passed(0);
  }

  /** Reads from the position on, the parked rows first. */
  #reread(): void {
    this.dependencies.journal.noteNow();
    this.#rows.reread(this.#acked);
    this.#writes.forget();
    this.#isChanging = false;
  }

  /** @param when runs its argument a little later */
  #runSoon(when: (run: () => void) => void): void {
    if (this.#isDue) return;
    this.#isDue = true;
    when(() => {
      this.#isDue = false;
      this.#run();
    });
  }

  /** Looks for rows that were put back, and checks that the link is alive. @throws if the database can't be read */
  check(): void {
    if (this.#rows.isBehind) this.#change();
    if (this.isReady) this.#inFlight.check(this.times);
  }

  /** Stops writing; what is unacked is on the disk. @param isWaiting whether calls go on waiting for their acks */
  close(isWaiting = false): void {
    this.#opened = undefined;
    this.isReady = false;
    this.#opening.stop();
    if (!isWaiting) this.dependencies.pending.settleAll();
  }
}
