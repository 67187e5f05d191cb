/** Housekeeping in the database: in rounds, by slices, at a time that the test sets. */
import { mock } from "node:test";
import { expect } from "chai";
import { Pruning } from "../../../component/limits/pruning.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import { LogLines } from "../../support/log-lines.js";

describe("Housekeeping", () => {
  let db: Database;
  let log: LogLines;
  let pruning: Pruning;
  /** How many slices are left to do. */
  let left: number;
  let done: number;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    [left, done] = [0, 0];
    db = openDatabase(":memory:");
    log = new LogLines();
    const slice = (): boolean => {
      done += 1;
      if (left === 13) throw new Error("the disk is full");
      left -= 1;
      return left > 0;
    };
    pruning = new Pruning(new GroupCommit(db), [() => false, slice], log.logger);
  });
  afterEach(() => {
    pruning.stop();
    mock.timers.reset();
    db.close();
  });

  /** Lets time pass. @returns how many slices were done */
  const pass = async (ms: number): Promise<number> => {
    mock.timers.tick(ms);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    return done;
  };

  it("begins a minute after the start, and each minute when nothing is left", async () => {
    pruning.start();
    expect([await pass(59_999), await pass(1), await pass(59_999), await pass(1)]).to.deep.equal([
      0, 1, 1, 2,
    ]);
  });

  it("goes on soon as long as something is left, in each slice", async () => {
    left = 3;
    pruning.start();
    expect([
      await pass(60_000),
      await pass(49),
      await pass(1),
      await pass(50),
      await pass(59_999),
    ]).to.deep.equal([1, 1, 2, 3, 3]);
    expect(await pass(1)).to.equal(4);
  });

  it("begins soon if it is asked for, once", async () => {
    pruning.start();
    for (let time = 0; time < 3; time += 1) pruning.soon();
    expect([await pass(49), await pass(1), await pass(59_999), await pass(1)]).to.deep.equal([0, 1, 1, 2]);
  });

  it("goes on soon if it is asked for meanwhile", async () => {
    pruning.start();
    mock.timers.tick(60_000);
    pruning.soon();
    expect(done, "it has begun, and waits for the database").to.equal(0);
    expect(await pass(0)).to.equal(1);
    expect([await pass(49), await pass(1)]).to.deep.equal([1, 2]);
  });

  it("does nothing before the start and after the stop, and can be started again", async () => {
    pruning.soon();
    expect(await pass(120_000)).to.equal(0);
    pruning.start();
    pruning.stop();
    pruning.soon();
    expect(await pass(120_000)).to.equal(0);
    pruning.start();
    expect(await pass(60_000)).to.equal(1);
  });

  it("says that it failed, and tries again a minute later", async () => {
    left = 13;
    pruning.start();
    await pass(60_000);
    expect(log.lines.map(({ message }) => message)).to.deep.equal([
      "Housekeeping in the database failed: Error: the disk is full. It is tried again later.",
    ]);
    left = 1;
    expect([await pass(59_999), await pass(1)]).to.deep.equal([1, 2]);
  });
});
