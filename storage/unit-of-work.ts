/** Commits units of work: stanzas for the outbox together with writes that belong to them, such as a room's change. */
import type { CallLog } from "./call-log.js";
import type { GroupCommit } from "./group-commit.js";
import type { NewRow, Row } from "./outbox-row.js";
import type { Added, OutboxStore } from "./outbox-store.js";

/** The caller or user whose quota of the outbox a unit of work counts against. */
export interface Account {
  /** Unique among callers and users. */
  readonly name: string;
  readonly kind: "caller" | "user";
  /** The id of the caller's HTTP request, for `outbox trace`; absent: the stanzas aren't traced. */
  readonly request?: string | undefined;
}

/** Stanzas and writes that are committed as a whole or not at all. */
export interface UnitOfWork<T extends string = string> {
  readonly rows: readonly NewRow<T>[];
  /** Writes what belongs to the stanzas. @param first the first row's id; undefined if all rows repeat earlier rows */
  readonly writes?: (first: number | undefined) => void;
  readonly account?: Account | undefined;
}

export interface Committed<T extends string = string> extends Added<T> {
  /** The id in the log of calls; undefined if the unit isn't traced. */
  readonly call: number | undefined;
}

/** Commits units of work, and logs their calls. */
export class UnitsOfWork {
  /** @param calls if undefined, calls aren't traced */
  constructor(
    private readonly group: GroupCommit,
    private readonly store: OutboxStore,
    private readonly calls?: CallLog,
  ) {}

  /**
   * Commits a unit. @returns the result of `committed`, after the sync to disk; rejects if the unit was rolled back
   * @param committed called at the commit, in the order of units; must not throw
   */
  commit<T extends string, R>(unit: UnitOfWork<T>, committed: (done: Committed<T>) => R): Promise<R> {
    return this.group.runThen(() => this.#write(unit), committed, 0, unit.writes !== undefined);
  }

  #write<T extends string>({ rows, writes, account }: UnitOfWork<T>): Committed<T> {
    const { rows: stored, repeated } = this.store.add(rows);
    writes?.(stored[0]?.rowId);
    return { rows: stored, repeated, call: account && this.#note(account, stored) };
  }

  #note({ name, request }: Account, rows: readonly Row[]): number | undefined {
    if (request === undefined || this.calls === undefined) return undefined;
    const [first, last] = [rows[0]?.rowId, rows.at(-1)?.rowId];
    return this.calls.add({
      request,
      caller: name,
      acceptedAt: Date.now(),
      stanzas: rows.reduce((sum, { stanzas }) => sum + stanzas, 0),
      rows: first === undefined || last === undefined ? undefined : { first, last },
    });
  }
}
