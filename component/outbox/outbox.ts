/**
 * The outbox's front: accepts finished stanzas as a whole call, answers when they are routed, or when they are safe
 * in the queue. `accepted` means committed to disk; nothing accepted is lost.
 */
import type { GroupCommit } from "../../storage/group-commit.js";
import { bytesOf, weightOf, type NewRow, type Weight } from "../../storage/outbox-row.js";
import type { Refusal } from "../refusal.js";
import type { Element } from "../xml/builder.js";
import type { WireText } from "../xml/wire-text.js";
import type { CallHistory } from "./call-history.js";
import { Cleaner } from "./cleaner.js";
import { DurabilityGate } from "./durability-gate.js";
import { QueueQuota } from "./queue-quota.js";
import { OwnerQuotas, type Owner } from "./owner-quotas.js";
import type { OutboxRow } from "./origin.js";
import { CONFIRMED, QUEUED, type DeliveryStatus } from "./delivery-status.js";
import { outboxGauges } from "./gauges.js";
import { PendingCalls } from "./pending-calls.js";
import { Retention, type RetentionLimits } from "./retention.js";
import { Sender } from "./sender.js";
import type { Progress, SenderEvents, SenderParts, SenderTimes } from "./sender-parts.js";
import { unavailable } from "./unavailable.js";

export type { DeliveryStatus };

export interface OutboxOptions {
  /** The most stanzas that may wait; one for many recipients counts as many. */
  readonly maxStanzas: number;
  /** The most bytes that may wait. */
  readonly maxBytes: number;
  /** How long a call waits for its barrier, in milliseconds. */
  readonly confirmTimeout: number;
  /** The most bytes of a stanza on the wire. */
  readonly stanzaBytes: number;
  /** How much of what is routed is kept. */
  readonly keep: RetentionLimits;
  readonly times?: Partial<SenderTimes>;
}

/** What the outbox works with. */
export interface OutboxParts extends Omit<
  SenderParts,
  "stanzaBytes" | "heldFrom" | "beginning" | "retention"
> {
  readonly commit: GroupCommit;
  readonly history?: CallHistory | undefined;
}

/** What becomes of a call's rows that are committed. */
interface Handover {
  /** The disk has them. */
  release(): void;
  readonly status: Promise<DeliveryStatus> | DeliveryStatus;
}

/** What was committed of a call. */
interface Committed {
  readonly stored: readonly OutboxRow[];
  /** What was counted for it before. */
  readonly weight: Weight;
  readonly owner: Owner | undefined;
  /** Whether nobody may hear of it before the disk has it. */
  readonly isHeld: boolean;
}

const ONE: Weight = { stanzas: 1, bytes: 1 };
const TICK_MS = 100;

export class Outbox {
  readonly #parts: OutboxParts;
  readonly #sender: Sender;
  readonly #durabilityGate = new DurabilityGate((rows) => this.#sender.enqueue(rows));
  readonly #quota: QueueQuota;
  readonly #ownerQuotas: OwnerQuotas;
  readonly #pendingCalls: PendingCalls;
  readonly #cleaner: Cleaner;
  readonly #ticker: NodeJS.Timeout;
  /** The seq after the newest row accepted here. */
  #next: number;
  #isClosing = false;
  #isInTrouble = false;
  #onIdle: (() => void) | undefined;

  /** @throws StorageFault where the database can't be read */
  constructor(parts: OutboxParts, options: OutboxOptions) {
    this.#parts = parts;
    const { link, store, commit, log, metrics } = parts;
    const beginning = store.begin();
    const retention = new Retention(options.keep, beginning);
    this.#quota = new QueueQuota({ stanzas: options.maxStanzas, bytes: options.maxBytes }, store.backlog());
    this.#ownerQuotas = new OwnerQuotas({ stanzas: options.maxStanzas, bytes: options.maxBytes });
    this.#pendingCalls = new PendingCalls(options.confirmTimeout);
    this.#cleaner = new Cleaner(store, commit, retention, log);
    this.#next = store.next();
    // Before the sender hears of it: what it sets aside then was not confirmed to anybody.
    link.on("down", () => this.#onDown());
    const heldFrom = (): number | undefined => this.#durabilityGate.first;
    const senderParts = { ...parts, beginning, retention, stanzaBytes: options.stanzaBytes, heldFrom };
    const events: SenderEvents = {
      onProgress: (progress) => this.#onProgress(progress),
      onWaiting: (weight) => this.#quota.restore(weight),
    };
    this.#sender = new Sender(senderParts, events, options.times);
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#ticker.unref();
    outboxGauges(metrics, { waiting: this.#quota, retention, age: () => this.#age() });
  }

  /** Whether the link is up and known to confirm. */
  get isReady(): boolean {
    return this.#sender.isReady;
  }

  /** How much waits to be routed. */
  get backlog(): Weight {
    return { stanzas: this.#quota.stanzas, bytes: this.#quota.bytes };
  }

  /** How much of it is held in memory. */
  get readAhead(): { readonly rows: number; readonly bytes: number } {
    return this.#sender.readAhead;
  }

  /** Consumes a barrier that came back; false for every other stanza. */
  consume(stanza: Element): boolean {
    return this.#sender.consume(stanza);
  }

  /**
   * Accepts a call's stanzas, all or none.
   * @param also work on the database that belongs to the call and is committed with it
   * @param owner whose part of the queue they take; nobody's where absent. Where other work belongs to them, that
   *   there is room was to be asked before (refuse()), as undoing it costs more than what it adds.
   * @returns a refusal where the queue is full or the disk doesn't take them: then nothing was accepted
   */
  async accept(
    rows: readonly NewRow<WireText>[],
    also?: () => void,
    owner?: Owner,
  ): Promise<DeliveryStatus | Refusal> {
    if (this.#isClosing) return unavailable("the component is stopping; nothing was accepted, try again");
    const weight = weightOf(rows);
    const { store, commit, history } = this.#parts;
    const full =
      weight.stanzas === 0 ? undefined : this.#refuse(weight, also === undefined ? owner : undefined);
    if (full !== undefined) {
      // A repeat takes up no room: telling its caller that nothing was accepted would be wrong.
      if (also !== undefined || !this.#isKnown(rows)) return full;
      await commit.settled();
      return this.#statusFor(undefined, true);
    }
    if (owner !== undefined) this.#ownerQuotas.acquire(owner, weight);
    const work = (): OutboxRow[] => {
      also?.();
      const stored = store.add(rows);
      if (owner !== undefined) history?.add(owner, rows, stored);
      return stored;
    };
    let handover: Handover;
    try {
      const committed = (stored: OutboxRow[]): Handover =>
        this.#onCommitted({ stored, weight, owner, isHeld: also !== undefined });
      handover = await commit.runThen(work, committed, 0, also !== undefined);
    } catch (error) {
      this.#quota.release(weight);
      if (owner !== undefined) this.#ownerQuotas.release(owner, weight);
      this.#sayTrouble(error);
      return unavailable("storage failed; nothing was accepted, try again");
    }
    if (this.#isInTrouble) this.#parts.log.info("Calls can be stored again");
    this.#isInTrouble = false;
    handover.release();
    return await handover.status;
  }

  /** The seq that the next row gets: inside of what accept() does beside, that of the call's first. */
  nextSeq(): number {
    return this.#parts.store.next();
  }

  /** Whether something of a call is still to be routed. @param call the seq of its first row */
  isWaiting(call: number): boolean {
    return this.#parts.store.holds(call, this.#sender.confirmed.seq);
  }

  /** Why nothing is taken from somebody now, whose part of the queue is full; undefined where it is. */
  refuse(owner: Owner): Refusal | undefined {
    return this.#ownerQuotas.refuse(owner, ONE);
  }

  /**
   * Refuses new calls from now on, and waits until everything accepted is routed, at most this long.
   * @returns false where something is left in the queue
   */
  async flush(ms: number): Promise<boolean> {
    this.#isClosing = true;
    await this.#parts.commit.settled();
    // Rows that waited for the disk are let through first.
    await new Promise(setImmediate);
    if (!this.#sender.isEmpty && this.#sender.isReady) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#sender.isEmpty;
  }

  /** Ends the timers and takes away what was confirmed. */
  stop(): void {
    this.#isClosing = true;
    clearInterval(this.#ticker);
    this.#sender.stop();
    this.#pendingCalls.settleAll();
    this.#parts.history?.stop();
    this.#cleaner.stop();
  }

  #isKnown(rows: readonly NewRow[]): boolean {
    try {
      return this.#parts.store.knows(rows);
    } catch {
      return false;
    }
  }

  #refuse(weight: Weight, owner: Owner | undefined): Refusal | undefined {
    return (owner && this.#ownerQuotas.refuse(owner, weight)) ?? this.#quota.acquire(weight);
  }

  #onCommitted({ stored, weight, owner, isHeld }: Committed): Handover {
    const kept = stored.reduce(
      (sum, row) => ({ stanzas: sum.stanzas + row.stanzas, bytes: sum.bytes + bytesOf(row) }),
      { stanzas: 0, bytes: 0 },
    );
    const isRepeat = kept.bytes < weight.bytes;
    const repeated = { stanzas: weight.stanzas - kept.stanzas, bytes: weight.bytes - kept.bytes };
    this.#quota.release(repeated);
    if (owner !== undefined) {
      this.#ownerQuotas.release(owner, repeated);
      this.#ownerQuotas.stored(owner, kept, stored.at(-1)?.seq ?? 0);
    }
    this.#parts.metrics.accepted.inc(kept.stanzas);
    if (isRepeat) this.#parts.metrics.repeats.inc(weight.stanzas - kept.stanzas);
    this.#next = Math.max(this.#next, (stored.at(-1)?.seq ?? 0) + 1);
    const release = this.#durabilityGate.enqueue(stored, isHeld);
    return { release, status: this.#statusFor(stored[0]?.seq, isRepeat) };
  }

  /** @param first the call's first row; undefined where nothing of it was new */
  #statusFor(first: number | undefined, isRepeat: boolean): Promise<DeliveryStatus> | DeliveryStatus {
    // What a repeat repeats may have been set aside long ago.
    if (isRepeat && (this.#sender.hasQuarantined || !this.#parts.deadLetters.isEmpty)) return QUEUED;
    if (this.#durabilityGate.isEmpty && this.#sender.isEmpty) return CONFIRMED;
    if (!this.#sender.isReady) return QUEUED;
    // It may repeat any that still waits.
    const from = isRepeat ? this.#sender.confirmed.seq : (first ?? this.#next);
    return this.#pendingCalls.wait(from, this.#next);
  }

  #onProgress({ confirmed, freed, unwritten, isToNote }: Progress): void {
    this.#quota.release(freed);
    this.#ownerQuotas.confirm(confirmed.seq);
    if (isToNote) this.#cleaner.clean();
    this.#pendingCalls.confirm(confirmed.seq, unwritten);
    this.#parts.history?.confirmed(confirmed.seq);
    if (this.#sender.isEmpty) this.#onIdle?.();
  }

  #onDown(): void {
    this.#pendingCalls.settleAll();
    // What is left is safe on disk; a stop doesn't wait for a server to come back.
    this.#onIdle?.();
  }

  #tick(): void {
    this.#pendingCalls.settleOverdue();
    this.#cleaner.forgetRepeats();
  }

  #sayTrouble(error: unknown): void {
    if (!this.#isInTrouble) {
      const reason = this.#parts.store.explain(error);
      this.#parts.log.error(`Calls can't be stored and are refused until they can: ${reason}`);
    }
    this.#isInTrouble = true;
  }

  #age(): number {
    try {
      const oldest = this.#parts.store.oldest(this.#sender.confirmed.seq);
      return oldest === undefined ? 0 : (Date.now() - oldest) / 1000;
    } catch {
      return 0;
    }
  }
}
