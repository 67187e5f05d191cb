/** The migrations of an older database lead to the present schema. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { alertOf } from "../../component/hooks/alerts/records.js";
import { AlertsStore } from "../../storage/alerts-store.js";
import { HeartbeatsStore } from "../../storage/heartbeats-store.js";
import { openDatabase, StorageFault, type Database } from "../../storage/database.js";
import { migrate, pendingVersions, tryMigrations } from "../../storage/schema-migrations.js";
import { migration, normalised, SCHEMA_VERSION, schemaOf, statements } from "../../storage/schema.js";
import { Sqlite } from "../../storage/sqlite.js";
import { version as program } from "../../storage/version.js";
import { Folder } from "../support/folder.js";
import { documentAt } from "../../scripts/docs/parts.js";
import { makeFirst, makeUsed } from "../support/version-1.js";

describe("Migrations", () => {
  const folder = new Folder();
  let files = 0;
  let path: string;

  beforeEach(() => (path = join(folder.path, `${++files}.db`)));
  after(() => folder.remove());

  const first = (change?: string): void => makeFirst(path, change);
  const faultOf = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      expect(error).to.be.instanceOf(StorageFault);
      return (error as StorageFault).message;
    }
    throw new Error("it worked");
  };
  const older = <T>(work: (db: Database) => T): T => {
    const db = openDatabase(path, { schema: "older", readonly: true });
    try {
      return work(db);
    } finally {
      db.close();
    }
  };

  it("bring an empty database of version 1 to schema.sql, and its rows", () => {
    first();
    migrate(path, () => undefined);
    const migrated = openDatabase(path);
    const fresh = openDatabase(":memory:");
    expect(Object.fromEntries(schemaOf(migrated))).to.deep.equal(Object.fromEntries(schemaOf(fresh)));
    expect(rowsOf(migrated)).to.deep.equal(rowsOf(fresh));
    for (const db of [migrated, fresh]) {
      const [newest] = db.prepare("SELECT version, program FROM migrations ORDER BY version DESC").all();
      expect(newest).to.deep.equal({ version: SCHEMA_VERSION, program: program() });
      db.close();
    }
  });

  it("leave a message to many receivers one row, by which its copies are made", () => {
    const rows = `(1, 2, 'a@x', NULL, NULL, 0, 'm', 'b@x'), (2, 2, 'a@x', 1, 'direct', 0, 'copies', NULL),
      (3, 2, 'c@x', NULL, NULL, 1, 'm', NULL), (4, 1, 'd@x', NULL, NULL, 0, 'm', 'b@x')`;
    first(`INSERT INTO outbox (row_id, stanzas, sender, call, mode, copied, stanza, recipients, accepted_at, kind)
      SELECT *, 0, 'message' FROM (VALUES ${rows})`);
    migrate(path, () => undefined);
    const left = older((db) => db.prepare("SELECT row_id, stanzas, copied, done FROM outbox").raw().all());
    expect(left).to.deep.equal([
      [1, 2, 1, 0],
      [3, 1, 1, 0],
      [4, 1, 0, 0],
    ]);
  });

  it("keep the posts that wait for a room of another service, in order, and the room with them", () => {
    first();
    const db = new Sqlite(path);
    db.exec([...migration(2), ...migration(3), ...migration(4), "PRAGMA user_version = 4"].join("\n"));
    db.exec(`INSERT INTO bots (name, title) VALUES ('b', 'B');
      INSERT INTO bot_rooms (bot, room, chosen, requested_at, state, since) VALUES ('b', 'r@x', 0, 0, 'inside', 0);
      INSERT INTO bot_posts (row_id, bot, room, id, accepted_at, stanza)
        VALUES (7, 'b', 'r@x', 'm1', 1, 's1'), (9, 'b', 'r@x', 'm2', 2, 's2')`);
    db.close();
    migrate(path, () => undefined);
    const migrated = openDatabase(path);
    expect(migrated.prepare("SELECT * FROM bot_posts ORDER BY row_id").raw().all()).to.deep.equal([
      [7, "b", "r@x", "m1", 1, "s1"],
      [9, "b", "r@x", "m2", 2, "s2"],
    ]);
    expect(() => migrated.exec("DELETE FROM bots")).to.throw("FOREIGN KEY");
    migrated.close();
  });

  it("keep who is being removed from a crowded room", () => {
    first();
    const db = new Sqlite(path);
    db.exec([...migration(2), ...migration(3), "PRAGMA user_version = 3"].join("\n"));
    const items = (isRemoval?: boolean): object => ({
      items: [{ jid: "a@x", isRemoval }],
      isConfigured: false,
    });
    db.exec(`INSERT INTO rooms VALUES (1, 'crowd', x'00', 0, 0, 0, '{}', NULL, NULL);
      INSERT INTO rooms_changing VALUES (1, '${JSON.stringify([items(true), items(), { items: [] }])}')`);
    db.close();
    migrate(path, () => undefined);
    const [change] = older((now) =>
      now.prepare<[], string>("SELECT change FROM rooms_changing").pluck().all(),
    );
    const removals = (JSON.parse(change ?? "") as { isRemoval: unknown }[]).map(({ isRemoval }) => isRemoval);
    expect(removals).to.deep.equal([true, false, false]);
  });

  it("keep the list of changes, and whose hooks are whose", () => {
    first();
    const db = new Sqlite(path);
    db.exec([...migration(2), ...migration(3), ...migration(4), "PRAGMA user_version = 4"].join("\n"));
    db.exec(`INSERT INTO changes VALUES (7, 1, 'ann', 'console', 'hook add', '{}', 'done'), (9, 2, 'bo', 'xmpp', 'x', '{}', NULL);
      INSERT INTO hooks (id, name, secret, receiver, format, corrects, made_at) VALUES ('h', 'h', x'00', 'r@x', 'auto', 0, 1)`);
    db.close();
    migrate(path, () => undefined);
    expect(older((now) => now.prepare("SELECT * FROM changes").raw().all())).to.deep.equal([
      [7, 1, "ann", "console", "hook add", "{}", "done"],
      [9, 2, "bo", "xmpp", "x", "{}", null],
    ]);
    expect(older((now) => now.prepare("SELECT made_by FROM hooks").raw().all())).to.deep.equal([[null]]);
  });

  it("leave operators of before all that they could do", () => {
    first();
    const db = new Sqlite(path);
    db.exec([...migration(2), "PRAGMA user_version = 2"].join("\n"));
    db.exec("INSERT INTO operators (name, token, made_at) VALUES ('ann', x'00', 1)");
    db.close();
    migrate(path, () => undefined);
    const rows = older((now) => now.prepare("SELECT name, may, expires_at FROM operators").raw().all());
    expect(rows).to.deep.equal([["ann", "all", null]]);
  });

  it("keep the alerts whose messages are corrected later, as open ones that people can take", () => {
    first(`INSERT INTO hooks (id, name, secret, receiver, format, corrects, made_at)
        VALUES ('h', 'grafana', x'00', 'ops@x', 'grafana', 1, 0);
      INSERT INTO hook_groups VALUES ('h', x'01', 'm1', 1000)`);
    migrate(path, () => undefined);
    const [alert, message] = older((db) => {
      const store = new AlertsStore(db);
      return [store.current("h", Buffer.from([1])), store.message("ops@x", "m1")];
    });
    expect(alert).to.deep.include({ state: "open", receiver: "ops@x", message: "m1", title: "grafana" });
    expect(alertOf(alert!)).to.deep.equal({
      severity: "",
      openedAt: 1000,
      postedAt: 1000,
      takers: [],
      unsaid: 0,
    });
    expect(message).to.deep.include({ alert: alert!.id, saidAt: 1000 });
  });

  it("leave alerts as they are, as programs and metrics list them now", () => {
    first();
    const db = new Sqlite(path);
    db.exec([2, 3, 4, 5, 6].flatMap(migration).join("\n"));
    const silence = { by: { id: "juliet@x", name: "Juliet" }, at: 1000, until: 2000 };
    const status = { severity: "", openedAt: 1000, postedAt: 1000, takers: [], unsaid: 0 };
    db.exec(`PRAGMA user_version = 6;
      INSERT INTO hooks (id, name, secret, receiver, format, corrects, made_at) VALUES ('h', 'h', x'00', 'r@x', 'auto', 1, 0);
      INSERT INTO alerts (hook, name, current, state, receiver, message, title, text, labels, status, changed_at)
        VALUES ('h', x'01', 1, 'open', 'r@x', 'm1', 'One', '', '{}', '${JSON.stringify(status)}', 0),
          ('h', x'02', 1, 'open', 'r@x', 'm2', 'Two', '', '{}', '${JSON.stringify({ ...status, silence })}', 0),
          ('h', x'03', 0, 'resolved', 'r@x', 'm3', 'Three', '', '{}', '${JSON.stringify(status)}', 0)`);
    db.close();
    migrate(path, () => undefined);
    older((now) => {
      const store = new AlertsStore(now);
      expect(store.openOf("h", 0, 9).map(({ title }) => title)).to.deep.equal(["One", "Two"]);
      const counts = store.counts().map(({ state, count }) => `${state} ${count}`);
      expect(counts).to.deep.equal(["open 1", "silenced 1"]);
    });
  });

  it("leave hooks that expect posts the time in which the component was down", () => {
    first();
    const db = new Sqlite(path);
    db.exec([2, 3, 4, 5, 6, 7, 8, 9].flatMap(migration).join("\n"));
    db.exec(`PRAGMA user_version = 9;
      INSERT INTO hooks (id, name, secret, receiver, format, corrects, made_at) VALUES ('h', 'h', x'00', 'r@x', 'auto', 1, 0);
      INSERT INTO heartbeats VALUES ('h', 1000, 50, 0, 7000)`);
    db.close();
    migrate(path, () => undefined);
    const row = { hook: "h", postedAt: 1000, countsFrom: 1050, downMs: 50, late: false, dueAt: 7000 };
    expect(older((now) => new HeartbeatsStore(now).find("h"))).to.deep.equal(row);
  });

  it("are announced before they run, and leave nothing to do", () => {
    first();
    expect(older(pendingVersions).at(-1)).to.equal(SCHEMA_VERSION);
    older(tryMigrations);
    expect(faultOf(() => openDatabase(path))).to.match(
      new RegExp(
        `has version 1 of the schema, and this program needs version ${SCHEMA_VERSION}: start the comp`,
      ),
    );
    const steps: string[] = [];
    migrate(path, ({ version, statement, of }) => steps.push(`${version}: ${statement}/${of}`));
    const parts = migration(2).length;
    expect(steps.slice(0, parts)).to.deep.equal(
      Array.from({ length: parts }, (_, index) => `2: ${index + 1}/${parts}`),
    );
    expect(older(pendingVersions)).to.deep.equal([]);
  });

  it("are refused if a build between releases made the tables, and change nothing then", () => {
    first("ALTER TABLE rooms ADD COLUMN colour TEXT; DROP INDEX hook_events_dead");
    const before = older(schemaOf);
    const fault = faultOf(() => older(tryMigrations));
    expect(fault).to.contain("different: ").and.contain("table rooms").and.contain("index hook_events_dead");
    expect(fault).to.contain("restore the copy that was made before its update");
    expect(older(schemaOf)).to.deep.equal(before);
    expect(older(pendingVersions)[0]).to.equal(2);
  });

  it("are refused if a table that they make exists already", () => {
    first("CREATE TABLE migrations (n)");
    expect(faultOf(() => older(tryMigrations))).to.contain("table migrations already exists");
    expect(() => migrate(path, () => undefined)).to.throw("already exists");
    expect(older(pendingVersions)[0]).to.equal(2);
  });

  it("are undone, each version as a whole, at whichever statement one fails", () => {
    makeUsed(path);
    const now = (): object => older((db) => ({ version: pendingVersions(db), ...rowsOf(db) }));
    const steps = older(pendingVersions).flatMap((version) => {
      return migration(version).map((_, index) => ({ version, statement: index + 1 }));
    });
    let before = now();
    for (const failing of steps) {
      const migrating = (): void =>
        migrate(path, ({ version, statement }) => {
          if (version === failing.version && statement === failing.statement) throw new Error("full");
        });
      expect(migrating).to.throw("full");
      // Versions before the failing one stay; each is migrated to once.
      if (failing.statement === 1) before = now();
      expect(now(), `version ${failing.version}, statement ${failing.statement}`).to.deep.equal(before);
    }
    migrate(path, () => undefined);
    expect(older(pendingVersions)).to.deep.equal([]);
  });

  it("keep all rows of a database that was used, with those that refer to replaced tables", () => {
    makeUsed(path);
    const before = older(rowsOf);
    migrate(path, () => undefined);
    const after = older(rowsOf);
    for (const [table, rows] of Object.entries(before)) {
      // The index of the archive's words is SQLite's own.
      if (!(table in after) || table === "acks" || table.startsWith("archive_grams")) continue;
      expect(after[table], table).to.have.length(rows.length);
    }
    expect(after.bot_posts).to.deep.equal(before.bot_posts).and.to.have.length(2);
    expect(after.bot_rooms).to.containSubset([
      { bot: "far", room: "lobby@conference.other.test", state: "outside" },
    ]);
  });
});

describe("The files of migrations", () => {
  /** Those that have landed, with the beginning of their SHA-256. They never change: databases were made by them. */
  const LANDED = {
    2: "c09e773d41510746",
    3: "af6085e4d3a90f3d",
    4: "c8699d11c792f75b",
    5: "77346d25fc1fb4a2",
    6: "fb7ea8731df9939e",
    7: "4d105268ebe11e02",
    8: "2a1627eeccd8cbfa",
    9: "7922e104b1cbb845",
    10: "db268e92e37418ea",
  };

  it("never change, so that each build opens the databases of all earlier ones", () => {
    // The next migration begins when the newest is listed.
    for (let version = 2; version < SCHEMA_VERSION; version++)
      expect(LANDED, `${version}.sql: add its hash`).to.have.property(String(version));
    for (const [version, sum] of Object.entries(LANDED)) {
      const text = readFileSync(documentAt(`storage/migrations/${version}.sql`));
      expect(createHash("sha256").update(text).digest("hex"), `${version}.sql`).to.match(
        new RegExp(`^${sum}`),
      );
    }
  });
});

/** Returns the rows of all ordinary tables, except when which release made the schema. */
function rowsOf(db: Database): Record<string, unknown[]> {
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT IN ('sqlite_schema', 'migrations') ORDER BY 1",
    )
    .pluck()
    .all();
  return Object.fromEntries(tables.map((name) => [name, db.prepare(`SELECT * FROM "${name}"`).all()]));
}

describe("SQL texts", () => {
  it("are equal however they are written", () => {
    const written = "CREATE TABLE a (\n  b TEXT, -- a comment\n  c TEXT DEFAULT '--  x' /* more */\n) STRICT";
    expect(normalised(written)).to.equal(
      normalised("CREATE TABLE \"a\"(b TEXT,c TEXT DEFAULT '--  x')STRICT"),
    );
    expect(normalised(written)).not.to.equal(normalised(written.replace("--  x", "-- x")));
  });

  it("are split into statements, but triggers are whole", () => {
    const trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  UPDATE a SET b = 1;\n  DELETE FROM a;\nEND;";
    const commented = `-- nothing; here\n${trigger}`;
    expect(statements(`${commented}\nSELECT 1,\n  2;\n`)).to.deep.equal([commented, "SELECT 1,\n  2;"]);
  });
});
