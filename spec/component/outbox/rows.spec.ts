/** The outbox's rows on their way: their stanzas, their copies, and the order in which they are read. */
import { expect } from "chai";
import {
  fromDisk,
  originOf,
  rowFrom,
  stanzasOf,
  takeOut,
  type OutboxRow,
} from "../../../component/outbox/row-stanzas.js";
import { RowReader } from "../../../component/outbox/row-reader.js";
import { xml } from "../../../component/xml/builder.js";
import { asStored } from "../../../component/xml/wire-text.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { ids, message } from "../../support/sender.js";

const row = (stanza: string, more: Partial<OutboxRow> = {}): OutboxRow => ({
  ...{ rowId: 1, acceptedAt: Date.parse("2026-12-07T09:00:00Z"), expiresAt: undefined, stanzas: 1 },
  ...{ recipients: undefined, receiver: "bob@x", kind: "message", sender: "ann@x", call: 1, mode: undefined },
  ...{ isCopied: false, isParked: false, done: 0, stanza: asStored(stanza), ...more },
});
const DELAY = '<delay xmlns="urn:xmpp:delay" from="rooms.test" stamp="2026-12-07T09:00:00.000Z"/>';

describe("A row's stanzas", () => {
  it("are its text, one after the other, with a delay if they are late messages", () => {
    expect(stanzasOf(row("<message/>")).at(0)).to.equal("<message/>");
    const pair = row("<message id='1'/><message id='2'/>", { stanzas: 2 });
    expect([0, 1].map((offset) => stanzasOf(pair).at(offset))).to.deep.equal([
      "<message id='1'/>",
      "<message id='2'/>",
    ]);
    expect(stanzasOf(row("<message><body/></message>"), "rooms.test").at(0)).to.equal(
      `<message><body/>${DELAY}</message>`,
    );
    const presence = row("<presence></presence>", { kind: "presence" });
    expect(stanzasOf(presence, "rooms.test").at(0)).to.equal("<presence></presence>");
  });

  it("are one for each recipient", () => {
    const many = row('<message from="r@c"><body/></message>', {
      recipients: "a@x\nb@x",
      stanzas: 2,
      receiver: undefined,
    });
    expect(stanzasOf(many, "rooms.test").at(1)).to.match(
      /^<message to="b@x" from="r@c"><body\/><delay .*<\/message>$/,
    );
    expect(stanzasOf(many).many?.recipients).to.deep.equal(["a@x", "b@x"]);
    expect(stanzasOf(row("<message/>")).many).to.equal(undefined);
  });

  it("have a copy for the sender's own sessions, unless the sender gets them anyway", () => {
    const stanza = '<message to="bob@x" from="ann@x/pda"><body>hi</body></message>';
    expect(stanzasOf(row(stanza)).copyAt(0)).to.equal(undefined);
    const copy = stanzasOf(row(stanza, { isCopied: true }), "rooms.test").copyAt(0);
    expect(copy).to.contain("urn:xmpp:carbons:2").and.contain("<body>hi</body>").and.contain(DELAY);
    for (const receiver of ["ann@x", "ann@x/desk"])
      expect(stanzasOf(row(stanza, { isCopied: true, receiver })).copyAt(0), receiver).to.equal(undefined);
    const many = row('<message from="ann@x"><body/></message>', {
      ...{ isCopied: true, recipients: "ann@x/desk\nbob@x", stanzas: 2, receiver: undefined },
    });
    const all = stanzasOf(many);
    expect(all.copyAt(0)).to.equal(undefined);
    expect(all.copyAt(1)).to.contain('to="bob@x"');
  });

  it("can be taken out, and leave the others", () => {
    const single = row("<message/>");
    expect(takeOut(single, 0)).to.deep.equal({ out: single, left: undefined });
    const three = row("<a/><b/><c/>", { stanzas: 3 });
    const { out, left } = takeOut(three, 1);
    expect([out.stanza, out.stanzas, out.receiver]).to.deep.equal(["<b/>", 1, "bob@x"]);
    expect([left?.stanza, left?.stanzas]).to.deep.equal(["<a/><c/>", 2]);
    const many = row("<message></message>", { recipients: "a@x\nb@x\nc@x", stanzas: 3, receiver: undefined });
    const taken = takeOut(many, 2);
    expect(taken.out).to.deep.include({
      stanza: '<message to="c@x"></message>',
      receiver: "c@x",
      recipients: undefined,
    });
    expect(taken.left).to.deep.include({ recipients: "a@x\nb@x", stanzas: 2 });
    expect(rowFrom(many, 0)).to.equal(many);
    expect(rowFrom(many, 1)).to.deep.include({ recipients: "b@x\nc@x", stanzas: 2 });
    expect(rowFrom(three, 2)).to.deep.include({ stanza: "<c/>", stanzas: 1 });
  });

  it("have the kind and the addresses of an element", () => {
    expect(originOf(xml("iq", { from: "ann@x/pda", to: "bob@x", id: "1" }))).to.deep.equal({
      ...{ kind: "iq", sender: "ann@x", receiver: "bob@x", id: "1" },
    });
    expect(originOf(xml("presence", { from: "ann@x" }))).to.deep.include({
      kind: "presence",
      sender: "ann@x",
    });
    expect(() => originOf(xml("stream"))).to.throw("<stream> is no stanza");
  });
});

describe("The outbox's rows are read", () => {
  let db: Database;
  let store: OutboxStore;
  beforeEach(() => {
    db = openDatabase(":memory:");
    store = new OutboxStore(db);
  });
  afterEach(() => db.close());

  const add = (...names: readonly string[]): OutboxRow[] =>
    store.add(names.map((name) => message(name))).rows.map(fromDisk);
  const all = (reader: RowReader): number[] => {
    const read: number[] = [];
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      read.push(next.row.rowId);
      reader.pass(next.row, next.row.stanzas);
    }
    return read;
  };

  it("in order, from memory or from the disk, each once", () => {
    const reader = new RowReader(store, 1);
    expect([reader.hasMore, reader.end, reader.next()]).to.deep.equal([false, 1, undefined]);
    reader.append(add("a", "b"));
    expect([reader.hasMore, reader.end]).to.deep.equal([true, 3]);
    expect(all(reader)).to.deep.equal([1, 2]);
    expect(reader.hasMore).to.equal(false);
    for (let part = 0; part < 3; part += 1) reader.append(add(...ids(`p${part}`, 300)));
    expect(reader.part, "a quarter of what is in memory").to.equal(128);
    reader.append(add("last"));
    expect(all(reader)).to.deep.equal(Array.from({ length: 901 }, (_, index) => index + 3));
    expect([reader.hasMore, reader.part]).to.deep.equal([false, 16]);
  });

  it("no further ahead than a megabyte, but for a larger one", () => {
    const reader = new RowReader(store, 1);
    const big = (name: string): OutboxRow[] =>
      store.add([message(name, { body: "x".repeat(600_000) })]).rows.map(fromDisk);
    for (const name of ["a", "b", "c"]) reader.append(big(name));
    db.exec("UPDATE outbox SET stanza = '<changed/>'");
    const texts: string[] = [];
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      texts.push(next.row.stanza.slice(0, 9));
      reader.pass(next.row, 1);
    }
    expect(texts, "the third wasn't in memory").to.deep.equal(["<message ", "<message ", "<changed/"]);
  });

  it("from the ack position on again after a rewind, without the stanzas that are acknowledged", () => {
    const rows = store
      .add([{ ...message("many"), recipients: ids("u", 5) }, message("b")])
      .rows.map(fromDisk);
    const reader = new RowReader(store, 1);
    reader.append(rows);
    const place = (): unknown => {
      const next = reader.next();
      return next && [next.row.rowId, next.offset];
    };
    expect(place()).to.deep.equal([1, 0]);
    reader.pass(rows[0]!, 3);
    expect(place()).to.deep.equal([1, 3]);
    reader.noteAcked(rows[0]!, 2);
    expect(reader.isPartlyAcked).to.equal(true);
    reader.rewind(1);
    expect(place()).to.deep.equal([1, 2]);
    reader.pass(reader.next()!.row, 4);
    expect(place()).to.deep.equal([1, 4]);
    reader.forgetAcks();
    reader.rewind(1);
    expect(place()).to.deep.equal([1, 0]);
    reader.noteAcked(rows[0]!, 0);
    expect(reader.isPartlyAcked, "nothing is acknowledged").to.equal(false);
    reader.noteAcked(rows[0]!, 4);
    reader.noteAcked(rows[0]!, 5);
    expect(reader.isPartlyAcked, "all of it is").to.equal(false);
    reader.rewind(2);
    expect(place()).to.deep.equal([2, 0]);
  });

  it("when they are parked and too old, to be dropped", () => {
    const [old] = store.add([
      { ...message("old"), expiresAt: 5 },
      { ...message("new"), expiresAt: Date.now() + 1e9 },
    ]).rows;
    const { by, isStopped } = store.begin();
    store.note({ acked: 3, by, isStopped }, [
      { rowId: 1, parked: true },
      { rowId: 2, parked: true },
    ]);
    const reader = new RowReader(store, 3);
    expect(reader.readExpired()).to.equal(true);
    expect(reader.next()?.row.rowId).to.equal(old?.rowId);
    reader.pass(reader.next()!.row, 1);
    db.exec("DELETE FROM outbox WHERE row_id = 1");
    expect(reader.readExpired()).to.equal(false);
  });
});
