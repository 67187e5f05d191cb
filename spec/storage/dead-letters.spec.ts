/** Dead letters: what becomes of a rejected stanza's row, its call, its fingerprint and its results. */
import { mock } from "node:test";
import { expect } from "chai";
import { BotsStore } from "../../storage/bots-store.js";
import { CallLogStore } from "../../storage/call-log.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { DeadLetters } from "../../storage/dead-letters.js";
import { HookMessages } from "../../storage/hook-messages.js";
import { HooksStore } from "../../storage/hooks-store.js";
import type { Row } from "../../storage/outbox-row.js";
import { OutboxStore } from "../../storage/outbox-store.js";
import { ids, message } from "../support/sender.js";
import { storedHook } from "../support/stored-hook.js";

const NOW = 1_700_000_000_000;

describe("Dead letters", () => {
  let db: Database;
  let outbox: OutboxStore;
  let letters: DeadLetters;
  let calls: CallLogStore;
  beforeEach(() => {
    mock.method(Date, "now", () => NOW);
    db = openDatabase(":memory:");
    outbox = new OutboxStore(db);
    letters = new DeadLetters(db);
    calls = new CallLogStore(db, 100);
  });
  afterEach(() => {
    db.close();
    mock.restoreAll();
  });

  const queued = (): Row[] => outbox.from(0, 0, { rows: 1000, bytes: 1e9 });
  const row = (name: string, more: object = {}): Row => outbox.add([{ ...message(name), ...more }]).rows[0]!;
  const bury = (dead: Row, left?: Row): void => letters.add(dead, dead, left, "policy-violation");
  const call = (request: string, first: number, last = first): number =>
    calls.add({ request, caller: "hr", acceptedAt: 1, stanzas: 1, rows: { first, last } });

  it("take the place of their row, whole or in part", () => {
    const many = row("many", { recipients: ids("u", 3), isCopied: true });
    const dead = { ...many, recipients: many.recipients!.split("\n")[1], stanzas: 1, isCopied: false };
    const left = { ...many, recipients: many.recipients!.split("\n").slice(2).join("\n"), stanzas: 1 };
    letters.add(many, dead, left, "not-acceptable");
    const [letter] = letters.list();
    expect(letter).to.deep.include({
      ...{ id: 1, rowId: many.rowId, acceptedAt: many.acceptedAt, diedAt: NOW, reason: "not-acceptable" },
      ...{
        stanza: many.stanza,
        recipients: dead.recipients,
        stanzas: 1,
        bytes: Buffer.byteLength(many.stanza),
      },
    });
    expect(queued()).to.deep.equal([left]);
    bury(left);
    expect([queued(), letters.count]).to.deep.equal([[], 2]);
    expect([letters.has(many.rowId), letters.has(many.rowId + 1)]).to.deep.equal([true, false]);
  });

  it("are put back at the end of the queue as they were, and logged with their request", () => {
    const [first, other] = [row("first", { isCopied: true, mode: "privileged" }), row("other")];
    call("r1", first.rowId);
    bury(first);
    const again = letters.retry(1);
    expect(again).to.deep.include({ ...first, rowId: other.rowId + 1, call: other.rowId + 1 });
    expect(queued().map(({ rowId }) => rowId)).to.deep.equal([other.rowId, other.rowId + 1]);
    expect(letters.retry(1)).to.equal(undefined);
    const [original, retried] = calls.find("r1");
    expect(original?.handledLetters).to.deep.equal([
      { id: 1, diedAt: NOW, reason: "policy-violation", handledAt: NOW, how: "retried" },
    ]);
    expect(original?.deadLetters).to.deep.equal([]);
    expect(retried).to.deep.include({ caller: "outbox retry", acceptedAt: NOW, stanzas: 1, waiting: 1 });
    expect(retried?.rows).to.deep.equal({ first: other.rowId + 1, last: other.rowId + 1 });
  });

  it("belong to the calls in whose rows they were, both ends included", () => {
    const rows = ["a", "b", "c", "d"].map((name) => row(name));
    call("r", rows[1]!.rowId, rows[2]!.rowId);
    for (const each of rows) bury(each);
    expect(calls.find("r")[0]?.deadLetters.map(({ rowId }) => rowId)).to.deep.equal([
      rows[1]!.rowId,
      rows[2]!.rowId,
    ]);
    for (const id of [1, 2, 3, 4]) letters.drop(id);
    expect(
      letters.handled({ first: 0, last: 99 }).map(({ id, how }) => [id, how]),
      "only those of calls",
    ).to.deep.equal([
      [2, "dropped"],
      [3, "dropped"],
    ]);
  });

  it("that are dropped may be sent again, and those that are put back may not", () => {
    const [one, other] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)].map((fingerprint, index) => ({
      ...message(`m${index}`, { acceptedAt: NOW }),
      fingerprint,
    }));
    const [first, second] = outbox.add([one!, other!]).rows;
    for (const dead of [first!, second!]) bury(dead);
    expect(outbox.repeatedBy([one!])).to.deep.equal([first!.rowId]);
    expect([letters.drop(1), letters.drop(1)]).to.deep.equal([true, false]);
    expect(outbox.repeatedBy([one!])).to.equal(undefined);
    const again = letters.retry(2);
    expect(outbox.repeatedBy([other!]), "it is known by its new row").to.deep.equal([again?.rowId]);
  });

  it("are shown in pages by number and size, at least one at a time", () => {
    for (const size of [10, 10, 100, 10]) bury(row("x", { stanza: `<m>${"x".repeat(size - 7)}</m>` }));
    const page = (after: number, limit: number, bytes: number): number[] =>
      letters.page(after, limit, bytes).map(({ id }) => id);
    expect([page(0, 9, 1e6), page(0, 3, 1e6), page(0, 9, 20), page(0, 9, 19), page(2, 9, 5)]).to.deep.equal([
      [1, 2, 3, 4],
      [1, 2, 3],
      [1, 2],
      [1],
      [3],
    ]);
    expect([letters.hasAfter(3), letters.hasAfter(4)]).to.deep.equal([true, false]);
    expect([letters.find(3)?.bytes, letters.find(5)]).to.deep.equal([100, undefined]);
  });

  it("decide the result of a hook's post, whose last dead letter decides that it waits again", () => {
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    new HooksStore(db).add(storedHook({ bot: "bot" }));
    const messages = new HookMessages(db);
    const outcome = (): unknown => messages.decisionOf("m")?.outcome;
    // A call with two rows.
    const rows = outbox.add([message("a"), message("b")]).rows;
    const post = { id: "m", hook: "h", receiver: "x@c.test", request: undefined, acceptedAt: 1 };
    messages.put({ ...post, fingerprint: undefined, call: rows[0]!.call }, 0);
    for (const each of rows) bury(each);
    expect(messages.decisionOf("m")).to.deep.include({ outcome: "dead letter", reason: "policy-violation" });
    letters.retry(1);
    expect(outcome(), "the other one is still dead").to.equal("dead letter");
    const last = letters.retry(2);
    expect(outcome()).to.equal(undefined);
    expect(messages.find("h", "m")?.call).to.equal(last?.rowId);
  });
});
