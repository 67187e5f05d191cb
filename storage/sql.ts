/**
 * Runs SQL statements. Each statement is prepared on first use, so it can be declared as a property of a store, or be
 * written in the method that uses it. On writing, undefined becomes NULL, a boolean 0 or 1, and a list one item a line. On
 * reading, NULL becomes undefined, and the columns of FLAGS and LISTS become booleans and lists. The column `made_at` is
 * the property `madeAt`, both ways.
 */
import type { Database, RunResult, Statement } from "./sqlite.js";

/** A value that a statement's parameter takes. */
type Value = string | number | bigint | boolean | Buffer | readonly string[] | null | undefined;
/** The values of a statement's parameters: positional ones, or one object with named ones. */
export type Values = readonly Value[] | readonly [Readonly<Record<string, Value>>];
/** An object whose properties are columns. */
type Columns<T> = { readonly [Name in keyof T]: Value };

/** The columns that are read as booleans. */
const FLAGS: ReadonlySet<string> = new Set([
  "outbox.copied",
  "outbox.parked",
  "outbox_progress.stopped",
  "rooms.locked",
  "rooms.listed",
  "archive.retracted",
  "users.employed",
  "user_removals.keeps_rooms",
  "erasures.waits",
  "hooks.corrects",
  "hooks.announces",
  "hooks.quiet",
  "bot_rooms.chosen",
  "alerts.current",
  "alerts.at_source",
  "alert_tasks.at_source",
  "alert_messages.shows_state",
  "heartbeats.late",
  "outgoing_hooks.only_mentions",
  "rosters.alerted",
]);

/** The columns that are read as lists. */
const LISTS: ReadonlySet<string> = new Set([
  "hooks.only_events",
  "hooks.except_events",
  "hooks.branches",
  "hooks.steps",
  "hooks.mentions",
  "hooks.inner",
  "hooks.fetch_from",
  "outgoing_hooks.events",
  "outgoing_hooks.rooms",
  "outgoing_hooks.inner",
  "rosters.people",
  "rosters.inner",
]);

export class Sql {
  readonly #writes = new Map<string, Statement<unknown[], unknown>>();
  readonly #rows = new Map<string, Query<unknown>>();
  readonly #values = new Map<string, Query<unknown>>();

  constructor(private readonly db: Database) {}

  /** Runs a statement that returns no rows. */
  run(text: string, ...values: Values): RunResult {
    return this.#write(text, () => text).run(...values.map(stored));
  }

  /** Runs a statement that returns no rows. @returns how many rows it changed */
  changes(text: string, ...values: Values): number {
    return this.run(text, ...values).changes;
  }

  /** Inserts a row with these columns. @returns its id */
  insert<T extends Columns<T>>(table: string, row: T): number {
    const write = this.#write(`insert ${table} ${Object.keys(row).join()}`, () => insertion(table, row));
    return Number(write.run(...valuesOf(row)).lastInsertRowid);
  }

  /** Inserts a row, or updates the one that has the same values in the columns `key`, which must be unique. */
  put<T extends Columns<T>>(table: string, key: readonly string[], row: T): void {
    const text = (): string => {
      const others = columnsOf(row).filter((name) => !key.includes(name));
      const update = others.map((name) => `${name} = excluded.${name}`).join();
      return `${insertion(table, row)} ON CONFLICT (${key.join()}) DO UPDATE SET ${update}`;
    };
    this.#write(`put ${table} ${Object.keys(row).join()}`, text).run(...valuesOf(row));
  }

  /** Updates the columns `row` of the rows that equal `where`. */
  update<T extends Columns<T>, W extends Columns<W>>(table: string, where: W, row: T): void {
    const set = `UPDATE ${table} SET ${columnsOf(row).join(" = ?, ")} = ?`;
    this.run(`${set} WHERE ${equal(where)}`, ...valuesOf(row), ...valuesOf(where));
  }

  /** Deletes the rows that equal `where`. @returns how many */
  delete<W extends Columns<W>>(table: string, where: W): number {
    return this.changes(`DELETE FROM ${table} WHERE ${equal(where)}`, ...valuesOf(where));
  }

  /** Returns functions that run a statement. `changes` returns how many rows it changed, `some` whether it changed any. */
  write<Args extends Values>(text: string) {
    const changes = (...values: Args): number => this.changes(text, ...values);
    return {
      changes,
      run: (...values: Args): void => void changes(...values),
      some: (...values: Args): boolean => changes(...values) > 0,
    };
  }

  /** Returns a query whose results are objects, one for each row. */
  rows<Row, Args extends Values = Values>(text: string): Query<Row, Args> {
    return once(this.#rows, text, () => new Query<unknown>(() => this.#objects(text))) as Query<Row, Args>;
  }

  /** Returns a query whose results are the values of its first column. */
  values<T, Args extends Values = Values>(text: string): Query<T, Args> {
    const prepare = (): Prepared<unknown> => ({
      statement: this.db.prepare(text).pluck(),
      read: (value) => value ?? undefined,
    });
    return once(this.#values, text, () => new Query(prepare)) as Query<T, Args>;
  }

  /** Returns functions about rows: `count` returns how many match, `some` whether any does. @param from SQL after FROM */
  from<Args extends Values>(from: string) {
    const count = this.values<number, Args>(`SELECT count(*) FROM ${from}`);
    const first = this.values<number, Args>(`SELECT 1 FROM ${from} LIMIT 1`);
    return {
      count: (...values: Args): number => count.get(...values) ?? 0,
      some: (...values: Args): boolean => first.get(...values) !== undefined,
    };
  }

  #objects(text: string): Prepared<unknown> {
    const statement = this.db.prepare(text).raw();
    const columns = statement.columns().map(({ name, table, column }) => ({
      name: name.replace(/_[a-z]/g, (found) => found.slice(1).toUpperCase()),
      isFlag: FLAGS.has(`${table ?? ""}.${column ?? ""}`),
      isList: LISTS.has(`${table ?? ""}.${column ?? ""}`),
    }));
    const read = (row: unknown): unknown => {
      const read: Record<string, unknown> = {};
      for (const [index, { name, isFlag, isList }] of columns.entries()) {
        const value = (row as unknown[])[index];
        // eslint-disable-next-line own/no-prototype-lookup -- The names are those of our columns.
        read[name] = isFlag ? value === 1 : isList ? listIn(value) : (value ?? undefined);
      }
      return read;
    };
    return { statement, read };
  }

  /** Returns a prepared statement. @param key identifies its text, which is made only once */
  #write(key: string, text: () => string): Statement<unknown[], unknown> {
    return once(this.#writes, key, () => this.db.prepare(text()));
  }
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  let one = known.get(key);
  if (one === undefined) known.set(key, (one = make()));
  return one;
}

interface Prepared<Row> {
  readonly statement: Statement<unknown[], unknown>;
  readonly read: (row: unknown) => Row;
}

/** A query, which is prepared on first use. Its methods can be passed on as functions. */
export class Query<Row, Args extends Values = Values> {
  #known: Prepared<Row> | undefined;

  constructor(private readonly prepare: () => Prepared<Row>) {}

  /** Returns the first row; undefined if no row matches. */
  readonly get = (...values: Args): Row | undefined => {
    const { statement, read } = this.#prepared;
    const row = statement.get(...values.map(stored));
    return row === undefined ? undefined : read(row);
  };

  readonly all = (...values: Args): Row[] => {
    const { statement, read } = this.#prepared;
    return statement.all(...values.map(stored)).map(read);
  };

  /** Returns the rows one by one. Until the last one, the connection can't be used otherwise. */
  *iterate(...values: Args): Iterable<Row> {
    const { statement, read } = this.#prepared;
    for (const row of statement.iterate(...values.map(stored))) yield read(row);
  }

  get #prepared(): Prepared<Row> {
    return (this.#known ??= this.prepare());
  }
}

function insertion(table: string, row: object): string {
  const names = columnsOf(row);
  return `INSERT INTO ${table} (${names.join()}) VALUES (${names.map(() => "?").join()})`;
}

function equal(where: object): string {
  return `${columnsOf(where).join(" = ? AND ")} = ?`;
}

function columnsOf(row: object): string[] {
  return Object.keys(row).map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

function valuesOf(row: object): Value[] {
  return (Object.values(row) as Value[]).map((value) => stored(value) as Value);
}

function listIn(value: unknown): readonly string[] | undefined {
  if (typeof value !== "string") return undefined;
  return value === "" ? [] : value.split("\n");
}

/** Converts a value for SQLite. */
function stored(value: Value | Readonly<Record<string, Value>>): unknown {
  if (value === undefined) return null;
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return value.join("\n");
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, stored(each)]));
}

/**
 * The base of stores, each of which reads and writes the tables of one concern. schema.sql describes the columns.
 * Methods that write run in the caller's transaction, except those that call now().
 */
export abstract class Store {
  protected readonly sql: Sql;

  constructor(protected readonly db: Database) {
    this.sql = new Sql(db);
  }

  /** Runs work in a transaction of its own, which takes the write lock at its beginning. */
  now<T>(work: () => T): T {
    return this.db.transaction(work).immediate();
  }
}
