/** Calendars of rosters at a URL: what can't be used is an alert, at once or once it lasts, and what was read goes on. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { Calendars } from "../../../../component/hooks/duty/calendars.js";
import { HookFault } from "../../../../component/hooks/fault.js";
import { hookOf } from "../../../../component/hooks/hook.js";
import type { Language } from "../../../../component/translated.js";
import type { OperationContext } from "../../../../component/operations/context.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { DutyStore } from "../../../../storage/duty-store.js";
import { storedHook } from "../../../support/stored-hook.js";
import { TestClock } from "../../../support/test-clock.js";
import { hookDependencies } from "../hook-dependencies.js";

const HOUR = 3600_000;
const calendar = (...events: readonly string[]): string =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", ...events, "END:VCALENDAR", ""].join("\r\n");
const GOOD = calendar(
  ...["BEGIN:VEVENT", "UID:1", "SUMMARY:juliet@y.test", "DTSTART:20260101T000000Z"],
  ...["DURATION:P30D", "END:VEVENT"],
);

describe("The calendar of a roster at a URL", () => {
  let db: Database;
  let clock: TestClock;
  let store: DutyStore;
  let server: Server;
  let calendars: Calendars;
  /** Makes the calendars as the next start of the component does. */
  let started: (language?: Language) => Calendars;
  /** What the server answers. */
  let answer: readonly [status: number, text: string];
  /** The alerts that were said. */
  let said: string[];
  /** What saying them is refused with. */
  let refusal: HookFault | undefined;
  let asked: number;
  /** Called before the server answers; it answers when this is settled. */
  let beforeAnswer: (path: string) => Promise<void> | undefined;

  beforeEach(async () => {
    db = openDatabase(":memory:");
    clock = new TestClock();
    store = new DutyStore(db);
    [said, answer, refusal, asked] = [[], [200, GOOD], undefined, 0];
    beforeAnswer = () => undefined;
    server = createServer((request, response) => {
      asked += 1;
      void (async () => {
        await beforeAnswer(request.url ?? "");
        response.writeHead(answer[0], { connection: "close" }).end(answer[1]);
      })();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/duty.ics`;
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    const dependencies = hookDependencies(db);
    const calls = {
      ...{ steps: ["5m duty:calls"], stepsFrom: undefined, mentions: undefined, mentionsFrom: undefined },
    };
    const hook = hookOf(storedHook({ bot: "bot", calls }), dependencies);
    db.transaction(() =>
      store.put({
        ...{ every: undefined, starts: undefined, calendar: url, file: undefined, zone: "UTC", people: [] },
        ...{ readAt: undefined, fault: undefined, faultyAt: undefined, alerted: false, name: "calls" },
        ...{ onDuty: undefined, inner: ["127.0.0.1"] },
        retryAt: clock.now(),
      }),
    )();
    started = (language = "en") =>
      new Calendars(
        {
          ...{ ...dependencies, clock, hooks: () => [hook] },
          context: { messages: { language } } as unknown as OperationContext,
          raise: (_hook, { status }, text) => {
            said.push(`${status}: ${text}`);
            return Promise.resolve(refusal);
          },
        },
        store,
      );
    calendars = started();
  });
  afterEach(() => {
    calendars.stop();
    server.close();
    db.close();
  });

  /** Lets time pass, and reads what is due then. */
  const reads = async (ms = 0): Promise<void> => {
    await clock.pass(ms);
    const before = asked;
    await new Promise<void>((resolve) => calendars.readDue(resolve));
    expect(asked).to.equal(before + 1);
  };
  const roster = () => store.find("calls")!;

  it("is read each hour, and says nothing as long as it can be used", async () => {
    await reads();
    expect(roster()).to.deep.include({ readAt: clock.now(), retryAt: clock.now() + HOUR, alerted: false });
    expect(calendars.readDue(() => undefined)).to.equal(HOUR);
    await reads(HOUR);
    expect(said).to.deep.equal([]);
  });

  it("is an alert once it could not be fetched for a day, and what was read goes on to apply", async () => {
    await reads();
    answer = [500, ""];
    await reads(HOUR);
    await reads(22 * HOUR);
    expect(said).to.deep.equal([]);
    expect(roster().fault).to.match(/^its server answers HTTP 500: /);
    await reads(HOUR);
    await reads(HOUR);
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/^firing: 🟠 .*calls.*HTTP 500[^]*goes on to apply/);
    answer = [200, GOOD];
    await reads(HOUR);
    expect(said[1]).to.equal("resolved: ✅ The calendar of the roster calls can be used again");
    expect(roster()).to.deep.include({ fault: undefined, alerted: false });
  });

  for (const [what, text, reason] of [
    ["is empty", calendar(), /no events in the coming two months/],
    ["can't be read", "<html>Log in</html>", /BEGIN:VCALENDAR/],
  ] as const)
    it(`is an alert at once if it ${what}`, async () => {
      answer = [200, text];
      await reads();
      expect(said).to.have.length(1);
      expect(said[0])
        .to.match(reason)
        .and.match(/Nobody is on duty by it/);
    });

  for (const [text, reason] of [
    [calendar(), "未来两个月内没有事件"],
    ["<html>", "它不是 iCalendar：开头不是 BEGIN:VCALENDAR"],
    [
      GOOD.replace("juliet@y.test", "值班"),
      '其中有事件，但没有指明任何人："值班"。请把人员的地址写入标题，或用 --people 指定人员',
    ],
    [
      GOOD.replace(":20260101T000000Z", ";TZID=Mars/Gale:20260101T000000"),
      "其中使用了时区 Mars/Gale，但没有定义它",
    ],
  ] as const)
    it(`is said in Chinese where people read Chinese: ${reason}`, async () => {
      calendars = started("zh");
      answer = [200, text];
      await reads();
      const sentence = `🟠 值班表 calls 的日历无法使用：${reason}`;
      expect(said).to.deep.equal([`firing: ${sentence}\n按它现在无人值班。参见：qtalk-component duty list`]);
    });

  it("is said again if that could not be said, and only then", async () => {
    answer = [200, calendar()];
    refusal = new HookFault("unavailable", "the room is away");
    await reads();
    refusal = undefined;
    await reads(HOUR);
    await reads(HOUR);
    expect(said).to.have.length(2);
  });

  for (const [status, hint] of [
    [401, /put user and password into the URL/],
    [302, /name the URL to which it redirects/],
    [404, /check the URL/],
    [410, /check the URL/],
    [429, /asked again every 5 minutes/],
    [503, /look into its log/],
  ] as const)
    it(`says what to do about HTTP ${status}`, async () => {
      answer = [status, ""];
      await reads();
      expect(roster().fault).to.match(hint);
    });

  it("is read with all others that are due, and each at its own time", async () => {
    const other = { ...roster(), name: "other", retryAt: clock.now() };
    const later = { ...roster(), name: "later", retryAt: clock.now() + 20 * 60_000 };
    db.transaction(() => {
      for (const each of [other, later]) store.put(each);
    })();
    const done = new Promise<void>((resolve) => {
      let left = 2;
      const one = (): void => {
        left -= 1;
        if (left === 0) resolve();
      };
      expect(calendars.readDue(one), "the next one is due then").to.equal(20 * 60_000);
      expect(calendars.readDue(one), "they are being read").to.equal(20 * 60_000);
    });
    await done;
    expect(asked).to.equal(2);
    for (const name of ["calls", "other"]) expect(store.find(name)?.readAt, name).to.equal(clock.now());
    expect(store.find("later")?.readAt).to.equal(undefined);
  });

  it("waits for the others that are due: two are read at a time, those first that are due for longest", async () => {
    const names = Array.from({ length: 9 }, (_, index) => `roster${index}`);
    db.transaction(() => {
      store.set("calls", { retryAt: undefined });
      for (const [index, name] of names.entries()) {
        const calendar = `${roster().calendar ?? ""}/${name}`;
        store.put({ ...roster(), name, calendar, retryAt: clock.now() - index });
      }
    })();
    const order: string[] = [];
    /** How many were being read when each request arrived. */
    const reading: number[] = [];
    beforeAnswer = (path) => {
      order.push(path.slice(path.lastIndexOf("/") + 1));
      const isReading = (name: string): boolean => {
        const { readAt, retryAt } = store.find(name)!;
        return readAt === undefined && (retryAt ?? 0) > clock.now();
      };
      reading.push(names.filter(isReading).length);
      return undefined;
    };
    await new Promise<void>((resolve) => {
      const next = (): void => {
        if (names.every((name) => store.find(name)?.readAt !== undefined)) resolve();
        else calendars.readDue(next);
      };
      next();
    });
    expect(Math.max(...reading)).to.equal(2);
    expect(order).to.have.length(names.length);
    expect(order.slice(0, 2)).to.have.members(["roster8", "roster7"]);
  });

  it("isn't read at once by the next start if the reading ended the process", async () => {
    let arrived = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (arrived = resolve));
    let answers = (): void => undefined;
    beforeAnswer = async () => {
      arrived();
      await new Promise<void>((resolve) => (answers = resolve));
    };
    const reading = new Promise<void>((resolve) => calendars.readDue(resolve));
    await isAsked;
    expect(started().readDue(() => undefined)).to.equal(5 * 60_000);
    expect(asked).to.equal(1);
    answers();
    await reading;
    expect(roster()).to.deep.include({ readAt: clock.now(), retryAt: clock.now() + HOUR });
  });

  it("isn't read any more after the end", async () => {
    calendars.stop();
    await new Promise<void>((resolve) => calendars.readDue(resolve));
    expect([asked, roster().readAt]).to.deep.equal([0, undefined]);
  });

  it("that was replaced while it was read is read again, and its fault is forgotten", async () => {
    answer = [500, ""];
    const reading = new Promise<void>((resolve) => calendars.readDue(resolve));
    db.transaction(() => store.set("calls", { file: GOOD, calendar: undefined }))();
    await reading;
    expect(roster()).to.deep.include({ fault: undefined, readAt: undefined });
    await new Promise<void>((resolve) => calendars.readDue(resolve));
    expect(roster()).to.deep.include({ fault: undefined, readAt: clock.now() });
  });

  it("ends its alert when people take turns instead", async () => {
    answer = [200, "<html>Log in</html>"];
    await reads();
    db.transaction(() => store.set("calls", { calendar: undefined, every: "P1W", retryAt: clock.now() }))();
    await new Promise<void>((resolve) => calendars.readDue(resolve));
    expect(said.map((line) => line.split(":")[0])).to.deep.equal(["firing", "resolved"]);
    expect(roster()).to.deep.include({ alerted: false, retryAt: undefined });
    expect(calendars.readDue(() => undefined)).to.equal(HOUR);
  });
});
