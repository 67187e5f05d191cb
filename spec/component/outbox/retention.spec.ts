/** How long what the server has confirmed is kept, in case it dies with it. */
import { expect } from "chai";
import { QuarantineRetention } from "../../../component/outbox/quarantine-retention.js";
import { Retention } from "../../../component/outbox/retention.js";
import { asStored } from "../../../component/xml/wire-text.js";
import { row } from "./rows.js";

const LIMITS = { ms: 3_000, bytes: 100 };
const at = (seq: number, done = 0) => ({ seq, done });

describe("What was confirmed", () => {
  let retention: Retention;
  beforeEach(() => {
    const [start, kept] = [at(1), at(1)];
    retention = new Retention(LIMITS, { start, kept, sentBefore: at(1), by: undefined });
  });

  it("is kept until the server was heard so long after it", () => {
    expect(retention.isEmpty).to.equal(true);
    expect(retention.confirm(at(1), 0, 500), "nothing new").to.equal(false);
    expect(retention.confirm(at(5), 10, 1_000)).to.equal(true);
    expect([retention.isEmpty, retention.bytes, retention.start]).to.deep.equal([false, 10, at(1)]);
    expect(retention.confirm(at(5), 0, 3_999)).to.equal(false);
    expect(retention.start).to.deep.equal(at(1));
    expect(retention.confirm(at(5), 0, 4_000)).to.equal(true);
    expect([retention.isEmpty, retention.bytes, retention.start]).to.deep.equal([true, 0, at(5)]);
  });

  it("goes together where it was confirmed within a tenth of a second, with the last of it", () => {
    retention.confirm(at(2), 1, 1_000);
    retention.confirm(at(3), 1, 1_099);
    retention.confirm(at(4), 1, 1_100);
    retention.confirm(at(4), 0, 4_098);
    expect([retention.start, retention.bytes]).to.deep.equal([at(1), 3]);
    retention.confirm(at(4), 0, 4_099);
    expect([retention.start, retention.bytes]).to.deep.equal([at(3), 1]);
    retention.confirm(at(4), 0, 4_100);
    expect([retention.start, retention.bytes]).to.deep.equal([at(4), 0]);
  });

  it("goes earlier where it is more than there may be, the oldest first", () => {
    retention.confirm(at(2), 60, 1_000);
    retention.confirm(at(3), 40, 1_200);
    expect(retention.start).to.deep.equal(at(1));
    expect(retention.confirm(at(4), 1, 1_400)).to.equal(true);
    expect([retention.start, retention.bytes]).to.deep.equal([at(2), 41]);
  });

  it("isn't kept for longer where the clock was set back", () => {
    retention.confirm(at(2), 1, 100_000);
    retention.confirm(at(3), 1, 100_500);
    retention.confirm(at(4), 1, 2_000);
    retention.confirm(at(4), 0, 5_000);
    expect(retention.isEmpty).to.equal(true);
  });

  it("isn't confirmed any more where it is to be sent again, and no older confirmation lets it go", () => {
    retention.confirm(at(5), 10, 1_000);
    retention.rewind();
    expect([retention.isEmpty, retention.bytes]).to.deep.equal([true, 0]);
    expect(retention.confirmation.confirmed).to.deep.equal(at(1));
    retention.confirm(at(2), 1, 4_500);
    expect([retention.start, retention.bytes]).to.deep.equal([at(1), 1]);
  });

  it("says who confirmed it: the server that the link is to, and when that was heard last", () => {
    expect(retention.confirmation.by).to.deep.equal({ peer: undefined, upAt: 0, heardAt: 0 });
    retention.linked("127.0.0.1:5347", 100);
    retention.confirm(at(2), 1, 900);
    expect(retention.confirmation).to.deep.equal({
      confirmed: at(2),
      by: { peer: "127.0.0.1:5347", upAt: 100, heardAt: 900 },
    });
  });

  it("is kept by the next process for the rest of its time", () => {
    const by = { peer: undefined, upAt: 0, heardAt: 1_000 };
    retention = new Retention(LIMITS, { start: at(5), kept: at(2), sentBefore: at(5), by });
    expect([retention.isEmpty, retention.start]).to.deep.equal([false, at(2)]);
    retention.confirm(at(5), 0, 3_999);
    expect(retention.start).to.deep.equal(at(2));
    expect(retention.confirm(at(5), 0, 4_000)).to.equal(true);
    expect(retention.isEmpty).to.equal(true);
  });
});

describe("What of the quarantine was routed", () => {
  const realNow = Date.now;
  let clock = 0;
  let kept: QuarantineRetention;
  /** When the server was heard last, and how many bytes may be kept. */
  const limits = { heardAt: 0, bytes: Infinity };
  const bytes = row(1).stanza.length;
  beforeEach(() => {
    Object.assign(limits, { heardAt: 0, bytes: Infinity });
    clock = 1_000;
    Date.now = () => clock;
    kept = new QuarantineRetention({
      isOver: (when, some) => when + LIMITS.ms <= limits.heardAt || some > limits.bytes,
    });
  });
  afterEach(() => (Date.now = realNow));

  const routed = (seq: number, start: number, end: number, isFinished = true): void =>
    kept.routed(row(seq), { start, end, isFinished });

  it("is kept row by row, from the first of its stanzas that was, until the server was heard so long after it", () => {
    expect(kept.isEmpty).to.equal(true);
    routed(7, 2, 4, false);
    expect([kept.isEmpty, kept.startOf(7), kept.endOf(7), kept.isFinished(7)]).to.deep.equal([
      false,
      2,
      4,
      false,
    ]);
    clock = 2_000;
    routed(7, 4, 6);
    routed(8, 0, 1, false);
    expect([kept.startOf(7), kept.endOf(7), kept.isFinished(7)]).to.deep.equal([2, 6, true]);
    expect([kept.startOf(9), kept.endOf(9), kept.isFinished(9)]).to.deep.equal([undefined, 0, false]);
    limits.heardAt = 4_999;
    expect(kept.expired()).to.deep.equal({ gone: [], left: [] });
    limits.heardAt = 5_000;
    expect(kept.expired()).to.deep.equal({ gone: [7], left: [{ seq: 8, done: 1 }] });
    expect(kept.isEmpty).to.equal(true);
    kept.forget([7]);
    expect([kept.startOf(7), kept.startOf(8)]).to.deep.equal([undefined, 0]);
  });

  it("goes in the order in which it was routed, and earlier where it is more than there may be", () => {
    for (const seq of [9, 7, 8]) {
      routed(seq, 0, 1);
      clock += 1_000;
    }
    limits.heardAt = 4_000;
    expect(kept.expired().gone).to.deep.equal([9]);
    limits.heardAt = 0;
    limits.bytes = 2 * bytes;
    expect(kept.expired().gone).to.deep.equal([9]);
    kept.forget([9]);
    expect([kept.expired().gone, kept.isEmpty]).to.deep.equal([[], false]);
    routed(7, 1, 2);
    expect(kept.expired().gone, "once counted").to.deep.equal([]);
  });

  it("is to be sent again, once: all of it waits then, and is known to be the second time", () => {
    expect(kept.replay()).to.deep.equal({ first: undefined, finished: [], weight: { stanzas: 0, bytes: 0 } });
    routed(7, 1, 3);
    kept.routed(row(5, { stanza: asStored("<message/>") }), { start: 0, end: 4, isFinished: false });
    expect(kept.replay()).to.deep.equal({
      first: 5,
      finished: [{ sender: "alice@h" }],
      weight: { stanzas: 6, bytes },
    });
    expect([kept.sentBefore(7), kept.sentBefore(5), kept.sentBefore(6)]).to.deep.equal([3, 4, 0]);
    expect([kept.isEmpty, kept.isFinished(7)]).to.deep.equal([true, false]);
    kept.addReplayed([row(6, { stanzas: 2 })]);
    expect([kept.sentBefore(6), kept.sentBefore(7)]).to.deep.equal([2, 3]);
    routed(7, 0, 1);
    limits.bytes = bytes;
    expect(kept.isEmpty, "what was counted before isn't any more").to.equal(false);
    kept.replay();
    expect(kept.sentBefore(5)).to.equal(0);
  });
});
