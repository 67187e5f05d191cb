/** Whose rows wait in quarantine, and for how long. */
import { expect } from "chai";
import { QuarantinedSenders } from "../../../component/outbox/quarantined-senders.js";
import { row } from "./rows.js";

describe("A sender of what may have closed the stream", () => {
  const realNow = performance.now.bind(performance);
  let clock = 0;
  let senders: QuarantinedSenders;
  beforeEach(() => {
    clock = 1_000;
    performance.now = () => clock;
    senders = new QuarantinedSenders();
  });
  afterEach(() => (performance.now = realNow));

  const of = (name: string, call?: number) => row(1, { sender: `${name}@h`, call });
  const holds = (name: string, call?: number): boolean => senders.holds(of(name, call));

  it("waits with all that they send, until the last of their rows is routed; others go on", () => {
    expect(holds("alice")).to.equal(false);
    senders.add(of("alice"));
    expect([holds("alice"), holds("alice", 7), holds("bob")]).to.deep.equal([true, true, false]);
    senders.rowsAdded([of("alice"), of("alice")]);
    senders.rowRemoved(of("alice"));
    expect(holds("alice")).to.equal(true);
    senders.rowRemoved(of("alice"));
    expect(holds("alice")).to.equal(false);
  });

  it("waits together with all senders of the same call, and no longer than these", () => {
    senders.add(of("alice", 7));
    senders.rowsAdded([of("alice", 7)]);
    expect([holds("bob", 8), holds("bob"), holds("bob", 7), holds("bob")]).to.deep.equal([
      false,
      false,
      true,
      true,
    ]);
    senders.rowsAdded([of("bob", 7)]);
    senders.rowRemoved(of("alice", 7));
    expect(holds("carol", 7), "something of it waits still").to.equal(true);
    senders.rowsAdded([of("carol", 7)]);
    senders.rowRemoved(of("carol", 7));
    senders.rowRemoved(of("bob", 7));
    senders.add(of("dan"));
    expect(holds("carol", 7), "nothing of it waits any more").to.equal(false);
  });

  it("waits for ten minutes where something of theirs was poison, though nothing else of theirs does", () => {
    senders.add(of("alice"));
    senders.rowsAdded([of("alice")]);
    senders.markPoisonous(of("alice"));
    senders.rowRemoved(of("alice"));
    clock += 599_999;
    expect(holds("alice")).to.equal(true);
    clock += 1;
    expect(holds("alice")).to.equal(false);
    clock -= 1;
    expect(holds("alice"), "it is forgotten").to.equal(false);
  });

  it("is forgotten after that time with the last of their rows, or with the next poison that somebody sends", () => {
    for (const name of ["alice", "bob"]) {
      senders.rowsAdded([of(name), of(name)]);
      senders.markPoisonous(of(name));
      senders.rowRemoved(of(name));
    }
    clock += 600_000;
    senders.rowRemoved(of("alice"));
    clock -= 600_000;
    senders.rowRemoved(of("bob"));
    expect([holds("alice"), holds("bob")]).to.deep.equal([false, true]);
    clock += 600_000;
    senders.markPoisonous(of("carol"));
    clock -= 600_000;
    expect([holds("alice"), holds("bob"), holds("carol")]).to.deep.equal([false, false, true]);
  });

  it("isn't forgotten by others' poison while some of their rows wait, or its time isn't over", () => {
    senders.rowsAdded([of("alice")]);
    senders.rowsAdded([of("bob")]);
    senders.markPoisonous(of("bob"));
    senders.rowRemoved(of("bob"));
    clock += 1_000;
    senders.markPoisonous(of("carol"));
    expect([holds("alice"), holds("bob")]).to.deep.equal([true, true]);
  });
});
