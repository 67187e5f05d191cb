/** Rosters: who is on duty when, by turns or by a calendar, and who covers for whom. */
import { z } from "zod";
import type { DutyStore, Shift, StoredRoster } from "../../storage/duty-store.js";
import type { AccountJid } from "../addresses/address.js";
import { rostersOf } from "../hooks/alerts/steps.js";
import { durationIn } from "../hooks/alerts/words.js";
import { everyText, momentOf, parseLocal } from "../hooks/duty/rotation.js";
import { dutyAt, scheduleOf } from "../hooks/duty/schedule.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import { quoted } from "../wording.js";
import type { Context } from "./context.js";
import { rosterIn, DUTY_SET, type RosterGiven } from "./duty-set.js";
import { absencesOf, ROSTER_NAME, personOf } from "./duty-parts.js";
import { changing, destroying, MESSAGE, naming, NOTES, reading, rows, time, word } from "./operation.js";

const ROSTER = naming(ROSTER_NAME, findRoster);
const DAY_MS = 24 * 3600_000;
/** How far `duty show` looks ahead, and how far covers and swaps may. */
const AHEAD_MS = { show: 31 * DAY_MS, cover: 366 * DAY_MS, swap: 180 * DAY_MS };

function findRoster({ records }: Context, name: string): StoredRoster | Refusal {
  return records.duty.find(name) ?? refuse.notFound(`name: there is no roster ${name}: see duty list`);
}

/** Returns the hooks that call or mention a roster's person. */
function hooksOf({ records }: Context, roster: string): string[] {
  return records.hooks
    .list()
    .filter((hook) => rostersOf(hook).has(roster))
    .map(({ name }) => name);
}

const shape = {
  name: word(z.string(), "name", "名称"),
  on_duty: word(z.string().optional(), "on duty", "值班人"),
  until: time("until", "至").optional(),
  next: word(z.string().optional(), "next", "下一位"),
  by: word(z.string(), "by", "依据"),
  zone: word(z.string(), "time zone", "时区", { inner: true }),
  hooks: word(z.array(z.string()), "hooks", "使用它的 Webhook"),
  read: time("calendar read", "日历读取时间").optional(),
  trouble: word(z.string().optional(), "problem", "问题", { whole: true }),
};

function rowOf(context: Context, roster: StoredRoster) {
  const { name, every, starts, zone, calendar, people, readAt } = roster;
  const { person, until, next } = dutyAt(context.records.duty, roster, Date.now());
  const count = people.length === 1 ? "1 person" : `${people.length} people`;
  const turns = `${count}, every ${everyText(every ?? "P1W")} from ${(starts ?? "").replace("T", " ")}`;
  return {
    name,
    ...(person !== undefined && { on_duty: person }),
    ...(until !== undefined && { until }),
    ...(next !== undefined && { next }),
    by: every !== undefined ? turns : calendar === undefined ? "a calendar's file" : shownUrl(calendar),
    zone,
    hooks: hooksOf(context, name),
    ...(readAt !== undefined && { read: readAt }),
    trouble: troubleOf(context, roster),
  };
}

/** Calendars' URLs are often secret. */
function shownUrl(url: string): string {
  return `${new URL(url).origin}/…`;
}

function troubleOf(context: Context, roster: StoredRoster): string | undefined {
  const { fault, people, every } = roster;
  const troubles = [
    ...(fault === undefined ? [] : [`the calendar can't be used: ${fault}`]),
    ...(every !== undefined && people.length === 0 ? ["it has no people: name them"] : []),
    ...absencesOf(context, people).map((absence) => `${absence}: name the people without this one`),
  ];
  return troubles.length === 0 ? undefined : troubles.join("; ");
}

const list = reading({
  name: "duty list",
  en: "list rosters, and who is on duty by them",
  zh: "列出值班表及当前值班人",
  result: { rosters: rows(["rosters", "值班表"], ["No roster.", "没有值班表。"], shape) },
  run: (context) => ({ rosters: context.records.duty.list().map((roster) => rowOf(context, roster)) }),
});

const show = reading({
  name: "duty show",
  en: "show who is on duty now, who is next, and the coming month",
  zh: "显示现在和下一位值班人，以及今后一个月的安排",
  arguments: { name: ROSTER },
  result: {
    ...shape,
    people: word(z.array(z.string()), "people", "人员"),
    month: rows(["the coming month", "今后一个月"], ["Nobody is on duty.", "无人值班。"], {
      from: time("from", "从"),
      to: time("to", "至"),
      person: word(z.string(), "person", "值班人", { whole: true }),
    }),
  },
  run(context, { name: roster }) {
    const now = Date.now();
    const shifts = scheduleOf(context.records.duty, roster, now, now + AHEAD_MS.show);
    return {
      ...rowOf(context, roster),
      people: [...roster.people],
      month: shifts.map(({ starts: from, ends: to, person }) => ({ from, to, person })),
    };
  },
});

const set = changing({
  name: "duty set",
  en: "make or change a roster: people who take turns, or a calendar (iCalendar)",
  zh: "创建或修改值班表：人员轮流值班，或按日历（iCalendar）",
  example:
    'ops --people juliet@example.org --people romeo@example.org --every week --from "2026-12-07 09:00" --zone Europe/Berlin',
  arguments: { name: ROSTER_NAME, ...DUTY_SET },
  result: { message: MESSAGE, notes: NOTES.optional() },
  async run(context, { name, ...given }: RosterGiven & { readonly name: string }) {
    const known = context.records.duty.find(name);
    const wanted = await rosterIn(context, name, given, known);
    if (wanted instanceof Refusal) return wanted;
    const { roster, save, notes } = wanted;
    return await context.change(() => {
      save(context.records.duty);
      const { person } = dutyAt(context.records.duty, roster, Date.now());
      const who = person === undefined ? "nobody is on duty now" : `${person} is on duty now`;
      const hooks = hooksOf(context, name);
      const unused =
        hooks.length > 0
          ? []
          : [`No hook uses it yet: qtalk-component hook set HOOK --step "5m duty:${name}"`];
      return {
        message: `${known === undefined ? "Made" : "Changed"} the roster ${name}: ${who}.`,
        notes: [...notes, ...unused],
      };
    });
  },
});

const remove = destroying({
  name: "duty remove",
  en: "remove a roster that no hook uses",
  zh: "移除没有 Webhook 使用的值班表",
  arguments: { name: ROSTER },
  run(context, { name: { name } }) {
    const hooks = hooksOf(context, name);
    if (hooks.length > 0)
      return refuse.forbidden(
        `name: ${hooks.join(", ")} ${hooks.length === 1 ? "uses" : "use"} the roster ${name}: change steps and mentions first (hook set --step, --mention)`,
      );
    return context.change(() => {
      context.records.duty.remove(name);
      return { message: `Removed the roster ${name}.` };
    });
  },
});

const PERSON = naming(
  word(z.string(), "person: id or id@host", "人员：id 或 id@域名", { placed: "romeo@example.org" }),
  personOf,
);

const cover = changing({
  name: "duty cover",
  en: "put a person on duty for a while, in place of the one whose turn it is",
  zh: "让某人临时代班",
  example: "ops romeo@example.org --until 8h",
  arguments: {
    name: ROSTER,
    person: PERSON,
    until: word(
      z.string(),
      'until when: a local time such as "2026-12-08 18:00", or how long, such as 8h',
      "至何时：本地时间，例如“2026-12-08 18:00”，或时长，例如 8h",
    ),
    from: word(z.string().optional(), "from when (default: now)", "从何时起（默认：现在）"),
  },
  run(context, { name: roster, person, until: last, from: first }) {
    const now = Date.now();
    const starts = first === undefined ? now : timeIn(first, roster, now, "from");
    if (starts instanceof Refusal) return starts;
    const ends = timeIn(last, roster, starts, "until");
    if (ends instanceof Refusal) return ends;
    if (ends <= starts || ends <= now)
      return badRequest(`until: ${quoted(last)} is over, or isn't after the beginning`);
    if (ends - now > AHEAD_MS.cover) return badRequest("until: expected a time within a year");
    return context.change(() =>
      added(context.records.duty, roster, [{ starts, ends, person: person.text }], now)
        ? { message: `${person.text} covers the roster ${roster.name} ${spanText({ starts, ends })}.` }
        : tooMany(roster),
    );
  },
});

const swap = changing({
  name: "duty swap",
  en: "swap the next turns of two people",
  zh: "对调两个人的下一次值班",
  example: "ops juliet@example.org romeo@example.org",
  arguments: {
    name: ROSTER,
    person: PERSON,
    other: naming(word(z.string(), "the other person", "另一人", { placed: "juliet@example.org" }), personOf),
  },
  run(context, { name: roster, person, other }) {
    if (person.equals(other)) return badRequest("other: name two people");
    const now = Date.now();
    const shifts = scheduleOf(context.records.duty, roster, now, now + AHEAD_MS.swap);
    const turnOf = ({ text }: AccountJid): Shift | Refusal =>
      shifts.find((shift) => shift.person === text) ??
      refuse.notFound(`person: ${text} has no turn in the roster ${roster.name} in the coming months`);
    const [one, two] = [turnOf(person), turnOf(other)];
    if (one instanceof Refusal) return one;
    if (two instanceof Refusal) return two;
    return context.change(() => {
      const covers = [
        { starts: one.starts, ends: one.ends, person: other.text },
        { starts: two.starts, ends: two.ends, person: person.text },
      ];
      if (!added(context.records.duty, roster, covers, now)) return tooMany(roster);
      return {
        message: `Swapped in the roster ${roster.name}: ${other.text} is on duty ${spanText(one)}, ${person.text} ${spanText(two)}.`,
      };
    });
  },
});

function added(store: DutyStore, { name }: StoredRoster, covers: readonly Shift[], now: number): boolean {
  return covers.every((each) => store.addCover(name, each, now));
}

function tooMany({ name }: StoredRoster): Refusal {
  return refuse.forbidden(`name: the roster ${name} has too many covers and swaps; they end by themselves`);
}

/** Parses a local time of the roster's zone, or a duration after a time. */
function timeIn(text: string, { zone }: StoredRoster, after: number, field: string): number | Refusal {
  const local = parseLocal(text);
  if (local !== undefined) return momentOf(local, zone);
  const ms = durationIn(text);
  if (ms !== undefined) return after + ms;
  return badRequest(
    `${field}: expected a time such as "2026-12-08 18:00" (${zone}) or a duration such as 8h, not ${quoted(text)}`,
  );
}

function spanText({ starts, ends }: Pick<Shift, "starts" | "ends">): string {
  const text = (at: number): string => new Date(at).toISOString().replace(/:\d\d\.\d{3}Z$/, "Z");
  return `from ${text(starts)} to ${text(ends)}`;
}

export const DUTY_OPERATIONS = [list, show, set, swap, cover, remove];
