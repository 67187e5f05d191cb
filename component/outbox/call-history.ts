/**
 * Records which stanzas are sent again and which errors come back, for `outbox trace`. The call itself is recorded with
 * its rows (storage/unit-of-work.ts), its acks by the journal.
 */
import type { Bounce, CallLog, KnownCall, Rewrite } from "../../storage/call-log.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { BouncedStanza } from "../inbound/stanza-error.js";
import type { NewRow } from "../../storage/outbox-row.js";

/** How long records are collected for one transaction, in milliseconds. */
const NOTE_MS = 20;
/** The minimum number of remembered stanza ids. The maximum is twice as high. */
const REMEMBERED = 20_000;

export class CallHistory {
  #recent = new Map<string, KnownCall>();
  #older: ReadonlyMap<string, KnownCall> = new Map();
  #rewrites: Rewrite[] = [];
  #bounces = new Map<string, Bounce>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: CallLog,
    private readonly commit: GroupCommit,
  ) {}

  /** Remembers the ids of a call's stanzas, to find the call if an error comes back. */
  accepted(call: KnownCall, rows: readonly NewRow[]): void {
    for (const { sender, id } of rows) if (id !== undefined) this.#recent.set(keyOf(sender, id), call);
    if (this.#recent.size < REMEMBERED) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }

  /** Records that rows are sent again. */
  rewritten(rewrite: Omit<Rewrite, "at">): void {
    if (rewrite.last < rewrite.first) return;
    this.#rewrites.push({ ...rewrite, at: Date.now() });
    this.#noteSoon();
  }

  /** Records an error for a stanza. @returns the id of the HTTP request that sent the stanza; undefined if unknown */
  bounced({ id, sender, receiver, condition }: BouncedStanza): string | undefined {
    const key = keyOf(sender, id);
    const call = this.#recent.get(key) ?? this.#older.get(key);
    return call && this.#bounced(call, receiver, condition);
  }

  /** Records an error for a row. @returns the id of the HTTP request that sent the row; undefined if unknown */
  bouncedRow(rowId: number, receiver: string, condition: string): string | undefined {
    const call = this.log.callOf(rowId);
    return call && this.#bounced(call, receiver, condition);
  }

  /** Returns the id of the HTTP request that sent a row; undefined if unknown. */
  requestOf(rowId: number): string | undefined {
    return this.log.callOf(rowId)?.request;
  }

  /** Writes the remaining records in the next transaction. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#note();
  }

  #bounced({ id: call, request }: KnownCall, receiver: string, condition: string): string {
    const key = `${call} ${condition}`;
    const bounce = this.#bounces.get(key) ?? { call, condition, receiver, at: Date.now(), count: 0 };
    this.#bounces.set(key, { ...bounce, count: bounce.count + 1 });
    this.#noteSoon();
    return request;
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
      for (const bounce of bounces.values()) this.log.bounced(bounce);
    };
    // If the disk fails, the trace has a gap; sending doesn't depend on it.
    this.commit.run(write, NOTE_MS).catch(() => undefined);
  }
}

function keyOf(sender: string, id: string): string {
  return `${sender} ${id}`;
}
