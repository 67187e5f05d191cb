/** Units of work: stanzas for the outbox together with writes that belong to them, such as a room's change. */
import type { CallLogStore } from "./call-log.js";
import type { NewRow } from "./outbox-row.js";
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

/** Writes a unit and logs its call, inside a transaction. @param calls if undefined, calls aren't traced */
export function writeUnit<T extends string>(
  { rows, writes, account }: UnitOfWork<T>,
  store: OutboxStore,
  calls: CallLogStore | undefined,
): Committed<T> {
  const added = store.add(rows);
  const [first, last] = [added.rows[0]?.rowId, added.rows.at(-1)?.rowId];
  writes?.(first);
  const { name: caller, request } = account ?? {};
  if (caller === undefined || request === undefined || calls === undefined)
    return { ...added, call: undefined };
  const call = calls.add({
    request,
    caller,
    acceptedAt: Date.now(),
    stanzas: added.rows.reduce((sum, { stanzas }) => sum + stanzas, 0),
    rows: first === undefined || last === undefined ? undefined : { first, last },
  });
  return { ...added, call };
}
