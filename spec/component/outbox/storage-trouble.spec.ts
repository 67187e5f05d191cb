/** Trouble with the disk refuses calls; it loses nothing, and goes away without a restart. */
import { join } from "node:path";
import { expect } from "chai";
import { Sqlite, type Database } from "../../../storage/sqlite.js";
import { FaultServer } from "../../support/fault-server.js";
import { ids, message, scratch, Sender, until } from "../../support/sender.js";

describe("While storage is in trouble", () => {
  const folder = scratch();
  let files = 0;
  let path: string;
  let server: FaultServer;
  let sender: Sender;

  beforeEach(async () => {
    path = join(folder.path, `${++files}.db`);
    server = await FaultServer.start();
    sender = new Sender({ service: server.service, path });
    await sender.ready();
  });
  afterEach(async () => {
    await sender.stop();
    await server.hideAway();
  });
  after(() => folder.remove());

  const rowsLeft = (): number => sender.store.from(0, 1_000, 1e9).length;

  /** A disk that is full: the file may not grow any more. */
  const fill = (): void => {
    const pages = sender.db.pragma("page_count", { simple: true }) as number;
    sender.db.pragma(`max_page_count = ${pages}`);
  };
  const free = (): void => void sender.db.pragma("max_page_count = 1000000");

  const troubles: Record<string, { begin: () => void; end: () => void; sentence: string }> = {
    "the disk is full": { begin: fill, end: free, sentence: "is full: free some space" },
    "the file can't be written": {
      begin: () => void sender.db.pragma("query_only = ON"),
      end: () => void sender.db.pragma("query_only = OFF"),
      sentence: "can't be opened for writing",
    },
    "another process holds its lock": {
      begin: () => {
        other = new Sqlite(path);
        other.exec("BEGIN IMMEDIATE");
      },
      end: () => other?.close(),
      sentence: "locked by another process",
    },
  };
  let other: Database | undefined;

  for (const [what, { begin, end, sentence }] of Object.entries(troubles)) {
    it(`calls are refused where ${what}, and accepted again when that is over`, async () => {
      await sender.send("before");
      begin();
      const body = "x".repeat(20_000);
      for (const id of ids("refused", 3)) {
        const refusal = await sender.accept(message(id, { body }));
        expect(refusal).to.deep.include({ errcode: 5, retryAfter: 5 });
      }
      const told = sender.log.about("Calls can't be stored", "error");
      expect(told).to.have.length(1);
      expect(told[0]).to.contain(sentence);
      expect(sender.outbox.backlog).to.deep.equal({ stanzas: 0, bytes: 0 });
      end();
      expect(await sender.accept(message("after", { body }))).to.deep.equal({ delivery: "confirmed" });
      expect(server.ids).to.deep.equal(["before", "after"]);
    });

    it(`what was accepted before ${what} is routed, and taken off the disk afterwards`, async () => {
      server.faults.messagesToSelf = "hold";
      const statuses = ids("m", 50).map((id) => sender.send(id));
      await server.routedIds(50);
      begin();
      server.release();
      expect(await Promise.all(statuses)).to.deep.equal(Array(50).fill({ delivery: "confirmed" }));
      const gone = (): boolean => rowsLeft() === 0;
      if (what !== "the disk is full")
        await until("the log tells", () => sender.log.about("taken off").length === 1);
      end();
      await until("the rows are gone", gone);
      expect(server.ids).to.deep.equal(ids("m", 50));
    });
  }

  it("one call that fails takes no other down with it", async () => {
    const statuses = await Promise.all([
      sender.send("good"),
      sender.outbox.accept([message("bad")], () => {
        throw new Error("not today");
      }),
      sender.send("too"),
    ]);
    expect(statuses.map((status) => "delivery" in status)).to.deep.equal([true, false, true]);
    await sender.drained();
    expect(server.ids).to.deep.equal(["good", "too"]);
  });

  it("rows that can't be read are read later, none of them skipped", async () => {
    await sender.link.stop();
    const all = ids("m", 3_000);
    await sender.send(...all);
    const read = sender.store.from.bind(sender.store);
    let reads = 0;
    const failing: typeof read = (...args) => {
      // The rows before went out well; now a page can't be read, twice.
      if (++reads === 3 || reads === 4) throw new Sqlite.SqliteError("disk I/O error", "SQLITE_IOERR_READ");
      return read(...args);
    };
    const again = new Sender({ service: server.service, path, isWaiting: true });
    again.store.from = failing;
    again.start();
    await again.drained();
    expect(reads).to.be.greaterThan(4);
    expect(again.log.about("can't be read", "error")).to.have.length(1);
    expect(server.ids).to.deep.equal(all);
    await again.stop();
  });

  it("a poisonous stanza that can't be set aside yet is set aside later", async () => {
    server.faults.poison = ({ attrs }) =>
      attrs.id === "bad" ? { condition: "policy-violation" } : undefined;
    await sender.link.stop();
    await sender.send("bad", "good");
    const again = new Sender({ service: server.service, path, isWaiting: true });
    other = new Sqlite(path);
    other.exec("BEGIN IMMEDIATE");
    again.start();
    await until("the log tells", () => again.log.about("can't be put off", "error").length > 0);
    other.close();
    await again.drained();
    expect(server.ids).to.deep.equal(["good"]);
    expect(again.deadLetters.list()).to.have.length(1);
    await again.stop();
  });
});
