/** What a call is told of its stanzas, and what is counted for it. */
import { expect } from "chai";
import type { Owner } from "../../../component/outbox/owner-quotas.js";
import { message } from "../../support/sender.js";
import { answerOf, OutboxStage } from "./outbox-stage.js";

const A: Owner = { name: "a", kind: "caller" };
const known = (id: string) => message(id, { fingerprint: Buffer.alloc(16, id) });

describe("A call's stanzas in the outbox", () => {
  let stage: OutboxStage;
  const begin = (...options: ConstructorParameters<typeof OutboxStage>): void => {
    stage = new OutboxStage(...options);
  };
  afterEach(() => stage.close());
  const counted = () => [stage.outbox.backlog.stanzas, stage.outbox.backlog.bytes];

  it("are queued without a link, and confirmed once the server has routed them", async () => {
    begin();
    const early = stage.sends(["one"]);
    await stage.settle();
    expect([early.is, stage.outbox.isReady, stage.outbox.isWaiting(1)]).to.deep.equal([
      "queued",
      false,
      true,
    ]);
    await stage.up();
    expect([stage.outbox.isReady, stage.routed, stage.outbox.isWaiting(1)]).to.deep.equal([
      true,
      ["one"],
      false,
    ]);
    const next = stage.sends(["two", "three"]);
    await stage.settle();
    stage.link.receive(Infinity);
    expect(next.is).to.equal(undefined);
    await stage.exchange();
    expect([next.is, stage.routed, counted()]).to.deep.equal(["confirmed", ["one", "two", "three"], [0, 0]]);
    expect(await stage.count("qtalk_outbox_accepted_total")).to.equal(3);
    expect(stage.outbox.nextSeq()).to.equal(4);
  });

  it("are queued where the link is lost meanwhile, and where the component stops", async () => {
    begin();
    await stage.up();
    const lost = stage.sends(["one"]);
    await stage.settle();
    stage.link.close({ cause: "network", text: "reset" });
    await stage.settle();
    expect(lost.is).to.equal("queued");
    await stage.up();
    expect(stage.written).to.deep.equal(["one", "one"]);
    const stopped = stage.sends(["two"]);
    await stage.settle();
    stage.outbox.stop();
    await stage.settle();
    expect([stopped.is, stage.outbox.isReady]).to.deep.equal(["queued", false]);
    const late = stage.sends(["three"]);
    await stage.settle();
    expect(late.is).to.contain("the component is stopping");
  });

  it("are refused whole where there is no room for them, and take none then", async () => {
    begin({ maxStanzas: 3 });
    stage.sends(["one", "two"]);
    const refused = [
      stage.sends(["three", "four"]),
      stage.sends(["three", "four"], undefined, () => undefined),
    ];
    await stage.settle();
    for (const { is } of refused) expect(is).to.contain("the queue holds at most 3 stanzas");
    expect(counted()[0]).to.equal(2);
    let done = 0;
    const none = answerOf(stage.outbox.accept([], () => (done += 1)));
    stage.sends(["last"]);
    await stage.settle();
    const nothing = answerOf(stage.outbox.accept([], () => (done += 1)));
    await stage.settle();
    expect([none.is, nothing.is, done], "what says nothing needs no room").to.deep.equal([
      "queued",
      "queued",
      2,
    ]);
  });

  it("are refused where their owner's part is full, unless that was asked before", async () => {
    begin({ maxStanzas: 10 });
    const answers = ["1", "2", "3", "4", "5", "6"].map((id) => stage.sends([id], A));
    await stage.settle();
    expect(answers.map(({ is }) => is === "queued")).to.deep.equal([true, true, true, true, true, false]);
    expect(answers[5]?.is).to.contain("too much of this caller's waits");
    expect(stage.outbox.refuse(A)?.message).to.contain("this caller's");
    expect(stage.outbox.refuse({ ...A, name: "b" })).to.equal(undefined);
    const turn = stage.sends(["7"], A, () => undefined);
    await stage.settle();
    expect(turn.is).to.equal("queued");
    await stage.up();
    expect(stage.outbox.refuse(A), "theirs is routed").to.equal(undefined);
  });

  it("are known where they are repeated: answered as before, though the queue is full, and not sent twice", async () => {
    begin({ maxStanzas: 2 });
    const accept = (...ids: string[]) => answerOf(stage.outbox.accept(ids.map(known), undefined, A));
    const first = accept("one");
    await stage.settle();
    const again = accept("one");
    await stage.settle();
    expect([first.is, again.is, counted()[0]]).to.deep.equal(["queued", "queued", 1]);
    stage.sends(["x"]);
    await stage.settle();
    const full = [
      accept("one"),
      accept("two"),
      answerOf(stage.outbox.accept([known("one")], () => undefined)),
    ];
    await stage.settle();
    expect(full[0]?.is).to.equal("queued");
    for (const { is } of full.slice(1)) expect(is).not.to.equal("queued");
    await stage.up();
    const waiting = stage.sends(["y"]);
    const behind = accept("one");
    await stage.settle();
    expect([waiting.is, behind.is], "it may be of what waits").to.deep.equal([undefined, undefined]);
    await stage.exchange();
    expect([waiting.is, behind.is, accept("one").is]).to.deep.equal(["confirmed", "confirmed", undefined]);
    await stage.settle();
    expect([stage.routed, counted()]).to.deep.equal([
      ["one", "x", "y"],
      [0, 0],
    ]);
    expect(await stage.count("qtalk_outbox_repeats_total")).to.equal(2);
    expect(stage.outbox.refuse(A)).to.equal(undefined);
  });

  it("aren't called confirmed where they are repeated while some stanza was set aside", async () => {
    begin();
    await stage.up();
    const accept = () => answerOf(stage.outbox.accept([known("one")]));
    accept();
    await stage.exchange();
    const fine = accept();
    await stage.settle();
    expect(fine.is).to.equal("confirmed");
    stage.deadLetters.add(
      [{ acceptedAt: 1, diedAt: 2, stanza: message("bad").stanza, reason: "no" }],
      () => undefined,
    );
    const [repeat, other] = [accept(), stage.sends(["new"])];
    await stage.exchange();
    expect([repeat.is, other.is]).to.deep.equal(["queued", "confirmed"]);
  });

  it("aren't called confirmed where they are repeated and the queue is full, either", async () => {
    begin({ maxStanzas: 2 });
    await stage.up();
    const accept = () => answerOf(stage.outbox.accept([known("one")]));
    accept();
    await stage.exchange();
    const fine = stage.sends(["x", "y"]);
    await stage.settle();
    const repeat = accept();
    stage.deadLetters.add(
      [{ acceptedAt: 1, diedAt: 2, stanza: message("bad").stanza, reason: "no" }],
      () => undefined,
    );
    const late = accept();
    await stage.exchange();
    expect([fine.is, repeat.is, late.is]).to.deep.equal(["confirmed", "queued", "queued"]);
  });

  it("are refused where the queue is full and the disk can't tell whether they are a repeat", async () => {
    begin({ maxStanzas: 1 });
    await stage.up();
    stage.sends(["one"]);
    stage.store.knows = () => {
      throw new Error("the disk is gone");
    };
    const doubtful = answerOf(stage.outbox.accept([known("two")]));
    await stage.settle();
    expect(doubtful.is).to.contain("the queue holds at most 1 stanzas");
  });

  it("are refused while the disk doesn't take them, which is said once, and cost nothing", async () => {
    begin({ maxStanzas: 4 });
    stage.db.exec("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    for (let times = 0; times < 6; times++) {
      const refused = stage.sends([`no-${times}`], A);
      await stage.settle();
      expect(refused.is).to.contain("storage failed; nothing was accepted");
    }
    expect([counted(), stage.log.about("Calls can't be stored", "error").length]).to.deep.equal([[0, 0], 1]);
    stage.db.exec("DROP TRIGGER full");
    for (let times = 0; times < 2; times++) {
      const taken = stage.sends([`yes-${times}`], A);
      await stage.settle();
      expect(taken.is).to.equal("queued");
    }
    expect(stage.log.about("Calls can be stored again", "info")).to.have.length(1);
  });

  it("wait for the disk with what comes behind them where they tell of a change", async () => {
    const syncs: (() => void)[] = [];
    begin({
      disk: { sync: () => new Promise<void>((resolve) => void syncs.push(resolve)), end: () => undefined },
    });
    await stage.up();
    const said = stage.sends(["said"], undefined, () => undefined);
    await stage.settle();
    const plain = stage.sends(["plain"]);
    await stage.settle();
    expect([stage.written, said.is, plain.is]).to.deep.equal([[], undefined, undefined]);
    for (let times = 0; times < 3; times++) {
      for (const sync of syncs.splice(0)) sync();
      await stage.settle();
    }
    expect(stage.written).to.deep.equal(["said", "plain"]);
    await stage.exchange();
    expect([said.is, plain.is]).to.deep.equal(["confirmed", "confirmed"]);
  });

  it("are all routed before a stop, as far as that is possible in time", async () => {
    begin();
    await stage.up();
    stage.sends(["one"]);
    const flushed = stage.outbox.flush(60_000);
    await stage.settle();
    const late = stage.sends(["late"]);
    await stage.exchange();
    expect([await flushed, late.is?.includes("stopping")]).to.deep.equal([true, true]);
    expect(await stage.outbox.flush(60_000), "there is nothing to wait for").to.equal(true);
    stage.close();
    begin();
    stage.sends(["one"]);
    expect(await stage.outbox.flush(60_000), "there is no link").to.equal(false);
    stage.close();
    begin();
    await stage.up();
    stage.sends(["one"]);
    expect(await stage.outbox.flush(5), "the server is slow").to.equal(false);
    stage.close();
    begin();
    await stage.up();
    stage.sends(["one"]);
    const lost = stage.outbox.flush(60_000);
    await stage.settle();
    stage.link.close({ cause: "network", text: "reset" });
    expect(await lost, "the server goes away").to.equal(false);
  });

  it("are taken off the disk when they are routed, with what tells a retry ten minutes later", async () => {
    begin();
    await stage.up();
    stage.sends(["one"]);
    await stage.exchange();
    stage.outbox.stop();
    await stage.settle();
    expect(stage.store.from(0, 9, 999)).to.deep.equal([]);
  });

  it("have an age while they wait, and none when nothing does", async () => {
    begin();
    expect(await stage.count("qtalk_outbox_oldest_seconds")).to.equal(0);
    void stage.outbox.accept([message("old", { acceptedAt: Date.now() - 90_000 })]);
    await stage.settle();
    expect(await stage.count("qtalk_outbox_oldest_seconds")).to.be.closeTo(90, 5);
    expect(await stage.count("qtalk_outbox_stanzas")).to.equal(1);
    expect(await stage.count("qtalk_outbox_bytes")).to.equal(stage.outbox.backlog.bytes);
    await stage.up();
    expect(await stage.count("qtalk_outbox_oldest_seconds")).to.equal(0);
  });

  it("are noted for whoever follows a call, up to what is confirmed", async () => {
    const noted: string[] = [];
    begin({
      history: {
        add: (owner: Owner, rows: unknown[], stored: unknown[]) =>
          noted.push(`${owner.name} ${rows.length} ${stored.length}`),
        confirmed: (seq: number) => noted.push(`confirmed ${seq}`),
        lost: () => noted.push("lost"),
        stop: () => noted.push("stopped"),
      },
    });
    await stage.up();
    stage.sends(["one"]);
    stage.sends(["two", "three"], A);
    await stage.exchange();
    stage.link.close({ cause: "network", text: "reset" });
    stage.outbox.stop();
    expect(noted).to.include.members(["a 2 2", "confirmed 4", "lost", "stopped"]);
    expect(noted.filter((line) => line.startsWith("a "))).to.have.length(1);
  });
});
