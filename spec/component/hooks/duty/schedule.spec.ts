/** Who is on duty: turns over changes of the clocks, covers, and calendars. */
import { expect } from "chai";
import { readShifts } from "../../../../component/hooks/duty/calendars.js";
import { readCalendar, type CalendarAnswer } from "../../../../component/hooks/duty/calendar.js";
import { readInThread, shiftsIn } from "../../../../component/hooks/duty/calendar-reading.js";
import { parseEvery, parseLocal, turnsOf, type Rotation } from "../../../../component/hooks/duty/rotation.js";
import { dutyAt, overlaid } from "../../../../component/hooks/duty/schedule.js";
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

  it("are found at any time, each one once, and none before the first", () => {
    for (const every of ["PT1H", "P1D", "P1W", "P2W", "P1M"])
      for (let days = -3; days < 800; days += 37) {
        const moment = at("2026-03-16T08:00Z") + days * DAY;
        const turns = turnsOf({ ...WEEKS, every }, moment, moment + 1);
        expect(turns.length, `${every} ${days}`).to.equal(days < 0 ? 0 : 1);
        if (turns[0] !== undefined)
          expect(turns[0].starts <= moment && turns[0].ends > moment, `${every} ${days}`).to.equal(true);
      }
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
});

const calendar = (...lines: readonly string[]): string =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n");
const event = (...lines: readonly string[]): readonly string[] => ["BEGIN:VEVENT", ...lines, "END:VEVENT"];
const BERLIN = [
  "BEGIN:VTIMEZONE",
  "TZID:Our Zone",
  "BEGIN:DAYLIGHT",
  "DTSTART:19810329T020000",
  "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0200",
  "END:DAYLIGHT",
  "BEGIN:STANDARD",
  "DTSTART:19961027T030000",
  "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
  "TZOFFSETFROM:+0200",
  "TZOFFSETTO:+0100",
  "END:STANDARD",
  "END:VTIMEZONE",
];
const WINDOW = { from: at("2026-03-20T00:00Z"), to: at("2026-04-15T00:00Z"), zone: "Europe/Berlin" };
const linesOf = (answer: CalendarAnswer, people: readonly string[] = []): readonly string[] => {
  const shifts = shiftsIn(answer, people);
  return typeof shifts === "string" ? [shifts] : shifts.map(line);
};

describe("A calendar", () => {
  it("says shifts by repetitions, exceptions, replaced ones, and a zone of its own, over summer time", () => {
    const text = calendar(
      ...BERLIN,
      ...event(
        "UID:1",
        "DTSTART;TZID=Our Zone:20260105T090000",
        "DTEND;TZID=Our Zone:20260112T090000",
        "RRULE:FREQ=WEEKLY;INTERVAL=1",
        "EXDATE;TZID=Our Zone:20260406T090000",
        "ATTENDEE;CN=Juliet:mailto:juliet@example.org",
        "SUMMARY:On call",
      ),
      ...event(
        "UID:1",
        "RECURRENCE-ID;TZID=Our Zone:20260330T090000",
        "DTSTART;TZID=Our Zone:20260330T100000",
        "DTEND;TZID=Our Zone:20260331T100000",
        "SUMMARY:romeo@example.org instead",
      ),
    );
    expect(linesOf(readCalendar({ ...WINDOW, text }))).to.deep.equal([
      "juliet 2026-03-16T08:00:00.000Z 2026-03-23T08:00:00.000Z",
      "juliet 2026-03-23T08:00:00.000Z 2026-03-30T07:00:00.000Z",
      "romeo 2026-03-30T08:00:00.000Z 2026-03-31T08:00:00.000Z",
      "juliet 2026-04-13T07:00:00.000Z 2026-04-20T07:00:00.000Z",
    ]);
  });

  it("may have days, times without a zone, zones by name alone, UTC, and events that don't take place", () => {
    const text = calendar(
      ...event("UID:1", "DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330", "SUMMARY:Juliet"),
      ...event("UID:2", "DTSTART:20260401T090000", "DTEND:20260401T170000", "SUMMARY:juliet@example.org"),
      ...event(
        "UID:3",
        "DTSTART;TZID=America/New_York:20260402T090000",
        "DTEND;TZID=America/New_York:20260402T170000",
        "SUMMARY:[L1] romeo",
      ),
      ...event("UID:4", "DTSTART:20260403T090000Z", "DURATION:PT8H", "SUMMARY:Duty: Romeo (ops)"),
      ...event(
        "UID:5",
        "DTSTART:20260404T090000Z",
        "DURATION:PT8H",
        "STATUS:CANCELLED",
        "SUMMARY:juliet@example.org",
      ),
    );
    expect(linesOf(readCalendar({ ...WINDOW, text }), [juliet, romeo])).to.deep.equal([
      "juliet 2026-03-27T23:00:00.000Z 2026-03-29T22:00:00.000Z",
      "juliet 2026-04-01T07:00:00.000Z 2026-04-01T15:00:00.000Z",
      "romeo 2026-04-02T13:00:00.000Z 2026-04-02T21:00:00.000Z",
      "romeo 2026-04-03T09:00:00.000Z 2026-04-03T17:00:00.000Z",
    ]);
  });

  it("that can't be used says why", () => {
    const faults = [
      "<html>Log in</html>",
      "",
      calendar(),
      calendar(...event("UID:1", "DTSTART:20260401T090000Z", "DURATION:PT8H", "SUMMARY:Lunch")),
      calendar(...event("UID:1", "DTSTART;TZID=Mars/Gale:20260401T090000", "DURATION:PT8H")),
      calendar(
        ...event("UID:1", "DTSTART:19700101T000000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY", "SUMMARY:x"),
      ),
      "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nnonsense\r\n",
    ].map((text) => linesOf(readCalendar({ ...WINDOW, text })).join());
    expect(faults).to.have.lengthOf(7);
    for (const [index, part] of [
      /BEGIN:VCALENDAR/,
      /BEGIN:VCALENDAR/,
      /no events in the coming two months/,
      /names nobody: "Lunch".*--people/,
      /time zone Mars\/Gale/,
      /repeat too often/,
      /no iCalendar that can be read/,
    ].entries())
      expect(faults[index]).to.match(part);
  });

  it("whose rule never ends doesn't keep the component busy", async () => {
    const text = calendar(
      ...event(
        "UID:1",
        "DTSTART:20200101T000000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "SUMMARY:juliet@example.org",
      ),
    );
    let turns = 0;
    const ticking = setInterval(() => turns++, 20);
    const answer = await readInThread({ ...WINDOW, text }, 500);
    clearInterval(ticking);
    expect(answer)
      .to.have.property("fault")
      .that.matches(/could not be computed within 0\.5 s/);
    expect(turns).to.be.greaterThan(3);
  }).timeout(20_000);

  it("is read in its thread", async () => {
    const now = at("2026-03-31T12:00Z");
    const file = calendar(
      ...event("UID:1", "DTSTART:20260401T090000Z", "DURATION:PT8H", "SUMMARY:juliet@example.org"),
    );
    const read = await readShifts({ calendar: undefined, file, inner: [], people: [], zone: "UTC" }, now);
    expect(read).to.deep.equal([
      { starts: at("2026-04-01T09:00Z"), ends: at("2026-04-01T17:00Z"), person: juliet },
    ]);
  }).timeout(20_000);
});
