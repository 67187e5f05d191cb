/** The log of calls, for `outbox trace`, stays as small as outbox.trace says, whatever else the outbox sends. */
import { expect } from "chai";
import { CallLogStore } from "../../storage/call-log.js";
import { openDatabase, type Database } from "../../storage/database.js";

const KEPT = 10;

describe("The log of calls", () => {
  let db: Database;
  let log: CallLogStore;

  beforeEach(() => {
    db = openDatabase(":memory:");
    log = new CallLogStore(db, KEPT);
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

  it("tells of a call with parked rows that it was acknowledged when the last of them was", () => {
    call(5, 6);
    log.acked({ from: 5, to: 7, at: 30 });
    log.ackedParked(6, 80);
    log.ackedParked(9, 99);
    expect(log.find("of 5")[0]?.ackedAt, "the ack position passed it before").to.deep.equal([80]);
    log.rewritten({ at: 85, first: 5, last: 6, reason: "restart" });
    log.acked({ from: 5, to: 7, at: 90 });
    expect(log.find("of 5")[0]?.ackedAt, "sent again").to.deep.equal([80, 90]);
    db.exec(`INSERT INTO outbox (row_id, accepted_at, kind, sender, stanzas, parked, stanza)
      VALUES (6, 1, 'message', 'a@x', 1, 1, '<m/>')`);
    expect(log.find("of 5")[0], "parked again").to.deep.include({ ackedAt: [], parked: 1, waiting: 0 });
  });

  it("has the rewrites that concern a call, each followed by the next ack of it", () => {
    call(5, 6);
    for (const [at, first, last] of [
      [20, 1, 4],
      [30, 6, 9],
      [40, 1, 5],
      [50, 7, 9],
    ] as const)
      log.rewritten({ at, first, last, reason: "restart" });
    for (const at of [10, 25, 35, 60, 70]) log.acked({ from: 6, to: 7, at });
    const [story] = log.find("of 5");
    expect(story?.rewrites.map(({ at }) => at)).to.deep.equal([30, 40]);
    expect(story?.ackedAt).to.deep.equal([10, 35, 60]);
    for (let at = 100; at < 1_100; at += 1) log.rewritten({ at, first: 1, last: 1, reason: "restart" });
    expect(db.prepare("SELECT count(*), min(at) FROM rewrites").raw().get()).to.deep.equal([1_000, 100]);
  });

  it("counts errors with the same condition together, by their time", () => {
    const id = call(5);
    for (const [condition, receiver, at] of [
      ["gone", "a@x", 3],
      ["forbidden", "b@x", 2],
      ["gone", "c@x", 4],
    ] as const)
      log.bounced({ call: id, condition, receiver, at });
    expect(log.find("of 5")[0]?.bounces).to.deep.equal([
      { call: id, condition: "forbidden", receiver: "b@x", at: 2, count: 1 },
      { call: id, condition: "gone", receiver: "a@x", at: 3, count: 2 },
    ]);
  });

  it("has calls without rows, and several with one request id, the oldest first", () => {
    const without = { request: "r", caller: "c", acceptedAt: 1, stanzas: 0, rows: undefined };
    log.add(without);
    log.acked({ from: 0, to: 9, at: 3 });
    log.add({ ...without, stanzas: 2, rows: { first: 9, last: 10 } });
    expect(log.find("r").map(({ rows, ackedAt }) => [rows, ackedAt])).to.deep.equal([
      [undefined, []],
      [{ first: 9, last: 10 }, []],
    ]);
    expect(log.find("s")).to.deep.equal([]);
  });

  it("forgets by itself while calls come", () => {
    for (let row = 1; row <= 1024; row += 1) call(row);
    expect(count("calls")).to.be.at.most(256 + KEPT);
    expect(log.callOf(1024)?.request).to.equal("of 1024");
  });
});
