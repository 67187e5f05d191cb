/** The outbox's rows. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { bytesOf, weightOf, type NewRow } from "../../storage/outbox-row.js";
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

  const many: NewRow = {
    stanza: '<message from="ä@x"/>',
    kind: "message",
    sender: "ä@x",
    recipients: ids("bücher", 1203),
    acceptedAt: 5,
    expiresAt: 9,
  };

  it("have their number of stanzas and their receiver, also when read", () => {
    const pair = { ...message("two"), stanzas: 2 };
    const copied = { ...message("copied"), isCopied: true };
    const rows = store.add([message("m", { to: "bob@x/desk" }), pair, copied, many]).rows;
    expect(store.from(0, 0, { rows: 1000, bytes: 1e9 })).to.deep.equal(rows);
    expect(rows.map(({ stanzas }) => stanzas)).to.deep.equal([1, 2, 1, 500, 500, 203]);
    expect(rows.map(({ isCopied }) => isCopied).slice(0, 4)).to.deep.equal([false, false, true, false]);
    expect(rows.map(({ receiver }) => receiver)).to.deep.equal([
      "bob@x/desk",
      pair.receiver,
      copied.receiver,
      ...Array<undefined>(3),
    ]);
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

  it("never reuse an id, even if all are deleted", () => {
    const [first] = store.add([message("a")]).rows;
    store.prune(0, store.next());
    expect(store.next()).to.equal(first!.rowId + 1);
    expect(store.add([message("b")]).rows[0]!.rowId).to.equal(first!.rowId + 1);
  });

  it("expire only if they are parked, unacknowledged, and have a time, which has come", () => {
    const times = { due: 9, early: 10, acked: 9, kept: 0, sent: 9 };
    const given = Object.entries(times).map(([name, expiresAt]) => ({
      ...message(name),
      ...(expiresAt && { expiresAt }),
    }));
    const [due, early, acked, kept] = store.add(given).rows.map(({ rowId }) => rowId);
    const changes = [due, early, acked, kept].map((rowId) => ({ rowId: rowId!, parked: true as const }));
    const { acked: from, by, isStopped } = store.begin();
    store.note({ acked: from, by, isStopped }, [...changes, { rowId: acked!, ackedAt: 1 }]);
    expect(store.expiredParked(9, 10).map(({ rowId }) => rowId)).to.deep.equal([due]);
  });
});
