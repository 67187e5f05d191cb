/** The SQLite library that was chosen for this Node. */
import { spawnSync } from "node:child_process";
import { expect } from "chai";

const LIBRARY = new URL("../../storage/sqlite.js", import.meta.url).href;

/** Objects that make other releases of the library crash: databases and statements that are collected, during the run and at its end. */
const COLLECT = `
  const { Sqlite } = await import(${JSON.stringify(LIBRARY)});
  for (let i = 0; i < 2_000; i++) {
    const db = new Sqlite(":memory:");
    db.exec("CREATE TABLE t (n)");
    db.prepare("INSERT INTO t VALUES (1)").run();
    db.prepare("SELECT n FROM t").get();
    if (i % 200 === 0) {
      globalThis.gc();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  console.log("collected");`;

describe("The SQLite library", () => {
  it("survives garbage collection of databases and statements", () => {
    const args = ["--expose-gc", "--input-type=module", "--eval", COLLECT];
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect({ status, signal, stdout }, stderr).to.deep.equal({
      status: 0,
      signal: null,
      stdout: "collected\n",
    });
  });
});
