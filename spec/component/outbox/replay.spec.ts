/** What a server that dies takes along is sent again; what one that lived on confirmed never is (design: delivery, 11). */
import { join } from "node:path";
import { expect } from "chai";
import { find } from "../../../scripts/lab/stanza-reader.js";
import { FaultServer } from "../../support/fault-server.js";
import { ids, message, scratch, Sender, until, type SenderOptions } from "../../support/sender.js";

const KEEP = { ms: 60_000, bytes: 1024 ** 2 };

describe("What the server confirmed before it died", () => {
  const folder = scratch();
  let files = 0;
  let server: FaultServer;
  let sender: Sender;

  const connect = (options: Partial<SenderOptions> = {}): void => {
    const outbox = { keep: KEEP, ...options.outbox };
    sender = new Sender({ service: server.service, ...options, outbox });
  };
  /** Five messages, m-0 to m-4, are confirmed. @returns the path of their database, for the next process */
  const sendFive = async (): Promise<string> => {
    const path = join(folder.path, `${++files}.db`);
    connect({ path });
    await sender.ready();
    await sender.send(...ids("m", 5));
    return path;
  };
  /** What was routed since, by its ids. */
  const since = (count: number): string[] => server.ids.slice(count);

  beforeEach(async () => {
    server = await FaultServer.start();
  });
  afterEach(async () => {
    await sender.stop();
    await server.hideAway();
  });
  after(() => folder.remove());

  it("is sent again in order, with the same ids and a delay, before anything newer", async () => {
    connect();
    await sender.ready();
    await sender.send(...ids("m", 30));
    const before = server.routed.length;
    await server.crash();
    await sender.send("new");
    await server.routedIds(31);
    await sender.drained();
    expect(since(before)).to.deep.equal([...ids("m", 30), "new"]);
    const again = server.routed.slice(before, before + 30);
    for (const stanza of again) expect(find(stanza, "delay")?.ns).to.equal("urn:xmpp:delay");
    expect(find(server.routed.at(-1)!, "delay")).to.equal(undefined);
  });

  it("ends with the newest of each: who has left a room meanwhile stays away", async () => {
    connect();
    await sender.ready();
    const room = 'from="room@conference.qtalk.test.org/crone" to="bob@qtalk.test.org/desk"';
    const acceptedAt = Date.now();
    await sender.accept({ stanza: `<presence ${room} id="enters"><x/></presence>`, acceptedAt });
    await sender.accept({
      stanza: `<message ${room} id="says" type="groupchat"><body/></message>`,
      acceptedAt,
    });
    await sender.accept({ stanza: `<presence ${room} id="leaves" type="unavailable"/>`, acceptedAt });
    await server.crash();
    await server.routedIds(3);
    await server.until("all again", () => server.ids.length === 6);
    await sender.drained();
    expect(since(3)).to.deep.equal(["enters", "says", "leaves"]);
    const isDelayed = server.routed.slice(3).map((stanza) => find(stanza, "delay") !== undefined);
    expect(isDelayed).to.deep.equal([false, true, false]);
  });

  it("is counted and said, with the reason", async () => {
    connect();
    await sender.ready();
    await sender.send(...ids("m", 7));
    await server.crash();
    await until("it is said", () => sender.log.about("has restarted", "warn").length === 1);
    expect(sender.log.about("7 acknowledged stanzas", "warn")).to.have.length(1);
    expect(await sender.count("qtalk_outbox_replayed_total", "restarted")).to.equal(7);
    await sender.drained();
  });

  it("takes its part of the queue while it waits again, and no more afterwards", async () => {
    connect();
    await sender.ready();
    await sender.send(...ids("m", 9));
    server.faults.messagesToSelf = "hold";
    await server.crash();
    await server.until("the new connection", () => server.connections.length === 2);
    await until("the component asked", () => server.connection.ackRequests > 0);
    server.release();
    await until("it waits again", () => sender.waiting === 9);
    expect(sender.outbox.states.waiting).to.deep.equal(sender.store.states().waiting);
    server.heal();
    server.release();
    await sender.drained();
    expect(sender.outbox.states.waiting).to.deep.equal({ stanzas: 0, bytes: 0 });
  });

  for (const [what, uptime] of Object.entries({
    "answers with an error": "error",
    "tells nonsense": { text: "-3" },
    "tells no whole number": { text: "12.5" },
    "says nothing": "swallow",
  } as const)) {
    it(`is sent again where the server ${what} when it is asked since when it runs`, async () => {
      connect({ outbox: { times: { negotiation: 100 } } });
      await sender.ready();
      await sender.send("one");
      server.faults.uptime = uptime;
      server.connection.destroy();
      await server.until("it comes again", () => server.ids.length === 2);
      expect(await sender.count("qtalk_outbox_replayed_total", "unknown")).to.equal(1);
    });
  }

  it("is sent again sooner where the server said nothing the last time, either", async () => {
    connect({ outbox: { times: { negotiation: 1_000 } } });
    await sender.ready();
    await sender.send("one");
    server.faults.uptime = "swallow";
    const again = async (times: number): Promise<number> => {
      const lostAt = performance.now();
      server.connection.destroy();
      await server.until("it comes again", () => server.ids.length === times);
      await sender.drained();
      return performance.now() - lostAt;
    };
    expect(await again(2)).to.be.at.least(1_000);
    expect(await again(3)).to.be.within(250, 950);
  });

  it("is sent again where the answer comes too late, and not once more when it does", async () => {
    connect({ outbox: { times: { negotiation: 100 } } });
    await sender.ready();
    await sender.send("one");
    server.faults.uptime = "hold";
    server.connection.destroy();
    await server.until("it comes again", () => server.ids.length === 2);
    server.release();
    await sender.send("two");
    expect(server.ids).to.deep.equal(["one", "one", "two"]);
  });

  it("isn't sent again where the server lived on, however often the link breaks", async () => {
    connect();
    await sender.ready();
    for (const id of ids("m", 3)) {
      await sender.send(id);
      server.connection.destroy();
      await until("the link is lost", () => !sender.outbox.isReady);
      await sender.ready();
    }
    expect(server.ids).to.deep.equal(ids("m", 3));
    expect(await sender.count("qtalk_outbox_replayed_total")).to.equal(0);
  });

  it("is sent again though the barrier came back in the very last that was read", async () => {
    connect();
    await sender.ready();
    server.faults.messagesToSelf = "hold";
    const answer = sender.send("last");
    await server.until("the barrier", () => server.ids.includes("last") && server.connection.ackRequests > 2);
    server.release();
    server.connection.end({});
    server.startedAt = Date.now();
    server.heal();
    expect(await answer).to.deep.equal({ delivery: "confirmed" });
    await server.until("it comes again", () => server.ids.length === 2);
    expect(server.ids).to.deep.equal(["last", "last"]);
  });

  it("is sent once more where the server dies again before it has confirmed it", async () => {
    connect();
    await sender.ready();
    await sender.send("one", "two");
    server.faults.onStanza = ({ attrs }, connection) => {
      if (attrs.id !== "two") return;
      server.faults.onStanza = () => undefined;
      server.startedAt = Date.now();
      connection.end({});
    };
    await server.crash();
    await server.until("all thrice", () => server.ids.length === 6);
    await sender.drained();
    expect(server.ids).to.deep.equal(["one", "two", "one", "two", "one", "two"]);
  });

  it("goes once the server was heard for long enough after it", async () => {
    connect({ outbox: { keep: { ms: 1, bytes: 1024 ** 2 } } });
    await sender.ready();
    await sender.send("one");
    const end = Date.now() + 110;
    await until("a tenth of a second", () => Date.now() > end);
    await sender.send("two");
    await until("it is gone", () => sender.store.from(0, 2, 1e6).every(({ rowId }) => rowId > 1));
  });

  it("is kept within its bound of bytes: the newest of it", async () => {
    connect({ outbox: { keep: { ms: 60_000, bytes: 2_000 } } });
    await sender.ready();
    for (const id of ids("m", 20)) {
      await sender.accept(message(id, { body: "x".repeat(300) }));
      // What is confirmed within a tenth of a second goes together.
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

  it("isn't sent again where it is too old by then, and isn't counted as dropped", async () => {
    connect();
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

  it("is sent again to all receivers of one stanza, those of its part that was confirmed too", async () => {
    connect();
    await sender.ready();
    const recipients = ids("user", 700).map((id) => `${id}@qtalk.test.org`);
    const stanza = '<message from="alice@qtalk.test.org" id="n"><body>hi</body></message>';
    await sender.accept({ stanza, recipients, acceptedAt: Date.now() });
    await server.crash();
    await server.until("all again", () => server.routed.length === 1_400);
    await sender.drained();
    expect(server.routed.slice(700).map(({ attrs }) => attrs.to)).to.deep.equal(recipients);
  });

  it("is sent again by the next process, where the component was ended as well", async () => {
    const path = await sendFive();
    await sender.stop();
    await server.crash();
    connect({ path });
    await server.until("all again", () => server.ids.length === 10);
    await sender.drained();
    expect(since(5)).to.deep.equal(ids("m", 5));
  });

  it("isn't sent again by the next process where the server lived on", async () => {
    const path = await sendFive();
    await sender.stop();
    connect({ path });
    await sender.ready();
    await sender.send("new");
    expect(server.ids).to.deep.equal([...ids("m", 5), "new"]);
  });

  it("is kept by the next process for the rest of its time, where the server lives on until then", async () => {
    const path = await sendFive();
    await sender.stop();
    connect({ path });
    await sender.ready();
    await sender.send("new");
    await server.crash();
    await server.until("all again", () => server.ids.length === 12);
    await sender.drained();
    expect(since(6)).to.deep.equal([...ids("m", 5), "new"]);
  });

  it("is sent again by the next process, where this one is killed as it begins with it", async () => {
    const path = await sendFive();
    await until("it is noted", () => sender.store.progress.read().acked === 6);
    // Nothing is acknowledged any more.
    server.faults.messagesToSelf = "hold";
    await server.crash();
    await server.until("the new connection", () => server.connections.length === 2);
    await until("the component asked", () => server.connection.ackRequests > 0);
    server.release();
    await server.until("all again", () => server.ids.length === 10);
    await sender.crash();
    server.heal();
    connect({ path });
    await server.until("all once more", () => server.ids.length === 15);
    await sender.drained();
    expect(since(10)).to.deep.equal(ids("m", 5));
  });
});
