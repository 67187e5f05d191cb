/** When a stanza in quarantine is poison, and what becomes of it and of the others. */
import { expect } from "chai";
import { bytesOf } from "../../../storage/outbox-row.js";
import { QuarantineStage, several } from "./quarantine-stage.js";
import { row } from "./rows.js";

describe("The verdict on a stanza in quarantine", () => {
  let stage: QuarantineStage;
  beforeEach(() => (stage = new QuarantineStage()));
  afterEach(() => stage.close());

  it("counts a close against a stanza alone: the third is the verdict, or the second that names a fault", () => {
    stage.add(row(1), row(2));
    const outcome = (...blames: ("blamed" | "unsaid" | "slow" | "cleared")[]): boolean[] =>
      blames.map((blame) => (stage.tries(), stage.closed(blame) !== undefined));
    expect(outcome("slow", "cleared", "slow", "cleared")).to.deep.equal([false, false, false, false]);
    expect(outcome("unsaid", "unsaid", "unsaid")).to.deep.equal([false, false, true]);
    stage.tries();
    stage.routed();
    // Two are tried now.
    stage.add(row(3));
    expect(outcome("blamed", "blamed", "blamed")).to.deep.equal([false, false, true]);
  });

  it("is sure at once where a fault is named and nothing else was written to the stream", () => {
    stage.add(row(1));
    stage.tries();
    expect(stage.closed("unsaid", true)).to.equal(undefined);
    stage.tries();
    const poison = stage.closed("blamed", true);
    expect([poison?.row.seq, poison?.place, poison?.text]).to.deep.equal([1, 0, row(1).stanza]);
    expect(stage.closed("blamed", true), "nothing is tried").to.equal(undefined);
  });

  it("waits ever longer after each close over the same stanza, and not at all where that names a fault", () => {
    stage.add(row(1));
    const after = (blame: "blamed" | "unsaid"): number | undefined => {
      stage.tries();
      stage.closed(blame);
      return stage.quarantine.dueIn;
    };
    expect([after("unsaid"), after("unsaid")]).to.deep.equal([100, 200]);
    stage.clock += 200;
    expect(stage.quarantine.dueIn).to.equal(0);
    stage.add(row(2, { sender: "bob@h" }));
    expect(after("blamed")).to.equal(0);
  });

  it("sets poison aside with its reason, and goes on with the rest of the row", () => {
    stage.add(several(1, 3), row(2));
    stage.tries();
    stage.routed();
    stage.tries();
    stage.closed("blamed");
    stage.tries();
    expect(stage.setAside()).to.deep.equal({ stanzas: 1, bytes: bytesOf(row(1)) + 1 });
    expect(stage.letters).to.have.length(1);
    expect(stage.letters[0]).to.include({ seq: 1, stanza: row(1).stanza, reason: "the reason" });
    expect(stage.disk.get(1)).to.include({ stanzas: 2 });
    expect(stage.tries()).to.deep.equal(["1-1"]);
    expect(stage.setAside()).to.deep.equal({ stanzas: 1, bytes: bytesOf(several(1, 2)) });
    expect(stage.tries()).to.deep.equal(["2-0"]);
    expect(stage.setAside()).to.deep.equal({ stanzas: 1, bytes: bytesOf(row(2)) });
    expect([stage.disk.has(2), stage.quarantine.isEmpty]).to.deep.equal([false, true]);
    expect(stage.quarantine.holds(row(9)), "its sender waits for a while").to.equal(true);
  });

  it("tries it again where it can't be set aside yet", () => {
    stage.add(row(1));
    stage.isDiskFull = true;
    stage.tries();
    expect(() => stage.setAside()).to.throw("full");
    expect([stage.quarantine.dueIn, stage.quarantine.isEmpty, stage.letters]).to.deep.equal([100, false, []]);
    stage.isDiskFull = false;
    stage.tries();
    stage.setAside();
    expect(stage.quarantine.isEmpty).to.equal(true);
  });

  it("makes others' trials rare after the third that is poison, up to the longest pause, until much is routed", () => {
    for (let seq = 1; seq <= 40; seq++) stage.add(row(seq));
    const pauses = Array.from({ length: 9 }, () => {
      stage.tries();
      stage.setAside();
      return stage.quarantine.dueIn;
    });
    expect(pauses).to.deep.equal([0, 0, 100, 200, 400, 800, 1_000, 1_000, 1_000]);
  });

  it("makes up for one that is poison by sixteen that are routed", () => {
    stage.add(...[1, 2, 3].map((seq) => row(seq)), several(4, 16), row(5), row(6));
    for (let times = 0; times < 3; times++) {
      stage.tries();
      stage.setAside();
    }
    expect(stage.quarantine.dueIn).to.equal(100);
    /** The next alone, whatever else could be tried with it. */
    const one = (): string[] => (stage.tries(), stage.closed("cleared"), stage.tries());
    for (const count of [1, 2, 4, 8]) {
      expect(stage.tries()).to.have.length(count);
      stage.routed();
    }
    expect(one()).to.deep.equal(["4-15"]);
    stage.routed();
    expect(one()).to.deep.equal(["5-0"]);
    stage.setAside();
    expect(stage.quarantine.dueIn, "as after the third").to.equal(100);
  });

  it("forgets the closes that a stanza has met once it is routed, and counts each stanza's for itself", () => {
    stage.add(several(1, 3));
    const meet = (times: number): boolean[] =>
      Array.from({ length: times }, () => (stage.tries(), stage.closed("unsaid") !== undefined));
    expect(meet(2)).to.deep.equal([false, false]);
    stage.tries();
    stage.routed();
    stage.tries();
    stage.closed("blamed", true);
    expect(meet(2)).to.deep.equal([false, false]);
    expect(meet(1), "the third").to.deep.equal([true]);
  });

  it("keeps the closes that a stanza has met in mind while others are tried, and counts none of theirs for it", () => {
    stage.add(row(5));
    const meets = (times: number): boolean[] =>
      Array.from({ length: times }, () => (stage.tries(), stage.closed("unsaid") !== undefined));
    expect(meets(2)).to.deep.equal([false, false]);
    stage.add(row(3, { sender: "bob@h" }));
    expect(stage.tries()).to.deep.equal(["3-0"]);
    stage.routed();
    expect(stage.tries()).to.deep.equal(["5-0"]);
    expect(stage.closed("unsaid")?.row.seq).to.equal(5);
  });

  it("comes sooner where a fault is named: there is no pause", () => {
    stage.add(row(1));
    stage.tries();
    stage.closed("blamed");
    expect(stage.quarantine.dueIn).to.equal(0);
  });

  it("begins to count with the first close that another stanza meets", () => {
    stage.add(row(5));
    stage.tries();
    stage.closed("unsaid");
    stage.tries();
    stage.closed("unsaid");
    stage.add(row(3, { sender: "bob@h" }));
    stage.tries();
    expect(stage.closed("unsaid"), "of row 3 it is the first").to.equal(undefined);
  });

  it("counts for each stanza of a row by itself, also where those before it are sent again", () => {
    stage.isOver = false;
    stage.add(several(5, 3));
    stage.tries();
    stage.routed();
    for (let times = 0; times < 3; times++) {
      stage.tries();
      expect(stage.closed(times === 0 ? "cleared" : "unsaid")).to.equal(undefined);
    }
    stage.quarantine.replay();
    expect(stage.tries()).to.deep.equal(["5-0"]);
    stage.routed();
    expect(stage.tries()).to.deep.equal(["5-1"]);
    expect(stage.closed("unsaid"), "its third").to.include({ place: 1 });
  });

  it("counts nothing of what a stanza meets for the one before it that is sent again", () => {
    stage.isOver = false;
    stage.add(several(5, 3));
    stage.tries();
    stage.routed();
    for (let times = 0; times < 3; times++) {
      stage.tries();
      stage.closed(times === 0 ? "cleared" : "unsaid");
    }
    stage.quarantine.replay();
    stage.tries();
    expect(stage.closed("unsaid")).to.equal(undefined);
  });

  it("forgets what a stanza has met that is routed, though it is sent again, with whatever was too old beside it", () => {
    stage.isOver = false;
    stage.add(row(5));
    for (let times = 0; times < 2; times++) {
      stage.tries();
      stage.closed("unsaid");
    }
    stage.add(row(3, { expiresAt: -1 }));
    expect(stage.tries()).to.deep.equal(["5-0"]);
    stage.routed();
    stage.quarantine.replay();
    expect(stage.tries()).to.deep.equal(["5-0"]);
    expect(stage.closed("unsaid")).to.equal(undefined);
  });

  it("counts anew for the stanza that takes the place of poison in its row", () => {
    stage.add(several(1, 2));
    for (let times = 0; times < 2; times++) {
      stage.tries();
      stage.closed("unsaid");
    }
    stage.tries();
    stage.setAside();
    expect(stage.tries()).to.deep.equal(["1-0"]);
    expect(stage.closed("unsaid")).to.equal(undefined);
  });

  it("is done with a row whose last is poison, and sends the rest of it again where the server may have died", () => {
    stage.isOver = false;
    stage.add(several(1, 2));
    stage.tries();
    stage.routed();
    stage.tries();
    expect(stage.setAside()).to.deep.equal({ stanzas: 1, bytes: bytesOf(several(1, 2)) });
    expect([stage.quarantine.isEmpty, stage.disk.get(1)?.stanzas]).to.deep.equal([true, 1]);
    expect(stage.quarantine.replay().stanzas).to.equal(1);
    expect(stage.quarantine.isEmpty).to.equal(false);
    expect(stage.tries()).to.deep.equal(["1-0"]);
  });

  it("is done with what was too old before poison, though that was in the same trial", () => {
    stage.add(row(1, { expiresAt: -1 }), row(2, { sender: "bob@h" }));
    expect(stage.tries()).to.deep.equal(["2-0"]);
    stage.setAside();
    expect(stage.tries()).to.deep.equal([]);
    stage.routed();
    expect(stage.quarantine.isEmpty).to.equal(true);
  });
});
