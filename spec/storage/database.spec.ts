/** Errors about unusable files name the cause and the remedy. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { sqliteFaultText, openDatabase, StorageFault } from "../../storage/database.js";
import { OutboxStore } from "../../storage/outbox-store.js";
import { Sqlite } from "../../storage/sqlite.js";
import { WalSync } from "../../storage/wal-sync.js";
import { Folder } from "../support/folder.js";

const ORIGIN = { kind: "message", sender: "alice@qtalk.test.org" } as const;

describe("Opening the database", () => {
  const folder = new Folder();
  let files = 0;
  let path: string;

  beforeEach(() => (path = join(folder.path, `${++files}.db`)));
  after(() => folder.remove());

  const fault = (): string => {
    try {
      openDatabase(path).close();
    } catch (error) {
      expect(error).to.be.instanceOf(StorageFault);
      return (error as StorageFault).message;
    }
    throw new Error("it opened");
  };

  it("creates its tables in Litestream's file, and ignores Litestream's tables", () => {
    for (const again of [false, true]) {
      const other = new Sqlite(path);
      other.exec("CREATE TABLE IF NOT EXISTS _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)");
      other.close();
      const db = openDatabase(path);
      expect(new OutboxStore(db).states().waiting.stanzas, String(again)).to.equal(0);
      db.close();
    }
  });

  it("refuses a file that isn't a database", () => {
    writeFileSync(path, "This was a letter to my aunt. ".repeat(200));
    expect(fault()).to.contain(path).and.contain("damaged or not a SQLite file");
    expect(readFileSync(path, "utf8")).to.contain("aunt");
  });

  it("reports a damaged file when it is read", () => {
    const db = openDatabase(path);
    const store = new OutboxStore(db);
    const stanza = `<message>${"x".repeat(3000)}</message>`;
    db.transaction(() =>
      store.add(Array.from({ length: 200 }, () => ({ ...ORIGIN, stanza, acceptedAt: 1 }))),
    )();
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    const bytes = readFileSync(path);
    bytes.fill(0xaa, bytes.length / 4, (bytes.length * 3) / 4);
    writeFileSync(path, bytes);
    expect(() => new OutboxStore(openDatabase(path)).from(0, 0, { rows: 200, bytes: 1e9 })).to.throw(
      StorageFault,
      "damaged",
    );
  });

  it("refuses a file of a newer release, names the release to install, and leaves the file alone", () => {
    const db = openDatabase(path);
    db.exec("INSERT INTO migrations VALUES (25, '3.1.0', 0); PRAGMA user_version = 25");
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    const before = readFileSync(path);
    expect(fault()).to.match(
      /has version 25 of the schema, .*: install qtalk-component 3\.1\.0 or later, or restore/,
    );
    expect(readFileSync(path).equals(before)).to.equal(true);
  });

  it("refuses a file with the same version, but other tables, and names them", () => {
    const db = openDatabase(path);
    db.exec("ALTER TABLE bots ADD COLUMN colour TEXT; DROP TRIGGER hook_event_died");
    db.close();
    expect(fault()).to.match(
      /\(different: table bots, trigger hook_event_died\), because a build between two/,
    );
  });

  it("refuses a file of another program or an early build", () => {
    const other = new Sqlite(path);
    other.exec("CREATE TABLE outbox (seq); PRAGMA user_version = 1");
    other.close();
    expect(fault()).to.contain("was made by another program: set another storage.path");
  });

  it("syncs in a thread, and never trusts the system's cache alone", () => {
    const db = openDatabase(path);
    expect(db.pragma("synchronous", { simple: true })).to.equal(2);
    expect(db.pragma("journal_mode", { simple: true })).to.equal("wal");
    const sync = WalSync.of(db);
    expect(sync).to.be.instanceOf(WalSync);
    // NORMAL: SQLite still syncs around checkpoints.
    expect(db.pragma("synchronous", { simple: true })).to.equal(1);
    sync?.end();
    db.close();
    const inMemory = openDatabase(":memory:");
    expect(WalSync.of(inMemory)).to.equal(undefined);
    inMemory.close();
  });

  it("reports a locked file soon", () => {
    const other = new Sqlite(path);
    other.exec("BEGIN EXCLUSIVE; CREATE TABLE t (n)");
    expect(fault()).to.contain("locked by another process");
    other.close();
    openDatabase(path).close();
  });

  it("names the missing folder", () => {
    path = join(folder.path, "nowhere", "qtalk.db");
    expect(fault())
      .to.contain(path)
      .and.match(/folder|directory/);
  });

  it("reports a file or folder without write permission", () => {
    const error = new Sqlite.SqliteError("attempt to write a readonly database", "SQLITE_READONLY");
    expect(sqliteFaultText(error, path)).to.contain(path).and.contain("can't be opened for writing");
  });
});
