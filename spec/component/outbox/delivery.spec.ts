/** What an answer promises: confirmed or queued, refused or accepted (design: delivery, points 1 to 4). */
import { expect } from "chai";
import { together } from "../../../component/xml/splice.js";
import { FaultServer } from "../../support/fault-server.js";
import { find } from "../../../scripts/lab/stanza-reader.js";
import { ids, message, Refusal, Sender, until, type SenderOptions } from "../../support/sender.js";

describe("An accepted call", () => {
  let server: FaultServer;
  let sender: Sender;

  const start = async (options: Partial<SenderOptions> = {}): Promise<void> => {
    sender = new Sender({ service: server.service, ...options });
    if (options.isWaiting !== true) await sender.ready();
  };

  beforeEach(async () => {
    server = await FaultServer.start();
  });

  afterEach(async () => {
    await sender.stop();
    await server.hideAway();
  });

  it("is confirmed once the server has routed it", async () => {
    await start();
    expect(await sender.send("one", "two")).to.deep.equal({ delivery: "confirmed" });
    expect(server.ids).to.deep.equal(["one", "two"]);
  });

  it("is confirmed for what the server routed, and for nothing else", async () => {
    await start();
    server.faults.messagesToSelf = "hold";
    let answered = false;
    const status = sender.send("one").finally(() => (answered = true));
    await server.until("the stanza", () => server.ids.includes("one") && server.connection.ackRequests > 2);
    expect(answered).to.equal(false);
    server.release();
    expect(await status).to.deep.equal({ delivery: "confirmed" });
  });

  it("is queued while there is no link, and routed when there is one", async () => {
    await start({ isWaiting: true });
    expect(await sender.send("early")).to.deep.equal({ delivery: "queued" });
    sender.start();
    await server.routedIds(1);
    await sender.drained();
    expect(server.ids).to.deep.equal(["early"]);
  });

  it("is queued where the barrier isn't back in time, and confirmed later without being sent again", async () => {
    await start({ outbox: { confirmTimeout: 150 } });
    server.faults.messagesToSelf = "hold";
    expect(await sender.send("slow")).to.deep.equal({ delivery: "queued" });
    expect(sender.waiting).to.equal(1);
    server.release();
    await sender.drained();
    expect(server.ids).to.deep.equal(["slow"]);
  });

  it("is queued as soon as the link is lost while it waits", async () => {
    await start();
    server.faults.messagesToSelf = "swallow";
    const status = sender.send("cut");
    await server.routedIds(1);
    server.heal();
    server.connection.destroy();
    expect(await status).to.deep.equal({ delivery: "queued" });
    await sender.drained();
    expect(server.ids).to.deep.equal(["cut", "cut"]);
  });

  it("outlives barriers that are swallowed: a later one speaks for it", async () => {
    await start({ outbox: { times: { keepAlive: 50 } } });
    server.faults.messagesToSelf = "swallow";
    const status = sender.send("one");
    await server.routedIds(1);
    server.heal();
    expect(await status).to.deep.equal({ delivery: "confirmed" });
    expect(server.ids).to.deep.equal(["one"]);
  });

  for (const { calls, barriers } of [
    { calls: 16, barriers: 1 },
    { calls: 20, barriers: 2 },
    { calls: 200, barriers: 4 },
  ]) {
    it(`shares its transaction with all ${calls} calls of its tick; barriers behind them: ${barriers}`, async () => {
      await start();
      const before = server.connection.ackRequests;
      const commits = countCommits(sender);
      const statuses = await Promise.all(ids("call", calls).map((id) => sender.send(id)));
      expect(
        statuses.every((status) => !(status instanceof Refusal) && status.delivery === "confirmed"),
      ).to.equal(true);
      expect(server.connection.ackRequests - before).to.equal(barriers);
      expect(commits()).to.equal(1);
      expect(server.ids).to.deep.equal(ids("call", calls));
    });
  }

  it("is refused whole where it would hold too many stanzas, with the time to try again", async () => {
    await start({ isWaiting: true, outbox: { maxStanzas: 3 } });
    await sender.send("one", "two");
    const refusal = await sender.send("three", "four");
    expect(refusal).to.deep.include({ errcode: 5, retryAfter: 5 });
    expect((refusal as Refusal).message).to.contain("3 stanzas");
    expect(await sender.send("five")).to.deep.equal({ delivery: "queued" });
    sender.start();
    await sender.drained();
    expect(server.ids).to.deep.equal(["one", "two", "five"]);
    expect(await sender.send("six", "seven", "eight")).to.deep.equal({ delivery: "confirmed" });
  });

  it("is refused where it would take too many bytes, counted as they lie on the disk", async () => {
    const row = message("é", { body: "€".repeat(100) });
    const bytes = Buffer.byteLength(row.stanza);
    await start({ isWaiting: true, outbox: { maxBytes: 2 * bytes } });
    await sender.accept(row);
    await sender.accept(row);
    expect(sender.outbox.states.waiting).to.deep.equal({ stanzas: 2, bytes: 2 * bytes });
    expect(await sender.send("x")).to.deep.include({ errcode: 5, retryAfter: 5 });
    sender.start();
    await sender.drained();
    expect(sender.outbox.states.waiting.bytes).to.equal(0);
  });

  it("counts each recipient, and forgets them all in the end, however many were too old", async () => {
    await start({ isWaiting: true });
    const stanza = '<presence from="alice@qtalk.test.org/notify" id="n"><x/></presence>';
    const recipients = ids("user", 1200).map((id) => `${id}@qtalk.test.org`);
    await sender.accept({ stanza, recipients, acceptedAt: Date.now() });
    await sender.accept({ stanza, recipients, acceptedAt: Date.now() - 5000, expiresAt: Date.now() - 1 });
    expect(sender.waiting).to.equal(2400);
    expect(sender.store.states().waiting).to.deep.equal(sender.outbox.states.waiting);
    sender.start();
    await sender.drained();
    expect(sender.outbox.states.waiting).to.deep.equal({ stanzas: 0, bytes: 0 });
    expect(server.routed.map((sent) => sent.attrs.to)).to.deep.equal(recipients);
    expect(await sender.count("qtalk_outbox_expired_total")).to.equal(1200);
  });

  it("that was dropped as too old while it waited is not called confirmed", async () => {
    await start();
    const acceptedAt = Date.now() - 5000;
    expect(await sender.accept(message("stale", { acceptedAt, expiresAt: Date.now() - 1 }))).to.deep.equal({
      delivery: "queued",
    });
    expect(await sender.send("fresh")).to.deep.equal({ delivery: "confirmed" });
    expect(server.ids).to.deep.equal(["fresh"]);
  });

  it("says when it was accepted where it comes late, and keeps its ids", async () => {
    await start({ isWaiting: true });
    const acceptedAt = Date.now() - 60_000;
    await sender.accept(message("late", { acceptedAt }), message("fresh"));
    await sender.accept({
      stanza: '<message to="bob@qtalk.test.org" from="a@qtalk.test.org" id="bare"/>',
      acceptedAt,
    });
    sender.start();
    await server.routedIds(3);
    const delays = server.routed.map((stanza) => find(stanza, "delay"));
    expect(delays[0]).to.deep.include({
      ns: "urn:xmpp:delay",
      attrs: { xmlns: "urn:xmpp:delay", from: server.domain, stamp: new Date(acceptedAt).toISOString() },
    });
    expect(delays[1]).to.equal(undefined);
    expect(delays[2]?.attrs.stamp).to.equal(new Date(acceptedAt).toISOString());
  });

  it("says so on each of several that lie together", async () => {
    await start({ isWaiting: true });
    const acceptedAt = Date.now() - 60_000;
    const copies = ["a", "b", "c"].map((id) => message(id).stanza);
    await sender.accept({ stanza: together(copies), stanzas: copies.length, acceptedAt });
    sender.start();
    await server.routedIds(3);
    const stamp = new Date(acceptedAt).toISOString();
    expect(server.routed.map((stanza) => find(stanza, "delay")?.attrs.stamp)).to.deep.equal([
      stamp,
      stamp,
      stamp,
    ]);
  });

  it("keeps its place: what one sender sends to one receiver arrives in order, over lost links, too", async () => {
    await start();
    const all = ids("m", 600);
    const calls = all.map(async (id, index) => {
      if (index % 150 === 149) server.connection.destroy();
      await sender.send(id);
    });
    await Promise.all(calls);
    for (const id of ids("n", 50)) {
      await sender.send(id);
      if (id === "n-25") server.connection.destroy();
    }
    await sender.drained();
    expect(server.firstIds).to.deep.equal([...all, ...ids("n", 50)]);
  });

  it("is taken off the disk when it is routed", async () => {
    await start();
    await sender.send(...ids("m", 300));
    await until("the rows are gone", () => sender.store.from(0, 1, 0).length === 0);
  });
});

/** Counts the transactions from now on. */
function countCommits(sender: Sender): () => number {
  let commits = 0;
  const flush = sender.commit.flush.bind(sender.commit);
  sender.commit.flush = () => {
    commits += 1;
    flush();
  };
  return () => commits;
}
