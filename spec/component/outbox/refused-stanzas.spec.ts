/** What the server refused of what it was told by its permission: it goes again, and nothing else does. */
import { expect } from "chai";
import { RefusedStanzas } from "../../../component/outbox/refused-stanzas.js";
import { row } from "./rows.js";

const at = (seq: number, done = 0) => ({ seq, done });

describe("What was in flight when something of it was refused", () => {
  let refused: RefusedStanzas;
  beforeEach(() => (refused = new RefusedStanzas()));
  /** Which of rows 1 to 6 isn't written again. */
  const routed = (): number[] => [1, 2, 3, 4, 5, 6].filter((seq) => refused.isRouted(row(seq), 0));

  it("isn't written again once all barriers are back, but for what was refused", () => {
    expect([refused.isPending, refused.knowsRouted, routed()]).to.deep.equal([false, false, []]);
    refused.add(at(2));
    refused.add(at(4));
    expect([refused.isPending, routed()]).to.deep.equal([true, []]);
    refused.settle(at(6));
    expect([refused.isPending, refused.knowsRouted, routed()]).to.deep.equal([false, true, [1, 3, 5]]);
  });

  it("is told by its place in its row", () => {
    refused.add(at(2, 1));
    refused.settle(at(2, 3));
    expect([0, 1, 2, 3].map((done) => refused.isRouted(row(2), done))).to.deep.equal([
      true,
      false,
      true,
      false,
    ]);
  });

  it("is known of further places where an earlier refusal's went further", () => {
    refused.add(at(2));
    refused.add(at(5));
    refused.settle(at(7));
    refused.add(at(3));
    refused.settle(at(4));
    expect(routed()).to.deep.equal([1, 2, 4, 6]);
  });

  it("is known to the end of the later one where that went further, and what was left of the former has come through", () => {
    refused.add(at(2));
    refused.settle(at(4));
    refused.add(at(5));
    refused.settle(at(7));
    expect(routed()).to.deep.equal([1, 2, 3, 4, 6]);
  });

  it("isn't known where the stream was lost before all barriers were back", () => {
    refused.add(at(2));
    refused.lost();
    expect([refused.isPending, refused.knowsRouted]).to.deep.equal([false, false]);
  });

  it("is written again where the server may have died with it", () => {
    refused.add(at(2));
    refused.settle(at(4));
    refused.forget();
    expect([refused.knowsRouted, routed()]).to.deep.equal([false, []]);
    refused.add(at(5));
    refused.settle(at(3));
    expect(routed(), "what was left of it is forgotten, too").to.deep.equal([1, 2]);
  });

  it("needs no memory once all of it is confirmed", () => {
    refused.confirmed(at(9));
    refused.add(at(2));
    refused.settle(at(4));
    refused.confirmed(at(3));
    expect([refused.knowsRouted, routed()]).to.deep.equal([true, [1, 3]]);
    refused.confirmed(at(4));
    expect([refused.knowsRouted, routed()]).to.deep.equal([false, []]);
    refused.add(at(5));
    refused.settle(at(3));
    expect(routed()).to.deep.equal([1, 2]);
  });
});
