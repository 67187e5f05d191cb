/** Jobs of the same tick are committed in one transaction, each completely or not at all. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { CommittedFault, GroupCommit } from "../../storage/group-commit.js";
import { causeOf } from "../../storage/storage-fault.js";

describe("Group commit", () => {
  let db: Database;
  let commit: GroupCommit;

  beforeEach(() => {
    db = openDatabase(":memory:");
    db.exec("CREATE TABLE t (n INTEGER PRIMARY KEY CHECK (n < 100))");
    commit = new GroupCommit(db);
  });
  afterEach(() => db.close());

  const put = (n: number) => (): number =>
    Number(db.prepare("INSERT INTO t VALUES (?)").run(n).lastInsertRowid);
  const kept = (): unknown[] => db.prepare("SELECT n FROM t ORDER BY n").pluck().all();

  it("says that nothing can be stored, and why, until something can be stored again", async () => {
    const fill = (): unknown => db.prepare("INSERT INTO big VALUES (zeroblob(1000000))").run();
    db.exec("CREATE TABLE big (bytes)");
    db.pragma(`max_page_count = ${String(db.pragma("page_count", { simple: true }))}`);
    await commit.run(put(1));
    expect(commit.diskFault).to.equal(undefined);
    const error = await commit.run(fill).catch((fault: unknown) => fault);
    expect(causeOf(error)).to.equal("the disk is full");
    expect(commit.diskFault).to.equal(error);
    while (commit.diskFault !== undefined) await new Promise(setImmediate);
    expect(await commit.run(() => put(100)()).catch((fault: unknown) => causeOf(fault))).to.equal(
      "storage failed",
    );
    expect(commit.diskFault, "an error of the program").to.equal(undefined);
  });

  it("runs the jobs of one tick together in order, and returns their results", async () => {
    let inOne = true;
    const results = await Promise.all([
      commit.run(put(1)),
      commit.run(() => (inOne &&= db.inTransaction) && put(2)()),
      commit.run(put(3)),
    ]);
    expect(results).to.deep.equal([1, 2, 3]);
    expect(inOne).to.equal(true);
  });

  it("rolls back a failing job, reports its error, and keeps the others", async () => {
    const settled = await Promise.allSettled([
      commit.run(put(1)),
      commit.run(() => {
        put(2)();
        throw new Error("changed my mind");
      }),
      commit.run(() => put(3)() + put(100)()),
      commit.run(put(4)),
    ]);
    const isDone = settled.map(({ status }) => status === "fulfilled");
    expect(isDone).to.deep.equal([true, false, false, true]);
    expect((settled[1] as PromiseRejectedResult).reason).to.have.property("message", "changed my mind");
    expect((settled[2] as PromiseRejectedResult).reason).to.have.property("code", "SQLITE_CONSTRAINT_CHECK");
    expect(kept()).to.deep.equal([1, 4]);
  });

  it("rolls back all jobs if a job fails that may not fail alone", async () => {
    const done = (): string => "done";
    const settled = await Promise.allSettled([
      commit.run(put(1)),
      commit.runThen(put(2), done, 0, false),
      commit.runThen(put(100), done, 0, false),
      commit.runThen(put(3), done, 0, false),
    ]);
    for (const one of settled)
      expect((one as PromiseRejectedResult).reason).to.have.property("code", "SQLITE_CONSTRAINT_CHECK");
    expect(kept()).to.deep.equal([]);
    expect(await commit.runThen(put(4), done, 0, false)).to.equal("done");
    expect(kept()).to.deep.equal([4]);
  });

  it("tells only the job itself that what should follow its commit failed", async () => {
    const broken = (): never => {
      throw new Error("can't be read");
    };
    const order: number[] = [];
    const then = (n: number): number => order.push(n);
    const settled = await Promise.allSettled([
      commit.runThen(put(1), then),
      commit.runThen(put(2), broken),
      commit.runThen(put(3), then),
    ]);
    expect(settled.map(({ status }) => status)).to.deep.equal(["fulfilled", "rejected", "fulfilled"]);
    expect((settled[1] as PromiseRejectedResult).reason)
      .to.be.instanceOf(CommittedFault)
      .and.to.have.property("message", "stored, but then: Error: can't be read");
    expect([kept(), order]).to.deep.equal([
      [1, 2, 3],
      [1, 3],
    ]);
  });

  it("fails all jobs if the transaction fails, and works afterwards", async () => {
    const end = (): void => void db.exec("ROLLBACK");
    const settled = await Promise.allSettled([commit.run(put(1)), commit.run(end), commit.run(put(2))]);
    expect(settled.map(({ status }) => status)).to.deep.equal(["rejected", "rejected", "rejected"]);
    expect(kept()).to.deep.equal([]);
    await commit.run(put(5));
    expect(kept()).to.deep.equal([5]);
  });

  it("lets patient jobs share another's transaction, or commits after a while", async () => {
    const order: string[] = [];
    const patient = commit.run(put(1), 30).then(() => order.push("patient"));
    await new Promise(setImmediate);
    expect(kept()).to.deep.equal([]);
    await Promise.all([commit.run(put(2)).then(() => order.push("other")), patient]);
    expect(order).to.deep.equal(["patient", "other"]);
    expect(kept()).to.deep.equal([1, 2]);
    await commit.run(put(3), 5);
    expect(kept()).to.deep.equal([1, 2, 3]);
  });

  describe("on a disk", () => {
    /** A disk that is as slow as the test wants. */
    const waiting: { resolve(): void; reject(error: Error): void }[] = [];
    const disk = {
      sync: () => new Promise<void>((resolve, reject) => void waiting.push({ resolve, reject })),
      end: () => undefined,
    };
    const turn = (): Promise<void> => new Promise(setImmediate);
    let told: number[];
    const commitAndNote = (n: number): void => void commit.run(put(n)).then((result) => told.push(result));

    beforeEach(() => {
      waiting.length = 0;
      told = [];
      commit = new GroupCommit(db, disk);
    });

    it("resolves after the disk has the data, and commits later jobs together", async () => {
      commitAndNote(1);
      await turn();
      expect([kept(), told]).to.deep.equal([[1], []]);
      commitAndNote(2);
      await turn();
      commitAndNote(3);
      await turn();
      expect([kept(), told]).to.deep.equal([[1], []]);
      expect(waiting).to.have.length(1);
      waiting[0]?.resolve();
      await turn();
      expect([kept(), told]).to.deep.equal([[1, 2, 3], [1]]);
      // Both that came in between share the next one.
      expect(waiting).to.have.length(2);
      waiting[1]?.resolve();
      await turn();
      expect(told).to.deep.equal([1, 2, 3]);
    });

    it("settles when all earlier jobs are on disk", async () => {
      commitAndNote(1);
      let isSettled = false;
      void commit.settled().then(() => (isSettled = true));
      await turn();
      expect([kept(), isSettled]).to.deep.equal([[1], false]);
      waiting[0]?.resolve();
      await turn();
      expect([told, isSettled]).to.deep.equal([[1], true]);
    });

    it("resolves nothing after the disk has failed, and ends the process", async () => {
      const others = process.listeners("unhandledRejection");
      process.removeAllListeners("unhandledRejection");
      const ending = new Promise<unknown>((resolve) => process.once("unhandledRejection", resolve));
      try {
        commitAndNote(1);
        let isSettled = false;
        const settle = (): void => void (isSettled = true);
        void commit.settled().then(settle, settle);
        waiting[0]?.reject(new Error("EIO"));
        expect(await Promise.race([ending, turn().then(turn)])).to.have.property("message", "EIO");
        commitAndNote(2);
        await turn();
        expect([told, isSettled]).to.deep.equal([[], false]);
      } finally {
        for (const listener of others) process.on("unhandledRejection", listener);
      }
    });
  });
});
