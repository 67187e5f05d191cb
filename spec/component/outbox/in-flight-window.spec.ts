/** What barriers that come back say of what is on its way, and how much may be. */
import { expect } from "chai";
import { EMPTY_BATCH, type Batch } from "../../../component/outbox/batch.js";
import { InFlightWindow } from "../../../component/outbox/in-flight-window.js";
import { STREAM, type Route } from "../../../component/outbox/routes.js";
import { asStored } from "../../../component/xml/wire-text.js";
import { row } from "./rows.js";

const SERVICE = "multicast.h";
const MIB = 1024 * 1024;

describe("What is on its way", () => {
  let window: InFlightWindow;
  let count = 0;
  beforeEach(() => {
    window = new InFlightWindow();
    count = 0;
  });

  /** One stanza of the row of this number, with barriers behind it: "stream 1", "service 1". */
  const write = (more: Partial<Batch> = {}, services: readonly Route[] = [], at = 0): void => {
    const number = ++count;
    const text = asStored("");
    const barriers = new Map([[STREAM, { id: `stream ${number}`, text }]]);
    for (const service of services) barriers.set(service, { id: `service ${number}`, text });
    window.add(barriers, { ...EMPTY_BATCH, stanzas: 1, ...more }, { seq: number, done: 0 }, at);
  };
  /** The first row that isn't confirmed by this barrier; undefined where it says nothing new. */
  const back = (barrier: string): number | undefined => window.acknowledge(barrier, 0)?.end.seq;

  it("is confirmed in its order, with all that goes with it, by a barrier behind it", () => {
    const multicast = { service: SERVICE, room: "room@x", receivers: ["'a@h'"] };
    write({ stanzas: 3, freed: { stanzas: 4, bytes: 50 }, multicasts: [multicast] }, [], 100);
    write({ stanzas: 2, freed: { stanzas: 2, bytes: 7 } }, [], 120);
    write({ stanzas: 1 }, [], 130);
    expect([window.stanzas, window.oldestAt, window.isAllRouted]).to.deep.equal([6, 100, false]);
    expect(window.acknowledge("stream 2", 150)).to.deep.equal({
      ...{ stanzas: 5, freed: { stanzas: 6, bytes: 57 }, multicasts: [multicast] },
      ...{ end: { seq: 2, done: 0 }, roundTrip: 30 },
    });
    expect([window.stanzas, window.oldestAt, window.isEmpty]).to.deep.equal([1, 130, false]);
    for (const said of ["stream 1", "stream 2", "never heard of"]) expect(back(said)).to.equal(undefined);
    expect(back("stream 3")).to.equal(3);
    expect([window.stanzas, window.oldestAt, window.isEmpty]).to.deep.equal([0, undefined, true]);
    expect(window.isAllRouted).to.equal(true);
  });

  it("waits for the service's barrier where that was told some of it, and what comes later waits behind it", () => {
    expect([window.isServiceAwaited, [...window.routes]]).to.deep.equal([false, []]);
    write({}, [SERVICE]);
    write();
    expect([window.isServiceAwaited, [...window.routes]]).to.deep.equal([false, [STREAM, SERVICE]]);
    expect(back("stream 2")).to.equal(undefined);
    expect([window.isServiceAwaited, window.isAllRouted]).to.deep.equal([true, false]);
    expect(back("service 1")).to.equal(2);
    expect([window.isServiceAwaited, [...window.routes]]).to.deep.equal([false, []]);
  });

  it("is confirmed by a later barrier of each of its routes, also where an earlier one comes after that", () => {
    for (let times = 0; times < 2; times++) write({}, [SERVICE]);
    for (const barrier of ["service 2", "service 1"]) expect(back(barrier)).to.equal(undefined);
    expect(back("stream 2")).to.equal(2);
  });

  it("isn't confirmed from what was refused on, until all of it is written again", () => {
    for (let times = 0; times < 4; times++) write();
    window.hold({ seq: 2, done: 0 });
    window.hold({ seq: 1, done: 5 });
    window.hold({ seq: 3, done: 0 });
    expect(back("stream 4")).to.equal(1);
    expect([window.isEmpty, window.isAllRouted]).to.deep.equal([false, true]);
    window.clear();
    write();
    expect(back("stream 5")).to.equal(5);
  });

  it("may be four mebibytes of text, and so many stanzas", () => {
    const room = window.room;
    write({ stanzas: 10, text: asStored("x".repeat(4 * MIB - 1)) });
    expect(window.room).to.equal(room - 10);
    write({ stanzas: 0, text: asStored("x") });
    expect(window.room).to.equal(0);
    back("stream 2");
    // It was fast.
    expect(window.room).to.equal(2 * room);
  });

  it("begins with the first stanza that was written, whatever was passed before", () => {
    expect(window.first).to.equal(undefined);
    write();
    const first = { row: row(7), place: 1 };
    write({ first });
    write({ first: { row: row(8), place: 0 } });
    expect(window.first).to.equal(first);
  });

  it("is forgotten with the stream", () => {
    const { room } = window;
    write({ text: asStored("x".repeat(4 * MIB)) }, [SERVICE]);
    back("service 1");
    window.clear();
    expect([window.stanzas, window.room, window.isEmpty, [...window.routes]]).to.deep.equal([
      0,
      room,
      true,
      [],
    ]);
    write({}, [SERVICE]);
    expect(back("stream 1")).to.equal(undefined);
    expect(back("stream 2"), "the new service has said nothing yet").to.equal(undefined);
    expect(back("service 2")).to.equal(2);
    window.clear();
    expect(window.room, "as much as at first").to.equal(room);
  });
});
