/** How values of columns are read: by what the schema says of each. */
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { Sql } from "../../storage/sql.js";

const SCHEMA = readFileSync(new URL("../../../storage/schema.sql", import.meta.url), "utf8");

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  /** The rest of its line in the schema. */
  readonly rest: string;
}

const COLUMNS: readonly Column[] = [...SCHEMA.matchAll(/^CREATE TABLE (\w+) \(\n([^]*?)^\)/gm)].flatMap(
  ([, table = "", lines = ""]) =>
    [...lines.matchAll(/^ {2}([a-z_]+)\s+(INTEGER|TEXT|BLOB|REAL)\b(.*)$/gm)].map(
      ([, name = "", type = "", rest = ""]) => ({ table, name, type, rest }),
    ),
);

/** Columns that are read in JSON, or used in conditions alone. */
const NEVER_READ = ["affiliations.invited", "occupants.shown", "archive.kept", "archive.said"];

describe("A column", () => {
  let db: Database;
  let sql: Sql;
  beforeEach(() => {
    db = openDatabase(":memory:");
    db.pragma("foreign_keys = OFF");
    db.pragma("ignore_check_constraints = ON");
    sql = new Sql(db);
  });
  afterEach(() => db.close());

  /** Stores a value in a row of its own, and reads it. */
  const read = ({ table, name, type }: Column, value: number | string): unknown => {
    const others = COLUMNS.filter((one) => one.table === table && one.name !== name);
    const values = others.map((one) => (one.type === "TEXT" ? "'{}'" : one.type === "BLOB" ? "x'00'" : "7"));
    db.exec(`DELETE FROM ${table}`);
    const shown = type === "TEXT" ? `'${value}'` : String(value);
    db.exec(
      `INSERT INTO ${table} (${[name, ...others.map((one) => one.name)].join()}) VALUES (${[shown, ...values].join()})`,
    );
    const [row] = sql.rows<Record<string, unknown>>(`SELECT ${name} FROM ${table}`).all();
    return Object.values(row ?? {})[0];
  };
  const found = (isSuch: (column: Column) => boolean): string[] =>
    COLUMNS.filter(isSuch).map(({ table, name }) => `${table}.${name}`);

  it("is yes or no if it may only be 0 or 1, and no other is", () => {
    const numbers = COLUMNS.filter(({ type, rest }) => type === "INTEGER" && !rest.includes("PRIMARY KEY"));
    const flags = numbers.filter((column) => read(column, 1) === true && read(column, 0) === false);
    const isMeant = ({ name, rest }: Column): boolean =>
      rest.includes(`CHECK (${name} IN (0, 1))`) || /-- 1(?::| if)/.test(rest);
    expect(flags.map(({ table, name }) => `${table}.${name}`).sort()).to.include.members(
      found((column) => column.type === "INTEGER" && isMeant(column)).filter(
        (name) => !NEVER_READ.includes(name),
      ),
    );
    for (const column of numbers.filter((one) => !flags.includes(one)))
      expect(read(column, 7), column.name).to.equal(7);
  });

  it("is a list if it has a line for each item", () => {
    const isMeant = ({ rest }: Column): boolean =>
      /a line each|on each line|a step a line|one a line/.test(rest);
    const lists = COLUMNS.filter((column) => column.type === "TEXT" && isMeant(column));
    expect(lists.length).to.be.greaterThan(8);
    for (const column of lists) {
      expect(read(column, "one\ntwo"), `${column.table}.${column.name}`).to.deep.equal(["one", "two"]);
      expect(read(column, "")).to.deep.equal([]);
    }
  });
});

describe("Statements", () => {
  let db: Database;
  let sql: Sql;
  beforeEach(() => {
    db = openDatabase(":memory:");
    db.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, made_at INTEGER, name TEXT UNIQUE, bytes BLOB)");
    sql = new Sql(db);
  });
  afterEach(() => db.close());

  it("take undefined, yes and no, lists and bytes, and give back what was stored", () => {
    expect(sql.insert("t", { madeAt: 5, name: ["a", "b"], bytes: Buffer.from("x") })).to.equal(1);
    expect(sql.insert("t", { madeAt: true, name: undefined, bytes: undefined })).to.equal(2);
    expect(sql.rows("SELECT * FROM t ORDER BY id").all()).to.deep.equal([
      { id: 1, madeAt: 5, name: "a\nb", bytes: Buffer.from("x") },
      { id: 2, madeAt: 1, name: undefined, bytes: undefined },
    ]);
    const named = sql.rows<{ id: number }>(
      "SELECT id FROM t WHERE made_at = @at AND (@name IS NULL OR name = @name)",
    );
    expect([named.get({ at: 1, name: undefined })?.id, named.get({ at: 5, name: "c" })]).to.deep.equal([
      2,
      undefined,
    ]);
    expect(sql.values("SELECT name FROM t ORDER BY id").all()).to.deep.equal(["a\nb", undefined]);
    expect([...sql.values("SELECT id FROM t ORDER BY id").iterate()]).to.deep.equal([1, 2]);
  });

  it("update, put and delete the rows that are meant, and say how many", () => {
    for (const name of ["a", "b", "c"]) sql.insert("t", { name, madeAt: name === "c" ? 2 : 1 });
    sql.update("t", { madeAt: 1, name: "a" }, { bytes: Buffer.from("y") });
    expect(sql.values("SELECT name FROM t WHERE bytes IS NOT NULL").all()).to.deep.equal(["a"]);
    sql.put("t", ["name"], { name: "b", madeAt: 9 });
    sql.put("t", ["name"], { name: "d", madeAt: 9 });
    expect(sql.values("SELECT name FROM t WHERE made_at = 9 ORDER BY name").all()).to.deep.equal(["b", "d"]);
    const { changes, some } = sql.write<[at: number]>("DELETE FROM t WHERE made_at = ?");
    expect([changes(9), some(9), some(1), sql.delete("t", { name: "c", madeAt: 2 })]).to.deep.equal([
      2,
      false,
      true,
      1,
    ]);
    const from = sql.from<[]>("t");
    expect([from.count(), from.some()]).to.deep.equal([0, false]);
    sql.insert("t", { name: "e" });
    expect([from.count(), from.some(), sql.changes("UPDATE t SET made_at = ?", 1)]).to.deep.equal([
      1,
      true,
      1,
    ]);
  });
});
