/** Only one component runs on a database. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { expect } from "chai";
import { openDatabase, StorageFault } from "../../storage/database.js";
import { acquireInstanceLock } from "../../storage/instance-lock.js";
import { Folder } from "../support/folder.js";

describe("The lock of a database", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("is held by one component at a time, until it is released", () => {
    const path = folder.at("qtalk.db");
    const held = acquireInstanceLock(path);
    expect(() => acquireInstanceLock(path)).to.throw(
      StorageFault,
      `Another qtalk-component runs on the database ${path}: stop it, or set another storage.path for this one.`,
    );
    acquireInstanceLock(folder.at("other.db")).release();
    held.release();
    acquireInstanceLock(path).release();
  });

  it("leaves the database itself to commands, and is private", () => {
    const path = folder.at("qtalk.db");
    const held = acquireInstanceLock(path);
    openDatabase(path).close();
    expect(statSync(`${path}.lock`).mode & 0o777).to.equal(0o600);
    held.release();
  });

  it("isn't needed in memory", () => {
    const locks = [acquireInstanceLock(":memory:"), acquireInstanceLock(":memory:")];
    for (const lock of locks) lock.release();
    expect(existsSync(":memory:.lock")).to.equal(false);
  });

  it("that can't be made says why, not that another component runs", () => {
    const path = folder.at("qtalk.db");
    mkdirSync(`${path}.lock`);
    expect(() => acquireInstanceLock(path)).to.throw(StorageFault, "can't be opened for writing");
  });
});
