/** Answers to calls: confirmed, queued or refused. */
import { expect } from "chai";
import { CallLogStore } from "../../../storage/call-log.js";
import type { Account } from "../../../storage/unit-of-work.js";
import { find } from "../../../scripts/lab/stanza-reader.js";
import { ids, lapse, message, Refusal, until, type SenderOptions } from "../../support/sender.js";
import { connect, onFaultServer, sender, server } from "./fault-stage.js";

const ACCOUNT: Account = { name: "hr", kind: "caller", request: "r-1" };

describe("An accepted call", () => {
  onFaultServer();

  const start = async (options: Partial<SenderOptions> = {}): Promise<void> => {
    connect(options);
    if (options.isWaiting !== true) await sender.ready();
  };
  /** Makes the database refuse writes, or accept them again. */
  const setReadOnly = (on: boolean): void => void sender.db.pragma(`query_only = ${on ? "ON" : "OFF"}`);

  it("is confirmed only when the server has routed its stanzas", async () => {
    await start();
    server.faults.messagesToSelf = "hold";
    let answered = false;
    const status = sender.send("one").finally(() => (answered = true));
    await server.until("the stanza", () => server.ids.includes("one") && server.connection.ackRequests > 2);
    // The confirm timeout is longer than this.
    await lapse(300);
    expect(answered).to.equal(false);
    server.release();
    expect(await status).to.deep.equal({ delivery: "confirmed" });
  });

  it("is queued if the ack is late, and isn't sent again when the ack arrives", async () => {
    await start({ outbox: { confirmTimeout: 150 } });
    server.faults.messagesToSelf = "hold";
    expect(await sender.send("slow")).to.deep.equal({ delivery: "queued" });
    expect(sender.waiting).to.equal(1);
    server.release();
    await sender.drained();
    expect(server.ids).to.deep.equal(["slow"]);
  });

  it("is queued as soon as the link is lost", async () => {
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

  it("is refused as a whole if too many stanzas would wait, with the time after which to try again", async () => {
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

  it("isn't refused while none wait, however small the queue is", async () => {
    await start({ outbox: { maxStanzas: 1 } });
    const account = { name: "alerts", kind: "caller" } as const;
    expect(await sender.outbox.accept({ rows: [message("one")], account })).to.deep.equal({
      delivery: "confirmed",
    });
  });

  it("is refused if too many bytes would wait, counted as stored", async () => {
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

  it("isn't confirmed if its stanza expired", async () => {
    await start();
    const acceptedAt = Date.now() - 5000;
    expect(await sender.accept(message("stale", { acceptedAt, expiresAt: Date.now() - 1 }))).to.deep.equal({
      delivery: "queued",
    });
    expect(await sender.send("fresh")).to.deep.equal({ delivery: "confirmed" });
    expect(server.ids).to.deep.equal(["fresh"]);
  });

  it("contains the time of acceptance if it is sent late, in the sender's copy, too", async () => {
    await start({ isWaiting: true });
    const acceptedAt = Date.now() - 60_000;
    await sender.accept(message("late", { acceptedAt, isCopied: true }), message("fresh"));
    await sender.accept({
      stanza: '<message to="bob@qtalk.test.org" from="a@qtalk.test.org" id="bare"/>',
      acceptedAt,
    });
    sender.start();
    await server.until("three messages and a copy", () => server.ids.length === 4);
    const delays = server.routed.map((stanza) => find(stanza, "delay"));
    const stamp = new Date(acceptedAt).toISOString();
    expect(delays[0]?.attrs).to.include({ xmlns: "urn:xmpp:delay", from: server.domain });
    expect(delays.map((delay) => delay?.attrs.stamp)).to.deep.equal([stamp, stamp, undefined, stamp]);
  });

  it("is deleted from the disk after the ack, although the disk refused that once", async () => {
    // Without further acks
    await start({ outbox: { times: { keepAlive: 60_000, silence: 120_000 } } });
    server.faults.messagesToSelf = "hold";
    const accepted = sender.send("m");
    await server.routedIds(1);
    setReadOnly(true);
    server.release();
    await accepted;
    await until("the log line", () => sender.log.about("can't be deleted from the outbox").length === 1);
    setReadOnly(false);
    await until("the rows are gone", () => sender.store.from(0, 0, { rows: 1, bytes: 0 }).length === 0);
  });

  it("doesn't count against its account if it couldn't be stored", async () => {
    await start({ isWaiting: true, outbox: { maxStanzas: 16 } });
    // If nothing waits, nobody is refused.
    await sender.send("another's");
    const call = { rows: ids("m", 4).map((id) => message(id)), account: ACCOUNT };
    setReadOnly(true);
    for (let calls = 0; calls < 3; calls += 1)
      expect(await sender.outbox.accept(call)).to.deep.include({ errcode: 5 });
    setReadOnly(false);
    expect(await sender.outbox.accept(call)).to.deep.equal({ delivery: "queued" });
  });

  it("counts its bounces, which are written together", async () => {
    await start({ trace: 10 });
    await sender.outbox.accept({ rows: [message("one"), message("two")], account: ACCOUNT });
    for (const id of ["one", "two", "two"])
      server.connection.send(
        `<message type="error" from="bob@qtalk.test.org" to="alice@qtalk.test.org" id="${id}"><error type="cancel"><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></message>`,
      );
    const bounces = (): readonly object[] => new CallLogStore(sender.db, 10).find("r-1")[0]!.bounces;
    await until("the bounces", () => bounces().length > 0);
    expect(bounces()).to.have.length(1);
    expect(bounces()[0]).to.deep.include({ condition: "gone", receiver: "bob@qtalk.test.org", count: 3 });
  });
});
