/**
 * Notes what becomes of calls, by the ids of their requests: when they were accepted, confirmed, written once more, and
 * what came back for them. A call is noted in the transaction of its rows; the rest a little later, many at once.
 */
import type { CallLog, KnownCall, Rewrite } from "../../storage/call-log.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { NewRow } from "../../storage/outbox-row.js";
import type { Position } from "../../storage/outbox-store.js";
import type { OutboxRow } from "./origin.js";
import type { Owner } from "./owner-quotas.js";

/** An error that came back for something that was sent in a user's name. */
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
  readonly seq: number;
}

interface CountedBounce {
  readonly call: KnownCall;
  readonly condition: string;
  readonly receiver: string;
  readonly at: number;
  count: number;
}

/** So long the rest waits for others to be noted together; milliseconds. */
const NOTE_MS = 20;
/** Stanzas are known by their ids as long as so many come after them, and up to twice as long. */
const REMEMBERED = 20_000;

export class CallHistory {
  readonly #log: CallLog;
  readonly #commit: GroupCommit;
  #recent = new Map<string, KnownCall>();
  #older: ReadonlyMap<string, KnownCall> = new Map();
  #confirmed: { readonly seq: number; readonly at: number } | undefined;
  #noted = 0;
  #rewrites: Rewrite[] = [];
  #bounces = new Map<string, CountedBounce>();
  #timer: NodeJS.Timeout | undefined;

  constructor(log: CallLog, commit: GroupCommit) {
    this.#log = log;
    this.#commit = commit;
  }

  /**
   * Notes a call, where it is one; to be called inside the transaction of its rows.
   * @param rows as they were made
   * @param stored as they are stored: none of what was a repeat
   */
  add({ name, request }: Owner, rows: readonly NewRow[], stored: readonly OutboxRow[]): void {
    if (request === undefined) return;
    const [first, last] = [stored[0]?.seq, stored.at(-1)?.seq];
    const id = this.#log.add({
      request,
      caller: name,
      acceptedAt: Date.now(),
      stanzas: stored.reduce((sum, { stanzas }) => sum + stanzas, 0),
      rows: first === undefined || last === undefined ? undefined : { first, last },
    });
    const call = { request, id };
    for (const { sender, id } of rows) if (id !== undefined) this.#recent.set(keyOf(sender, id), call);
    if (this.#recent.size < REMEMBERED) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }

  /** All rows below this seq are confirmed. */
  confirmed(seq: number): void {
    if (seq <= this.#noted) return;
    this.#noted = seq;
    this.#confirmed = { seq, at: Date.now() };
    this.#noteSoon();
  }

  /** The link is lost: what was written from the confirmed place on will be written once more. */
  lost(confirmed: Position, written: Position, reason: string): void {
    const last = written.done > 0 ? written.seq : written.seq - 1;
    if (last >= confirmed.seq)
      this.rewritten({ first: confirmed.seq, last, reason: `the link was lost (${reason})` });
  }

  /** These rows are written once more. */
  rewritten(rewrite: Omit<Rewrite, "at">): void {
    this.#rewrites.push({ ...rewrite, at: Date.now() });
    // What was confirmed before that will be once more.
    this.#noted = Math.min(this.#noted, rewrite.first);
    this.#noteSoon();
  }

  /** Something came back. @returns the id of the request that sent it; undefined where that isn't known */
  bounced({ id, sender, receiver, condition }: BouncedStanza): string | undefined {
    const key = keyOf(sender, id);
    const call = this.#recent.get(key) ?? this.#older.get(key);
    return call && this.#bounced(call, receiver, condition);
  }

  /** The same where it is known which row of the outbox came back. */
  bouncedRow({ seq, receiver, condition }: BouncedRow): string | undefined {
    const call = this.#log.callOf(seq);
    return call && this.#bounced(call, receiver, condition);
  }

  /** The id of the request that a row is from. */
  requestOf(seq: number): string | undefined {
    return this.#log.callOf(seq)?.request;
  }

  /** Notes what is left, in the next transaction. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#note();
  }

  #bounced(call: KnownCall, receiver: string, condition: string): string {
    const place = `${call.id} ${condition}`;
    const known = this.#bounces.get(place);
    if (known === undefined)
      this.#bounces.set(place, { call, condition, receiver, at: Date.now(), count: 1 });
    else known.count += 1;
    this.#noteSoon();
    return call.request;
  }

  #noteSoon(): void {
    this.#timer ??= setTimeout(() => this.#note(), NOTE_MS).unref();
  }

  #note(): void {
    this.#timer = undefined;
    const [confirmed, rewrites, bounces] = [this.#confirmed, this.#rewrites, this.#bounces];
    this.#confirmed = undefined;
    this.#rewrites = [];
    this.#bounces = new Map();
    const write = (): void => {
      if (confirmed !== undefined) this.#log.confirmed(confirmed.seq, confirmed.at);
      for (const rewrite of rewrites) this.#log.rewritten(rewrite);
      for (const { call, ...bounce } of bounces.values()) this.#log.bounced({ ...bounce, call: call.id });
    };
    if (confirmed === undefined && rewrites.length === 0 && bounces.size === 0) return;
    // Where the disk doesn't take it, the story has a gap; what was sent doesn't depend on it.
    this.#commit.run(write, NOTE_MS).catch(() => undefined);
  }
}

function keyOf(sender: string, id: string): string {
  return `${sender} ${id}`;
}
