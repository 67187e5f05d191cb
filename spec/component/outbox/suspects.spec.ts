/** The search for the stanza because of which the server closes the stream. */
import { expect } from "chai";
import type { StreamEnd } from "../../../component/link/stream-end.js";
import type { Part } from "../../../component/outbox/in-flight.js";
import { Suspects } from "../../../component/outbox/suspects.js";
import type { OutboxRow } from "../../../component/outbox/row-stanzas.js";

const CONTENT: StreamEnd = { cause: "stream-error", condition: "policy-violation", text: "policy-violation" };
const CLOSED: StreamEnd = { cause: "closed", text: "closed" };

const row = (rowId: number, stanzas: number): OutboxRow => ({ rowId, stanzas }) as OutboxRow;
const part = (rowId: number, start: number, end: number, stanzas = end): Part => {
  return { row: row(rowId, stanzas), start, end, kind: "written" };
};

describe("The stanza because of which the stream is closed", () => {
  let suspects: Suspects;
  beforeEach(() => (suspects = new Suspects()));

  /** The stream ends, and the link comes up again. @returns the id and offset of the rejected stanza */
  const ends = (how: StreamEnd, written: readonly Part[], hasLivedOn = true): string | undefined => {
    suspects.closed(how, written, 10);
    const rejected = suspects.judge(hasLivedOn);
    return rejected && `${rejected.row.rowId}/${rejected.offset}`;
  };

  it("is sought only after a close about content, or without a reason shortly after a write", () => {
    const written = [part(1, 0, 1)];
    expect(suspects.closed(CONTENT, written, 5_000)).to.equal(true);
    expect(suspects.isEmpty).to.equal(false);
    for (const [how, parts, ms] of [
      [CONTENT, written, 5_001],
      [CONTENT, [], 10],
      [{ cause: "stream-error", condition: "system-shutdown", text: "" }, written, 10],
      [{ cause: "silent", text: "" }, written, 10],
    ] as const) {
      const fresh = new Suspects();
      expect(fresh.closed(how, parts, ms), JSON.stringify([how, ms])).to.equal(false);
      expect([fresh.judge(true), fresh.isEmpty, fresh.most]).to.deep.equal([undefined, true, Infinity]);
    }
  });

  it("is alone in flight at two closes about content, or at three of any kind", () => {
    const alone = [part(7, 2, 3, 9)];
    expect([ends(CONTENT, alone), ends(CONTENT, alone)]).to.deep.equal([undefined, "7/2"]);
    expect([1, 2, 3].map(() => ends(CLOSED, alone))).to.deep.equal([undefined, undefined, "7/2"]);
    expect([ends(CONTENT, alone), ends(CLOSED, alone), ends(CLOSED, alone)]).to.deep.equal([
      undefined,
      undefined,
      "7/2",
    ]);
  });

  it("is looked for anew after one was found: the next stanza of the row has its place", () => {
    const alone = [part(7, 0, 1, 9)];
    for (let time = 0; time < 3; time += 1) {
      expect(ends(CONTENT, alone)).to.equal(undefined);
      expect(ends(CONTENT, alone)).to.equal("7/0");
    }
  });

  it("isn't one that was in flight with others, or of another row or place", () => {
    for (let time = 0; time < 9; time += 1) {
      expect(ends(CONTENT, [part(1, 0, 1), part(2, 0, 1)])).to.equal(undefined);
      expect(ends(CONTENT, [part(3, 0, 2)])).to.equal(undefined);
      expect(ends(CONTENT, [part(100 + time, 0, 1)])).to.equal(undefined);
      expect(ends(CONTENT, [part(5, time, time + 1, 9)])).to.equal(undefined);
    }
  });

  it("isn't blamed for the closes of a server that restarted or refused connections", () => {
    const alone = [part(7, 0, 1)];
    for (let time = 0; time < 5; time += 1) expect(ends(CONTENT, alone, false)).to.equal(undefined);
    expect(suspects.isEmpty).to.equal(true);
    expect(ends(CONTENT, alone)).to.equal(undefined);
    suspects.clear();
    expect([suspects.isEmpty, suspects.most]).to.deep.equal([true, Infinity]);
    expect(ends(CONTENT, alone), "the count begins anew").to.equal(undefined);
    expect(ends(CONTENT, alone)).to.equal("7/0");
  });

  it("is sought among few singly, among many by the square root", () => {
    ends(CLOSED, [part(1, 0, 64)]);
    expect(suspects.most).to.equal(1);
    suspects.clear();
    ends(CLOSED, [part(1, 0, 65)]);
    expect(suspects.most).to.equal(9);
    suspects.clear();
    ends(CLOSED, [part(1, 10, 50, 50), part(2, 0, 60)]);
    expect(suspects.most, "of what was in flight").to.equal(10);
  });

  it("is none of those that were acknowledged since: then the others go on as before", () => {
    ends(CLOSED, [part(1, 0, 100), part(2, 0, 100)]);
    expect(suspects.most).to.equal(15);
    ends(CLOSED, [part(1, 0, 15, 100)]);
    expect(suspects.most).to.equal(1);
    suspects.acked(part(1, 0, 14, 100));
    expect(suspects.most).to.equal(1);
    suspects.acked(part(1, 14, 15, 100));
    expect(suspects.most, "the outer range is left").to.equal(15);
    suspects.acked(part(2, 0, 99, 100));
    expect(suspects.most).to.equal(15);
    suspects.acked(part(2, 99, 100));
    expect([suspects.most, suspects.isEmpty]).to.deep.equal([Infinity, true]);
  });

  it("is counted as long as suspects are left, whatever is acknowledged between", () => {
    const alone = [part(7, 0, 1)];
    ends(CLOSED, [part(7, 0, 1), part(8, 0, 1)]);
    ends(CONTENT, alone);
    suspects.acked(part(6, 0, 1));
    expect(ends(CONTENT, alone)).to.equal("7/0");
    suspects.acked(part(8, 0, 1));
    ends(CONTENT, alone);
    suspects.acked(part(8, 0, 1));
    expect(ends(CONTENT, alone), "all were cleared").to.equal(undefined);
  });

  it("replaces a range that ends no later", () => {
    ends(CLOSED, [part(3, 0, 100)]);
    ends(CLOSED, [part(3, 0, 100), part(4, 0, 300)]);
    expect(suspects.most).to.equal(20);
    suspects.acked(part(4, 0, 300));
    expect(suspects.isEmpty).to.equal(true);
  });

  it("isn't sought once the server closed a hundred streams and acknowledged nothing", () => {
    const two = [part(1, 0, 2)];
    for (let time = 1; time < 100; time += 1) ends(CONTENT, two);
    expect([suspects.isServerAtFault, suspects.isNews]).to.deep.equal([false, false]);
    ends(CONTENT, two);
    expect([suspects.isServerAtFault, suspects.isNews]).to.deep.equal([true, true]);
    expect(suspects.closed(CONTENT, two, 1), "no haste").to.equal(false);
    expect([ends(CONTENT, [part(1, 0, 1)]), ends(CONTENT, [part(1, 0, 1)])]).to.deep.equal([
      undefined,
      undefined,
    ]);
    expect(suspects.isNews).to.equal(false);
    suspects.acked(part(0, 0, 1));
    expect(suspects.isServerAtFault).to.equal(false);
  });
});
