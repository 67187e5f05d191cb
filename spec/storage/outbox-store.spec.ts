/** The outbox's rows. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { rowBytes, weightOf, type NewRow } from "../../storage/outbox-row.js";
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
    expect(stored.reduce((sum, row) => sum + rowBytes(row), 0)).to.equal(weightOf(rows).bytes);
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

  describe("of which some are parked", () => {
    let rowIds: number[];
    const note = (acked: number, changes: Parameters<OutboxStore["note"]>[1] = []): void => {
      const { by, isStopped } = store.begin();
      store.note({ acked, by, isStopped }, changes);
    };
    /** Six rows, of which 1 and 3 are parked, and 1 to 4 are before the ack position. */
    beforeEach(() => {
      const times = [50, 20, 30, 10, 40, 60];
      rowIds = store
        .add(times.map((at, index) => message(`m${index}`, { acceptedAt: at, from: `u${index % 2}@x` })))
        .rows.map(({ rowId }) => rowId);
      const parked = [0, 2].map((index) => ({ rowId: rowIds[index]!, parked: true as const }));
      note(rowIds[4]!, parked);
    });
    const from = (at: number, acked: number, rows = 9, bytes = 1e9): number[] =>
      store.from(at, acked, { rows, bytes }).map(({ rowId }) => rowIds.indexOf(rowId));

    it("are read first: parked ones before the ack position, then all from there on", () => {
      const acked = rowIds[4]!;
      expect(from(0, acked)).to.deep.equal([0, 2]);
      expect(from(0, acked, 1)).to.deep.equal([0]);
      expect(from(rowIds[1]!, acked)).to.deep.equal([2]);
      expect(from(rowIds[3]!, acked), "no parked ones are left").to.deep.equal([4, 5]);
      expect(from(acked, acked)).to.deep.equal([4, 5]);
      expect(from(0, acked, 9, 1), "the first one, however large").to.deep.equal([0]);
      note(acked, [{ rowId: rowIds[0]!, ackedAt: 5 }]);
      expect(from(0, acked)).to.deep.equal([2]);
    });

    it("are weighed and dated apart from those that wait", () => {
      const { waiting, parked } = store.states();
      expect([waiting.stanzas, parked.stanzas]).to.deep.equal([2, 2]);
      expect(store.oldest()).to.equal(40);
      expect(store.statesOf({ first: rowIds[0]!, last: rowIds[3]! }).waiting.stanzas).to.equal(0);
      expect(store.statesOf({ first: rowIds[0]!, last: rowIds[1]! }).parked.stanzas).to.equal(1);
      expect(store.statesOf({ first: 0, last: 99 }, rowIds[5]).waiting.stanzas).to.equal(1);
    });

    it("say why they aren't sent", () => {
      expect(store.obstacleTo(rowIds[0]!)).to.equal("parked");
      expect([1, 4].map((index) => store.obstacleTo(rowIds[index]!))).to.deep.equal([undefined, undefined]);
      note(rowIds[4]!, [{ rowId: rowIds[0]!, ackedAt: 5 }]);
      expect(store.obstacleTo(rowIds[0]!)).to.equal(undefined);
    });

    it("are deleted once they are acknowledged and old enough", () => {
      note(rowIds[4]!, [
        { rowId: rowIds[0]!, ackedAt: 5 },
        { rowId: rowIds[2]!, ackedAt: 6 },
      ]);
      expect(store.begin()).to.deep.include({ kept: rowIds[1], keepsParked: true });
      store.pruneParked(5);
      store.prune(rowIds[0]!, rowIds[4]!);
      expect(db.prepare("SELECT row_id FROM outbox").pluck().all()).to.deep.equal(
        [2, 4, 5].map((i) => rowIds[i]),
      );
      expect(store.begin()).to.deep.include({ kept: rowIds[4], keepsParked: true });
      store.pruneParked(6);
      expect(store.begin().keepsParked).to.equal(false);
    });

    it("wait again in their order after a replay, and acknowledged ones are parked again", () => {
      note(rowIds[4]!, [{ rowId: rowIds[0]!, ackedAt: 5, done: 0 }]);
      const progress = store.begin();
      const changed = store.replay(rowIds[1]!, progress);
      expect([changed.waiting.stanzas, changed.parked.stanzas]).to.deep.equal([3, 0]);
      expect(store.begin().acked).to.equal(rowIds[1]);
      expect(from(0, rowIds[1]!), "the one before is parked").to.deep.equal([0]);
      expect(from(rowIds[1]!, rowIds[1]!)).to.deep.equal([1, 2, 3, 4, 5]);
      expect(store.states().parked.stanzas).to.equal(1);
    });
  });

  it("belong to calls, which wait as long as one of their rows does", () => {
    const [first, second] = store.add([message("a"), message("b")]).rows;
    const [other] = store.add([message("c")]).rows;
    const { by, isStopped } = store.begin();
    const acked = (rowId: number, changes: Parameters<OutboxStore["note"]>[1] = []): void =>
      store.note({ acked: rowId, by, isStopped }, changes);
    expect([second!.call, other!.call]).to.deep.equal([first!.rowId, other!.rowId]);
    expect(store.waitingOf(first!.rowId, 0).map(({ rowId }) => rowId)).to.deep.equal([
      first!.rowId,
      second!.rowId,
    ]);
    acked(second!.rowId);
    expect([store.isWaiting(first!.rowId), store.isWaiting(other!.rowId)]).to.deep.equal([true, true]);
    expect(store.isWaiting(first!.rowId, other!.rowId), "as the caller knows it").to.equal(false);
    expect(store.waitingOf(first!.rowId, second!.rowId).map(({ rowId }) => rowId)).to.deep.equal([
      second!.rowId,
    ]);
    acked(other!.rowId, [{ rowId: first!.rowId, parked: true }]);
    expect(store.isWaiting(first!.rowId), "parked").to.equal(true);
    expect(store.waitingOf(first!.rowId, other!.rowId).map(({ rowId }) => rowId)).to.deep.equal([
      first!.rowId,
    ]);
    acked(other!.rowId, [{ rowId: first!.rowId, ackedAt: 3 }]);
    expect(store.isWaiting(first!.rowId)).to.equal(false);
    expect(store.waitingOf(first!.rowId, other!.rowId)).to.deep.equal([]);
  });

  it("that repeat earlier ones are left out, and known as a whole only if all do", () => {
    const one = { ...message("a"), fingerprint: Buffer.alloc(16, 1) };
    const two = { ...message("b"), fingerprint: Buffer.alloc(16, 2) };
    const [first] = store.add([one]).rows;
    expect(store.repeatedBy([one])).to.deep.equal([first!.rowId]);
    expect(store.repeatedBy([one, two])).to.equal(undefined);
    expect(store.repeatedBy([message("c")]), "it can't be recognised").to.equal(undefined);
    const added = store.add([one, two]);
    expect(added.repeated).to.deep.equal([first!.rowId]);
    expect(added.rows).to.have.length(1);
    expect(store.repeatedBy([one, two])).to.deep.equal([first!.rowId, added.rows[0]!.rowId]);
  });
});
