/** What the outbox keeps of its calls, of whose stanzas wait, and of what is on its way: at every boundary. */
import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { EMPTY_BATCH } from "../../../component/outbox/batch.js";
import { InFlightWindow } from "../../../component/outbox/in-flight-window.js";
import { OwnerQuotas, type Owner } from "../../../component/outbox/owner-quotas.js";
import { PendingCalls } from "../../../component/outbox/pending-calls.js";
import { STREAM } from "../../../component/outbox/routes.js";
import { asStored } from "../../../component/xml/wire-text.js";

describe("A call that waits to be told", () => {
  const told: string[] = [];
  let calls: PendingCalls;
  const wait = (name: string, first: number, end: number): void =>
    void calls.wait(first, end).then(({ delivery }) => told.push(`${name} ${delivery}`));
  const confirm = async (seq: number, ...unwritten: number[]): Promise<string[]> => {
    calls.confirm(seq, unwritten);
    await turn();
    return told.splice(0);
  };
  beforeEach(() => {
    told.length = 0;
    calls = new PendingCalls(60_000);
  });

  it("is told when its last row is behind, and not before", async () => {
    wait("one", 0, 2);
    wait("two", 2, 4);
    expect(await confirm(1)).to.deep.equal([]);
    expect(await confirm(2)).to.deep.equal(["one confirmed"]);
    expect(await confirm(3)).to.deep.equal([]);
    expect(await confirm(4)).to.deep.equal(["two confirmed"]);
  });

  it("isn't called confirmed for a row of its own that wasn't routed, however much later the others are", async () => {
    wait("one", 0, 3);
    wait("two", 3, 5);
    wait("three", 5, 6);
    expect(await confirm(1, 0)).to.deep.equal([]);
    expect(await confirm(2, 9)).to.deep.equal([]);
    // The row after a call's last is the next call's.
    expect(await confirm(6, 5)).to.deep.equal(["one queued", "two confirmed", "three queued"]);
  });
});

describe("A call that has waited long enough", () => {
  const realNow = performance.now.bind(performance);
  let clock = 1_000;
  beforeEach(() => (performance.now = () => clock));
  afterEach(() => (performance.now = realNow));

  it("is told that it is queued, as are all where nothing is confirmed any more", async () => {
    const calls = new PendingCalls(5_000);
    const told: string[] = [];
    const wait = (name: string, end: number): void =>
      void calls.wait(0, end).then(({ delivery }) => told.push(`${name} ${delivery}`));
    const at = async (now: number): Promise<string[]> => {
      clock = now;
      calls.settleOverdue();
      await turn();
      return told.splice(0);
    };
    wait("one", 1);
    clock = 2_000;
    wait("two", 2);
    expect([await at(5_999), await at(6_000), await at(6_001)]).to.deep.equal([[], ["one queued"], []]);
    wait("three", 3);
    expect(await at(20_000)).to.deep.equal(["two queued", "three queued"]);
    for (const name of ["four", "five"]) wait(name, 4);
    calls.settleAll();
    await turn();
    expect(told).to.deep.equal(["four queued", "five queued"]);
    expect(await at(40_000)).to.deep.equal(["four queued", "five queued"]);
  });
});

describe("Whose stanzas wait in the outbox", () => {
  const MOST = { stanzas: 2_000, bytes: 200_000 };
  const caller: Owner = { name: "caller", kind: "caller" };
  const user: Owner = { name: "user", kind: "user" };
  let quotas: OwnerQuotas;
  beforeEach(() => (quotas = new OwnerQuotas(MOST)));

  /** The most that is taken from somebody now, of either. */
  const room = (owner: Owner): { stanzas: number; bytes: number } => {
    const most = (what: "stanzas" | "bytes"): number => {
      let amount = 0;
      const step = MOST[what] / 2_000;
      while (quotas.refuse(owner, { stanzas: 0, bytes: 0, [what]: amount + step }) === undefined)
        amount += step;
      return amount;
    };
    return { stanzas: most("stanzas"), bytes: most("bytes") };
  };
  const accept = (owner: Owner, last: number): void => {
    quotas.acquire(owner, { stanzas: 2, bytes: 200 });
    quotas.stored(owner, { stanzas: 2, bytes: 200 }, last);
  };

  it("is half of it at most where one is alone, and a ninth where that is a user", () => {
    expect(room(caller)).to.deep.equal({ stanzas: 1_000, bytes: 100_000 });
    expect(room(user)).to.deep.equal({ stanzas: 222, bytes: 22_200 });
    expect(quotas.refuse(user, MOST)?.message).to.contain("this user's");
    expect(quotas.refuse(caller, MOST)?.message).to.contain("this caller's");
  });

  it("is forgotten when it is routed, in stanzas and in bytes, and when it wasn't stored", () => {
    const free = [room(caller), room(user)];
    for (let last = 1; last <= 250; last++) accept(last % 50 === 0 ? user : caller, last);
    expect(room(caller)).not.to.deep.equal(free[0]);
    quotas.confirm(251);
    expect([room(caller), room(user)]).to.deep.equal(free);
    quotas.acquire(caller, { stanzas: 7, bytes: 700 });
    quotas.release(caller, { stanzas: 7, bytes: 700 });
    expect([room(caller), room(user)]).to.deep.equal(free);
  });

  it("is known for a hundred calls together: it isn't forgotten before the last of these is routed, nor later", () => {
    const free = room(caller);
    for (let last = 1; last <= 150; last++) accept(caller, last);
    const full = room(caller);
    quotas.confirm(100);
    expect(room(caller)).to.deep.equal(full);
    quotas.confirm(101);
    expect(room(caller).stanzas).to.equal(full.stanzas + 200);
    expect(room(caller).bytes).to.equal(full.bytes + 20_000);
    quotas.confirm(150);
    expect(room(caller).stanzas).to.equal(full.stanzas + 200);
    quotas.confirm(151);
    expect(room(caller)).to.deep.equal(free);
  });
});

describe("What is on its way", () => {
  it("may be twice as much after a fast round trip, half after a slow one, within bounds", () => {
    const window = new InFlightWindow();
    let now = 0;
    const roundTrip = (ms: number): number => {
      const barrier = { id: `b${now}`, text: asStored("") };
      window.add(new Map([[STREAM, barrier]]), { ...EMPTY_BATCH, stanzas: 1 }, { seq: 1, done: 0 }, now);
      now += ms;
      expect(window.acknowledge(barrier.id, now)).to.include({ roundTrip: ms, stanzas: 1 });
      return window.room;
    };
    const first = window.room;
    expect([roundTrip(500), roundTrip(2_000)]).to.deep.equal([first, first]);
    expect(roundTrip(499)).to.equal(first * 2);
    expect(roundTrip(2_001)).to.equal(first);
    expect(roundTrip(2_001)).to.equal(first / 2);
    for (let slow = 0; slow < 20; slow++) roundTrip(10_000);
    expect(window.room).to.equal(32);
    for (let fast = 0; fast < 20; fast++) roundTrip(1);
    expect(window.room).to.equal(8_192);
  });
});
