/** Ten thousand open alerts: the bound of a hook, and what reads the tables only by indexes. */
import { expect } from "chai";
import { AlertWorld, ELSEWHERE, MINUTE } from "./alert-world.js";

const MANY = 10_000;
const JULIET = { id: "juliet@y.test", name: "Juliet" };

describe("Ten thousand open alerts of a hook", () => {
  let world: AlertWorld;
  beforeEach(async () => {
    world = await AlertWorld.open();
    const at = world.clock.now();
    const status = JSON.stringify({
      severity: "critical",
      openedAt: at,
      postedAt: at,
      takers: [],
      unsaid: 0,
    });
    const add = world.db.prepare(
      `INSERT INTO alerts (hook, name, current, state, receiver, message, title, text, labels, status, changed_at)
        VALUES ('h', ?, 1, 'open', ?, ?, ?, '', '{}', ?, 0)`,
    );
    const say = world.db.prepare(
      "INSERT INTO alert_messages (receiver, id, alert, stanza_id, said_at) VALUES (?, ?, ?, ?, 0)",
    );
    world.db.transaction(() => {
      for (let n = 1; n <= MANY; n++) {
        const id = `m${n}`;
        const { lastInsertRowid } = add.run(Buffer.from(id), ELSEWHERE, id, `Alert ${n}`, status);
        say.run(ELSEWHERE, id, lastInsertRowid, `s${n}`);
      }
    })();
  });
  afterEach(() => world.ends());

  const count = (): unknown => world.db.prepare("SELECT count(*) FROM alerts").pluck().get();

  it("are the most: a post about another one is said, and is no alert until one is over", async () => {
    await world.posts("Another", "firing");
    expect(world.said.map(({ text }) => text)).to.deep.equal(["firing Another"]);
    expect(count()).to.equal(MANY);
    await world.alerts.apply(1, { kind: "resolved" }, () => undefined);
    await world.posts("Another", "firing");
    expect(count()).to.equal(MANY + 1);
  });

  it("can be taken each, by a reaction that is about it alone", async () => {
    await world.reacts("juliet", { ...world.store.find(7777)!, message: "s7777" }, ["👀"]);
    await world.idle();
    const taken = world.db.prepare("SELECT id FROM alerts WHERE state = 'taken'").pluck().all();
    expect(taken).to.deep.equal([7777]);
  });

  it("are counted for metrics by an index alone, silenced ones apart", async () => {
    await world.alerts.apply(1, { kind: "take", by: JULIET }, () => undefined);
    const until = world.clock.now() + MINUTE;
    await world.alerts.apply(2, { kind: "silence", by: JULIET, until }, () => undefined);
    expect(world.store.counts()).to.deep.equal([
      { state: "open", count: MANY - 2 },
      { state: "silenced", count: 1 },
      { state: "taken", count: 1 },
    ]);
  });

  it("are read by indexes, for a reaction, a word, a post, a program's list and a start", () => {
    for (const sql of [
      "SELECT * FROM alert_messages WHERE receiver = ? AND id = ?",
      "SELECT * FROM alert_messages INDEXED BY alert_messages_by_stanza_id WHERE receiver = ? AND stanza_id = ?",
      "SELECT * FROM alerts WHERE receiver = ? AND state <> 'resolved' ORDER BY id DESC LIMIT ?",
      "SELECT 1 FROM alert_messages WHERE receiver = ? LIMIT 1",
      "SELECT * FROM alerts WHERE hook = ? AND name = ? AND current = 1",
      "SELECT * FROM alerts WHERE hook = ? AND id > ? AND state <> 'resolved' ORDER BY id LIMIT ?",
      "SELECT id FROM alerts WHERE due_at <= ? ORDER BY due_at LIMIT ?",
      "SELECT * FROM alert_tasks WHERE at_source = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?",
    ]) {
      const values = (sql.match(/\?/g) ?? []).map(() => 1);
      const plan = world.db
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...values)
        .map(({ detail }) => detail)
        .join("; ");
      expect(plan, sql)
        .to.match(/^SEARCH .*USING .*(?:INDEX|PRIMARY KEY)/)
        .and.not.contain("TEMP B-TREE");
    }
  });
});
