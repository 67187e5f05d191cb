/** When a stanza counts as poison, and what is no reason for that (design: delivery, points 8 and 13). */
import { join } from "node:path";
import { expect } from "chai";
import { CONFIRMED, QUEUED } from "../../../component/outbox/delivery-status.js";
import { Envelopes } from "../../../component/outbox/envelopes.js";
import { PendingCalls } from "../../../component/outbox/pending-calls.js";
import { PoisonDetection } from "../../../component/outbox/poison-detection.js";
import type { WritingParts } from "../../../component/outbox/sender-parts.js";
import { PLAIN } from "../../../component/outbox/ways.js";
import { openDatabase } from "../../../storage/database.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { FaultServer } from "../../support/fault-server.js";
import { ids, message, scratch, Sender, until, withOrigin } from "../../support/sender.js";
import { row } from "./rows.js";

describe("A stanza in flight when the stream ends", () => {
  let server: FaultServer;
  let sender: Sender;
  const folder = scratch();
  after(() => folder.remove());

  beforeEach(async () => {
    server = await FaultServer.start();
  });
  afterEach(async () => {
    await sender.stop();
    await server.hideAway();
  });

  it("isn't set aside by a silent server, however often that falls silent over it", async () => {
    sender = new Sender({ service: server.service, outbox: { times: { keepAlive: 20, silence: 60 } } });
    await sender.ready();
    let times = 0;
    server.faults.onStanza = () => {
      const isSilent = ++times <= 6;
      server.faults.messagesToSelf = isSilent ? "swallow" : "return";
    };
    const heal = (): void => void (server.faults.messagesToSelf = "return");
    sender.link.on("down", heal);
    await sender.send("one");
    await sender.drained();
    expect(times).to.equal(7);
    expect(sender.deadLetters.list()).to.deep.equal([]);
  });

  it("isn't set aside by a server that shuts down, however often it does over that one", async () => {
    sender = new Sender({ service: server.service });
    await sender.ready();
    let times = 0;
    server.faults.onStanza = (_, connection) => {
      if (++times <= 6) connection.end({ condition: "system-shutdown" });
    };
    await sender.send("one");
    await sender.drained();
    expect(times).to.equal(7);
    expect(sender.deadLetters.list()).to.deep.equal([]);
  });

  it("is set aside at the third close without a word that it met by itself, apart from the one that put it into quarantine", async () => {
    server.faults.poison = ({ attrs }) => (attrs.id === "bad" ? {} : undefined);
    sender = new Sender({ service: server.service, isWaiting: true });
    await sender.send("bad");
    sender.start();
    await sender.drained();
    expect(sender.deadLetters.list()).to.have.length(1);
    await until("the last stream", () => server.connections.length >= 5);
    expect(server.connections).to.have.length(5);
  });

  it("is set aside at the first close that names a fault, where nothing else was written to that stream", async () => {
    server.faults.poison = ({ attrs }) =>
      attrs.id === "bad" ? { condition: "policy-violation" } : undefined;
    sender = new Sender({ service: server.service, isWaiting: true });
    await sender.send("bad");
    sender.start();
    await sender.drained();
    expect(sender.deadLetters.list()).to.have.length(1);
    await until("the last stream", () => server.connections.length >= 3);
    expect(server.connections).to.have.length(3);
  });

  it("doesn't throw doubt on the server, where others of the same sender come through in between", async () => {
    server.faults.poison = ({ attrs }) =>
      attrs.id?.startsWith("bad") === true ? { condition: "policy-violation" } : undefined;
    sender = new Sender({ service: server.service, isWaiting: true });
    for (const id of ids("bad", 15)) await sender.send(id, `good-${id}`);
    sender.start();
    await sender.drained();
    expect(sender.deadLetters.list()).to.have.length(15);
    expect(sender.log.about("whatever it is sent", "error")).to.deep.equal([]);
  });

  it("is written again only to those who haven't had it, after a restart in the middle of its receivers", async () => {
    const path = join(folder.path, "outbox.db");
    const recipients = ids("user", 500).map((id) => `${id}@qtalk.test.org`);
    const db = openDatabase(path);
    const store = new OutboxStore(db);
    const stanza = '<message from="alice@qtalk.test.org" id="n"><body>hi</body></message>';
    const [row] = store.add([withOrigin({ stanza, recipients, acceptedAt: Date.now() })]);
    store.progress.note({
      confirmed: { seq: row!.seq, done: 400 },
      by: { peer: undefined, upAt: 0, heardAt: 0 },
    });
    db.close();
    sender = new Sender({ service: server.service, path });
    await sender.drained();
    expect(server.routed.map(({ attrs }) => attrs.to)).to.deep.equal(recipients.slice(400));
  });
});

describe("What is in the hands of a multicast service when the stream ends", () => {
  it("isn't suspected as if a single stanza had been alone; more are searched in parts", () => {
    const parts = { link: { domain: "rooms.h" }, ways: PLAIN, envelopes: new Envelopes("rooms.h") };
    const after = (stanzas: number): unknown[] => {
      const detection = new PoisonDetection(
        parts as unknown as WritingParts,
        { first: 0, longest: 0 },
        () => undefined,
      );
      const closed = { cause: "network", text: "reset" } as const;
      const first = { row: row(1), place: 0 };
      detection.streamLost({ closed, blame: "unsaid", stanzas, first, wereMulticasts: true });
      return [detection.quarantine.isEmpty, detection.search.isOn, detection.search.budget];
    };
    expect(after(1)).to.deep.equal([true, true, 1]);
    expect(after(100)).to.deep.equal([true, true, 10]);
  });
});

describe("A call that waits for its rows", () => {
  it("isn't called confirmed where its last row wasn't routed, whatever else wasn't", async () => {
    const pending = new PendingCalls(60_000);
    const calls = [pending.wait(1, 4), pending.wait(4, 5), pending.wait(5, 7)];
    pending.confirm(7, [3, 6]);
    expect(await Promise.all(calls)).to.deep.equal([QUEUED, CONFIRMED, QUEUED]);
  });

  it("isn't called confirmed where its first row wasn't routed, and its last is later than that", async () => {
    const pending = new PendingCalls(60_000);
    const call = pending.wait(1, 4);
    pending.confirm(2, [1]);
    pending.confirm(4, []);
    expect(await call).to.deep.equal(QUEUED);
  });
});

describe("What is set aside", () => {
  it("is set aside and taken out of the outbox at once, or neither", () => {
    const db = openDatabase(":memory:");
    const letters = new DeadLetters(db);
    const letter = { acceptedAt: 1, diedAt: 2, stanza: message("bad").stanza, reason: "no" };
    const fail = (): never => {
      throw new Error("the disk is full");
    };
    expect(() => letters.add([letter], fail)).to.throw("full");
    expect(letters.isEmpty).to.equal(true);
    db.close();
  });
});
