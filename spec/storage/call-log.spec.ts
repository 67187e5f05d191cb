/** The log of calls, for `outbox trace`, stays as small as outbox.trace says, whatever else the outbox sends. */
import { expect } from "chai";
import { CallLog } from "../../storage/call-log.js";
import { openDatabase, type Database } from "../../storage/database.js";

const KEPT = 10;

describe("The log of calls", () => {
  let db: Database;
  let log: CallLog;

  beforeEach(() => {
    db = openDatabase(":memory:");
    log = new CallLog(db, KEPT);
  });
  afterEach(() => db.close());

  const call = (first: number, last = first): number =>
    log.add({ request: `of ${first}`, caller: "c", acceptedAt: 1, stanzas: 1, rows: { first, last } });
  const count = (table: string): unknown => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
  /** @returns how many slices it took */
  const prune = (): number => {
    let slices = 1;
    while (log.prune()) slices += 1;
    return slices;
  };

  it("has acks of the last rows of calls only", () => {
    log.acked({ from: 1, to: 5, at: 10 });
    call(5, 9);
    log.acked({ from: 5, to: 7, at: 20 });
    log.acked({ from: 7, to: 12, at: 30 });
    log.acked({ from: 12, to: 500, at: 40 });
    expect(db.prepare("SELECT row_id, at FROM acks").raw().all()).to.deep.equal([[12, 30]]);
    expect(log.find("of 5")[0]?.ackedAt).to.deep.equal([30]);
  });

  it("finds the call of a row, and of no row between two calls", () => {
    call(5, 9);
    call(12);
    const found = [4, 5, 9, 10, 12, 13].map((row) => log.callOf(row)?.request);
    expect(found).to.deep.equal([undefined, "of 5", "of 5", undefined, "of 12", undefined]);
  });

  it("keeps the latest calls, and what belongs to them", () => {
    for (let row = 1; row <= 1_000; row += 1) {
      const id = call(row);
      log.acked({ from: row, to: row + 1, at: row });
      log.bounced({ call: id, condition: "gone", receiver: "r", at: row });
      db.prepare("INSERT INTO handled_letters VALUES (1, ?, 1, '', 1, 'dropped')").run(row);
    }
    prune();
    for (const table of ["calls", "acks", "bounces", "handled_letters"])
      expect(count(table), table).to.equal(KEPT);
    expect(log.find("of 1000")[0]).to.deep.include({ ackedAt: [1000] });
  });

  it("forgets in slices, though no call comes", () => {
    db.exec(`WITH n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3000)
      INSERT INTO acks SELECT n, n FROM n`);
    expect(prune()).to.be.greaterThan(3);
    expect(count("acks")).to.equal(0);
  });

  it("has a limit for acks of rows that are sent again and again", () => {
    call(1);
    for (let at = 0; at < 3_000; at += 1) log.acked({ from: 1, to: 2, at });
    prune();
    expect(count("acks")).to.be.lessThan(1_100);
    const times = log.find("of 1")[0]?.ackedAt;
    expect(times).to.have.length(1);
  });
});
