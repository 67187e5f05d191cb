/**
 * Records which stanzas are sent again and which errors come back, for `outbox trace`. The call itself is recorded with
 * its rows (storage/unit-of-work.ts), its acks by the journal.
 */
import type { CallLogStore, KnownCall, Rewrite } from "../../storage/call-log.js";
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

  constructor(
    readonly log: CallLogStore,
    private readonly commit: GroupCommit,
  ) {}

  /** Remembers the ids of a call's stanzas, to find the call if an error comes back. */
  accepted(call: KnownCall, rows: readonly NewRow[]): void {
    for (const { sender, id } of rows) if (id !== undefined) this.#recent.set(keyOf(sender, id), call);
    if (this.#recent.size < REMEMBERED) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }

  rewritten(rewrite: Omit<Rewrite, "at">): void {
    const at = Date.now();
    if (rewrite.last >= rewrite.first) this.#note(() => this.log.rewritten({ ...rewrite, at }));
  }

  /** Records an error for a stanza. @returns the call that sent the stanza; undefined if unknown */
  bounced({ id, sender, receiver, condition }: BouncedStanza): KnownCall | undefined {
    const key = keyOf(sender, id);
    return this.#bounced(this.#recent.get(key) ?? this.#older.get(key), receiver, condition);
  }

  /** Records an error for a row. @returns the id of the HTTP request that sent the row; undefined if unknown */
  bouncedRow(rowId: number, receiver: string, condition: string): string | undefined {
    return this.#bounced(this.log.callOf(rowId), receiver, condition)?.request;
  }

  /** Returns the id of the HTTP request that sent a row; undefined if unknown. */
  requestOf(rowId: number): string | undefined {
    return this.log.callOf(rowId)?.request;
  }

  #bounced(call: KnownCall | undefined, receiver: string, condition: string): KnownCall | undefined {
    if (call === undefined) return undefined;
    const at = Date.now();
    this.#note(() => this.log.bounced({ call: call.id, condition, receiver, at }));
    return call;
  }

  /** Writes a record in the next transaction. If the disk fails, the trace has a gap; sending doesn't depend on it. */
  #note(write: () => void): void {
    this.commit.run(write, NOTE_MS).catch(() => undefined);
  }
}

function keyOf(sender: string, id: string): string {
  return `${sender} ${id}`;
}
