/**
 * What becomes of a row, from its acceptance to its deletion. It is in one of five states:
 *
 * - waiting: committed to the disk
 * - unacked: written to the stream, with an ack request behind it
 * - acked: the ack is back; it is kept for a few seconds, in case the server restarts, and then deleted
 * - parked: its host lets nobody send in its users' names now; others overtake it
 * - dead letter: the server closes the stream over it; an operator looks at it
 *
 * This class owns the position (before it everything is acked, or parked) and the window (what is unacked), and has the
 * five transitions: accept(), #run(), #ack(), #down() and #up().
 */
import { isBefore, type Position } from "../../storage/outbox-progress.js";
import type { Beginning } from "../../storage/outbox-store.js";
import type { StreamEnd } from "../link/stream-end.js";
import type { Element } from "../xml/builder.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { Answer } from "./acceptance.js";
import { countAcked, NOTHING_IN_FLIGHT, STREAM, type Flight, type Part } from "./in-flight.js";
import type { Opened } from "./opening.js";
import { partsOf, type OutboxDependencies, type OutboxOptions, type OutboxParts } from "./outbox-parts.js";
import type { OutboxRow } from "./outbox-row.js";
import { CONFIRMED, QUEUED } from "./pending-calls.js";

/** So many stanzas are written before the event loop goes on. */
const STANZAS_PER_RUN = 256;

export class RowFlow {
  readonly parts: OutboxParts;
  /** Everything before it is acked, or parked. */
  #acked: Position;
  /** Rows before this one were acked by a server that has restarted since: they are late. */
  #lateBefore = 0;
  /** The id after the newest row. */
  #next: number;
  /** What was found out about the stream; undefined while it isn't open. */
  #opened: Opened | undefined;
  #isReady = false;
  /** Parked rows are to be looked at, once nothing is in flight that may come back: they go first. */
  #isChanging = true;
  /** The link takes nothing more until it has drained. */
  #isBlocked = false;
  #isDue = false;
  #isUnreadable = false;
  readonly #last = { write: 0, ack: 0 };
  /** Nothing is waiting or unacked any more, or the link is lost. */
  onIdle: (() => void) | undefined;

  constructor(dependencies: OutboxDependencies, options: OutboxOptions, beginning: Beginning) {
    const { store, link } = dependencies;
    this.#acked = { seq: beginning.acked, place: 0 };
    this.#next = store.next();
    this.parts = partsOf(dependencies, options, beginning, {
      acked: () => this.acked,
      onOpen: (opened) => this.#up(opened),
      last: () => this.#last,
      isReady: () => this.#isReady,
      onIdle: () => this.#write(inOneWrite([]), NOTHING_IN_FLIGHT, this.parts.inFlight.services),
    });
    const { opening, suspects, kept, modes } = this.parts;
    link.on("up", () => opening.start(!kept.isEmpty || !suspects.isEmpty));
    link.on("down", (closed) => this.#down(closed));
    link.on("drain", () => {
      this.#isBlocked = false;
      this.#run();
    });
    modes.onChange(() => this.change());
  }

  /** The first row that isn't acked, or parked. */
  get acked(): number {
    return this.#acked.seq;
  }

  /** Whether nothing is waiting or unacked. */
  get isIdle(): boolean {
    return this.parts.inFlight.isEmpty && !this.parts.rows.hasMore;
  }

  /** Whether what is accepted now will be acknowledged soon. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** A call's rows are committed: they wait. @returns what the call is told */
  accept(added: readonly OutboxRow[], isRepeat: boolean): Answer {
    const { rows, pending, journal, store } = this.parts;
    const [first] = added;
    if (first !== undefined) {
      this.#next = (added.at(-1)?.seq ?? 0) + 1;
      rows.append(added);
      this.#runSoon((run) => process.nextTick(run));
    }
    // What a repeat repeats may be parked, or a dead letter.
    if (isRepeat && (journal.isParking || store.hasParkedOrDead)) return QUEUED;
    if (this.isIdle) return CONFIRMED;
    return this.#isReady
      ? pending.wait(isRepeat ? this.#acked.seq : (first?.seq ?? this.#next), this.#next)
      : QUEUED;
  }

  /** Writes what waits, as long as the window has room. */
  #run(): void {
    const { rows, inFlight } = this.parts;
    if (this.#opened === undefined || this.#isBlocked) return;
    if (this.#isChanging && !inFlight.isEmpty) return;
    try {
      if (!this.#isReady) this.#begin(this.#opened);
      if (this.#isChanging) this.#lookAtParked();
      let written = 0;
      const { part } = rows;
      for (let more = 1; more > 0 && written < STANZAS_PER_RUN; written += more) more = this.#writeNext(part);
      if (written > 0 || (inFlight.isEmpty && rows.hasMore)) this.#runSoon(setImmediate);
      else if (inFlight.isEmpty) this.onIdle?.();
      this.#isUnreadable = false;
    } catch (error) {
      const { log, store, times } = this.parts;
      if (!this.#isUnreadable) log.error(`The outbox can't be read: ${store.explain(error)}`);
      this.#isUnreadable = true;
      this.#runSoon((run) => setTimeout(run, times.reread).unref());
    }
  }

  /** @returns how much was taken off what waits */
  #writeNext(mostRows: number): number {
    const { rows, writes, inFlight, suspects, multicast, log, metrics } = this.parts;
    const most = Math.min(inFlight.room, suspects.most - inFlight.stanzas);
    if (this.#isBlocked || most <= 0 || !rows.hasMore) return 0;
    const write = writes.take({
      most,
      mostRows,
      lateBefore: this.#lateBefore,
      // Over which of many receivers the stream is closed is found out by a stanza for each.
      multicast: suspects.isEmpty ? multicast : undefined,
    });
    if (write.parts.length === 0) return 0;
    if (write.expired > 0) log.info(`Dropped ${write.expired} notifications that were too old to be sent`);
    metrics.expired.inc(write.expired);
    this.#write(write.text, write, new Set(write.multicasts.map(({ service }) => service)));
    return Math.max(write.parts.length, write.stanzas);
  }

  /** Writes stanzas, with an ack request behind them on each route: they are unacked. */
  #write(text: WireText, flight: Omit<Flight, "at">, services: Iterable<string>): void {
    const { acks, inFlight, link } = this.parts;
    const requests = Array.from(services, (service) => [service, acks.through(service)] as const);
    requests.push([STREAM, acks.make()]);
    this.#last.write = performance.now();
    inFlight.add(
      { ...flight, at: this.#last.write },
      new Map(requests.map(([route, { id }]) => [route, id])),
    );
    const texts = requests.map(([, request]) => request.text);
    if (!link.write(inOneWrite([text, ...texts]))) this.#isBlocked = true;
  }

  /** Consumes an ack that came back, and what the server refused; false for every other stanza. */
  consume(stanza: Element): boolean {
    const { opening, acks, multicast, privileged, rejections, inFlight } = this.parts;
    if (opening.consume(stanza)) return true;
    const id = acks.idOf(stanza);
    const refused = privileged.refusedBy(stanza);
    if (id !== undefined) {
      if (multicast?.acked(id) !== true) this.#ack(id);
    } else if (refused !== undefined) rejections.refused(refused);
    else if (multicast?.refused(stanza) !== true) return false;
    else if (inFlight.services.size > 0) this.#rewind();
    return true;
  }

  /** The ack of this request is back: what was written before it is acked, and its calls are answered. */
  #ack(id: string): void {
    const { inFlight, kept, pending, quotas, journal, rejections, metrics, link } = this.parts;
    const now = performance.now();
    const flights = inFlight.ack(id, now);
    if (flights.length === 0) return;
    this.#last.ack = now;
    let bytes = 0;
    for (const flight of flights) {
      for (const part of flight.parts) bytes += this.#pass(part);
      rejections.passed(flight.largest);
    }
    if (countAcked(flights, now, metrics) > 0) link.resetBackoff();
    if (kept.ack(this.#acked.seq, bytes, Date.now())) journal.due();
    quotas.acked(this.#acked.seq);
    pending.acked(this.#acked.seq);
    this.#run();
  }

  /** Some stanzas of a row are acked or too old, or they are to be parked. @returns the bytes that are kept */
  #pass(part: Part): number {
    const { journal, pending, quotas, kept, suspects } = this.parts;
    const { row, start, end, kind, refusedAt } = part;
    if (kind === "written") suspects.acked(part);
    // An earlier part of the row was refused: all of it is parked.
    if (!row.isParked && isBefore({ seq: row.seq, place: start }, this.#acked)) return 0;
    const parkAt = refusedAt ?? (kind === "parked" ? start : undefined);
    const isOver = parkAt !== undefined || end >= row.stanzas;
    if (!row.isParked) this.#acked = isOver ? { seq: row.seq + 1, place: 0 } : { seq: row.seq, place: end };
    if (parkAt !== undefined || kind === "expired") pending.incomplete(row.seq);
    if (parkAt !== undefined) journal.park(row, parkAt);
    if (parkAt !== undefined || !isOver) return 0;
    const weight = journal.acked(row);
    quotas.remove(weight);
    if (row.isParked) kept.ackParked(Date.now());
    return row.isParked ? 0 : weight.bytes;
  }

  /** The link is lost: what is unacked waits again. */
  #down(closed: StreamEnd): void {
    const { opening, inFlight, suspects, modes, multicast, pending, history, link } = this.parts;
    const { written } = inFlight;
    const isTelling = suspects.closed(closed, written, performance.now() - this.#last.write);
    const last = written.at(-1)?.row.seq ?? 0;
    history?.rewritten({ first: this.#acked.seq, last, reason: `the link was lost (${closed.text})` });
    opening.stop();
    this.#opened = undefined;
    this.#isReady = false;
    this.#isBlocked = false;
    modes.end(closed);
    multicast?.end(inFlight.serviceFault(closed.cause === "silent", isTelling));
    this.#rewind(closed.cause === "silent");
    // They are safe on the disk; a stop doesn't wait for a server to come back.
    pending.settleAll();
    this.onIdle?.();
    if (isTelling) link.reconnectNow();
  }

  /** The link is open again, and it is known what the server allows. */
  #up(opened: Opened): void {
    this.#opened = opened;
    this.#run();
  }

  /** Sends again what a server that has restarted may have lost, and judges why the last stream was closed. */
  #begin({ upAt, uptime }: Opened): void {
    const { kept, suspects, rejections, replays, link, acks, multicast } = this.parts;
    const { peer, failures } = link.reached ?? { peer: undefined, failures: 0 };
    const isAsked = !kept.isEmpty || !suspects.isEmpty;
    const reason = isAsked ? kept.replayReason({ peer, uptime, now: Date.now() }) : undefined;
    const rejected = suspects.judge(failures === 0 && (reason === undefined || reason === "unknown"));
    if (rejected !== undefined) rejections.bury(rejected, this.#acked.seq);
    if (reason !== undefined && !kept.isEmpty) {
      this.#lateBefore = Math.max(this.#lateBefore, this.#acked.seq);
      this.#acked = { seq: replays.replay(reason, this.#acked.seq), place: 0 };
    }
    kept.linked({ peer, upAt, heardAt: Date.now() });
    this.#rewind();
    if (!suspects.isServerAtFault) link.resetBackoff();
    else if (suspects.isNews) rejections.blameServer();
    this.#isReady = true;
    // If the server doesn't return messages to the component, no service of its does.
    if (acks.kind === "message") multicast?.begin((text) => void link.write(text));
  }

  /** What is unacked waits again, from the position on. */
  #rewind(isSilent = false): void {
    this.parts.inFlight.clear(isSilent);
    this.parts.rows.rewind(this.#acked);
    this.#last.ack = performance.now();
    this.change();
  }

  /** A send mode has changed, rows were put back, or what is unacked waits again. */
  change(): void {
    this.#isChanging = true;
    this.#runSoon(setImmediate);
  }

  /** Reads from the position on, the parked rows first. */
  #lookAtParked(): void {
    const { journal, rows, writes } = this.parts;
    journal.noteNow();
    rows.reread(this.#acked);
    writes.forget();
    this.#isChanging = false;
  }

  /** @param when runs what it is given a little later */
  #runSoon(when: (run: () => void) => void): void {
    if (this.#isDue) return;
    this.#isDue = true;
    when(() => {
      this.#isDue = false;
      this.#run();
    });
  }

  /** Ends what is under way. */
  stop(): void {
    this.#opened = undefined;
    this.#isReady = false;
    this.parts.opening.stop();
    this.parts.keepAlive.stop();
    this.parts.pending.settleAll();
  }
}
