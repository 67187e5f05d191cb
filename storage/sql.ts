/**
 * Runs SQL. Each text is prepared once, so statements can be written where they are used. On writing, undefined becomes
 * NULL and a boolean 0 or 1; on reading, NULL becomes undefined, a flag a boolean, and a column's name a property's
 * (`made_at`: `madeAt`).
 */
import type { Database, RunResult, Statement } from "./sqlite.js";

type Value = string | number | bigint | boolean | Buffer | null | undefined;
/** Positional values, or one object of named ones. */
type Values = readonly Value[] | readonly [Readonly<Record<string, Value>>];

/** Columns that are read as booleans. */
const FLAGS: ReadonlySet<string> = new Set([
  "rooms.locked",
  "rooms.listed",
  "archive.retracted",
  "users.employed",
  "hooks.corrects",
  "bot_rooms.chosen",
  "outgoing_hooks.only_mentions",
  "room_checks.is_room",
]);

export class Sql {
  readonly #writes = new Map<string, Statement<unknown[], unknown>>();
  readonly #queries = new Map<string, Query<unknown>>();
  readonly #plucked = new Map<string, Query<unknown>>();

  constructor(private readonly db: Database) {}

  /** A number that changes whenever another connection has changed the database. */
  get version(): number {
    return this.values<number>("PRAGMA data_version").get() ?? 0;
  }

  run(text: string, ...values: Values): RunResult {
    let statement = this.#writes.get(text);
    if (statement === undefined) {
      statement = this.db.prepare(text);
      this.#writes.set(text, statement);
    }
    return statement.run(...values.map(stored));
  }

  /** Runs a statement. @returns the number of changed rows */
  changes(text: string, ...values: Values): number {
    return this.run(text, ...values).changes;
  }

  /** A query for rows. */
  rows<Row>(text: string): Query<Row> {
    let query = this.#queries.get(text);
    if (query === undefined) {
      const statement = this.db.prepare(text).raw();
      const columns = statement.columns().map(({ name, table, column }) => ({
        name: name.replace(/_[a-z]/g, (found) => found.slice(1).toUpperCase()),
        isFlag: FLAGS.has(`${table ?? ""}.${column ?? ""}`),
      }));
      query = new Query(statement, (row) => {
        const read: Record<string, unknown> = {};
        for (const [index, { name, isFlag }] of columns.entries()) {
          const value = (row as unknown[])[index];
          read[name] = isFlag ? value === 1 : (value ?? undefined);
        }
        return read;
      });
      this.#queries.set(text, query);
    }
    return query as Query<Row>;
  }

  /** A query for the values of one column. */
  values<T>(text: string): Query<T> {
    let query = this.#plucked.get(text);
    if (query === undefined) {
      query = new Query(this.db.prepare(text).pluck(), (value) => value ?? undefined);
      this.#plucked.set(text, query);
    }
    return query as Query<T>;
  }

  /** Counts rows. @param from the text after FROM */
  count(from: string, ...values: Values): number {
    return this.values<number>(`SELECT count(*) FROM ${from}`).get(...values) ?? 0;
  }

  /** Reports whether there is a row. @param from the text after FROM */
  has(from: string, ...values: Values): boolean {
    return this.values<number>(`SELECT 1 FROM ${from} LIMIT 1`).get(...values) !== undefined;
  }
}

/** A prepared query. */
export class Query<Row> {
  constructor(
    private readonly statement: Statement<unknown[], unknown>,
    private readonly read: (row: unknown) => Row,
  ) {}

  /** The first row. */
  get(...values: Values): Row | undefined {
    const row = this.statement.get(...values.map(stored));
    return row === undefined ? undefined : this.read(row);
  }

  all(...values: Values): Row[] {
    return this.statement.all(...values.map(stored)).map(this.read);
  }
}

function stored(value: Value | Readonly<Record<string, Value>>): unknown {
  if (value === undefined) return null;
  if (typeof value === "boolean") return Number(value);
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, stored(each)]));
}
