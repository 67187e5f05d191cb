/** What the tables tell of an account is found in steps, and only what was accepted before the erasure was requested. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import {
  ErasuresStore,
  ErasureStore,
  type Key,
  type Trace,
  type TraceKind,
} from "../../storage/erasure-store.js";
import { allSteps } from "../support/stored-rooms.js";

const [JID, ALIKE, OTHER] = ["ann@y.test", "joann@y.test", "bob@y.test"];
/** In microseconds; 5 ms. */
const NAMED = { jid: JID, local: "ann", before: 5_000 };

describe("The traces of an account", () => {
  let db: Database;
  let store: ErasureStore;
  beforeEach(() => {
    db = openDatabase(":memory:");
    store = new ErasureStore(db);
  });
  afterEach(() => db.close());

  const traces = (kind: TraceKind): Trace[] => {
    const found: Trace[] = [];
    for (let after: Key | undefined = store.firstOf(kind); after !== undefined;) {
      const page: { traces: readonly Trace[]; next: Key | undefined } = allSteps(
        store.next(kind, NAMED, after),
      ).result;
      found.push(...page.traces);
      after = page.next;
    }
    return found;
  };
  const keys = (kind: TraceKind): Key[] => traces(kind).map(({ at }) => at);
  const blankAll = (kind: TraceKind): void => {
    for (const at of keys(kind)) store.blank(kind, NAMED, at);
  };
  const rows = (sql: string): unknown[] => db.prepare(sql).raw().all();

  it("are found in long tables, some at a time, each once", () => {
    db.exec(`INSERT INTO rooms VALUES (1, 'coven', x'00', 0, 0, 0, '{}', NULL, NULL);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
      INSERT INTO archive (id, room, kept, said, sender, nick, text, stanza)
        SELECT i, 1, 1, 1, iif(i % 7 = 0 OR i BETWEEN 501 AND 620, '${JID}', '${OTHER}'), 'n', '', '' FROM n`);
    const wanted = Array.from({ length: 1000 }, (_, i) => i + 1).filter(
      (i) => i % 7 === 0 || (i > 500 && i < 621),
    );
    expect(keys("messages")).to.deep.equal(wanted);
    expect(traces("messages")[0]).to.deep.equal({ at: 7, name: "coven", text: undefined });
    const { result, steps } = allSteps(store.next("messages", NAMED, 620));
    expect([result.traces.length, steps]).to.deep.equal([29, 1]);
    store.entomb(7, "coven@c.test", "<tombstone/>");
    expect(
      rows("SELECT sender, nick, text, stanza, said, retracted FROM archive WHERE id = 7"),
    ).to.deep.equal([["coven@c.test", "", "", "<tombstone/>", 0, 1]]);
  });

  it("in messages and stanzas end when the erasure was requested", () => {
    db.exec(`INSERT INTO rooms VALUES (1, 'coven', x'00', 0, 0, 0, '{}', NULL, NULL);
      INSERT INTO archive (id, room, kept, said, sender, nick, text, stanza) VALUES
        (5000, 1, 1, 1, '${JID}', '', '', ''), (5001, 1, 1, 1, '${JID}', '', '', ''), (4999, 1, 1, 1, '${ALIKE}', '', '', '');
      INSERT INTO dead_letters (id, accepted_at, died_at, reason, row_id, call, kind, sender, receiver, recipients, stanzas, copied, stanza)
        VALUES (1, 5, 9, '', 1, 1, 'message', '${JID}', '${OTHER}', NULL, 1, 0, ''),
          (2, 6, 9, '', 1, 1, 'message', '${JID}', '${OTHER}', NULL, 1, 0, ''),
          (3, 1, 9, '', 1, 1, 'message', '${OTHER}', '${JID}/pda', NULL, 1, 0, ''),
          (4, 1, 9, '', 1, 1, 'message', '${OTHER}', NULL, '${ALIKE}' || char(10) || '${JID}', 2, 0, ''),
          (5, 1, 9, '', 1, 1, 'message', '${OTHER}', '${ALIKE}', NULL, 1, 0, ''),
          (6, 1, 9, '', 1, 1, 'message', '${JID}', '${JID}', NULL, 1, 0, '')`);
    expect(keys("messages")).to.deep.equal([5000]);
    expect(keys("letters")).to.deep.equal([1, 6]);
    expect(keys("lettersForThem"), "of others").to.deep.equal([3, 4]);
  });

  it("in the queue are those that aren't acknowledged", () => {
    db.exec(`UPDATE outbox_progress SET acked = 4;
      INSERT INTO outbox (row_id, accepted_at, kind, sender, receiver, stanzas, parked, acked_at, stanza) VALUES
        (1, 1, 'message', '${JID}', '${OTHER}', 1, 0, NULL, ''),
        (2, 1, 'message', '${JID}', '${OTHER}', 1, 1, NULL, ''),
        (3, 1, 'message', '${JID}', '${OTHER}', 1, 1, 9, ''),
        (4, 5, 'message', '${OTHER}', '${JID}', 1, 0, NULL, ''),
        (5, 1, 'message', '${OTHER}', '${JID}/pda', 1, 0, NULL, ''),
        (6, 6, 'message', '${JID}', '${OTHER}', 1, 0, NULL, ''),
        (7, 1, 'message', '${ALIKE}', '${OTHER}', 1, 0, NULL, '')`);
    expect(keys("waiting")).to.deep.equal([2, 4, 5]);
  });

  it("in rooms' lists are taken out, and nobody else's", () => {
    db.exec(`INSERT INTO rooms VALUES (1, 'coven', x'0a', 0, 0, 0, '{}', '{"id":"o","nick":"A"}', NULL),
        (2, 'heath', x'0b', 0, 0, 0, '{}', '{"nick":"A"}', NULL), (3, 'bare', x'0c', 0, 0, 0, '{}', NULL, NULL);
      INSERT INTO invitations VALUES (1, '${JID}', '${OTHER}', 'x', 1), (1, '${OTHER}', '${JID}', 'x', 1),
        (1, '${OTHER}', '${ALIKE}', 'x', 1), (2, '${OTHER}', '${ALIKE}', 'x', 1);
      INSERT INTO activity_subscriptions VALUES ('${JID}/pda'), ('${ALIKE}/pda'), ('${JID}x/pda');
      INSERT INTO room_tombstones VALUES ('a', 1, '["${JID}","${OTHER}"]', NULL, NULL), ('b', 1, '["${ALIKE}"]', NULL, NULL);
      INSERT INTO affiliations (room, jid, affiliation, since) VALUES (1, '${JID}', 'outcast', 1), (2, '${JID}', 'member', 1),
        (3, '${JID}', 'outcast', 1), (1, '${ALIKE}', 'outcast', 1);
      INSERT INTO occupants (room, jid, nick, role, presence, present_at, shown) VALUES
        (1, '${JID}/pda', 'a', 'participant', '', 1, 1), (2, '${ALIKE}/pda', 'b', 'participant', '', 1, 1)`);
    expect(traces("subjects")).to.deep.equal([{ at: 1, name: "coven", text: "0A o" }]);
    expect(traces("sessions").map(({ name }) => name)).to.deep.equal(["coven"]);
    expect(keys("invitations")).to.deep.equal([1]);
    for (const kind of ["invitations", "subscriptions", "tombstones"] as const) blankAll(kind);
    expect(rows("SELECT room, inviter FROM invitations ORDER BY room")).to.deep.equal([
      [1, ALIKE],
      [2, ALIKE],
    ]);
    expect(rows("SELECT jid FROM activity_subscriptions ORDER BY jid")).to.deep.equal([
      [`${JID}x/pda`],
      [`${ALIKE}/pda`],
    ]);
    expect(rows("SELECT owners FROM room_tombstones ORDER BY name")).to.deep.equal([
      [`["${OTHER}"]`],
      [`["${ALIKE}"]`],
    ]);
    expect(store.bans(JID)).to.equal(2);
  });

  it("in hooks' and alerts' tables are blanked, but not before what waits is sent", () => {
    db.exec(`INSERT INTO bots (name, title) VALUES ('b', 'B');
      INSERT INTO hooks (id, name, secret, receiver, format, corrects, made_at, made_by, steps, sender)
        VALUES ('h', 'h', x'', '${OTHER}', 'auto', 0, 1, '${JID}', '5m ${ALIKE}', NULL),
          ('i', 'i', x'', '${JID}', 'auto', 0, 1, '${ALIKE}', NULL, NULL),
          ('j', 'j', x'', 'r@c', 'auto', 0, 1, NULL, '5m room' || char(10) || '9m ${JID}', NULL),
          ('k', 'k', x'', 'r@c', 'auto', 0, 1, NULL, '9m ${JID}x', '${JID}');
      INSERT INTO outbox (row_id, accepted_at, kind, sender, stanzas, parked, stanza) VALUES (9, 1, 'message', 'h@c', 1, 1, '');
      INSERT INTO hook_messages (id, hook, receiver, call, accepted_at, outcome, reason) VALUES
        ('waits', 'i', '${JID}', 9, 1, NULL, NULL), ('sent', 'i', '${JID}', 8, 1, NULL, NULL),
        ('over', 'i', '${JID}', 9, 1, 'bounced', '${JID} left'), ('later', 'i', '${JID}', NULL, 6, 'bounced', ''),
        ('other', 'i', '${OTHER}', NULL, 1, 'bounced', '${JID} left');
      INSERT INTO bounces VALUES (1, 'gone', '${JID}/pda', 1, 1), (1, 'away', '${OTHER}', 1, 1), (2, 'gone', '${JID}', 1, 1);
      INSERT INTO alerts (id, hook, name, current, state, receiver, message, title, text, labels, status, changed_at) VALUES
        (1, 'h', x'01', 1, 'open', '${JID}', 'm', 't', '', '{}', '{"by":"${JID}"}', 1),
        (2, 'h', x'02', 1, 'open', 'r@c', 'm', 't', '', '{}', '{}', 1),
        (3, 'i', x'03', 1, 'open', '${JID}', 'i', 't', '', '{}', '{}', 1);
      INSERT INTO keyed_messages (hook, name, receiver, message, version, content, said_at) VALUES
        ('h', x'01', '${JID}', 'm', 'm', x'', 1), ('h', x'02', '${JID}', 'm', 'm', x'', 1), ('h', x'03', '${ALIKE}', 'm', 'm', x'', 1),
        ('i', x'01', '${JID}', 'm', 'm', x'', 1);
      INSERT INTO alert_messages (receiver, id, alert, said_at) VALUES ('${JID}', 'own', 1, 1), ('${JID}', 'step', 2, 1),
        ('r@c', 'm', 2, 1), ('${JID}', 'i', 3, 1);
      INSERT INTO alert_changes (id, alert, at, what, person) VALUES (1, 2, 1, 'taken', '${JID}'), (2, 2, 1, 'opened', NULL);
      INSERT INTO alert_tasks (id, alert, task, due_at) VALUES (1, 2, '{"by":"${JID}"}', 1), (2, 2, '{}', 1);
      INSERT INTO latest_messages VALUES ('${JID}', 'r@c', '1', 0), ('r@c', '${JID}', '2', 0), ('r@c', '${OTHER}', '3', 0)`);
    blankAll("hookResults");
    expect(rows("SELECT id, receiver, reason FROM hook_messages ORDER BY id")).to.deep.equal([
      ["later", JID, ""],
      ["other", OTHER, `${JID} left`],
      ["over", "erased", "erased left"],
      ["sent", "erased", null],
      ["waits", JID, null],
    ]);
    for (const kind of [
      "bounces",
      "alertsSaid",
      "keyedMessages",
      "alertMessages",
      "latest",
      "hooksMade",
    ] as const)
      blankAll(kind);
    expect(rows("SELECT receiver, message FROM alerts ORDER BY id"), "moved with their hook").to.deep.equal([
      [OTHER, ""],
      ["r@c", "m"],
      [JID, "i"],
    ]);
    expect(rows("SELECT hook, receiver FROM keyed_messages ORDER BY hook, receiver")).to.deep.equal([
      ["h", ALIKE],
      ["i", JID],
    ]);
    expect(rows("SELECT call, receiver FROM bounces ORDER BY call, receiver")).to.deep.equal([
      [1, OTHER],
      [1, "erased"],
      [2, "erased"],
    ]);
    expect(
      rows("SELECT id FROM alert_messages ORDER BY id"),
      "those of their own hooks are sent first",
    ).to.deep.equal([["i"], ["m"]]);
    expect(rows("SELECT id FROM latest_messages")).to.deep.equal([["3"]]);
    expect(rows("SELECT made_by FROM hooks ORDER BY id")).to.deep.equal([
      ["erased"],
      [ALIKE],
      [null],
      [null],
    ]);
    expect([keys("alerts"), keys("alertTasks"), keys("alertChanges")]).to.deep.equal([[1], [1], [1]]);
    expect(store.hooks(JID)).to.deep.equal(["i", "j", "k"]);
  });

  it("in recorded changes are replaced", () => {
    db.exec(`INSERT INTO changes (id, at, who, way, operation, arguments, outcome) VALUES
      (1, 1, 'bob', 'console', 'user set', '{"user":"ann"}', NULL), (2, 1, 'bob', 'console', 'x y', '{}', NULL),
      (3, 1, '${JID}', 'xmpp', 'x y', '{}', NULL), (4, 1, 'bob', 'xmpp', 'x y', '{}', 'of ann')`);
    expect(keys("changes")).to.deep.equal([1, 3, 4]);
    store.rewriteChange(3, { who: "erased", operation: "not this", arguments: "{1}", outcome: "done" });
    expect(store.change(3)).to.deep.equal({
      who: "erased",
      operation: "x y",
      arguments: "{1}",
      outcome: "done",
    });
    expect(store.change(9)).to.equal(undefined);
  });

  it("in rosters are named: on duty now, soon, by a calendar or as a cover", () => {
    db.exec(`INSERT INTO rosters (name, people, zone, inner, on_duty) VALUES
        ('people', '${OTHER}' || char(10) || '${JID}', 'UTC', '', NULL), ('alike', '${ALIKE}', 'UTC', '', '${ALIKE}'),
        ('now', '', 'UTC', '', '${JID}'), ('leaves', '', 'UTC', '', NULL), ('shift', '', 'UTC', '', NULL),
        ('cover', '', 'UTC', '', NULL);
      INSERT INTO duty_news VALUES ('leaves', '${JID}', 'ended', 1), ('alike', '${ALIKE}', 'began', 1);
      INSERT INTO duty_shifts (roster, starts, ends, person) VALUES ('shift', 1, 2, '${JID}'), ('alike', 1, 2, '${ALIKE}');
      INSERT INTO duty_covers (roster, starts, ends, person) VALUES ('cover', 1, 2, '${JID}'), ('people', 1, 2, '${JID}')`);
    expect(store.rosters(JID)).to.deep.equal(["cover", "leaves", "now", "people", "shift"]);
  });

  it("are erased until nothing waits any more", () => {
    const erasures = new ErasuresStore(db);
    for (const jid of [OTHER, JID]) erasures.put({ jid, requestedAt: 1, waits: false });
    erasures.done(JID, true);
    expect(erasures.all()).to.deep.equal([
      { jid: JID, requestedAt: 1, waits: true },
      { jid: OTHER, requestedAt: 1, waits: false },
    ]);
    erasures.put({ jid: JID, requestedAt: 2, waits: false });
    expect(erasures.all()[0]).to.deep.equal({ jid: JID, requestedAt: 2, waits: false });
    erasures.done(JID, false);
    expect(erasures.all().map(({ jid }) => jid)).to.deep.equal([OTHER]);
  });
});
