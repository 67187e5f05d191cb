/** Erasures go on by themselves: of what waits to be sent, after a restart, and not beyond what was asked for. */
import { expect } from "chai";
import { ErasuresStore } from "../../../storage/erasure-store.js";
import { HookEvents } from "../../../storage/hook-events.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import { CRONE, crone, hag, HAG } from "../../component/muc/play.js";
import { ALIKE, BOUNDS, Erasing, whatStays } from "./erasing.js";

describe("The erasure of a person", () => {
  let erasing: Erasing;
  beforeEach(async () => (erasing = await Erasing.open()));
  afterEach(() => erasing.stage.close());

  describe("of whom something waits to be sent", () => {
    const count = (table: string): unknown =>
      erasing.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    /** A stanza and a post's message that wait, and an event. */
    const wait = async (): Promise<void> => {
      const { db } = erasing;
      // Parked rows are before the ack position: rows behind what the outbox has read would be sent as new ones.
      db.exec(`DELETE FROM sqlite_sequence WHERE name = 'outbox';
        INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', 8000)`);
      await erasing.live();
      db.exec(`INSERT INTO outbox (row_id, accepted_at, kind, sender, receiver, stanzas, parked, stanza)
        VALUES (7000, 1, 'message', '${CRONE}', '${HAG}', 1, 1, '<message>parting words</message>'),
          (7001, 1, 'message', '${HAG}', '${CRONE}', 1, 1, '<message/>');
        INSERT INTO hook_messages (id, hook, receiver, call, accepted_at)
          SELECT 'w', id, '${CRONE}', 7001, 1 FROM hooks WHERE name = 'in'`);
      await erasing.write(() => {
        const hook = new OutgoingHooksStore(db).named("out")!.id;
        const event = { hook, id: "late", replyTo: CRONE, happenedAt: 1, until: 1, body: "{}" };
        new HookEvents(db).add(event, BOUNDS);
      });
    };
    /** The tables that tell of crone and of nobody with a similar address. */
    const tablesOf = (): string[] => {
      erasing.db.exec(`DELETE FROM hook_events WHERE body LIKE '%${ALIKE}%'`);
      return erasing
        .tablesWith(CRONE)
        .filter((table) => table !== "changes")
        .sort();
    };
    const dies = (row: number): void => {
      const { db } = erasing;
      db.exec(`INSERT INTO dead_letters (accepted_at, died_at, reason, row_id, call, kind, sender, receiver, stanzas, copied, stanza)
        SELECT accepted_at, 2, 'gone', row_id, row_id, kind, sender, receiver, stanzas, copied, stanza FROM outbox
          WHERE row_id = ${row};
        DELETE FROM outbox WHERE row_id = ${row}`);
    };

    it("says each time what no erasure reaches: clients, others' words, the account, backups and logs", async () => {
      const { stays } = await erasing.erase("nobody@qtalk.test.org");
      const said = stays.map(({ what, why }) => `${what}: ${why}\n`).join("");
      expect(said).to.match(
        /^copies of messages in clients, at other servers.*webhooks.*: they are out of reach$/m,
      );
      expect(said).to.match(/^quotations and mentions .* of others: they belong to others$/m);
      expect(said).to.match(/^the account with its vCard .*: delete it there$/m);
      expect(said).to.match(/^backups and logs: .*until they are replaced$/m);
    });

    it("names it, keeps it, and erases by itself what it leaves, once it is sent or can't be", async () => {
      await wait();
      const { db } = erasing;
      // The outbox works meanwhile.
      await erasing.stage.desk.play.says(hag, "Good night", "h2");
      const stays = whatStays(await erasing.erase());
      expect(stays).to.match(/^2 stanzas in the queue from or for them$/m);
      expect(stays).to.match(/^1 queued event of outgoing webhooks$/m);
      await erasing.stage.desk.erasures.goOn();
      expect(count(`outbox WHERE sender = '${CRONE}'`)).to.equal(1);
      expect(tablesOf()).to.eql(["erasures", "hook_events", "hook_messages"]);
      db.exec("DELETE FROM outbox WHERE row_id = 7001");
      dies(7000);
      await erasing.stage.desk.erasures.goOn();
      expect(erasing.tablesWith("parting words")).to.eql([]);
      expect(tablesOf()).to.eql(["erasures", "hook_events"]);
      db.exec("UPDATE hook_events SET died_at = 3 WHERE id = 'late'");
      await erasing.stage.desk.erasures.goOn();
      expect(tablesOf()).to.eql([]);
    });

    it("keeps what is accepted later: they may come back", async () => {
      await wait();
      await erasing.erase();
      const { db } = erasing;
      const sql = `INSERT INTO outbox (row_id, accepted_at, kind, sender, receiver, stanzas, parked, stanza)
        VALUES (99000, ?, 'message', ?, ?, 1, 1, '<message>I am back</message>')`;
      db.prepare(sql).run(Date.now() + 1_000, CRONE, HAG);
      dies(99_000);
      await erasing.stage.desk.erasures.goOn();
      expect(erasing.tablesWith("I am back")).to.eql(["dead_letters"]);
      db.exec("DELETE FROM outbox WHERE row_id IN (7000, 7001); DELETE FROM hook_events");
      await erasing.stage.desk.erasures.goOn();
      expect([count("erasures"), count("dead_letters")]).to.eql([0, 1]);
    });
  });

  it("goes on after a restart, and takes nothing that was said since it was requested", async () => {
    await erasing.live();
    const { db } = erasing;
    const { play } = erasing.stage.desk;
    const requestedAt = play.service.context.transactions.nextStanzaId();
    await play.says(crone, "Later words", "later");
    await erasing.write(() => new ErasuresStore(db).put({ jid: CRONE, requestedAt, waits: false }));
    erasing.stage.desk.erasures.start();
    while (db.prepare("SELECT waits FROM erasures").pluck().get() === 0) await new Promise(setImmediate);
    erasing.stage.desk.erasures.stop();
    expect(erasing.tablesWith("Secret")).to.eql([]);
    expect(db.prepare("SELECT text FROM archive WHERE sender = ?").pluck().all(CRONE)).to.eql([
      "later words",
    ]);
    expect(db.prepare("SELECT affiliation FROM affiliations WHERE jid = ?").all(CRONE)).to.eql([]);
    expect(new ErasuresStore(db).all()).to.eql([]);
  });

  it("stops with the component, and says that it goes on", async () => {
    await erasing.live();
    const erased = erasing.erase();
    erasing.stage.desk.erasures.stop();
    expect(JSON.stringify(await erased)).to.contain("the erasure goes on when it starts again");
    expect(new ErasuresStore(erasing.db).all()).to.have.length(1);
  });
});
