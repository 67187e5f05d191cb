/** What is said about errors of SQLite: to callers in a few words, to operators with what to do. */
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { databaseBytes, sqliteFaultText, openDatabase, StorageFault } from "../../storage/database.js";
import { closeToOthers } from "../../storage/private-file.js";
import { Sqlite } from "../../storage/sqlite.js";
import { causeOf, isDiskFault, isDiskFull, isStorageError } from "../../storage/storage-fault.js";
import { Folder } from "../support/folder.js";

const fault = (code: string): Error => new Sqlite.SqliteError("it fails", code);

describe("An error of SQLite", () => {
  for (const [code, cause, advice] of [
    ["SQLITE_FULL", "the disk is full", "The disk of the database /x.db is full: free some space."],
    ["SQLITE_BUSY_SNAPSHOT", "the database is locked by another process", "stop that process, or retry"],
    ["SQLITE_LOCKED", "the database is locked by another process", "stop that process, or retry"],
    ["SQLITE_READONLY_DIRECTORY", "the database can't be written", "can't be opened for writing"],
    ["SQLITE_CANTOPEN", "the database can't be written", "check that its folder exists"],
    ["SQLITE_PERM", "the database can't be written", "can't be opened for writing"],
    ["SQLITE_CORRUPT_INDEX", "the database is damaged", "restore it from a backup"],
    ["SQLITE_NOTADB", "the database is damaged", "not a SQLite file"],
    [
      "SQLITE_IOERR_FSYNC",
      "writing to the disk fails",
      "can't be read or written (it fails): check that its disk isn't full",
    ],
    ["SQLITE_TOOBIG", "storage failed", "can't be used (it fails): check storage.path"],
  ] as const)
    it(`${code} is explained`, () => {
      expect(causeOf(fault(code))).to.equal(cause);
      expect(sqliteFaultText(fault(code), "/x.db"))
        .to.contain("/x.db")
        .and.contain(advice);
      expect(isDiskFull(fault(code))).to.equal(code === "SQLITE_FULL");
    });

  it("means that nothing can be written, unless it passes or is the program's", () => {
    for (const code of [
      "SQLITE_BUSY",
      "SQLITE_LOCKED_SHAREDCACHE",
      "SQLITE_CONSTRAINT_CHECK",
      "SQLITE_ERROR",
    ])
      expect(isDiskFault(fault(code)), code).to.equal(false);
    for (const code of ["SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_READONLY", "SQLITE_CORRUPT"])
      expect(isDiskFault(fault(code)), code).to.equal(true);
    expect([isDiskFault(new Error("SQLITE_FULL")), isDiskFull(new Error("SQLITE_FULL"))]).to.deep.equal([
      false,
      false,
    ]);
    expect(isStorageError(fault("SQLITE_BUSY"))).to.equal(true);
    expect([isStorageError(new StorageFault("x")), isStorageError(new Error("x"))]).to.deep.equal([
      true,
      false,
    ]);
    expect(causeOf(new Error("SQLITE_FULL"))).to.equal("storage failed");
    expect(sqliteFaultText("a word", "/x.db")).to.equal(
      "The database /x.db can't be used (a word): check storage.path in the configuration.",
    );
  });
});

describe("A database's file", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("is private from the beginning, and has the size of its pages", () => {
    const path = folder.at("qtalk.db");
    const db = openDatabase(path);
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    db.pragma("wal_checkpoint(TRUNCATE)");
    expect(databaseBytes(db)).to.equal(statSync(path).size);
    db.close();
  });

  it("is closed to others if they may read it; a group's right stays", () => {
    const path = folder.at("old.db");
    expect(closeToOthers(path), "there is none").to.equal(false);
    writeFileSync(path, "x", { mode: 0o600 });
    for (const [mode, isChanged, after] of [
      [0o600, false, 0o600],
      [0o660, false, 0o660],
      [0o604, true, 0o600],
      [0o641, true, 0o600],
      [0o602, true, 0o600],
    ] as const) {
      chmodSync(path, mode);
      expect(closeToOthers(path), mode.toString(8)).to.equal(isChanged);
      expect(statSync(path).mode & 0o777).to.equal(after);
    }
    mkdirSync(folder.at("folder"), { mode: 0o777 });
    expect(closeToOthers(folder.at("folder"))).to.equal(false);
  });

  it("that is opened for reading stays as it is", () => {
    const path = folder.at("qtalk.db");
    openDatabase(path).close();
    const db = openDatabase(path, { readonly: true });
    expect(() => db.exec("DELETE FROM bots")).to.throw("readonly");
    db.close();
    expect(() => openDatabase(folder.at("none.db"), { readonly: true })).to.throw(StorageFault, "none.db");
    const first = openDatabase(path, { exclusive: true });
    first.exec("DELETE FROM bots");
    expect(() => openDatabase(path, { busyTimeout: 1 })).to.throw(StorageFault, "locked by another process");
    first.close();
    const cascades = openDatabase(path);
    expect(cascades.pragma("foreign_keys", { simple: true })).to.equal(1);
    cascades.close();
  });
});
