/** Who is on duty: turns over changes of the clocks, and covers. */
import { expect } from "chai";
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { parseEvery, parseLocal, turnsOf, type Rotation } from "../../../../component/hooks/duty/rotation.js";
import { AHEAD_MS, dutyAt, overlaid } from "../../../../component/hooks/duty/schedule.js";
import type { Shift, StoredRoster } from "../../../../storage/duty-store.js";

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const at = (text: string): number => Date.parse(text);
const [juliet, romeo, nurse] = ["juliet", "romeo", "nurse"].map((name) => `${name}@example.org`) as [
  string,
  string,
  string,
];
const WEEKS: Rotation = {
  people: [juliet, romeo],
  every: "P1W",
  starts: "2026-03-16T09:00",
  zone: "Europe/Berlin",
};
const line = ({ starts, ends, person }: Shift): string =>
  `${person.split("@")[0] ?? ""} ${new Date(starts).toISOString()} ${new Date(ends).toISOString()}`;

/** All turns of a rotation from its first one on, by the simplest definition: a turn ends when the first later one begins. */
function allTurns({ people, every, starts, zone }: Rotation, before: number): Shift[] {
  const first = Temporal.PlainDateTime.from(starts);
  const [[unit, count] = ["hours", 0] as const] = Object.entries(partsOf(every));
  const turns: Shift[] = [];
  let begin = first.toZonedDateTime(zone).epochMilliseconds;
  for (let turn = 0; begin < before; turn += 1) {
    const next = first.add({ [unit]: count * (turn + 1) }).toZonedDateTime(zone).epochMilliseconds;
    const ends = Math.max(begin, next);
    if (ends > begin) turns.push({ starts: begin, ends, person: people[turn % people.length]! });
    begin = ends;
  }
  return turns;
}

function partsOf(every: string): Record<string, number> {
  const [, count, unit] = /^PT?(\d+)(H|D|W|M)$/.exec(every)!;
  return { [{ H: "hours", D: "days", W: "weeks", M: "months" }[unit!]!]: Number(count) };
}

/** Expects the turns in a window of time, which follow one another without gaps. */
function expectTurns(rotation: Rotation, all: readonly Shift[], after: number, before: number): void {
  const turns = turnsOf(rotation, after, before);
  const context = `${JSON.stringify(rotation)} after ${new Date(after).toISOString()}`;
  expect(turns, context).to.deep.equal(all.filter(({ starts, ends }) => ends > after && starts < before));
  if (after >= (all[0]?.starts ?? before)) expect(turns[0]?.starts, context).to.be.at.most(after);
}

describe("Turns", () => {
  it("begin at the same time of the day before and after a change to summer time", () => {
    const turns = turnsOf(WEEKS, at("2026-03-16T12:00Z"), at("2026-04-10T00:00Z"));
    expect(turns.map(line)).to.deep.equal([
      "juliet 2026-03-16T08:00:00.000Z 2026-03-23T08:00:00.000Z",
      "romeo 2026-03-23T08:00:00.000Z 2026-03-30T07:00:00.000Z",
      "juliet 2026-03-30T07:00:00.000Z 2026-04-06T07:00:00.000Z",
      "romeo 2026-04-06T07:00:00.000Z 2026-04-13T07:00:00.000Z",
    ]);
  });

  it("of half a day stay at nine o'clock over the end of summer time", () => {
    const rotation = { ...WEEKS, every: "PT12H", starts: "2026-10-24T09:00" };
    const turns = turnsOf(rotation, at("2026-10-24T08:00Z"), at("2026-10-25T10:00Z"));
    expect(turns.map(line)).to.deep.equal([
      "juliet 2026-10-24T07:00:00.000Z 2026-10-24T19:00:00.000Z",
      "romeo 2026-10-24T19:00:00.000Z 2026-10-25T08:00:00.000Z",
      "juliet 2026-10-25T08:00:00.000Z 2026-10-25T20:00:00.000Z",
    ]);
  });

  it("of months begin on the last day of short ones, and go on from there", () => {
    const rotation = { ...WEEKS, every: "P1M", starts: "2026-01-31T00:00", zone: "UTC" };
    const turns = turnsOf(rotation, at("2026-02-01T00:00Z"), at("2026-04-15T00:00Z"));
    expect(turns.map(({ starts }) => new Date(starts).toISOString().slice(0, 10))).to.deep.equal([
      "2026-01-31",
      "2026-02-28",
      "2026-03-31",
    ]);
  });

  const zones = Intl.supportedValuesOf("timeZone");

  it("of months are the same whenever one looks, for twenty years, in each zone", () => {
    for (const zone of zones) {
      const rotation = {
        ...WEEKS,
        people: [juliet, romeo, nurse],
        every: "P1M",
        starts: "2020-02-29T09:00",
        zone,
      };
      const all = allTurns(rotation, at("2040-06-01T00:00Z"));
      for (let year = 2020; year < 2040; year += 3)
        expectTurns(rotation, all, at(`${year}-03-15T12:00Z`), at(`${year}-06-01T00:00Z`));
    }
  });

  it("are the same whenever one looks: any length, beginning, zone and time", () => {
    const rotations = fc.record({
      people: fc.constantFrom([juliet], [juliet, romeo], [juliet, romeo, nurse]),
      every: fc.constantFrom("PT1H", "PT12H", "PT100H", "P1D", "P3D", "P1W", "P2W", "P1M", "P3M", "P12M"),
      starts: fc
        .date({ min: new Date("2000-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 16)),
      zone: fc.oneof(fc.constantFrom("Pacific/Apia", "Antarctica/Troll", "UTC"), fc.constantFrom(...zones)),
    });
    fc.assert(
      fc.property(
        rotations,
        fc.double({ min: -0.01, max: 1, noNaN: true }),
        fc.nat(62),
        (rotation, when, days) => {
          const years = rotation.every.includes("H") ? 2 : 20;
          const after = Math.floor(at(`${rotation.starts}Z`) + when * years * 365 * DAY);
          const before = after + days * DAY + 1;
          expectTurns(rotation, allTurns(rotation, before), after, before);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("are there once when a zone leaves out a whole day, and turns of that day aren't", () => {
    const rotation = { ...WEEKS, every: "P1D", starts: "2011-12-28T09:00", zone: "Pacific/Apia" };
    const turns = turnsOf(rotation, at("2011-12-29T00:00Z"), at("2012-01-01T12:00Z"));
    expect(turns.map(line)).to.deep.equal([
      "juliet 2011-12-28T19:00:00.000Z 2011-12-29T19:00:00.000Z",
      "romeo 2011-12-29T19:00:00.000Z 2011-12-30T19:00:00.000Z",
      "romeo 2011-12-30T19:00:00.000Z 2011-12-31T19:00:00.000Z",
      "juliet 2011-12-31T19:00:00.000Z 2012-01-01T19:00:00.000Z",
    ]);
  });

  it("have lengths in words of both languages, and times as people write them", () => {
    expect(["week", "2 weeks", "12h", "天", "2周", "months"].map(parseEvery)).to.deep.equal([
      "P1W",
      "P2W",
      "PT12H",
      "P1D",
      "P2W",
      "P1M",
    ]);
    expect(["", "0 days", "fortnight", "1 year", "800 weeks", "5 minutes"].map(parseEvery)).to.deep.equal(
      Array.from({ length: 6 }),
    );
    expect(parseLocal("2026-12-07 09:00")).to.equal("2026-12-07T09:00");
    expect(["2026-13-01", "tomorrow", "2026-12-07 9", "2026-02-30 09:00"].map(parseLocal)).to.deep.equal(
      Array.from({ length: 4 }),
    );
  });
});

describe("A schedule", () => {
  it("has covers over turns, the last one first, and joins what one person has in a row", () => {
    const base = [
      { starts: 0, ends: 10, person: juliet },
      { starts: 10, ends: 20, person: romeo },
      { starts: 20, ends: 30, person: juliet },
    ];
    const covers = [
      { starts: 5, ends: 20, person: nurse },
      { starts: 12, ends: 15, person: juliet },
      { starts: 15, ends: 20, person: juliet },
    ];
    expect(overlaid(base, covers, 2, 30)).to.deep.equal([
      { starts: 2, ends: 5, person: juliet },
      { starts: 5, ends: 12, person: nurse },
      { starts: 12, ends: 30, person: juliet },
    ]);
  });

  it("knows who is next, over a gap too", () => {
    const roster = { name: "ops", people: [], zone: "UTC" } as unknown as StoredRoster;
    const shifts = [
      { starts: 0, ends: 10, person: juliet },
      { starts: 15, ends: 20, person: romeo },
    ];
    const store = { shifts: () => shifts, covers: () => [] };
    expect(dutyAt(store, roster, 5)).to.deep.equal({ person: juliet, until: 10, next: undefined });
    expect(dutyAt(store, roster, 12)).to.deep.equal({ person: undefined, until: 15, next: romeo });
  });

  const arbitraryShift = fc.record({
    starts: fc.nat(12),
    ends: fc.nat(14),
    person: fc.constantFrom(juliet, romeo, nurse),
  });
  const arbitraryShifts = fc.array(arbitraryShift, { maxLength: 12 });

  /** Who is on duty at a time, by definition: the last cover then, or else the first of the shifts that began last. */
  const personAt = (base: readonly Shift[], covers: readonly Shift[], moment: number): string | undefined => {
    const isThen = ({ starts, ends }: Shift): boolean => starts <= moment && ends > moment;
    const begun = base.filter(isThen);
    const latest = Math.max(...begun.map(({ starts }) => starts));
    return (covers.findLast(isThen) ?? begun.find(({ starts }) => starts === latest))?.person;
  };

  it("says for each moment what its definition says, in as few shifts as that takes", () => {
    fc.assert(
      fc.property(arbitraryShifts, arbitraryShifts, (base, covers) => {
        const [from, to] = [2, 12];
        const expected: Shift[] = [];
        for (let moment = from; moment < to; moment++) {
          const person = personAt(base, covers, moment);
          const last = expected.at(-1);
          if (person === undefined) continue;
          if (last?.person === person && last.ends === moment)
            expected[expected.length - 1] = { ...last, ends: moment + 1 };
          else expected.push({ starts: moment, ends: moment + 1, person });
        }
        expect(overlaid(base, covers, from, to)).to.deep.equal(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("knows the next change however far it is, up to two months", () => {
    const unit = AHEAD_MS / 10;
    const later = (shifts: readonly Shift[]): Shift[] =>
      shifts.map((shift) => ({ ...shift, starts: shift.starts * unit, ends: shift.ends * unit }));
    const roster = { name: "ops", people: [], zone: "UTC" } as unknown as StoredRoster;
    fc.assert(
      fc.property(arbitraryShifts, arbitraryShifts, fc.nat(12), (base, covers, moment) => {
        const store = {
          shifts: (_: string, after: number, before: number) =>
            later(base).filter(({ starts, ends }) => ends > after && starts < before),
          covers: () => later(covers).map((cover, id) => ({ ...cover, id })),
        };
        const person = personAt(base, covers, moment);
        let until = moment + 1;
        while (until < moment + 10 && personAt(base, covers, until) === person) until += 1;
        const isFound = until < moment + 10;
        expect(dutyAt(store, roster, moment * unit)).to.deep.equal({
          person,
          until: isFound ? until * unit : undefined,
          next: isFound ? personAt(base, covers, until) : undefined,
        });
      }),
      { numRuns: 2000 },
    );
  });

  /** Shifts, and how often their times have been looked at. */
  const counted = (count: number): { readonly shifts: Shift[]; readonly reads: () => number } => {
    let reads = 0;
    const shifts = Array.from({ length: count }, (_, index) => ({
      get starts(): number {
        reads += 1;
        return index * HOUR;
      },
      ends: index * HOUR + 5 * 60_000,
      person: index % 2 === 0 ? juliet : romeo,
    }));
    return { shifts, reads: () => reads };
  };

  it("of 5,000 shifts looks at each one a few times, not at each one for each one", () => {
    const { shifts, reads } = counted(5000);
    expect(overlaid(shifts, [], 0, 5000 * HOUR)).to.have.length(5000);
    expect(reads()).to.be.below(5000 * 50);
  });

  it("isn't read further than to the next change, as anybody in a room may ask who is on duty", () => {
    const { shifts } = counted(1400);
    let read = 0;
    const store = {
      shifts: (_: string, after: number, before: number) => {
        const found = shifts.filter(({ starts, ends }) => ends > after && starts < before);
        read += found.length;
        return found;
      },
      covers: () => [],
    };
    const roster = { name: "ops", people: [], zone: "UTC" } as unknown as StoredRoster;
    expect(dutyAt(store, roster, 0)).to.deep.equal({ person: juliet, until: 5 * 60_000, next: undefined });
    expect(read).to.equal(24);
  });

  it("of one person has no changes, however short the turns are", () => {
    const roster = { ...WEEKS, name: "ops", people: [juliet], every: "PT1H" } as unknown as StoredRoster;
    const store = { shifts: () => [], covers: () => [] };
    const starts = at("2026-03-16T08:00Z");
    expect(dutyAt(store, roster, starts)).to.deep.equal({
      ...{ person: juliet, until: undefined, next: undefined },
    });
    expect(dutyAt(store, roster, starts - 1)).to.deep.equal({
      ...{ person: undefined, until: starts, next: juliet },
    });
  });
});
