/** Reading the outbox forwards: what is written, what is passed over, and how much of it is held in memory. */
import { expect } from "chai";
import { Cursor, type CursorParts, type Step } from "../../../component/outbox/cursor.js";
import { Envelopes } from "../../../component/outbox/envelopes.js";
import type { OutboxRow } from "../../../component/outbox/origin.js";
import { STREAM_ONLY, type Routes } from "../../../component/outbox/routes.js";
import { PLAIN } from "../../../component/outbox/ways.js";
import { together } from "../../../component/xml/splice.js";
import { asStored } from "../../../component/xml/wire-text.js";
import type { Position } from "../../../storage/outbox-progress.js";
import { bytesOf, type Way } from "../../../storage/outbox-row.js";
import { row } from "./rows.js";

const at = (seq: number, done = 0): Position => ({ seq, done });
const several = (seq: number, count: number, more: Partial<OutboxRow> = {}): OutboxRow =>
  row(seq, {
    stanza: together(Array.from({ length: count }, () => row(seq).stanza)),
    stanzas: count,
    ...more,
  });
const stanza = asStored('<message from="alice@h" id="m"/>');
const forMany = (seq: number, more: Partial<OutboxRow> = {}): OutboxRow =>
  row(seq, { stanza, recipients: "a@h\nb@h\nc@h", receiver: undefined, stanzas: 3, ...more });

describe("The outbox, read forwards", () => {
  let rows: OutboxRow[] = [];
  /** From where, and to where, it was read from the disk. */
  let reads: string[] = [];
  /** The places that the server has routed though they aren't confirmed. */
  let routed: string[] = [];
  let way: Way | undefined = "plain";
  let cursor: Cursor;

  const open = (start = at(1), sentBefore = at(1)): void => {
    const store = {
      next: () => (rows.at(-1)?.seq ?? 0) + 1,
      from: (from: number, count: number, _bytes: number, end = Infinity) => {
        reads.push(`${from} to ${end}`);
        return rows.filter(({ seq }) => seq >= from && seq < end).slice(0, count);
      },
    };
    const parts = {
      ...{ store, beginning: { start, sentBefore }, domain: "rooms.h", envelopes: new Envelopes("rooms.h") },
      validation: { validate: (some: OutboxRow[]) => some },
      ways: { ...PLAIN, of: () => way },
      refused: { isRouted: ({ seq }: OutboxRow, done: number) => routed.includes(`${seq}-${done}`) },
    };
    cursor = new Cursor(parts as unknown as CursorParts);
  };
  beforeEach(() => {
    [rows, reads, routed, way] = [[], [], [], "plain"];
  });

  const step = (more: { now?: number; routes?: Routes; held?: readonly number[] } = {}): Step | undefined => {
    const { now = 0, routes = STREAM_ONLY, held = [] } = more;
    return cursor.next({ now, routes, isQuarantined: ({ seq }) => held.includes(seq) });
  };
  /** In a word: `written 2-1`, and what is freed. */
  const said = (one: Step | undefined) =>
    one && [`${one.kind} ${one.row.seq}-${one.place}`, one.freed.stanzas, one.freed.bytes];
  const place = (): number[] => [cursor.position.seq, cursor.position.done];

  it("is written stanza by stanza; a row's bytes are free with its last", () => {
    rows = [row(1), several(2, 2), forMany(3)];
    open();
    expect(cursor.hasMore).to.equal(true);
    const [one, two, three] = rows.map(bytesOf);
    expect(said(step())).to.deep.equal(["written 1-0", 1, one]);
    expect(place()).to.deep.equal([2, 0]);
    expect(cursor.readAhead).to.deep.equal({ rows: 2, bytes: two! + three! });
    expect(said(step())).to.deep.equal(["written 2-0", 1, 0]);
    expect(place()).to.deep.equal([2, 1]);
    expect(said(step())).to.deep.equal(["written 2-1", 1, two]);
    const many = [step(), step()];
    expect(many.map((each) => each?.text)).to.deep.equal(
      ["a", "b"].map((who) => stanza.replace("<message", `<message to="${who}@h"`)),
    );
    expect(said(step())).to.deep.equal(["written 3-2", 1, three]);
    expect([step(), cursor.hasMore, place()]).to.deep.equal([undefined, false, [4, 0]]);
    expect(cursor.readAhead).to.deep.equal({ rows: 0, bytes: 0 });
    expect(reads, "once").to.deep.equal(["1 to 4"]);
  });

  it("begins in the middle of a row, behind what of it is routed, and at the beginning of any other", () => {
    rows = [several(1, 3), several(2, 3)];
    open(at(1, 1));
    expect(said(step())?.[0]).to.equal("written 1-1");
    rows = [several(1, 3, { done: 2 })];
    open(at(1, 1));
    expect(said(step())?.[0]).to.equal("written 1-2");
    rows = [several(2, 3)];
    open(at(1, 1));
    expect(said(step())?.[0]).to.equal("written 2-0");
  });

  it("passes over all that is left of a row in quarantine, and of one that there is no way for now", () => {
    rows = [several(1, 3), row(2)];
    open(at(1, 1));
    expect(said(step({ held: [1] }))).to.deep.equal(["quarantined 1-1", 0, 0]);
    expect(place()).to.deep.equal([2, 0]);
    way = undefined;
    expect(said(step())).to.deep.equal(["quarantined 2-0", 0, 0]);
  });

  it("passes over what is too old, and counts it unless it was sent before", () => {
    rows = [several(1, 3, { expiresAt: 10 }), row(2, { expiresAt: 10 }), row(3, { expiresAt: 11 })];
    open(at(1, 1));
    expect(said(step({ now: 10 }))).to.deep.equal(["expired 1-1", 2, bytesOf(rows[0]!)]);
    cursor.replay(at(2), at(3));
    expect(said(step({ now: 10 }))).to.deep.equal(["omitted 2-0", 1, bytesOf(rows[1]!)]);
    expect(said(step({ now: 10 }))?.[0]).to.equal("written 3-0");
  });

  it("passes over the sender's copy that the server makes itself, and what the server has routed", () => {
    rows = [row(1, { way: "plain" }), several(2, 3)];
    way = "privileged";
    routed = ["2-1"];
    open();
    expect(said(step())).to.deep.equal(["omitted 1-0", 1, bytesOf(rows[0]!)]);
    expect(step()?.text).to.contain("<privilege");
    expect(said(step())).to.deep.equal(["omitted 2-1", 1, 0]);
    expect(said(step())).to.deep.equal(["written 2-2", 1, bytesOf(rows[1]!)]);
  });

  it("sends copies in a row of their own where something of what they copy comes back", () => {
    rows = [forMany(1, { call: 1 }), several(2, 3, { call: 1, way: "plain" })];
    routed = ["1-0", "1-1", "2-0", "2-1", "2-2"];
    open();
    const all = Array.from({ length: 6 }, () => step()?.kind);
    expect(all).to.deep.equal(["omitted", "omitted", "written", "written", "written", "written"]);
  });

  it("stays where it is where a stanza must wait for its route, and goes on by as many as one takes", () => {
    rows = [row(1), forMany(2)];
    open();
    expect(step({ routes: { ...STREAM_ONLY, one: () => undefined } })).to.equal(undefined);
    expect([place(), cursor.hasMore]).to.deep.equal([[1, 0], true]);
    step();
    const routes: Routes = { ...STREAM_ONLY, many: () => ({ text: stanza, count: 2, multicasts: [] }) };
    expect(said(step({ routes }))).to.deep.equal(["written 2-0", 2, 0]);
    expect(place()).to.deep.equal([2, 2]);
  });

  it("is handed over in memory as long as it follows, up to so many rows and bytes, and read from the disk then", () => {
    open();
    const all = Array.from({ length: 600 }, (_, n) => row(n + 1));
    rows = all;
    cursor.append(all.slice(0, 2));
    expect(cursor.readAhead).to.deep.equal({ rows: 2, bytes: bytesOf(row(1)) + bytesOf(row(2)) });
    cursor.append(all.slice(2));
    expect(cursor.readAhead.rows).to.equal(512);
    for (let seq = 1; seq <= 512; seq++) expect(said(step())?.[0]).to.equal(`written ${seq}-0`);
    expect(reads).to.deep.equal([]);
    expect(said(step())?.[0]).to.equal("written 513-0");
    expect([reads, cursor.readAhead.rows]).to.deep.equal([["513 to 601"], 87]);
  });

  it("is handed over without gaps: what lies before it on the disk comes first", () => {
    rows = [row(1)];
    open();
    rows.push(row(2));
    cursor.append([row(2)]);
    expect(cursor.readAhead.rows).to.equal(0);
    const steps = [step(), step(), step()].map((one) => said(one)?.[0]);
    expect(steps).to.deep.equal(["written 1-0", "written 2-0", undefined]);
    const long = (seq: number): OutboxRow =>
      row(seq, { stanza: asStored(`<message>${"x".repeat(600_000)}</message>`) });
    cursor.append([long(3), long(4), long(5)]);
    expect(cursor.readAhead.rows, "a mebibyte").to.equal(2);
  });

  it("goes on with rows that another process added, up to those that may not be written yet", () => {
    open();
    rows = [row(1), row(2), row(3)];
    expect(cursor.hasMore).to.equal(false);
    cursor.refresh(2);
    expect([said(step())?.[0], step(), cursor.hasMore]).to.deep.equal(["written 1-0", undefined, false]);
    cursor.refresh();
    cursor.refresh(1);
    expect([said(step())?.[0], said(step())?.[0], step()]).to.deep.equal([
      "written 2-0",
      "written 3-0",
      undefined,
    ]);
  });

  it("looks no further where the rows are gone", () => {
    rows = [row(1)];
    open();
    rows = [];
    expect([step(), cursor.hasMore]).to.deep.equal([undefined, false]);
    rows = [row(2)];
    cursor.append([row(2)]);
    expect([said(step())?.[0], reads.length]).to.deep.equal(["written 2-0", 1]);
    rows = [row(4)];
    cursor.append(rows);
    const next = cursor.next({ now: 0, before: at(4), isQuarantined: () => false });
    expect([next, place()], "what waits until all before it is behind").to.deep.equal([undefined, [4, 0]]);
  });

  it("is written again from where it was confirmed", () => {
    rows = [row(1), several(2, 2), row(3)];
    open();
    for (let times = 0; times < 3; times++) step();
    cursor.rewind(at(2, 1));
    expect([place(), cursor.readAhead, cursor.hasMore]).to.deep.equal([[2, 1], { rows: 0, bytes: 0 }, true]);
    expect([said(step())?.[0], said(step())?.[0], step()]).to.deep.equal([
      "written 2-1",
      "written 3-0",
      undefined,
    ]);
    expect(reads.at(-1)).to.equal("2 to 4");
  });

  it("is read on where more lies there than is read at once", () => {
    rows = Array.from({ length: 1_100 }, (_, n) => row(n + 1));
    open();
    for (let seq = 1; seq <= 1_100; seq++) expect(said(step())?.[0]).to.equal(`written ${seq}-0`);
    expect([step(), reads]).to.deep.equal([undefined, ["1 to 1101", "513 to 1101", "1025 to 1101"]]);
  });

  it("asks anew in which way it goes, where it is written again", () => {
    rows = [row(1, { call: 1 }), row(2, { call: 1, way: "plain" })];
    open();
    expect([said(step())?.[0], said(step())?.[0]]).to.deep.equal(["written 1-0", "written 2-0"]);
    cursor.rewind(at(2));
    way = "privileged";
    expect(said(step())?.[0]).to.equal("omitted 2-0");
  });

  it("makes the sender's copy of a message as it is written, from its very text", () => {
    rows = [row(1, { stanzas: 2, isCopied: true }), row(2)];
    open();
    const [first, copy] = [step(), step()];
    expect([said(first), copy?.text.includes(rows[0]!.stanza.slice(8))]).to.deep.equal([
      ["written 1-0", 1, 0],
      true,
    ]);
    expect(copy?.text).to.match(/^<message to="alice@h" from="alice@h" type="chat"><sent /);
    expect([said(copy), said(step())?.[0]]).to.deep.equal([
      ["written 1-1", 1, bytesOf(rows[0]!)],
      "written 2-0",
    ]);
  });

  it("leaves the copy out where the message went by permission, whatever is allowed by then", () => {
    rows = [row(1, { stanzas: 2, isCopied: true, call: 1 }), row(2, { stanzas: 2, isCopied: true, call: 2 })];
    open();
    way = "privileged";
    expect(said(step())?.[0]).to.equal("written 1-0");
    way = "plain";
    expect([said(step()), said(step())?.[0]]).to.deep.equal([
      ["omitted 1-1", 1, bytesOf(rows[0]!)],
      "written 2-0",
    ]);
    way = "privileged";
    expect(said(step())?.[0], "the message went plain").to.equal("written 2-1");
  });

  it("holds a copy back behind what its sender is told by another route", () => {
    rows = [row(1, { stanzas: 2, isCopied: true })];
    open();
    const receivers: (string | undefined)[] = [];
    const routes: Routes = {
      ...STREAM_ONLY,
      one: (text, between) => (receivers.push(between.receiver), STREAM_ONLY.one(text, between)),
    };
    step({ routes });
    step({ routes });
    expect(receivers).to.deep.equal(["bob@h", "alice@h"]);
  });

  it("says when it was accepted where it was sent before, and where it has become late meanwhile", () => {
    const fresh = (seq: number): OutboxRow => forMany(seq, { acceptedAt: 1_000 });
    rows = [fresh(1), fresh(2), fresh(3)];
    open(at(1), at(1, 1));
    const late = (now = 1_000): boolean | undefined => step({ now })?.text.includes("<delay");
    expect([late(), late(), late(), late(), late(7_000)]).to.deep.equal([true, true, true, false, true]);
    cursor.replay(at(2), at(3));
    expect([late(), late(), late(), late()]).to.deep.equal([true, true, true, false]);
    cursor.replay(at(1), at(2));
    for (let times = 0; times < 3; times++) step();
    expect(late(), "it stays so").to.equal(true);
  });

  it("is searched for the rows of some senders, however many lie in between", () => {
    rows = Array.from({ length: 1_100 }, (_, n) =>
      row(n + 1, { sender: n % 500 === 0 ? "bob@h" : "alice@h" }),
    );
    open();
    const found = cursor.find(at(1), at(1_001), ({ sender }) => sender === "bob@h");
    expect(found.map(({ seq }) => seq)).to.deep.equal([1, 501]);
    expect(reads).to.deep.equal(["1 to 1001", "513 to 1001"]);
    rows = [];
    expect(cursor.find(at(1), at(9), () => true)).to.deep.equal([]);
    expect(cursor.find(at(9), at(9), () => true)).to.deep.equal([]);
    expect(reads, "nothing lies there").to.have.length(3);
  });
});
