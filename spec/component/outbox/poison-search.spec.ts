/** How the stanza is looked for that makes the server close the stream: with few closes, and few at a time. */
import { expect } from "chai";
import { PoisonSearch } from "../../../component/outbox/poison-search.js";

/** Behind everything. */
const END = { seq: 1e6, done: 0 };

describe("The search for what closes the stream", () => {
  let search: PoisonSearch;
  beforeEach(() => (search = new PoisonSearch()));

  it("isn't on where nothing was in flight, or what was is cleared: a server that shuts down", () => {
    expect(search.closed(0, "blamed")).to.equal(false);
    expect(search.closed(50, "cleared")).to.equal(false);
    expect([search.isOn, search.budget]).to.deep.equal([false, Infinity]);
  });

  it("writes in parts of the square root's size, and one by one the part that closes the stream again", () => {
    expect(search.closed(100, "blamed")).to.equal(false);
    expect([search.isOn, search.budget]).to.deep.equal([true, 10]);
    search.confirmed(10, END);
    expect(search.budget).to.equal(10);
    expect(search.closed(10, "unsaid")).to.equal(false);
    expect(search.budget).to.equal(1);
    search.confirmed(9, END);
    expect(search.budget).to.equal(1);
    // It is the tenth: that goes into quarantine, and the others are suspected still.
    expect(search.closed(1, "unsaid")).to.equal(true);
    expect(search.budget).to.equal(9);
    search.confirmed(80, END);
    expect([search.isOn, search.budget]).to.deep.equal([false, Infinity]);
  });

  it("writes up to sixty-four one by one at once, and more in parts", () => {
    search.closed(64, "blamed");
    expect(search.budget).to.equal(1);
    search.closed(65, "blamed");
    expect(search.budget).to.equal(9);
  });

  it("goes on in larger parts once the narrow one has come through", () => {
    search.closed(100, "blamed");
    search.closed(10, "blamed");
    search.confirmed(4, END);
    expect(search.budget).to.equal(1);
    search.confirmed(6, END);
    expect(search.budget).to.equal(10);
  });

  it("suspects nothing more once a single one is in quarantine", () => {
    expect(search.closed(1, "blamed")).to.equal(true);
    expect([search.isOn, search.budget]).to.deep.equal([false, Infinity]);
  });

  it("asks a slow server for half of it at a time, and blames nobody", () => {
    expect(search.closed(100, "slow")).to.equal(false);
    expect(search.budget).to.equal(50);
    expect(search.closed(1, "slow")).to.equal(false);
    expect(search.budget).to.equal(1);
    for (let times = 0; times < 200; times++) search.closed(2, "slow");
    expect(search.isServerDoubtful).to.equal(false);
  });

  it("takes what was routed before and is sent again for no part of what is suspected", () => {
    search.closed(100, "blamed");
    search.replayed({ seq: 30, done: 2 });
    expect([search.budget, search.innocentEnd]).to.deep.equal([Infinity, { seq: 30, done: 2 }]);
    search.confirmed(30, { seq: 30, done: 1 });
    expect([search.budget, search.innocentEnd]).to.deep.equal([Infinity, { seq: 30, done: 2 }]);
    search.confirmed(1, { seq: 30, done: 2 });
    expect([search.budget, search.innocentEnd]).to.deep.equal([10, undefined]);
    search.confirmed(99, { seq: 130, done: 0 });
    expect(search.isOn).to.equal(true);
    search.confirmed(1, { seq: 131, done: 0 });
    expect(search.isOn).to.equal(false);
  });

  it("goes on with what is suspected though nothing of what was routed before is sent again", () => {
    search.closed(100, "blamed");
    search.replayed({ seq: 30, done: 0 });
    search.confirmed(0, { seq: 30, done: 0 });
    expect([search.budget, search.innocentEnd]).to.deep.equal([10, undefined]);
    search.replayed({ seq: 30, done: 0 });
    search.reached({ seq: 29, done: 7 });
    expect(search.innocentEnd).to.deep.equal({ seq: 30, done: 0 });
    search.reached({ seq: 31, done: 0 });
    expect([search.budget, search.innocentEnd]).to.deep.equal([10, undefined]);
  });

  it("needn't tell them apart where nothing is suspected", () => {
    search.replayed({ seq: 30, done: 0 });
    expect([search.isOn, search.innocentEnd]).to.deep.equal([false, undefined]);
  });

  it("takes it for suspected where the stream is closed once more", () => {
    search.closed(100, "blamed");
    search.replayed({ seq: 30, done: 0 });
    search.closed(49, "blamed");
    expect(search.budget).to.equal(1);
  });

  it("doubts a server after a hundred closes with nothing routed in between, by trials or by others", () => {
    const close = (times: number): void => {
      for (let time = 0; time < times; time++) search.closed(2, "blamed");
    };
    close(98);
    for (const blame of ["slow", "cleared"] as const) search.trialClosed(blame, false);
    search.trialClosed("blamed", false);
    expect(search.isServerDoubtful).to.equal(false);
    search.trialClosed("unsaid", false);
    expect(search.isServerDoubtful).to.equal(true);
    search.confirmed(0, END);
    expect(search.isServerDoubtful, "a barrier alone says nothing").to.equal(true);
    search.confirmed(1, END);
    expect(search.isServerDoubtful).to.equal(false);
    close(100);
    expect(search.isServerDoubtful).to.equal(true);
    search.trialRouted();
    expect(search.isServerDoubtful).to.equal(false);
  });

  it("says once that the server may be at fault: at the tenth that is poison with nothing routed in between", () => {
    const found = (times: number): number[] => {
      const said = Array.from({ length: times }, () => search.trialClosed("blamed", true));
      return said.flatMap((is, at) => (is ? [at + 1] : []));
    };
    expect(found(9)).to.deep.equal([]);
    search.confirmed(1, END);
    expect(found(9)).to.deep.equal([]);
    search.trialRouted();
    for (let times = 0; times < 20; times++) expect(search.trialClosed("blamed", false)).to.equal(false);
    expect(found(10)).to.deep.equal([10]);
    expect(search.trialClosed("blamed", false)).to.equal(false);
    expect(found(10)).to.deep.equal([]);
  });
});
