/** Replay: confirmed stanzas are sent again if the server has restarted, as it may have lost them; else they aren't. */
import { expect } from "chai";
import { find } from "../../../scripts/lab/stanza-reader.js";
import { FaultServer } from "../../support/fault-server.js";
import { Folder } from "../../support/folder.js";
import { DIRECT } from "../../support/send-modes.js";
import { ids, lapse, message, until, type SenderOptions } from "../../support/sender.js";
import { connect, onFaultServer, sender, server } from "./fault-stage.js";

const KEEP = { ms: 60_000, bytes: 1024 ** 2 };

describe("A confirmed stanza", () => {
  const folder = new Folder();
  let files = 0;
  onFaultServer();

  const begin = (options: Partial<SenderOptions> = {}): unknown =>
    connect({ ...options, outbox: { keep: KEEP, ...options.outbox } });
  /** Sends m-0 to m-4, which are confirmed. @returns the path of the database, for the next process */
  const sendFive = async (): Promise<string> => {
    const path = folder.at(`${++files}.db`);
    begin({ path });
    await sender.ready();
    await sender.send(...ids("m", 5));
    return path;
  };
  /** Returns the ids of the routed stanzas after the first `count`. */
  const since = (count: number): string[] => server.ids.slice(count);

  after(() => folder.remove());

  it("is sent again if the server restarts: in order, with the same id and a delay, before newer stanzas", async () => {
    begin();
    await sender.ready();
    await sender.send(...ids("m", 30));
    const before = server.routed.length;
    await server.crash();
    await sender.send("new");
    await server.routedIds(31);
    await sender.drained();
    expect(sender.log.about("has restarted", "warn")).to.have.length(1);
    expect(sender.log.about("30 acknowledged stanzas", "warn")).to.have.length(1);
    expect(await sender.count("qtalk_outbox_replayed_total", "restarted")).to.equal(30);
    expect(since(before)).to.deep.equal([...ids("m", 30), "new"]);
    const again = server.routed.slice(before, before + 30);
    for (const stanza of again) expect(find(stanza, "delay")?.getNS()).to.equal("urn:xmpp:delay");
    expect(find(server.routed.at(-1)!, "delay")).to.equal(undefined);
  });

  for (const [what, uptime] of Object.entries({
    "responds with an error": "error",
    "responds with a negative number": { text: "-3" },
    "responds with a fraction": { text: "12.5" },
    "doesn't respond": "swallow",
  } as const)) {
    it(`is sent again if the server ${what} to the request for its uptime`, async () => {
      begin({ outbox: { times: { negotiation: 100 } } });
      await sender.ready();
      await sender.send("one");
      server.faults.uptime = uptime;
      server.connection.destroy();
      await server.until("the stanza again", () => server.ids.length === 2);
      expect(await sender.count("qtalk_outbox_replayed_total", "unknown")).to.equal(1);
    });
  }

  it("is sent again sooner if the server didn't respond on the last stream, either", async () => {
    begin({ outbox: { times: { negotiation: 4_000 } } });
    await sender.ready();
    await sender.send("one");
    server.faults.uptime = "swallow";
    const again = async (times: number): Promise<number> => {
      const lostAt = performance.now();
      server.connection.destroy();
      await server.until("the stanza again", () => server.ids.length === times);
      await sender.drained();
      return performance.now() - lostAt;
    };
    expect(await again(2)).to.be.at.least(4_000);
    expect(await again(3)).to.be.within(250, 3_900);
  });

  it("is kept only while newer ones don't exceed the maximum size", async () => {
    begin({ outbox: { keep: { ms: 60_000, bytes: 2_000 } } });
    await sender.ready();
    for (const id of ids("m", 20)) {
      await sender.accept(message(id, { body: "x".repeat(300) }));
      // Stanzas confirmed within a tenth of a second are kept and forgotten together.
      const end = Date.now() + 110;
      await until("a tenth of a second", () => Date.now() > end);
    }
    const before = server.routed.length;
    await server.crash();
    await sender.send("new");
    await server.routedIds(21);
    const again = since(before).slice(0, -1);
    expect(again.length).to.be.within(2, 6);
    expect(again).to.deep.equal(ids("m", 20).slice(-again.length));
  });

  it("isn't sent again, nor counted as dropped, if it has expired", async () => {
    begin();
    await sender.ready();
    const expiresAt = Date.now() + 300;
    await sender.accept(message("stale", { expiresAt }), message("fresh"));
    await until("it is too old", () => Date.now() > expiresAt);
    await server.crash();
    await server.until("the other", () => server.ids.length === 3);
    await sender.drained();
    expect(server.ids).to.deep.equal(["stale", "fresh", "fresh"]);
    expect(await sender.count("qtalk_outbox_expired_total")).to.equal(0);
    expect(sender.outbox.states.waiting).to.deep.equal({ stanzas: 0, bytes: 0 });
  });

  it("is dropped when it has expired, even if it is parked", async () => {
    begin({ modes: { ...DIRECT, of: () => "none" } });
    await sender.ready();
    await sender.accept(message("stale", { expiresAt: Date.now() + 3_600_000 }), message("fresh"));
    await until("both are parked", () => sender.store.states().parked.stanzas === 2);
    sender.db.exec("UPDATE outbox SET expires_at = 1 WHERE expires_at IS NOT NULL; PRAGMA query_only = ON");
    await until("one is dropped", () => sender.outbox.states.parked.stanzas === 1);
    // While the disk has it still, it isn't dropped again.
    await lapse(300);
    expect(sender.outbox.states.parked.stanzas).to.equal(1);
    expect(await sender.count("qtalk_outbox_expired_total")).to.equal(1);
    sender.db.pragma("query_only = OFF");
    await until("that is noted", () => sender.store.states().parked.stanzas === 1);
  });

  it("is sent again by the next process if the component was stopped, too", async () => {
    const path = await sendFive();
    await sender.stop();
    await server.crash();
    begin({ path });
    await server.until("all again", () => server.ids.length === 10);
    await sender.drained();
    expect(since(5)).to.deep.equal(ids("m", 5));
  });

  for (const isAnother of [false, true]) {
    const where = isAnother
      ? "on another node if the component was stopped properly"
      : "if the server kept running";
    it(`isn't sent again by the next process ${where}`, async () => {
      const path = await sendFive();
      await sender.stop();
      const next = isAnother ? await FaultServer.start() : server;
      begin({ path, service: next.service });
      await sender.ready();
      await sender.send("new");
      expect(next.ids.slice(isAnother ? 0 : 5)).to.deep.equal(["new"]);
      if (isAnother) await next.hideAway();
    });
  }
});
