/** How long acknowledged rows are kept, and when they are sent again. */
import { expect } from "chai";
import { KeptRows } from "../../../component/outbox/replay.js";
import type { Beginning } from "../../../storage/outbox-store.js";

const START = 1_700_000_000_000;

describe("Acknowledged rows", () => {
  let now: number;
  beforeEach(() => (now = START));

  const BY = { peer: "10.0.0.1", upAt: START - 60_000, heardAt: START };
  const rows = (more: Partial<Beginning> = {}, limits = { ms: 3_000, bytes: 100 }): KeptRows =>
    new KeptRows(
      limits,
      { acked: 10, kept: 10, by: BY, isStopped: false, keepsParked: false, ...more },
      () => now,
    );

  it("are kept until the server was heard from some seconds after their ack", () => {
    const kept = rows();
    kept.linked(BY.peer, now);
    expect(kept.ack(12, 30)).to.equal(true);
    expect([kept.start, kept.bytes, kept.isEmpty]).to.deep.equal([10, 30, false]);
    now += 100;
    kept.ack(15, 20);
    now += 2_899;
    expect(kept.ack(15, 0), "nothing new for the disk").to.equal(false);
    expect(kept.start).to.equal(10);
    now += 1;
    expect(kept.ack(15, 0)).to.equal(true);
    expect([kept.start, kept.bytes]).to.deep.equal([12, 20]);
    now += 100;
    kept.linked(BY.peer, now);
    expect([kept.start, kept.bytes, kept.isEmpty], "a new link is a sign of life, too").to.deep.equal([
      15,
      0,
      true,
    ]);
  });

  it("are kept together if they were acknowledged within a tenth of a second", () => {
    const kept = rows();
    kept.ack(11, 10);
    now += 99;
    kept.ack(12, 10);
    now += 3_000 - 1;
    kept.ack(12, 0);
    expect(kept.start, "until the last of them is old enough").to.equal(10);
    now += 1;
    kept.ack(12, 0);
    expect(kept.start).to.equal(12);
  });

  it("aren't kept while the server may be dead", () => {
    const kept = rows();
    kept.ack(11, 10);
    now += 3_600_000;
    expect(kept.isEmpty).to.equal(false);
    expect(kept.start).to.equal(10);
  });

  it("are kept up to a size, the newest", () => {
    const kept = rows();
    for (const [acked, bytes] of [
      [11, 60],
      [12, 40],
      [13, 1],
    ] as const) {
      kept.ack(acked, bytes);
      now += 200;
    }
    expect([kept.start, kept.bytes]).to.deep.equal([11, 41]);
  });

  it("of an earlier process are kept from when it last heard from the server", () => {
    const kept = rows({ kept: 5, by: { ...BY, heardAt: START - 2_000 } });
    expect([kept.start, kept.isEmpty]).to.deep.equal([5, false]);
    now += 999;
    kept.linked(BY.peer, now);
    expect(kept.start).to.equal(5);
    now += 1;
    kept.linked(BY.peer, now);
    expect(kept.start).to.equal(10);
    expect(rows().isEmpty).to.equal(true);
  });

  it("that were parked are kept as long, too", () => {
    const kept = rows({ keepsParked: true });
    expect([kept.isEmpty, kept.parkedUntil]).to.deep.equal([false, START - 3_000]);
    now += 3_000;
    kept.linked(BY.peer, now);
    expect([kept.isEmpty, kept.parkedUntil]).to.deep.equal([true, START]);
    kept.ackParked();
    expect(kept.isEmpty).to.equal(false);
    now += 3_000;
    kept.ack(10, 0);
    expect(kept.isEmpty).to.equal(true);
  });

  it("wait again after a replay", () => {
    const kept = rows();
    kept.ack(12, 30);
    kept.ackParked();
    kept.rewind();
    expect([kept.start, kept.acked, kept.bytes, kept.isEmpty]).to.deep.equal([10, 10, 0, true]);
  });

  describe("are sent again", () => {
    it("if the server was started after it was last heard from", () => {
      const kept = rows({ by: { ...BY, heardAt: START - 10_000 } });
      expect(kept.replayReason(BY.peer, 1)).to.equal("restarted");
      expect(kept.replayReason(BY.peer, 3_600), "it kept running").to.equal(undefined);
    });

    it("if, as clocks were changed, it was started in the later half of the time between", () => {
      const kept = rows({ by: { ...BY, upAt: START - 60_000, heardAt: START } });
      expect(kept.replayReason(BY.peer, 29)).to.equal("restarted");
      expect(kept.replayReason(BY.peer, 30)).to.equal(undefined);
      expect(kept.replayReason(BY.peer, 31)).to.equal(undefined);
    });

    it("within two seconds at least, as uptimes aren't exact", () => {
      const kept = rows({ by: { ...BY, upAt: START, heardAt: START } });
      expect([1, 2, 3].map((uptime) => kept.replayReason(BY.peer, uptime))).to.deep.equal([
        "restarted",
        undefined,
        undefined,
      ]);
    });

    it("by another server, unless the component was stopped properly", () => {
      expect(rows().replayReason("10.0.0.2", 3_600)).to.equal("another");
      expect(rows().replayReason(undefined, 3_600), "it isn't known which").to.equal(undefined);
      expect(rows({ by: { ...BY, peer: undefined } }).replayReason("10.0.0.2", 3_600)).to.equal(undefined);
      expect(rows({ isStopped: true }).replayReason("10.0.0.2", 3_600)).to.equal(undefined);
    });

    it("by a server that doesn't tell, unless the component was stopped properly", () => {
      expect(rows().replayReason(BY.peer, undefined)).to.equal("unknown");
      const stopped = rows({ isStopped: true });
      expect(stopped.replayReason(BY.peer, undefined)).to.equal(undefined);
      stopped.linked(BY.peer, now);
      expect(stopped.replayReason(BY.peer, undefined), "that was the last process").to.equal("unknown");
    });

    it("if the machine's clock was set back, once", () => {
      const kept = rows({ by: { ...BY, heardAt: START + 2_001 } });
      expect(kept.by.heardAt).to.equal(START);
      expect(kept.replayReason(BY.peer, 3_600)).to.equal("clock");
      kept.linked("10.0.0.9", now);
      expect(kept.by).to.deep.equal({ peer: "10.0.0.9", upAt: now, heardAt: now });
      expect(kept.replayReason("10.0.0.9", 3_600)).to.equal(undefined);
      expect(rows({ by: { ...BY, heardAt: START + 2_000 } }).replayReason(BY.peer, 3_600)).to.equal(
        undefined,
      );
    });
  });
});
