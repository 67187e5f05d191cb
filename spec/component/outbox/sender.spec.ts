/** Writing the outbox to the link: what goes out when, and what is written once more. */
import { expect } from "chai";
import type { StreamEnd } from "../../../component/link/stream-end.js";
import { ids, lapse, message, until } from "../../support/sender.js";
import { OutboxStage, type OutboxStageOptions } from "./outbox-stage.js";

const RESET: StreamEnd = { cause: "network", text: "reset" };
const BLAMED: StreamEnd = { cause: "stream-error", condition: "policy-violation", text: "no" };
const HOST = "qtalk.test.org";

describe("What waits in the outbox", () => {
  let stage: OutboxStage;
  const begin = async (options?: OutboxStageOptions): Promise<void> => {
    stage = await new OutboxStage(options).up();
  };
  afterEach(() => stage.close());
  /** The server comes back as often as it goes away. */
  const drain = async (): Promise<void> => {
    for (let times = 0; times < 40 && stage.outbox.backlog.stanzas > 0; times++) await stage.up();
    await stage.up();
  };

  it("is written in order, and written again from what isn't confirmed where the link is lost", async () => {
    await begin();
    const resets = stage.told.resets;
    expect(resets, "a barrier came back").to.equal(1);
    stage.sends(["a"]);
    await stage.exchange();
    expect(stage.told.resets).to.equal(2);
    for (const id of ["b", "c"]) stage.sends([id]);
    await stage.settle();
    stage.link.close(RESET);
    expect(stage.outbox.isReady).to.equal(false);
    stage.sends(["d"]);
    await stage.settle();
    await stage.up();
    expect(stage.written).to.deep.equal(["a", "b", "c", "b", "c", "d"]);
    expect(stage.routed).to.deep.equal(["a", "b", "c", "d"]);
    expect(await stage.count("qtalk_stanzas_routed_total")).to.equal(4);
  });

  it("isn't written before a barrier has come back on a new stream", async () => {
    stage = new OutboxStage();
    stage.sends(["a"]);
    stage.link.open();
    await stage.settle();
    expect([stage.written, stage.outbox.isReady]).to.deep.equal([[], false]);
    await stage.exchange();
    expect([stage.written, stage.outbox.isReady]).to.deep.equal([["a"], true]);
  });

  it("goes on when the link has drained, or is there anew", async () => {
    await begin();
    const write = stage.link.write.bind(stage.link);
    stage.link.write = (text) => (write(text), false);
    for (const id of ["a", "b"]) {
      stage.sends([id]);
      await stage.exchange();
    }
    expect(stage.written).to.deep.equal(["a"]);
    stage.link.emit("drain");
    await stage.exchange();
    expect(stage.written).to.deep.equal(["a", "b"]);
    stage.sends(["c"]);
    await stage.exchange();
    expect(stage.written).to.deep.equal(["a", "b"]);
    stage.link.close(RESET);
    stage.link.write = write;
    await stage.up();
    expect(stage.routed).to.deep.equal(["a", "b", "c"]);
  });

  it("isn't more at once than the server can have confirmed soon", async () => {
    await begin({ maxStanzas: 10_000 });
    const [first, second] = [ids("a", 400), ids("b", 400)];
    stage.sends(first);
    stage.sends(second);
    await stage.settle();
    expect(stage.written).to.have.length(512);
    await stage.exchange();
    expect(stage.routed).to.deep.equal([...first, ...second]);
  });

  it("is written in parts, with a turn for everything else in between", async () => {
    await begin({ maxStanzas: 10_000 });
    const write = stage.link.write.bind(stage.link);
    const turns: number[] = [];
    stage.link.write = (text) => {
      setImmediate(() => turns.push(stage.written.length));
      return write(text);
    };
    stage.sends(ids("a", 600));
    await stage.settle();
    // A quarter of what is read at once, and another.
    expect([turns[0], stage.written.length]).to.deep.equal([256, 512]);
  });

  it("costs nothing while it must wait for the server, nor does an empty queue", async () => {
    await begin({ maxStanzas: 10_000 });
    const real = setImmediate;
    let turns = 0;
    const count = async (): Promise<number> => {
      await stage.settle();
      turns = 0;
      globalThis.setImmediate = ((work: () => void) => (turns++, real(work))) as typeof setImmediate;
      await stage.settle();
      globalThis.setImmediate = real;
      return turns;
    };
    expect(await count()).to.equal(0);
    stage.sends(ids("a", 600));
    expect(await count()).to.equal(0);
  });

  it("is found where another process has added it, and a quiet link is proved alive", async () => {
    await begin({ times: { keepAlive: 8 } });
    const { writes } = stage.link;
    await until("something is written", () => stage.link.writes > writes);
    stage.db.transaction(() => stage.store.add([message("added")]))();
    await until("it is written", () => stage.written.includes("added"));
    await stage.exchange();
    expect(stage.routed).to.deep.equal(["added"]);
    stage.link.close(RESET);
    stage.db.transaction(() => stage.store.add([message("meanwhile")]))();
    await stage.up();
    expect(stage.routed).to.deep.equal(["added", "meanwhile"]);
  });

  it("is said not to be readable where it never was, and read when it is", async () => {
    stage = new OutboxStage();
    stage.db.transaction(() => stage.store.add([message("early")]))();
    const from = stage.store.from.bind(stage.store);
    stage.store.from = () => {
      throw new Error("the disk is gone");
    };
    await stage.up();
    expect(stage.log.about("The outbox can't be read", "error")).to.have.length(1);
    stage.store.from = from;
    await until("it is written", () => stage.written.includes("early"));
  });

  it("is read later where it can't be read, which is said once", async () => {
    await begin();
    stage.sends(["a", "b"]);
    await stage.settle();
    stage.link.close(RESET);
    const from = stage.store.from.bind(stage.store);
    stage.store.from = () => {
      throw new Error("the disk is gone");
    };
    await stage.up();
    await lapse(20);
    expect([stage.written.length, stage.log.about("The outbox can't be read", "error").length]).to.deep.equal(
      [2, 1],
    );
    stage.store.from = from;
    // One by one, as the stream was closed over them.
    await until("it is written", () => stage.written.length === 3);
    await stage.exchange();
    expect(stage.routed).to.deep.equal(["a", "b"]);
    stage.sends(["c"]);
    await stage.settle();
    stage.link.close(RESET);
    stage.store.from = () => {
      throw new Error("again");
    };
    await stage.up();
    expect(stage.log.about("The outbox can't be read", "error")).to.have.length(2);
    stage.store.from = from;
  });

  it("loses what makes the server close the stream, and nothing else", async () => {
    await begin();
    stage.endings.set("m-7", BLAMED);
    const all = ids("m", 20);
    stage.sends(all);
    await stage.exchange();
    expect(stage.told.reconnects, "there is something to find out").to.equal(1);
    await drain();
    expect(stage.deadLetters.list().map(({ stanza }) => stanza)).to.deep.equal([message("m-7").stanza]);
    expect(new Set(stage.routed)).to.deep.equal(new Set(all.filter((id) => id !== "m-7")));
    expect(stage.outbox.backlog).to.deep.equal({ stanzas: 0, bytes: 0 });
    expect(await stage.count("qtalk_outbox_dead_letters_total")).to.equal(1);
    expect(stage.log.about("closed the stream because of row", "error")).to.have.length(1);
    const later = stage.sends(["later"]);
    await stage.exchange();
    expect([later.is, stage.routed.at(-1)]).to.deep.equal(["queued", "later"]);
  });

  it("isn't blamed where the server shuts down, or only the link was lost with nothing on it", async () => {
    await begin();
    stage.link.close(RESET);
    await stage.up();
    stage.sends(["a"]);
    for (let times = 0; times < 8; times++) {
      await stage.settle();
      stage.link.close({ cause: "stream-error", condition: "system-shutdown", text: "bye" });
      await stage.up();
    }
    await drain();
    expect([stage.told.reconnects, stage.routed, stage.deadLetters.isEmpty]).to.deep.equal([0, ["a"], true]);
  });

  it("waits for the permission to speak for its sender, while others go on", async () => {
    await begin({ isForging: false });
    const waiting = stage.sends(["a"]);
    void stage.outbox.accept([message("r", { from: "room@rooms.h/x" })]);
    await stage.exchange();
    expect([stage.routed, waiting.is, stage.outbox.backlog.stanzas]).to.deep.equal([["r"], "queued", 1]);
    stage.link.permit(HOST, true);
    await stage.exchange();
    expect([stage.routed, stage.outbox.backlog.stanzas, stage.link.envelopes.routed]).to.deep.equal([
      ["r", "a"],
      0,
      1,
    ]);
  });

  it("goes again as it is where the server refuses it in an envelope, and no part of it twice", async () => {
    await begin();
    stage.link.permit(HOST, true);
    await stage.exchange();
    stage.sends(["a"]);
    await stage.exchange();
    stage.link.permit(HOST, false);
    stage.sends(["b"]);
    void stage.outbox.accept([message("r", { from: "room@rooms.h/x" })]);
    await stage.settle();
    stage.link.receive(Infinity);
    stage.link.giveBack(1);
    stage.sends(["c"]);
    await stage.exchange();
    expect(stage.link.envelopes).to.deep.equal({ routed: 1, refused: 1 });
    expect([stage.routed, stage.outbox.backlog.stanzas]).to.deep.equal([["a", "r", "b", "c"], 0]);
  });

  it("is sent again where the server died with it, before anything newer, and counts as waiting until then", async () => {
    await begin({ keep: { ms: 60_000, bytes: 1e6 } });
    stage.sends(["a", "b"]);
    await stage.exchange();
    stage.link.startedAt = Date.now() + 3_000;
    stage.link.close(RESET);
    stage.sends(["c"]);
    await stage.settle();
    stage.link.open();
    await stage.settle();
    stage.link.receive(Infinity);
    stage.link.giveBack(Infinity);
    expect(stage.outbox.backlog.stanzas).to.equal(3);
    await stage.exchange();
    expect(stage.routed).to.deep.equal(["a", "b", "a", "b", "c"]);
    expect(await stage.count("qtalk_outbox_replayed_total")).to.equal(2);
    expect(stage.log.about("What was confirmed last is sent again (2 stanzas)", "warn")).to.have.length(1);
    expect(stage.outbox.backlog.stanzas).to.equal(0);
  });

  it("is counted as kept once it is routed, as long as the server may lose it", async () => {
    await begin({ keep: { ms: 60_000, bytes: 1e6 } });
    stage.sends(["a"]);
    await stage.settle();
    const { bytes } = stage.outbox.backlog;
    await stage.exchange();
    expect(await stage.count("qtalk_outbox_kept_bytes")).to.equal(bytes);
  });

  it("isn't sent again where the server lived on, and is where it doesn't tell", async () => {
    await begin({ keep: { ms: 60_000, bytes: 1e6 } });
    stage.link.startedAt = Date.now() - 3_600_000;
    stage.sends(["a"]);
    await stage.exchange();
    stage.link.close(RESET);
    await stage.up();
    expect(stage.routed).to.deep.equal(["a"]);
    stage.link.uptimeAnswer = "error";
    stage.link.close(RESET);
    await stage.up();
    expect(stage.routed).to.deep.equal(["a", "a"]);
    expect(stage.log.about("doesn't tell since when it runs", "warn")).to.have.length(1);
  });
});
