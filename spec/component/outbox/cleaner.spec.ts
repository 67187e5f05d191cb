/** What is noted of the outbox, and taken off the disk, a little later than it happens. */
import { mock } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { CallHistory } from "../../../component/outbox/call-history.js";
import { Cleaner } from "../../../component/outbox/cleaner.js";
import type { Retention } from "../../../component/outbox/retention.js";
import type { CallLog } from "../../../storage/call-log.js";
import type { GroupCommit } from "../../../storage/group-commit.js";
import type { OutboxStore } from "../../../storage/outbox-store.js";
import { LogLines } from "../../support/log-lines.js";
import { message } from "../../support/sender.js";
import { row } from "./rows.js";

/** Does the work at once, where the disk takes it; how long it could have waited is noted. */
class Disk {
  isFull = false;
  flushes = 0;
  readonly patience: number[] = [];
  run<T>(work: () => T, patience = 0): Promise<T> {
    this.patience.push(patience);
    return this.isFull ? Promise.reject(new Error("full")) : Promise.resolve(work());
  }
  flush(): void {
    this.flushes += 1;
  }
}

/** Lets so much time pass, and all that follows from it happen. */
async function pass(ms: number): Promise<void> {
  mock.timers.tick(ms);
  for (let times = 0; times < 3; times++) await turn();
}

describe("What is confirmed", () => {
  let disk: Disk;
  let cleaner: Cleaner;
  let log: LogLines;
  /** Before which row what was confirmed need not be kept. */
  let start = 1;
  let [noted, pruned]: [number, number[]] = [0, []];
  let stale = { isThere: false, isBusy: false, forgotten: 0 };

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 5_000 });
    [start, noted, pruned] = [1, 0, []];
    stale = { isThere: false, isBusy: false, forgotten: 0 };
    [disk, log] = [new Disk(), new LogLines()];
    const fingerprints = {
      hasStale: () => {
        if (stale.isBusy) throw new Error("busy");
        return stale.isThere;
      },
      forget: () => (stale.forgotten += 1),
    };
    const store = {
      ...{ fingerprints, explain: String },
      progress: { note: () => (noted += 1) },
      prune: (seq: number) => pruned.push(seq),
    };
    const retention = {
      get start() {
        return { seq: start, done: 0 };
      },
    };
    cleaner = new Cleaner(
      ...([store, disk, retention, log.logger] as unknown as [OutboxStore, GroupCommit, Retention, never]),
    );
  });
  afterEach(() => mock.timers.reset());
  const outcome = () => [noted, pruned];

  it("is noted a little later, once for all until then, and taken off the disk where it need not be kept", async () => {
    for (let times = 0; times < 5; times++) cleaner.clean();
    start = 7;
    await pass(19);
    expect(outcome()).to.deep.equal([0, []]);
    await pass(1);
    expect(outcome()).to.deep.equal([1, [7]]);
    await pass(1_000);
    expect(outcome()).to.deep.equal([1, [7]]);
    expect(disk.patience).to.have.length(1);
    cleaner.clean();
    await pass(20);
    expect(outcome(), "it is gone already").to.deep.equal([2, [7]]);
    cleaner.stop();
    expect(noted, "nothing is left to be noted").to.equal(2);
  });

  it("is taken off the disk a thousand rows at a time", async () => {
    start = 2_500;
    cleaner.clean();
    await pass(20);
    expect(pruned).to.deep.equal([1_001]);
    await pass(20);
    await pass(20);
    await pass(1_000);
    expect(pruned).to.deep.equal([1_001, 2_001, 2_500]);
  });

  it("is tried again a second later where the disk doesn't take it, which is said once", async () => {
    disk.isFull = true;
    cleaner.clean();
    await pass(20);
    await pass(999);
    expect(disk.patience).to.have.length(1);
    await pass(1);
    expect(disk.patience).to.have.length(2);
    expect(log.about("can't be taken off the queue", "error")).to.have.length(1);
    disk.isFull = false;
    await pass(1_000);
    expect(outcome()).to.deep.equal([1, []]);
    await pass(5_000);
    expect(noted).to.equal(1);
    disk.isFull = true;
    cleaner.clean();
    await pass(20);
    expect(log.about("can't be taken off the queue", "error"), "it is another time").to.have.length(2);
  });

  it("is noted at once on stopping, and never afterwards", async () => {
    cleaner.clean();
    start = 3;
    cleaner.stop();
    expect([...outcome(), disk.flushes]).to.deep.equal([1, [3], 1]);
    cleaner.clean();
    await pass(1_000);
    expect(outcome()).to.deep.equal([1, [3]]);
  });

  it("needs no transaction where nothing happened", () => {
    cleaner.stop();
    expect([...outcome(), disk.patience]).to.deep.equal([0, [], []]);
  });

  it("is known for a retry for ten minutes: what is older is forgotten, once at a time", async () => {
    cleaner.forgetRepeats();
    stale.isThere = true;
    stale.isBusy = true;
    cleaner.forgetRepeats();
    expect([stale.forgotten, disk.patience]).to.deep.equal([0, []]);
    stale.isBusy = false;
    for (let times = 0; times < 3; times++) cleaner.forgetRepeats();
    expect(stale.forgotten).to.equal(1);
    await pass(0);
    disk.isFull = true;
    cleaner.forgetRepeats();
    await pass(0);
    disk.isFull = false;
    cleaner.forgetRepeats();
    expect(stale.forgotten).to.equal(2);
  });
});

describe("What is noted of calls", () => {
  let disk: Disk;
  let history: CallHistory;
  let noted: string[] = [];
  let calls: object[] = [];

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 5_000 });
    [noted, calls, disk] = [[], [], new Disk()];
    const log = {
      add: (call: object) => calls.push(call),
      confirmed: (seq: number, at: number) => noted.push(`confirmed ${seq} at ${at}`),
      rewritten: ({ first, last, reason, at }: Record<string, unknown>) =>
        noted.push(`rewritten ${String(first)} to ${String(last)} at ${String(at)}: ${String(reason)}`),
      bounced: ({ call, condition, count, receiver }: Record<string, unknown>) =>
        noted.push(`bounced ${String(call)} ${String(condition)} by ${String(receiver)}: ${String(count)}`),
      callOf: (seq: number) => (seq < 10 ? { id: 1, request: `of row ${seq}` } : undefined),
    };
    history = new CallHistory(log as unknown as CallLog, disk as unknown as GroupCommit);
  });
  afterEach(() => mock.timers.reset());
  const hr = (request?: string) => ({ name: "caller hr", kind: "caller", request }) as const;
  const all = async (): Promise<string[]> => {
    await pass(20);
    return noted.splice(0);
  };
  const bounce = (id: string, sender = "alice@qtalk.test.org", condition = "gone") =>
    history.bounced({ id, sender, receiver: "bob@h", condition });

  it("is who made it, how many stanzas it has, and which rows; of a repeat that it has none", () => {
    history.add(hr("r-1"), [message("a"), message("b")], [row(3, { stanzas: 4 }), row(5)]);
    history.add(hr("r-2"), [message("a")], []);
    history.add(hr(), [message("c")], [row(6)]);
    expect(calls).to.deep.equal([
      { request: "r-1", caller: "caller hr", acceptedAt: 5_000, stanzas: 5, rows: { first: 3, last: 5 } },
      { request: "r-2", caller: "caller hr", acceptedAt: 5_000, stanzas: 0, rows: undefined },
    ]);
  });

  it("is that they are confirmed, many together a little later", async () => {
    history.confirmed(3);
    await pass(19);
    mock.timers.setTime(5_019);
    history.confirmed(7);
    history.confirmed(7);
    expect(noted).to.deep.equal([]);
    expect(await all()).to.deep.equal(["confirmed 7 at 5019"]);
    history.confirmed(7);
    history.confirmed(6);
    expect([await all(), disk.patience]).to.deep.equal([[], [20]]);
  });

  it("is that they are written once more where the link is lost, up to what was written last, and confirmed again", async () => {
    history.confirmed(4);
    history.lost({ seq: 4, done: 0 }, { seq: 9, done: 0 }, "closed");
    history.lost({ seq: 4, done: 1 }, { seq: 4, done: 3 }, "reset");
    history.lost({ seq: 9, done: 0 }, { seq: 9, done: 0 }, "idle");
    history.rewritten({ first: 2, last: 3, reason: "restarted" });
    expect(await all()).to.deep.equal([
      "confirmed 4 at 5000",
      "rewritten 4 to 8 at 5000: the link was lost (closed)",
      "rewritten 4 to 4 at 5000: the link was lost (reset)",
      "rewritten 2 to 3 at 5000: restarted",
    ]);
    history.confirmed(4);
    history.rewritten({ first: 9, last: 9, reason: "later" });
    expect(await all()).to.deep.equal(["confirmed 4 at 5020", "rewritten 9 to 9 at 5020: later"]);
    history.confirmed(4);
    expect(await all()).to.deep.equal([]);
    history.rewritten({ first: 9, last: 9, reason: "alone" });
    expect(await all()).to.have.length(1);
  });

  it("is what came back for them, counted by condition, however much came in between", async () => {
    history.add(hr("r-1"), [message("a"), message("b"), message("", {})], [row(1)]);
    expect([bounce("a"), bounce("b"), bounce("a", undefined, "forbidden")]).to.deep.equal([
      "r-1",
      "r-1",
      "r-1",
    ]);
    expect([bounce("x"), bounce("a", "carol@h")]).to.deep.equal([undefined, undefined]);
    expect(await all()).to.deep.equal(["bounced 1 gone by bob@h: 2", "bounced 1 forbidden by bob@h: 1"]);
    bounce("b");
    expect(await all(), "the rest was noted").to.deep.equal(["bounced 1 gone by bob@h: 1"]);
    const one = message("n");
    const many = (from: number, count: number): void => {
      const rows = Array.from({ length: count }, (_, at) => ({ ...one, id: `n${from + at}` }));
      history.add(hr("many"), rows, [row(1)]);
    };
    many(0, 19_997);
    expect(bounce("a")).to.equal("r-1");
    many(20_000, 1);
    expect(bounce("a"), "among the older").to.equal("r-1");
    many(30_000, 19_999);
    expect(bounce("a")).to.equal("r-1");
    many(60_000, 1);
    expect([bounce("a"), bounce("n30000")]).to.deep.equal([undefined, "many"]);
  });

  it("is what came back for a row", async () => {
    expect(history.bouncedRow({ seq: 3, receiver: "h", condition: "gone" })).to.equal("of row 3");
    expect(history.bouncedRow({ seq: 30, receiver: "h", condition: "gone" })).to.equal(undefined);
    expect([history.requestOf(4), history.requestOf(40)]).to.deep.equal(["of row 4", undefined]);
    expect(await all()).to.deep.equal(["bounced 1 gone by h: 1"]);
  });

  it("is noted on stopping, once", async () => {
    history.confirmed(3);
    history.rewritten({ first: 1, last: 1, reason: "x" });
    history.stop();
    expect(noted.splice(0)).to.have.length(2);
    expect(await all()).to.deep.equal([]);
    history.stop();
    expect(disk.patience).to.have.length(1);
  });

  it("has a gap where the disk doesn't take it, and nothing else suffers", async () => {
    disk.isFull = true;
    history.confirmed(3);
    expect(await all()).to.deep.equal([]);
    disk.isFull = false;
    history.confirmed(4);
    expect(await all()).to.deep.equal(["confirmed 4 at 5020"]);
  });
});
