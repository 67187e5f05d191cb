/**
 * Many stanzas that make the server close the stream: everybody else's flow, few closes are felt, and those alone are
 * set aside (design: delivery, point 13; limits).
 */
import { expect } from "chai";
import { openDatabase } from "../../../storage/database.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { FaultServer } from "../../support/fault-server.js";
import type { Ending } from "../../support/faults.js";
import {
  ids,
  message,
  scratch,
  Sender,
  until,
  type AnyRow,
  type SenderOptions,
} from "../../support/sender.js";

const MALLORY = "mallory@qtalk.test.org";
const BLAMED: Ending = { condition: "policy-violation" };

describe("A hundred stanzas that make the server close the stream", () => {
  const folder = scratch();
  let files = 0;
  let path: string;
  let server: FaultServer;
  let sender: Sender;

  const start = (options: Partial<SenderOptions> = {}): void => {
    sender = new Sender({ service: server.service, isWaiting: true, path, ...options });
  };
  /** The server closes for ids that begin so. */
  const poison = (prefix: string, ending = BLAMED): void => {
    server.faults.poison = ({ attrs }) => (attrs.id?.startsWith(prefix) === true ? ending : undefined);
  };
  const setAside = (): string[] =>
    sender.deadLetters.list().map(({ stanza }) => /id="([^"]*)"/.exec(stanza)?.[1] ?? "");
  /** Bad ones, with a good one of somebody else's behind each. */
  const mixed = (count: number, from: (index: number) => string = () => MALLORY): AnyRow[] =>
    ids("bad", count).flatMap((id, index) => [message(id, { from: from(index) }), message(`good-${index}`)]);

  beforeEach(async () => {
    path = `${folder.path}/${++files}.db`;
    server = await FaultServer.start();
  });
  afterEach(async () => {
    await sender.stop();
    await server.hideAway();
  });
  after(() => folder.remove());

  it("cost everybody else a handful of closes; theirs wait their turn", async () => {
    poison("bad");
    // The next trial after the first few that were found never comes.
    start({ outbox: { times: { quarantine: { first: 1e8, longest: 1e8 } } } });
    for (const row of mixed(100)) await sender.accept(row);
    sender.start();
    await server.routedIds(100);
    expect(server.firstIds).to.deep.equal(ids("good", 100));
    const [{ length: closes }, dead] = [server.connections, setAside()];
    expect(closes).to.be.at.most(9);
    expect(dead).to.deep.equal(ids("bad", dead.length));
    await until("theirs alone wait", () => sender.outbox.backlog.stanzas === 100 - setAside().length);
  });

  it("are all set aside in the end, each with its reason, and nothing else is", async () => {
    poison("bad", { ...BLAMED, text: "too odd" });
    start();
    for (const row of mixed(100)) await sender.accept(row);
    sender.start();
    await sender.drained();
    expect(server.firstIds).to.deep.equal(ids("good", 100));
    expect(setAside().sort()).to.deep.equal(ids("bad", 100).sort());
    for (const { reason } of sender.deadLetters.list()) expect(reason).to.contain("too odd");
  });

  it("keep back what their sender sends beside them, in its order, until it is its turn", async () => {
    poison("bad");
    start();
    const from = MALLORY;
    await sender.accept(...ids("a", 40).map((id) => message(id, { from })));
    await sender.accept(message("bad-0", { from }), message("bad-1", { from }));
    await sender.accept(...ids("b", 40).map((id) => message(id, { from })));
    sender.start();
    await sender.drained();
    expect(server.firstIds).to.deep.equal([...ids("a", 40), ...ids("b", 40)]);
    expect(setAside()).to.deep.equal(["bad-0", "bad-1"]);
  });

  it("of two senders at once are told apart from everybody else's", async () => {
    poison("bad");
    start();
    for (const row of mixed(60, (index) => `mallory-${index % 2}@qtalk.test.org`)) await sender.accept(row);
    sender.start();
    await sender.drained();
    expect(server.firstIds).to.deep.equal(ids("good", 60));
    expect(setAside().sort()).to.deep.equal(ids("bad", 60).sort());
  });

  it("of one call with a sender each go into quarantine together", async () => {
    poison("bad");
    start({ outbox: { times: { quarantine: { first: 1e8, longest: 1e8 } } } });
    await sender.accept(...ids("bad", 100).map((id) => message(id, { from: `${id}@qtalk.test.org` })));
    for (const id of ids("good", 50)) await sender.send(id);
    sender.start();
    await server.routedIds(50);
    expect(server.firstIds).to.deep.equal(ids("good", 50));
    expect(server.connections.length).to.be.at.most(9);
  });

  it("of a hundred senders take as many closes as there are, and no pauses", async () => {
    poison("bad");
    start({ backoff: { first: 1e8, longest: 1e8, refused: 1e8, unreachable: 1e8 } });
    for (const row of mixed(100, (index) => `mallory-${index}@qtalk.test.org`)) await sender.accept(row);
    sender.start();
    await sender.drained();
    expect(server.firstIds).to.deep.equal(ids("good", 100));
    expect(setAside()).to.have.length(100);
  });

  it("leave those of a call alone that are still in quarantine when it is repeated: it isn't confirmed", async () => {
    poison("bad");
    start({ outbox: { times: { quarantine: { first: 1e8, longest: 1e8 } } } });
    const rows = ids("bad", 10).map((id, at) =>
      message(id, { from: MALLORY, fingerprint: Buffer.alloc(16, at) }),
    );
    for (const row of rows) await sender.accept(row);
    sender.start();
    await until("some are set aside", () => setAside().length >= 2);
    await sender.ready();
    expect(await sender.accept(rows[9]!)).to.deep.equal({ delivery: "queued" });
  });

  it("are found again after a crash in the middle of it, none twice and none lost", async () => {
    poison("bad");
    start();
    for (const row of mixed(50)) await sender.accept(row);
    sender.start();
    await until("some are set aside", () => setAside().length >= 5);
    await sender.crash();
    start();
    sender.start();
    await sender.drained();
    expect(server.firstIds).to.deep.equal(ids("good", 50));
    expect(setAside().sort()).to.deep.equal(ids("bad", 50).sort());
  });

  it("close late, after what came behind them was confirmed: nothing else is set aside for that", async () => {
    start();
    await sender.accept(...ids("m", 300).map((id, at) => message(id, { from: `u${at % 7}@qtalk.test.org` })));
    let due = 0;
    // Every fifth makes the server close over it three stanzas later, when it has long been routed.
    server.faults.onStanza = (_, connection) => {
      if (connection.routed.length === 8 && ++due <= 20) connection.end(BLAMED);
    };
    sender.start();
    await sender.drained();
    expect(server.firstIds.sort()).to.deep.equal(ids("m", 300).sort());
    expect(sender.deadLetters.list()).to.deep.equal([]);
  });

  it("aren't set aside for what else was written to the stream: one close isn't enough then", async () => {
    let closes = 0;
    server.faults.onStanza = ({ attrs }, connection) => {
      if (attrs.id === "answer" && ++closes < 3) connection.end(BLAMED);
    };
    start();
    sender.link.on("up", () => void sender.link.write(message("answer").stanza));
    sender.start();
    await sender.ready();
    await sender.send("innocent");
    await sender.drained();
    expect(sender.deadLetters.list()).to.deep.equal([]);
  });

  describe("that an earlier release left in the database", () => {
    const BAD = [
      `<message to="bob@qtalk.test.org" from="a@x.test" id="bad-0"><body a:b="c">hi</body></message>`,
      `<message to="bob@qtalk.test.org" from="a@x.test" id="bad-1"><a></b></message>`,
      `<message to="bob@qtalk.test.org" from="a@x.test" id="bad-2"><body>\u0001</body></message>`,
      `<message to="bob@qtalk.test.org" from="a@x.test" id="bad-3"><body>${"x".repeat(300_000)}</body></message>`,
    ];
    /** Rows as the first release wrote them: text and receivers alone. */
    const leave = (rows: readonly { stanza: string; recipients?: string }[]): void => {
      const db = openDatabase(path);
      const insert = db.prepare("INSERT INTO outbox (accepted_at, stanza, recipients) VALUES (?, ?, ?)");
      db.transaction(() => {
        for (const { stanza, recipients } of rows) insert.run(Date.now(), stanza, recipients ?? null);
      })();
      db.close();
    };

    it("are set aside with their reasons, and close nothing", async () => {
      leave(
        ids("good", 100).flatMap((id, at) => [
          { stanza: message(id).stanza },
          { stanza: BAD[at % BAD.length]!.replace(/bad-\d/, `bad-${at}`) },
        ]),
      );
      start();
      sender.start();
      await sender.drained();
      expect(server.ids).to.deep.equal(ids("good", 100));
      expect(server.connections).to.have.length(1);
      expect(setAside()).to.deep.equal(ids("bad", 100));
      const reasons = sender.deadLetters.list().map(({ reason }) => reason);
      expect(reasons[0]).to.contain("prefix a");
      expect(reasons[3]).to.contain("bytes");
      await until("the rows are gone", () => sender.store.from(0, 1, 1).length === 0);
    });

    it("are set aside alone where several lie in one row, and the others keep their order", async () => {
      const presence = (id: string, inside = "<x/>"): string =>
        `<presence from="room@rooms.test/${id}" to="bob@qtalk.test.org/1" id="${id}">${inside}</presence>`;
      leave([
        { stanza: presence("a") + presence("bad-0", '<x y:z="1"/>') + presence("b") + presence("c") },
        { stanza: [message("d").stanza, BAD[0]!, message("e").stanza].join("\r") },
      ]);
      start();
      sender.start();
      await sender.drained();
      expect(server.ids).to.deep.equal(["a", "b", "c", "d", "e"]);
      expect(setAside()).to.deep.equal(["bad-0", "bad-0"]);
      expect(sender.outbox.backlog).to.deep.equal({ stanzas: 0, bytes: 0 });
    });

    it("are set aside for each receiver who hasn't had them", async () => {
      const stanza = `<message from="a@x.test" id="bad-9"><body a:b="c"/></message>`;
      const good = `<message from="a@x.test" id="many"><body/></message>`;
      leave([
        { stanza, recipients: "x@h\ny@h" },
        { stanza: good, recipients: "x@h\n\u0001@h\ny@h" },
      ]);
      start();
      sender.start();
      await sender.drained();
      expect(server.routed.map(({ attrs }) => attrs.to)).to.deep.equal(["x@h", "y@h"]);
      expect(setAside()).to.deep.equal(["bad-9", "bad-9", "many"]);
    });

    it("fill it: what is accepted now waits behind them for a moment only", async () => {
      leave(ids("bad", 5_000).map((id) => ({ stanza: BAD[1]!.replace("bad-1", id) })));
      start();
      await sender.send("good");
      sender.start();
      await server.routedIds(1);
      await sender.drained();
      expect(server.connections).to.have.length(1);
      expect(sender.deadLetters.list()).to.have.length(5_000);
    });

    it("are set aside once, whenever the process is killed meanwhile", async () => {
      leave(ids("bad", 2_000).map((id) => ({ stanza: BAD[1]!.replace("bad-1", id) })));
      start();
      sender.start();
      await until("some are set aside", () => sender.deadLetters.list().length > 0);
      await sender.crash();
      start();
      sender.start();
      await sender.drained();
      expect(setAside()).to.deep.equal(ids("bad", 2_000));
    });

    it("say from then on whom they go to", async () => {
      const db = openDatabase(path);
      const { stanza, acceptedAt, kind, sender: from } = message("m");
      new OutboxStore(db).add([{ stanza, acceptedAt, kind, sender: from }]);
      db.close();
      server.faults.onStanza = () => void (server.faults.messagesToSelf = "hold");
      start();
      sender.start();
      await server.routedIds(1);
      expect(sender.store.from(0, 1, 1)[0]).to.deep.include({ receiver: "bob@qtalk.test.org" });
      server.faults.messagesToSelf = "return";
      server.release();
      await sender.drained();
    });

    it("are read strictly though they say what they hold, where another process left them", async () => {
      const db = openDatabase(path);
      const stanza = BAD[0]!;
      new OutboxStore(db).add([{ stanza, kind: "message", sender: "a@x.test", acceptedAt: Date.now() }]);
      db.close();
      start();
      sender.start();
      await sender.drained();
      expect(server.ids).to.deep.equal([]);
      expect(setAside()).to.deep.equal(["bad-0"]);
    });
  });
});
