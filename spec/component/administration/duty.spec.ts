/** Rosters as operators make, change and see them, at a time that stands still. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { DirectoryStore } from "../../../storage/directory-store.js";
import type { DutyStore } from "../../../storage/duty-store.js";
import { DOMAIN } from "../muc/play.js";
import type { Desk } from "./desk.js";
import { at, CRONE, HAG, NOW, RosterDesk, WEEKS, WICCA } from "./roster-desk.js";
import { hag } from "../../plays/people.js";

const CALENDAR = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//test//EN",
  ...["BEGIN:VEVENT", "UID:1", `SUMMARY:${HAG}`, "DTSTART:20261207T000000Z", "DTEND:20261209T000000Z"],
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");

describe("Rosters", () => {
  let rosters: RosterDesk;
  let desk: Desk;
  let store: DutyStore;
  beforeEach(async () => {
    rosters = await RosterDesk.open();
    ({ desk, store } = rosters);
  });
  afterEach(() => rosters.close());

  const set: RosterDesk["set"] = (given) => rosters.set(given);
  const show: RosterDesk["show"] = () => rosters.show();
  const refusal: RosterDesk["refusal"] = (name, given) => rosters.refusal(name, given);

  it("are listed with who is on duty, until when, who is next, and which hooks use them", async () => {
    expect(await desk.operates("duty list")).to.deep.equal({ rosters: [] });
    const made = await set(WEEKS);
    expect(made.message).to.equal(`Made the roster ops: ${HAG} is on duty now.`);
    expect(made.notes).to.deep.equal([
      'No hook uses it yet: qtalk-component hook set HOOK --step "5m duty:ops"',
    ]);
    await desk.play.acts([hag.opens()]);
    await desk.operates("hook add", { name: "ci", to: "coven", step: ["5m duty:ops"] });
    await desk.operates("hook add", { name: "cd", to: "coven", step: ["5m duty:other"] });
    expect((await set({ every: "week" })).notes).to.deep.equal([]);
    expect(await desk.operates("duty list")).to.deep.equal({
      rosters: [
        {
          name: "ops",
          on_duty: HAG,
          until: at("2026-12-14T08:00"),
          next: CRONE,
          by: "2 people, every week from 2026-12-07 09:00",
          zone: "Europe/Berlin",
          hooks: ["ci"],
          trouble: undefined,
        },
      ],
    });
    await set({ people: [CRONE] });
    expect(await show()).to.deep.include({
      by: "1 person, every week from 2026-12-07 09:00",
      on_duty: CRONE,
    });
  });

  it("are shown for a month", async () => {
    await set(WEEKS);
    const { month, people } = (await show()) as { month: { from: number; to: number; person: string }[] } & {
      people: string[];
    };
    expect(people).to.deep.equal([HAG, CRONE]);
    expect(month.map(({ person }) => person)).to.deep.equal([HAG, CRONE, HAG, CRONE, HAG]);
    expect(month[0]).to.deep.equal({ from: NOW, to: at("2026-12-14T08:00"), person: HAG });
    expect(month.at(-1)?.to).to.equal(NOW + 31 * 86_400_000);
  });

  it("say what is wrong: people who have left, a calendar that can't be used, nobody at all", async () => {
    const directory = new DirectoryStore(desk.play.db);
    await set(WEEKS);
    expect((await show()).trouble, "no directory is used").to.equal(undefined);
    directory.save({ local: "crone1", host: "qtalk.test.org" });
    expect((await set(WEEKS)).notes).to.include(
      `${HAG} isn't in the directory: nobody may be reached there.`,
    );
    expect((await show()).trouble).to.equal(
      `${HAG} isn't in the directory: name the people without this one`,
    );
    directory.save({ local: "hag66", host: "qtalk.test.org" });
    expect((await show()).trouble).to.equal(undefined);
    desk.play.db.exec("UPDATE users SET employed = 0 WHERE local = 'crone1'");
    expect((await show()).trouble).to.equal(
      `${CRONE} has left (user set --employed no): name the people without this one`,
    );
    const notes = (await set({ people: [CRONE, "romeo@elsewhere.example"] })).notes as string[];
    expect(notes[0]).to.equal(`${CRONE} has left (user set --employed no): nobody may be reached there.`);
    expect(notes, "nothing is known of other servers' people").to.have.length(2);
    store.set("ops", { people: [], fault: "it is larger than 2 MB" });
    expect((await show()).trouble).to.equal(
      "the calendar can't be used: it is larger than 2 MB; it has no people: name them",
    );
    await set({ calendar_file: CALENDAR });
    expect(await show(), "a calendar needs no people").to.deep.include({ trouble: undefined });
  });

  it("follow a calendar's file or URL, whose secrets aren't shown", async () => {
    expect((await set({ calendar_file: CALENDAR })).message).to.equal(
      `Made the roster ops: ${HAG} is on duty now.`,
    );
    expect(await show()).to.deep.include({
      by: "a calendar's file",
      on_duty: HAG,
      until: at("2026-12-09T00:00"),
      read: NOW,
    });
    store.set("ops", { calendar: "https://juliet:secret@cloud.example.org:8443/private-1/duty.ics" });
    expect((await show()).by).to.equal("https://cloud.example.org:8443/…");
  });

  it("keep who is on duty, and who was told, though that changes while their calendar is read", async () => {
    await set(WEEKS);
    const server = createServer((_request, response) => {
      store.set("ops", { onDuty: CRONE, alerted: true });
      response.end(CALENDAR);
    }).listen(0, "127.0.0.1");
    try {
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      await set({ calendar: `http://127.0.0.1:${port}/duty.ics`, allow_inner: ["127.0.0.1"] });
    } finally {
      server.close();
    }
    expect(store.find("ops")).to.deep.include({ onDuty: CRONE, alerted: true, every: undefined });
  });

  it("change between turns and a calendar, and keep what isn't named", async () => {
    await set({ calendar_file: CALENDAR, zone: "Asia/Shanghai" });
    expect(store.shifts("ops", NOW, NOW + 1)).to.have.length(1);
    expect(await set({ zone: "UTC" })).to.have.property(
      "message",
      `Changed the roster ops: ${HAG} is on duty now.`,
    );
    expect(store.find("ops")).to.deep.include({ zone: "UTC", file: CALENDAR, every: undefined });
    await set({ people: [CRONE], every: "12h" });
    expect(store.find("ops")).to.deep.include({
      ...{ people: [CRONE], every: "PT12H", starts: "2026-12-07T00:00", zone: "UTC" },
      ...{ calendar: undefined, file: undefined, inner: [], readAt: undefined, retryAt: undefined },
    });
    expect(store.shifts("ops", 0, NOW * 2), "what the calendar said").to.deep.equal([]);
    await set({ from: "2026-12-01" });
    expect(store.find("ops")).to.deep.include({ every: "PT12H", starts: "2026-12-01T00:00" });
    await set({ people: [WICCA] });
    expect(store.find("ops")).to.deep.include({
      every: "PT12H",
      starts: "2026-12-01T00:00",
      people: [WICCA],
    });
    await set({ calendar_file: CALENDAR });
    expect(store.find("ops")).to.deep.include({ every: undefined, starts: undefined, people: [WICCA] });
    expect(store.find("ops")?.retryAt, "it is read again in an hour").to.equal(NOW + 3600_000);
  });

  it("end the alert about a former calendar", async () => {
    await set({ calendar_file: CALENDAR });
    store.set("ops", { alerted: true, fault: "it has no events", faultyAt: 1 });
    await set({ calendar_file: CALENDAR });
    expect(store.find("ops")).to.deep.include({ retryAt: NOW, fault: undefined, faultyAt: undefined });
    await set(WEEKS);
    expect(store.find("ops")).to.deep.include({ retryAt: NOW, alerted: true, fault: undefined });
  });

  it("take people by commas of both kinds, by id or address", async () => {
    await set({ people: [`${HAG}, ${CRONE}，${WICCA}`, " , "] });
    expect(store.find("ops")?.people).to.deep.equal([HAG, CRONE, WICCA]);
    await set({ people: ["hag66"] });
    expect(store.find("ops")?.people).to.deep.equal([HAG]);
  });

  it("are refused with the reason", async () => {
    await desk.play.acts([hag.opens()]);
    for (const [given, reason] of [
      [{}, "people: name the people who take turns, or a calendar"],
      [{ every: "week" }, "people: a roster needs people: name at least one"],
      [
        { people: [HAG], zone: "Mars/Olympus" },
        'zone: "Mars/Olympus" is no time zone: expected one such as Europe/Berlin or UTC',
      ],
      [
        { people: [HAG], every: "0 days" },
        'every: expected a length from an hour to a year, such as day, week, 2 weeks or 12h, not "0 days"',
      ],
      [{ people: [HAG], from: "soon" }, 'from: expected a local time such as "2026-12-07 09:00", not "soon"'],
      [
        { people: [HAG], from: "2026-12-07", calendar_file: CALENDAR },
        "calendar: a calendar says itself when turns are: leave out every and from",
      ],
      [
        { every: "day", calendar: "https://x.test/" },
        "calendar: a calendar says itself when turns are: leave out every and from",
      ],
      [{ people: [`coven@${DOMAIN}`] }, `people: coven@${DOMAIN} is a room: name a person's address`],
      [{ people: [`nobody@${DOMAIN}`] }, `people: nobody@${DOMAIN} is no person: name a person's address`],
      [{ people: Array.from({ length: 51 }, (_, i) => `u${i}@a.test`) }, "people: expected at most 50"],
      [
        { calendar: "ftp://x.test/" },
        "calendar: expected an http or https URL such as https://cloud.example.org/duty.ics",
      ],
    ] as const)
      expect(await refusal("duty set", given), JSON.stringify(given)).to.equal(reason);
    expect(await refusal("duty set", { calendar_file: "<html>" })).to.match(
      /^calendar_file: it can't be used: /,
    );
    expect(await refusal("duty set", { calendar: "http://127.0.0.1:9/" })).to.match(
      /^calendar: .*allow_inner: 127\.0\.0\.1/,
    );
    const unread = await refusal("duty set", { calendar: "http://127.0.0.1:9/", allow_inner: ["127.0.0.1"] });
    expect(unread).to.match(/^calendar: it can't be used: /);
    expect(await desk.operates("duty list")).to.deep.equal({ rosters: [] });
    expect(await refusal("duty show", {})).to.equal("name: there is no roster ops: see duty list");
    for (let i = 0; i < 99; i += 1) await desk.operates("duty set", { name: `r${i}`, people: [HAG] });
    await set({ people: [`u@a.test`, ...Array.from({ length: 49 }, (_, i) => `u${i}@a.test`)] });
    expect(await refusal("duty set", { name: "more", people: [HAG] })).to.equal(
      "name: there are 100 rosters already, the limit",
    );
    expect((await set({ people: [HAG] })).message, "changing is no adding").to.match(/^Changed/);
  }).timeout(60_000);

  it("let only operators with all rights name a URL that the component calls", async () => {
    const who = { name: "tess", way: "console", may: ["hooks"] } as const;
    const calendar = { name: "ops", calendar: "http://127.0.0.1:9/", allow_inner: ["127.0.0.1"] };
    const refused = (await desk.operates("duty set", calendar, who)).refused;
    expect(refused).to.contain("calendar: a URL that the component calls");
    const done = await desk.operates("duty set", { name: "ops", calendar_file: CALENDAR }, who);
    expect(done.message).to.match(/^Made/);
    const inner = { name: "ops", allow_inner: ["127.0.0.1"] };
    expect((await desk.operates("duty set", inner, who)).refused).to.contain(
      "a URL that the component calls",
    );
  });

  it("are removed only if no hook uses them", async () => {
    await set(WEEKS);
    await desk.play.acts([hag.opens()]);
    await desk.operates("hook add", { name: "ops", to: "coven", step: ["5m duty"] });
    const reason = (hooks: string): string =>
      `name: ${hooks} the roster ops: change steps and mentions first (hook set --step, --mention)`;
    expect(await refusal("duty remove", {})).to.equal(reason("ops uses"));
    await desk.operates("hook add", { name: "ci", to: "coven", mention: ["duty:ops"] });
    expect(await refusal("duty remove", {})).to.equal(reason("ci, ops use"));
    expect(store.find("ops")).to.not.equal(undefined);
    for (const name of ["ops", "ci"]) await desk.operates("hook remove", { name });
    expect((await desk.operates("duty remove", { name: "ops" })).message).to.equal("Removed the roster ops.");
    expect(await desk.operates("duty list")).to.deep.equal({ rosters: [] });
  });
});
