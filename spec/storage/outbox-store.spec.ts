/** The outbox's rows. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { bytesOf, weightOf, weightOfRows, type NewRow, type Weight } from "../../storage/outbox-row.js";
import { OutboxStore } from "../../storage/outbox-store.js";
import { ids, message } from "../support/sender.js";

describe("The outbox's rows", () => {
  let db: Database;
  let store: OutboxStore;

  beforeEach(() => {
    db = openDatabase(":memory:");
    store = new OutboxStore(db);
  });
  afterEach(() => db.close());

  const ack = (acked: number, acknowledged: Weight): void =>
    store.note({
      progress: { acked, by: { peer: undefined, upAt: 0, heardAt: 0 }, isStopped: false },
      ...{ acknowledged, parked: [], unparked: [] },
    });

  const many: NewRow = {
    stanza: '<message from="ä@x"/>',
    kind: "message",
    sender: "ä@x",
    recipients: ids("bücher", 1203),
    acceptedAt: 5,
    expiresAt: 9,
  };

  it("are read in order, from any row on", () => {
    const rows = store.add(ids("m", 30).map((id) => message(id))).rows;
    expect(store.from(0, 1000, 1e9)).to.deep.equal(rows);
    expect(store.from(rows[10]!.rowId, 5, 1e9)).to.deep.equal(rows.slice(10, 15));
    expect(store.next()).to.equal(rows.at(-1)!.rowId + 1);
  });

  it("have their number of stanzas and their receiver, also when read", () => {
    const pair = { ...message("two"), stanzas: 2 };
    const copied = { ...message("copied"), isCopied: true };
    const rows = store.add([message("m", { to: "bob@x/desk" }), pair, copied, many]).rows;
    expect(store.from(0, 1000, 1e9)).to.deep.equal(rows);
    expect(rows.map(({ stanzas }) => stanzas)).to.deep.equal([1, 2, 2, 500, 500, 203]);
    expect(rows.map(({ isCopied }) => isCopied).slice(0, 4)).to.deep.equal([false, false, true, false]);
    expect(rows.map(({ receiver }) => receiver)).to.deep.equal([
      "bob@x/desk",
      pair.receiver,
      copied.receiver,
      ...Array<undefined>(3),
    ]);
  });

  it("are read up to a number of bytes, but at least one", () => {
    store.add(ids("m", 10).map((id) => message(id, { body: "x".repeat(1000) })));
    expect(store.from(0, 10, 1)).to.have.length(1);
    expect(store.from(0, 10, 2500).length).to.be.within(2, 3);
  });

  it("for many recipients are split, without losing any", () => {
    const rows = store.add([many]).rows;
    expect(rows.length).to.be.greaterThan(1);
    expect(rows.flatMap((row) => row.recipients?.split("\n"))).to.deep.equal(many.recipients);
    expect(rows.every((row) => row.expiresAt === 9 && row.acceptedAt === 5)).to.equal(true);
  });

  it("for many recipients, if repeated, are known by the last part", () => {
    const row = { ...many, fingerprint: Buffer.alloc(16, 1) };
    const { rows } = store.add([row]);
    expect(store.add([row])).to.deep.equal({ rows: [], repeated: [rows.at(-1)?.rowId] });
  });

  it("have the same size before and after they are stored", () => {
    const rows = [many, message("ü"), { ...message("n"), recipients: [] }];
    const stored = store.add(rows).rows;
    expect(store.states().waiting).to.deep.equal(weightOf(rows));
    expect(stored.reduce((sum, row) => sum + bytesOf(row), 0)).to.equal(weightOf(rows).bytes);
    expect(weightOf(rows).stanzas).to.equal(1204);
  });

  it("are deleted when they are acknowledged", () => {
    const rows = store.add([message("a"), many, message("b")]).rows;
    const [first, ...others] = rows;
    ack(first!.rowId + 1, weightOfRows([first!]));
    store.prune(0, first!.rowId + 1);
    expect(store.states().waiting).to.deep.equal(weightOfRows(others));
    expect(store.begin()).to.deep.include({ acked: first!.rowId + 1, kept: first!.rowId + 1 });
    ack(store.next(), weightOfRows(others));
    expect(store.states().waiting).to.deep.equal({ stanzas: 0, bytes: 0 });
    store.prune(0, store.next());
    expect(store.from(0, 1, 0)).to.deep.equal([]);
  });

  it("never reuse an id, even if all are deleted", () => {
    const [first] = store.add([message("a")]).rows;
    store.prune(0, store.next());
    expect(store.next()).to.equal(first!.rowId + 1);
    expect(store.add([message("b")]).rows[0]!.rowId).to.equal(first!.rowId + 1);
  });
});
