/** What goes out in one write. */
import { expect } from "chai";
import { Barrier } from "../../../component/outbox/barrier.js";
import { nextBatch, type BatchLimits } from "../../../component/outbox/batch.js";
import { BatchWriter, type BatchWriterParts } from "../../../component/outbox/batch-writer.js";
import type { Cursor, Step } from "../../../component/outbox/cursor.js";
import { InFlightWindow } from "../../../component/outbox/in-flight-window.js";
import type { Multicast, Routes } from "../../../component/outbox/routes.js";
import { Metrics } from "../../../component/metrics.js";
import { stanzasOf } from "../../../component/xml/stored.js";
import { asStored } from "../../../component/xml/wire-text.js";
import type { Position } from "../../../storage/outbox-progress.js";
import { LogLines } from "../../support/log-lines.js";
import { row } from "./rows.js";

const MULTICAST: Multicast = { service: "m.h", room: "room@rooms.h", receivers: [] };

/** A cursor that takes these steps, each past a row; what is none it can't read, or must wait for something. */
class Steps {
  position = { seq: 1, done: 0 };
  routes: Routes | undefined;
  constructor(readonly left: (Step | "unreadable" | "waiting")[]) {}
  get hasMore(): boolean {
    return this.left.length > 0;
  }
  next({ routes }: { routes?: Routes }): Step | undefined {
    const [step] = this.left;
    this.routes = routes;
    if (step === "unreadable") throw new Error("the disk is gone");
    if (step === "waiting") return undefined;
    this.left.shift();
    if (step !== undefined) this.position = { seq: step.row.seq + 1, done: 0 };
    return step;
  }
  rewind(position: { seq: number; done: number }): void {
    this.position = position;
  }
}

const step = (seq: number, kind: Step["kind"] = "written", more: Partial<Step> = {}): Step => ({
  ...{ kind, row: row(seq), place: 0, multicasts: [], freed: { stanzas: 1, bytes: 10 } },
  text: asStored(kind === "written" ? `<message id="m${seq}"/>` : ""),
  ...more,
});
const steps = (count: number, more: Partial<Step> = {}): Step[] =>
  Array.from({ length: count }, (_, at) => step(at + 1, "written", more));

describe("A batch", () => {
  const next = (left: (Step | "unreadable")[], more: Partial<BatchLimits> = {}) => {
    const limits = { now: 0, most: Infinity, rows: Infinity, isQuarantined: () => false, ...more };
    return nextBatch(new Steps(left) as unknown as Cursor, limits);
  };

  it("has what is written, and tells of what isn't", () => {
    const left = [
      step(1, "expired", { freed: { stanzas: 3, bytes: 1 } }),
      step(2, "omitted"),
      step(3, "written", { place: 2, freed: { stanzas: 5, bytes: 7 }, multicasts: [MULTICAST] }),
      step(4, "quarantined", { place: 1, freed: { stanzas: 0, bytes: 0 } }),
      step(5),
    ];
    const [, , third, fourth] = left;
    expect(next(left.slice())).to.deep.equal({
      ...{
        text: asStored('<message id="m3"/><message id="m5"/>'),
        first: { row: third?.row, place: 2 },
        stanzas: 6,
      },
      ...{ multicasts: [MULTICAST], freed: { stanzas: 10, bytes: 28 }, expired: 3 },
      ...{ quarantined: [{ row: fourth?.row, place: 1 }], unwritten: [1, 4] },
    });
  });

  it("is no more than may be in flight, than the rows that are wanted, and than a write holds", () => {
    expect(next(steps(9), { most: 4 }).stanzas).to.equal(4);
    expect(next(steps(9), { rows: 5 }).stanzas).to.equal(5);
    expect(next(steps(300)).stanzas).to.equal(256);
    expect(next(steps(300, { freed: { stanzas: 2, bytes: 0 } }), { most: 9 }).stanzas).to.equal(10);
    const long = { text: asStored("x".repeat(64 * 1024)) };
    expect(next(steps(9, long)).stanzas, "128 KiB").to.equal(2);
    expect(next(steps(9, { text: asStored("x".repeat(64 * 1024 - 1)) })).stanzas).to.equal(3);
  });

  it("passes five hundred and twelve that aren't written, and no more", () => {
    const old = Array.from({ length: 600 }, (_, at) => step(at + 1, "expired"));
    expect(next(old).expired).to.equal(512);
  });

  it("ends where the next can't be read, or must wait, and throws where that is the first", () => {
    expect(next([step(1), "unreadable"]).stanzas).to.equal(1);
    expect(() => next(["unreadable"])).to.throw("the disk is gone");
    expect(next([]).stanzas).to.equal(0);
  });
});

describe("Writing a batch", () => {
  let window: InFlightWindow;
  let cursor: Steps;
  let writer: BatchWriter;
  let written: string[] = [];
  let isTaken = true;
  const metrics = (): Promise<number> =>
    parts.metrics.expired.get().then(({ values }) => values[0]?.value ?? 0);
  let parts: { metrics: Metrics };
  let log: LogLines;
  /** What is put into quarantine; a disk that doesn't take it. */
  let quarantined: number[] = [];
  let [isDiskFull, acknowledged] = [false, 0];
  /** How far the search was told that all is behind it. */
  let reached: Position[] = [];
  const search = { budget: Infinity, isOn: false, reached: (place: Position) => reached.push(place) };
  let trial = { text: asStored(""), stanzas: 0, expired: 0 };
  const multicastRoutes = { acknowledged: (some: readonly Multicast[]) => (acknowledged += some.length) };

  beforeEach(() => {
    [written, quarantined, reached, isDiskFull, isTaken, acknowledged] = [[], [], [], false, true, 0];
    Object.assign(search, { budget: Infinity, isOn: false });
    window = new InFlightWindow();
    log = new LogLines();
  });
  const open = (left: (Step | "waiting")[]): void => {
    cursor = new Steps(left);
    const add = (entries: readonly { row: { seq: number } }[]): void => {
      if (isDiskFull) throw new Error("full");
      quarantined.push(...entries.map(({ row: { seq } }) => seq));
    };
    parts = { metrics: new Metrics() };
    const all = {
      ...parts,
      ...{ cursor, window, log: log.logger, multicastRoutes, barrier: new Barrier("rooms.h", "h") },
      link: { write: (text: string) => (written.push(text), isTaken) },
      poison: { search, quarantine: { add, holds: () => false, nextTrial: () => trial } },
    };
    writer = new BatchWriter(all as unknown as BatchWriterParts);
  };
  /** What went out, without the barriers' own ids. */
  const out = (): string[] =>
    stanzasOf(asStored(written.splice(0).join(""))).map(
      (text) => / (?:id="(m\d+)"|to="([^"]*)")/.exec(text)?.slice(1).find(Boolean) ?? "",
    );

  it("has a barrier behind it, and is noted as being in flight", () => {
    open([step(1), step(2, "expired"), step(3)]);
    expect(writer.writeNext(16)).to.equal(3);
    expect(out()).to.deep.equal(["m1", "m3", "rooms.h"]);
    expect([window.stanzas, writer.writeNext(16), out()]).to.deep.equal([2, 0, []]);
    expect(writer.lastWrite).to.be.closeTo(performance.now(), 5_000);
  });

  it("has a barrier on each route that it takes", () => {
    open([step(1, "written", { multicasts: [MULTICAST, MULTICAST] })]);
    writer.writeNext(16);
    expect(out()).to.deep.equal(["m1", "m.h", "rooms.h"]);
    writer.writeBarriers();
    expect(out()).to.deep.equal(["m.h", "rooms.h"]);
  });

  it("takes the services' routes, and none while something is searched for", () => {
    open([step(1), step(2)]);
    writer.writeNext(1);
    expect(cursor.routes).to.equal(multicastRoutes);
    Object.assign(search, { isOn: true });
    writer.writeNext(1);
    expect(cursor.routes).not.to.equal(multicastRoutes);
  });

  it("is no more than may be in flight, and than is searched at once", () => {
    Object.assign(search, { budget: 3 });
    open(steps(9));
    expect([writer.writeNext(2), writer.writeNext(16), writer.writeNext(16)]).to.deep.equal([2, 1, 0]);
    Object.assign(search, { budget: Infinity });
    open(steps(9, { freed: { stanzas: 300, bytes: 1 } }));
    expect([writer.writeNext(16), writer.writeNext(16)], "the window is full").to.deep.equal([600, 0]);
  });

  it("isn't there where the next must wait for something", () => {
    open(["waiting"]);
    expect([writer.writeNext(16), out(), window.isEmpty]).to.deep.equal([0, [], true]);
    expect(reached, "nothing before it is in flight, either").to.deep.equal([cursor.position]);
    open([step(1), "waiting"]);
    writer.writeNext(1);
    writer.writeNext(1);
    expect(reached).to.have.lengthOf(1);
  });

  it("waits where the link takes no more, until it has drained", () => {
    open([step(1), step(2)]);
    isTaken = false;
    expect([writer.isBlocked, writer.writeNext(1), writer.isBlocked]).to.deep.equal([false, 1, true]);
    expect([writer.writeNext(1), out()]).to.deep.equal([0, ["m1", "rooms.h"]]);
    writer.isBlocked = false;
    isTaken = true;
    expect([writer.writeNext(1), writer.isBlocked]).to.deep.equal([1, false]);
  });

  it("puts into quarantine what belongs there, and goes back where the disk doesn't take that", () => {
    const left = (): Step[] => [
      step(1, "written", { multicasts: [MULTICAST] }),
      step(2, "quarantined", { freed: { stanzas: 0, bytes: 0 } }),
    ];
    open(left());
    isDiskFull = true;
    expect(() => writer.writeNext(16)).to.throw("full");
    expect([cursor.position.seq, acknowledged, written, window.isEmpty]).to.deep.equal([1, 1, [], true]);
    isDiskFull = false;
    open(left());
    expect([writer.writeNext(16), quarantined, acknowledged]).to.deep.equal([2, [2], 1]);
    open([step(1, "quarantined", { freed: { stanzas: 0, bytes: 0 } })]);
    expect(writer.writeNext(16)).to.equal(1);
  });

  it("tells of what was passed and not written, once, in order; and counts what was too old", async () => {
    open([
      step(2, "expired", { freed: { stanzas: 4, bytes: 1 } }),
      step(2, "quarantined"),
      step(1, "expired"),
    ]);
    writer.writeNext(16);
    expect([writer.drainUnwritten(), writer.drainUnwritten()]).to.deep.equal([[1, 2], []]);
    expect(await metrics()).to.equal(5);
    expect(log.about("Dropped 5 notifications", "info")).to.have.length(1);
    open([step(1)]);
    writer.writeNext(16);
    expect(log.about("Dropped", "info")).to.have.length(1);
  });

  it("writes of the quarantine what is to be tried, and nothing where that is nothing", async () => {
    open([]);
    trial = { text: asStored(""), stanzas: 0, expired: 2 };
    expect([writer.writeTrial(), out(), await metrics()]).to.deep.equal([false, [], 2]);
    trial = { text: asStored('<message id="m7"/>'), stanzas: 1, expired: 0 };
    expect([writer.writeTrial(), out(), window.stanzas]).to.deep.equal([true, ["m7", "rooms.h"], 1]);
  });
});
