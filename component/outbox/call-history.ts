/**
 * Records for the trace of calls which stanzas are sent again, and which errors come back: a little later, many at once. A
 * call itself is recorded in the transaction of its rows, its acks by the journal.
 */
import type { CallLog, KnownCall, Rewrite } from "../../storage/call-log.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { NewRow } from "../../storage/outbox-row.js";

/** An error that came back for a stanza in a user's name. */
export interface BouncedStanza {
  /** The stanza's. */
  readonly id: string;
  /** The bare address that it was sent from. */
  readonly sender: string;
  /** The bare address that it was sent to. */
  readonly receiver: string;
  readonly condition: string;
}

/** A row of the outbox that came back. */
export interface BouncedRow extends Pick<BouncedStanza, "receiver" | "condition"> {
  readonly rowId: number;
}

interface CountedBounce {
  readonly call: KnownCall;
  readonly condition: string;
  readonly receiver: string;
  readonly at: number;
  count: number;
}

/** How long records wait for others to be written with; milliseconds. */
const NOTE_MS = 20;
/** Stanzas are found by their ids until this many, or up to twice as many, have come after them. */
const REMEMBERED = 20_000;

export class CallHistory {
  #recent = new Map<string, KnownCall>();
  #older: ReadonlyMap<string, KnownCall> = new Map();
  #rewrites: Rewrite[] = [];
  #bounces = new Map<string, CountedBounce>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: CallLog,
    private readonly commit: GroupCommit,
  ) {}

  /** A call was accepted. @param rows with their stanzas' ids */
  accepted(call: KnownCall, rows: readonly NewRow[]): void {
    for (const { sender, id } of rows) if (id !== undefined) this.#recent.set(keyOf(sender, id), call);
    if (this.#recent.size < REMEMBERED) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }

  /** These rows are sent again. */
  rewritten(rewrite: Omit<Rewrite, "at">): void {
    if (rewrite.last < rewrite.first) return;
    this.#rewrites.push({ ...rewrite, at: Date.now() });
    this.#noteSoon();
  }

  /** An error came back. @returns the id of the request that sent it; undefined if it isn't known */
  bounced({ id, sender, receiver, condition }: BouncedStanza): string | undefined {
    const key = keyOf(sender, id);
    const call = this.#recent.get(key) ?? this.#older.get(key);
    return call && this.#bounced(call, receiver, condition);
  }

  /** The same if the row of the outbox is known. */
  bouncedRow({ rowId, receiver, condition }: BouncedRow): string | undefined {
    const call = this.log.callOf(rowId);
    return call && this.#bounced(call, receiver, condition);
  }

  /** The id of the request that a row belongs to. */
  requestOf(rowId: number): string | undefined {
    return this.log.callOf(rowId)?.request;
  }

  /** Writes the rest, in the next transaction. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#note();
  }

  #bounced(call: KnownCall, receiver: string, condition: string): string {
    const offset = `${call.id} ${condition}`;
    const known = this.#bounces.get(offset);
    if (known === undefined)
      this.#bounces.set(offset, { call, condition, receiver, at: Date.now(), count: 1 });
    else known.count += 1;
    this.#noteSoon();
    return call.request;
  }

  #noteSoon(): void {
    this.#timer ??= setTimeout(() => this.#note(), NOTE_MS).unref();
  }

  #note(): void {
    this.#timer = undefined;
    const [rewrites, bounces] = [this.#rewrites, this.#bounces];
    this.#rewrites = [];
    this.#bounces = new Map();
    if (rewrites.length === 0 && bounces.size === 0) return;
    const write = (): void => {
      for (const rewrite of rewrites) this.log.rewritten(rewrite);
      for (const { call, ...bounce } of bounces.values()) this.log.bounced({ ...bounce, call: call.id });
    };
    // If the disk fails, the trace has a gap; sending doesn't depend on it.
    this.commit.run(write, NOTE_MS).catch(() => undefined);
  }
}

function keyOf(sender: string, id: string): string {
  return `${sender} ${id}`;
}
