/** What becomes of the rows in quarantine: when they are tried, and how many at once. */
import { expect } from "chai";
import { bytesOf } from "../../../storage/outbox-row.js";
import { QuarantineStage, several } from "./quarantine-stage.js";
import { row } from "./rows.js";

describe("The quarantine", () => {
  let stage: QuarantineStage;
  beforeEach(() => (stage = new QuarantineStage()));
  afterEach(() => stage.close());

  it("holds what its senders send, and is tried at once, one stanza at first and twice as many each time", () => {
    expect([stage.quarantine.isEmpty, stage.quarantine.dueIn, stage.quarantine.holds(row(9))]).to.deep.equal([
      true,
      undefined,
      false,
    ]);
    stage.add(several(1, 2), several(2, 9));
    expect(stage.noted).to.deep.equal([
      { seq: 1, done: 0 },
      { seq: 2, done: 0 },
    ]);
    expect([stage.quarantine.isEmpty, stage.quarantine.dueIn, stage.quarantine.holds(row(9))]).to.deep.equal([
      false,
      0,
      true,
    ]);
    expect([stage.quarantine.isTrying, stage.tries(), stage.quarantine.isTrying]).to.deep.equal([
      false,
      ["1-0"],
      true,
    ]);
    expect(stage.quarantine.dueIn, "one is in flight").to.equal(undefined);
    expect(stage.routed(30)).to.deep.equal({ stanzas: 1, bytes: 0 });
    expect(stage.quarantine.dueIn, "others have their turn").to.equal(30);
    stage.clock += 40;
    expect([stage.quarantine.dueIn, stage.tries()]).to.deep.equal([0, ["1-1", "2-0"]]);
    expect(stage.routed()).to.deep.equal({ stanzas: 2, bytes: bytesOf(several(1, 2)) });
    expect(stage.tries()).to.have.length(4);
    stage.routed();
    expect(stage.tries()).to.have.length(4);
    stage.routed();
    expect([stage.quarantine.isEmpty, stage.quarantine.holds(row(9))]).to.deep.equal([true, false]);
    expect(stage.routed(), "nothing was tried").to.deep.equal({ stanzas: 0, bytes: 0 });
  });

  it("is tried by sixty-four at most, and by one again once the stream was closed over a trial", () => {
    stage.add(several(1, 400));
    for (const count of [1, 2, 4, 8, 16, 32, 64, 64]) {
      expect(stage.tries()).to.have.length(count);
      stage.routed();
    }
    expect(stage.tries()).to.have.length(64);
    expect(stage.closed("blamed", true)).to.equal(undefined);
    expect([stage.quarantine.isTrying, stage.tries().length]).to.deep.equal([false, 1]);
  });

  it("takes nothing in that the disk doesn't take", () => {
    stage.isDiskFull = true;
    expect(() => stage.add(row(1))).to.throw("full");
    expect([stage.quarantine.isEmpty, stage.quarantine.holds(row(1))]).to.deep.equal([true, false]);
    stage.quarantine.add([]);
  });

  it("begins with the first of its rows, whenever that came in, and behind what of it is routed", () => {
    stage.add(row(5));
    stage.tries();
    stage.routed();
    stage.add(row(8));
    stage.add(row(3));
    expect(stage.tries()).to.deep.equal(["3-0", "8-0"]);
    stage.routed();
    stage.disk.set(10, several(10, 5));
    stage.quarantine.addSuspected(several(10, 5), 2);
    expect(stage.quarantine.keepsNothing).to.equal(true);
    stage.isOver = false;
    expect(stage.quarantine.keepsNothing, "two of it were routed").to.equal(false);
    expect(stage.tries()).to.deep.equal(["10-2", "10-3", "10-4"]);
  });

  it("has on the disk how much of each row is routed, once that need not be kept", () => {
    stage.add(row(1), several(2, 3));
    stage.tries();
    stage.routed();
    stage.isOver = false;
    stage.tries();
    stage.routed();
    stage.noted.length = 0;
    stage.isOver = true;
    stage.tries();
    expect([stage.noted, [...stage.disk.keys()]]).to.deep.equal([[{ seq: 2, done: 2 }], [2]]);
    stage.isOver = false;
    expect(stage.quarantine.replay()).to.deep.equal({ stanzas: 0, bytes: 0 });
  });

  it("begins with what waits where that is before what is sent again, and with what can be written", () => {
    stage.isOver = false;
    stage.add(row(5, { sender: "bob@h" }), row(6));
    stage.tries();
    stage.routed();
    stage.allowed = (sender) => (sender === "alice@h" ? undefined : "plain");
    stage.tries();
    stage.routed();
    expect(stage.quarantine.dueIn).to.equal(undefined);
    stage.quarantine.replay();
    expect(stage.quarantine.dueIn).to.equal(0);
    expect(stage.tries()).to.deep.equal(["5-0"]);
    stage.routed();
    stage.add(row(3, { sender: "carol@h" }));
    stage.quarantine.replay();
    expect(stage.tries()).to.deep.equal(["3-0"]);
  });

  it("tries what is sent again by ever more, too, and by one where that closes the stream", () => {
    stage.isOver = false;
    stage.add(several(1, 12));
    for (const count of [1, 2, 4, 5]) {
      expect(stage.tries()).to.have.length(count);
      stage.routed();
    }
    stage.quarantine.replay();
    for (const count of [1, 2, 4]) {
      expect(stage.tries()).to.have.length(count);
      stage.routed();
    }
    expect(stage.tries()).to.have.length(5);
    stage.closed("unsaid");
    expect(stage.tries()).to.have.length(1);
  });

  it("is off the disk once it need not be kept", () => {
    stage.add(row(1), row(2));
    stage.tries();
    stage.routed();
    expect(stage.disk.has(1)).to.equal(true);
    stage.isOver = false;
    stage.tries();
    expect(stage.disk.has(1)).to.equal(true);
    stage.isOver = true;
    stage.routed();
    stage.quarantine.stop();
    expect([...stage.disk.keys()]).to.deep.equal([]);
    stage.add(row(3));
    stage.isDiskFull = true;
    stage.quarantine.stop();
  });

  it("waits together with all senders of a suspected call", () => {
    stage.quarantine.addSuspected(row(1, { call: 1 }), 0);
    expect(stage.quarantine.holds(row(2, { call: 1, sender: "bob@h" }))).to.equal(true);
    expect(stage.quarantine.holds(row(3, { call: 3, sender: "bob@i" }))).to.equal(false);
  });

  it("is sent again where the server may have died with it, from the first of it, with what was sent before it", () => {
    stage.isOver = false;
    stage.add(row(3), row(4), row(5, { sender: "bob@h" }));
    stage.tries();
    stage.routed();
    stage.tries();
    stage.routed();
    expect([stage.quarantine.isEmpty, stage.quarantine.keepsNothing]).to.deep.equal([true, false]);
    const bytes = bytesOf(row(1));
    expect(stage.quarantine.replay()).to.deep.equal({ stanzas: 3, bytes: 3 * bytes });
    expect([stage.quarantine.isEmpty, stage.quarantine.holds(row(9))]).to.deep.equal([false, true]);
    stage.disk.set(1, row(1));
    stage.quarantine.addReplayed([row(1)]);
    expect(stage.quarantine.nextTrial(0)).to.include({ isAgain: true, stanzas: 1 });
    expect(stage.routed()).to.deep.equal({ stanzas: 1, bytes });
    for (const places of [["3-0", "4-0"], ["5-0"]]) {
      expect(stage.tries()).to.deep.equal(places);
      stage.routed();
    }
    expect(stage.quarantine.isEmpty).to.equal(true);
    stage.quarantine.replay();
    expect(stage.quarantine.replay(), "once").to.deep.equal({ stanzas: 0, bytes: 0 });
  });

  it("waits for a way where its next can't be written now", () => {
    stage.add(row(1));
    stage.allowed = () => undefined;
    expect([stage.tries(), stage.routed(), stage.quarantine.dueIn]).to.deep.equal([
      [],
      { stanzas: 0, bytes: 0 },
      undefined,
    ]);
    stage.add(row(2));
    expect(stage.quarantine.dueIn, "the first is the same").to.equal(undefined);
    stage.add(row(0, { sender: "bob@h" }));
    expect(stage.quarantine.dueIn, "another is first").to.equal(0);
    stage.tries();
    stage.routed();
    stage.allowed = () => "plain";
    expect(stage.quarantine.dueIn).to.equal(0);
  });

  it("tries again what was refused, and all that came behind it", () => {
    stage.add(several(1, 9));
    stage.tries();
    stage.routed();
    expect(stage.tries()).to.deep.equal(["1-1", "1-2"]);
    stage.quarantine.refused({ seq: 1, done: 2 });
    stage.quarantine.refused({ seq: 1, done: 3 });
    expect(stage.routed()).to.deep.equal({ stanzas: 1, bytes: 0 });
    expect(stage.tries()).to.deep.equal(["1-2", "1-3", "1-4", "1-5"]);
    expect(stage.routed().stanzas, "the refusal is forgotten").to.equal(4);
  });

  it("counts what it drops as too old as gone, and what of it was routed before as kept", () => {
    const old = { ...several(1, 3), expiresAt: -1 };
    stage.add(old);
    expect(stage.quarantine.nextTrial(0)).to.include({ stanzas: 0, expired: 3 });
    expect(stage.routed()).to.deep.equal({ stanzas: 3, bytes: bytesOf(old) });
    expect(stage.quarantine.isEmpty).to.equal(true);
  });
});
