/** What is stored and read by Sql: booleans, what is absent, and columns by their properties' names. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { Sql } from "../../storage/sql.js";

describe("Rows that are read from the database", () => {
  let db: Database;
  let sql: Sql;
  beforeEach(() => {
    db = openDatabase(":memory:");
    sql = new Sql(db);
    sql.run(
      `INSERT INTO rooms (id, name, secret, created_at, locked, listed, options, subject)
       VALUES (@id, @name, @secret, @at, @locked, @listed, '{}', @subject)`,
      {
        id: 1,
        name: "den",
        secret: Buffer.from("s"),
        at: 5,
        locked: true,
        listed: false,
        subject: undefined,
      },
    );
  });
  afterEach(() => db.close());

  it("have their columns' names as properties, flags as booleans, and nothing where there is null", () => {
    expect(sql.rows("SELECT name, created_at, locked, listed, subject FROM rooms").all()).to.deep.equal([
      { name: "den", createdAt: 5, locked: true, listed: false, subject: undefined },
    ]);
    expect(sql.values("SELECT subject FROM rooms").get()).to.equal(undefined);
    expect([sql.count("rooms"), sql.has("rooms WHERE listed = ?", true)]).to.deep.equal([1, false]);
  });

  it("keep a text in a column that another table has as a flag", () => {
    sql.run(
      "INSERT INTO invitations (room, invited, inviter, shown, at) VALUES (?, ?, ?, ?, ?)",
      ...[1, "a@b", "c@d", "c@d", 1],
    );
    expect(sql.rows("SELECT invited FROM invitations").get()).to.deep.equal({ invited: "a@b" });
  });
});
