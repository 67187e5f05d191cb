/** How much may wait, when it is let through, and when work on it is done. */
import { mock } from "node:test";
import { expect } from "chai";
import { DurabilityGate } from "../../../component/outbox/durability-gate.js";
import { QueueQuota } from "../../../component/outbox/queue-quota.js";
import { Schedule } from "../../../component/outbox/schedule.js";
import { row } from "./rows.js";

describe("How much may wait", () => {
  let quota: QueueQuota;
  beforeEach(() => (quota = new QueueQuota({ stanzas: 10, bytes: 1_000 }, { stanzas: 2, bytes: 300 })));
  const is = (): number[] => [quota.stanzas, quota.bytes];

  it("is as many stanzas and bytes as are configured, those of an earlier process among them", () => {
    expect(quota.acquire({ stanzas: 9, bytes: 1 })?.message).to.contain("at most 10 stanzas");
    expect(quota.acquire({ stanzas: 1, bytes: 701 })?.message).to.contain("at most 1000 bytes");
    expect(is()).to.deep.equal([2, 300]);
    expect(quota.acquire({ stanzas: 8, bytes: 700 })).to.equal(undefined);
    expect(is()).to.deep.equal([10, 1_000]);
    expect(quota.acquire({ stanzas: 1, bytes: 0 })).not.to.equal(undefined);
  });

  it("grows with what is sent again, and is never less than nothing", () => {
    quota.restore({ stanzas: 3, bytes: 100 });
    expect(is()).to.deep.equal([5, 400]);
    quota.release({ stanzas: 1, bytes: 50 });
    expect(is()).to.deep.equal([4, 350]);
    quota.release({ stanzas: 9, bytes: 351 });
    expect(is()).to.deep.equal([0, 0]);
  });
});

describe("What the disk doesn't have yet", () => {
  const passed: number[] = [];
  let gate: DurabilityGate;
  beforeEach(() => {
    passed.length = 0;
    gate = new DurabilityGate((rows) => passed.push(...rows.map(({ seq }) => seq)));
  });

  it("waits where it tells of a change, and what comes later waits behind it", () => {
    expect([gate.isEmpty, gate.first]).to.deep.equal([true, undefined]);
    const release = [[1], [2, 3], [4]].map((seqs, at) =>
      gate.enqueue(
        seqs.map((seq) => row(seq)),
        at === 1,
      ),
    );
    expect([passed, gate.isEmpty, gate.first]).to.deep.equal([[1], false, 2]);
    release[2]?.();
    expect(passed).to.deep.equal([1]);
    release[1]?.();
    expect([passed, gate.isEmpty, gate.first]).to.deep.equal([[1, 2, 3, 4], true, undefined]);
  });

  it("isn't there for a call that says nothing", () => {
    const release = gate.enqueue([], true);
    expect(gate.isEmpty).to.equal(true);
    release();
    expect(passed).to.deep.equal([]);
  });
});

describe("Work that is scheduled", () => {
  let done = 0;
  const due: (() => void)[] = [];
  let schedule: Schedule;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    done = 0;
    due.length = 0;
    schedule = new Schedule(() => (done += 1));
  });
  afterEach(() => mock.timers.reset());
  const soon = (): void => schedule.soon((run) => due.push(run));

  it("is done once, however often it is asked for until then, and again when it is asked for later", () => {
    for (let times = 0; times < 3; times++) soon();
    expect([due.length, done]).to.deep.equal([1, 0]);
    due.shift()?.();
    expect(done).to.equal(1);
    soon();
    due.shift()?.();
    expect(done).to.equal(2);
  });

  it("has one time of its own: the last that was asked for, or none", () => {
    schedule.in(10);
    schedule.in(20);
    mock.timers.tick(19);
    expect(done).to.equal(0);
    mock.timers.tick(1);
    expect(done).to.equal(1);
    schedule.in(10);
    schedule.in(undefined);
    mock.timers.tick(100);
    expect(done).to.equal(1);
  });
});
