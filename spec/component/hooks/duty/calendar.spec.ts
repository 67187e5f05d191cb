/** What calendars (iCalendar) say about duty, and why some can't be used. */
import type { Worker } from "node:worker_threads";
import { expect } from "chai";
import { calendarFaults } from "../../../../component/hooks/duty/calendar-faults.js";
import { readShifts } from "../../../../component/hooks/duty/calendars.js";
import { readCalendar, type CalendarAnswer } from "../../../../component/hooks/duty/calendar.js";
import { shiftsIn } from "../../../../component/hooks/duty/calendar-people.js";
import { readInThread } from "../../../../component/hooks/duty/calendar-reading.js";
import type { Shift } from "../../../../storage/duty-store.js";

const at = (text: string): number => Date.parse(text);
const [juliet, romeo] = ["juliet@example.org", "romeo@example.org"] as const;
const line = ({ starts, ends, person }: Shift): string =>
  `${person.split("@")[0] ?? ""} ${new Date(starts).toISOString()} ${new Date(ends).toISOString()}`;

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
  const read = shiftsIn(answer, people);
  return "fault" in read ? [read.fault.en] : read.shifts.map(line);
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

  it("has all its events, also those behind one that repeats", () => {
    const text = calendar(
      ...event(
        "UID:1",
        "DTSTART:20260325T090000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=2",
        "SUMMARY:juliet@example.org",
      ),
      ...event(
        "UID:2",
        "DTSTART:20260401T090000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=1",
        "SUMMARY:romeo@example.org",
      ),
      ...event("UID:3", "DTSTART:20260402T090000Z", "DURATION:PT1H", "SUMMARY:juliet@example.org"),
      ...event("UID:4", "DTSTART:20260414T235959Z", "DURATION:PT1H", "SUMMARY:romeo@example.org"),
      ...event("UID:5", "DTSTART:20260415T000000Z", "DURATION:PT1H", "SUMMARY:too late"),
      ...event("UID:6", "DTSTART:20260319T230000Z", "DURATION:PT1H", "SUMMARY:too early"),
      ...event("UID:7", "DTSTART:20260403T090000Z", "DTEND:20260403T090000Z", "SUMMARY:of no length"),
    );
    expect(linesOf(readCalendar({ ...WINDOW, text }))).to.deep.equal([
      "juliet 2026-03-25T09:00:00.000Z 2026-03-25T10:00:00.000Z",
      "juliet 2026-03-26T09:00:00.000Z 2026-03-26T10:00:00.000Z",
      "romeo 2026-04-01T09:00:00.000Z 2026-04-01T10:00:00.000Z",
      "juliet 2026-04-02T09:00:00.000Z 2026-04-02T10:00:00.000Z",
      "romeo 2026-04-14T23:59:59.000Z 2026-04-15T00:59:59.000Z",
    ]);
  });

  it("says how many events or shifts are too many", () => {
    const one = event("UID:1", "DTSTART:20260401T090000Z", "DURATION:PT1H", "SUMMARY:x");
    const many = (count: number): string => calendar(...Array.from({ length: count }, () => one).flat());
    expect(linesOf(readCalendar({ ...WINDOW, text: many(5_001) }))).to.deep.equal([
      "it has more than 5000 events",
    ]);
    const often = event(
      "UID:1",
      "DTSTART:20260401T000000Z",
      "DURATION:PT1S",
      "RRULE:FREQ=MINUTELY",
      "SUMMARY:juliet@example.org",
    );
    expect(linesOf(readCalendar({ ...WINDOW, text: calendar(...often) }))).to.deep.equal([
      "it has more than 5000 shifts",
    ]);
  }).timeout(20_000);

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
    const answer = await readInThread({ ...WINDOW, people: [], text }, 500);
    clearInterval(ticking);
    expect(answer)
      .to.have.nested.property("fault.en")
      .that.matches(/could not be computed within 0\.5 s/);
    expect(turns).to.be.greaterThan(3);
  }).timeout(20_000);

  it("has the only thread while it is read; the next ones wait, or have to come later", async () => {
    const good = calendar(
      ...event("UID:1", "DTSTART:20260401T000000Z", "DURATION:PT1H", "SUMMARY:juliet@example.org"),
    );
    let [current, most] = [0, 0];
    const onWorker = (worker: Worker): void => {
      current += 1;
      most = Math.max(most, current);
      worker.once("exit", () => (current -= 1));
    };
    process.on("worker", onWorker);
    const source = { calendar: undefined, file: good, inner: [], people: [], zone: "UTC" };
    const reads = Array.from({ length: 14 }, () => readShifts(source, WINDOW.from));
    const results = await Promise.all(reads);
    process.off("worker", onWorker);
    expect(most).to.equal(1);
    const refused = results.filter((result) => "reason" in result);
    expect(refused).to.deep.equal(
      Array.from({ length: 3 }, () => ({
        reason: calendarFaults.busy,
        isTemporary: true,
      })),
    );
  }).timeout(60_000);

  it("whose attendee is a long text, repeated often, costs its own length once", async () => {
    const text = calendar(
      ...event(
        "UID:1",
        "DTSTART:20260101T000000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=HOURLY",
        `ATTENDEE:mailto:${"x".repeat(60_000)}@example.org`,
        "ATTENDEE:mailto:juliet@example.org",
        "SUMMARY:duty",
      ),
    );
    const answer = await readInThread({ ...WINDOW, people: [], text });
    expect(answer).to.have.property("shifts").that.has.length.greaterThan(600);
    expect(JSON.stringify(answer).length).to.be.lessThan(150_000);
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
