/**
 * A unit of work: stanzas for the outbox, and the writes that belong to them (a room's change, a hook's note), all or
 * nothing, in one transaction together with others' units of the same time (group-commit.ts).
 */
import type { CallLog } from "./call-log.js";
import type { GroupCommit } from "./group-commit.js";
import type { NewRow, Row } from "./outbox-row.js";
import type { Added, OutboxStore } from "./outbox-store.js";

/** Whose quota something takes: a caller's or a user's. */
export interface Account {
  /** Unlike all others' of either kind. */
  readonly name: string;
  readonly kind: "caller" | "user";
  /** The id of the request by which a caller asked for it, if it is to be traced. */
  readonly request?: string | undefined;
}

export interface UnitOfWork<T extends string = string> {
  readonly rows: readonly NewRow<T>[];
  /**
   * Further writes.
   * @param first the id of the unit's first row; undefined if it has none, or repeats an earlier call
   */
  readonly writes?: (first: number | undefined) => void;
  readonly account?: Account | undefined;
}

/** What was committed. */
export interface Committed<T extends string = string> extends Added<T> {
  /** The unit's call in the log of calls, if it is one. */
  readonly call: number | undefined;
}

export class UnitsOfWork {
  readonly #commit: GroupCommit;
  readonly #store: OutboxStore;
  readonly #calls: CallLog | undefined;

  /** @param calls absent: calls aren't traced */
  constructor(commit: GroupCommit, store: OutboxStore, calls?: CallLog) {
    this.#commit = commit;
    this.#store = store;
    this.#calls = calls;
  }

  /**
   * Commits a unit.
   * @param committed called as soon as it is committed, in the order of all units; must not throw
   * @returns what that returned, when the disk has it; rejects if nothing of it was done
   */
  commit<T extends string, R>(unit: UnitOfWork<T>, committed: (done: Committed<T>) => R): Promise<R> {
    return this.#commit.runThen(() => this.#write(unit), committed, 0, unit.writes !== undefined);
  }

  #write<T extends string>({ rows, writes, account }: UnitOfWork<T>): Committed<T> {
    const { rows: stored, repeated } = this.#store.add(rows);
    writes?.(stored[0]?.seq);
    return { rows: stored, repeated, call: account && this.#note(account, stored) };
  }

  #note({ name, request }: Account, rows: readonly Row[]): number | undefined {
    if (request === undefined || this.#calls === undefined) return undefined;
    const [first, last] = [rows[0]?.seq, rows.at(-1)?.seq];
    return this.#calls.add({
      request,
      caller: name,
      acceptedAt: Date.now(),
      stanzas: rows.reduce((sum, { stanzas }) => sum + stanzas, 0),
      rows: first === undefined || last === undefined ? undefined : { first, last },
    });
  }
}
