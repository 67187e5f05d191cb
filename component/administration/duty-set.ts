/** Makes and changes rosters: checks their people and times, and reads their calendars. */
import { z } from "zod";
import type { DutyStore, StoredRoster } from "../../storage/duty-store.js";
import { noteShifts, readShifts } from "../hooks/duty/calendars.js";
import { isZone, localOf, parseEvery, parseLocal } from "../hooks/duty/rotation.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import { quoted } from "../wording.js";
import type { Context } from "./context.js";
import { absencesOf, personOf } from "./duty-parts.js";
import { checkTarget } from "./hook-target.js";
import { word, type Output } from "./operation.js";
import { refuseWithout } from "./rights.js";

/** How many rosters there may be, and how many people in one. */
const MAX = { rosters: 100, people: 50 };

export const DUTY_SET = {
  people: word(
    z.array(z.string().trim().min(1).max(3071)).max(100).optional(),
    "people in the order of their turns; with a calendar, those that it names by id",
    "人员，按值班顺序；使用日历时，为日历中以 id 提到的人",
  ),
  every: word(
    z.string().optional(),
    "length of a turn, such as day, week, 2 weeks or 12h (at first week)",
    "每次值班的长度，例如 day、week、2 weeks、12h（初始为 week）",
  ),
  from: word(
    z.string().optional(),
    'local time at which the first turn begins, such as "2026-12-07 09:00" (at first today at 0:00)',
    "第一次值班开始的本地时间，例如“2026-12-07 09:00”（初始为今天 0:00）",
  ),
  zone: word(
    z.string().optional(),
    "time zone, such as Europe/Berlin (at first that of this machine)",
    "时区，例如 Asia/Shanghai（初始为本机时区）",
  ),
  calendar: word(
    z.string().optional(),
    "URL of a calendar (iCalendar), read each hour",
    "日历（iCalendar）的 URL，每小时读取一次",
    { secret: true },
  ),
  calendar_file: word(z.string().optional(), "file with a calendar (iCalendar)", "日历（iCalendar）文件", {
    file: "text",
    long: true,
  }),
  allow_inner: word(
    z.array(z.string()).optional(),
    "private address or network at which the calendar may be, such as 10.0.0.0/8",
    "允许日历所在的内网地址或网段，例如 10.0.0.0/8",
  ),
};

export type RosterGiven = Output<typeof DUTY_SET>;

/** A roster that can be saved. */
interface Wanted {
  readonly roster: StoredRoster;
  /** Saves it with what its calendar says, inside a transaction. */
  readonly save: (store: DutyStore) => void;
  readonly notes: readonly string[];
}

/** Checks what is given for a roster. @param known what it is so far */
export async function rosterIn(
  context: Context,
  name: string,
  given: RosterGiven,
  known?: StoredRoster,
): Promise<Wanted | Refusal> {
  if (Object.values(given).every((value) => value === undefined))
    return badRequest("people: name the people who take turns, or a calendar");
  if (known === undefined && context.records.duty.count() >= MAX.rosters)
    return refuse.forbidden(`name: there are ${MAX.rosters} rosters already, the limit`);
  const zone = given.zone ?? known?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!isZone(zone))
    return badRequest(`zone: ${quoted(zone)} is no time zone: expected one such as Europe/Berlin or UTC`);
  const people = given.people === undefined ? (known?.people ?? []) : peopleIn(context, given.people);
  if (people instanceof Refusal) return people;
  const isByTurns = given.every !== undefined || given.from !== undefined;
  const isByCalendar = given.calendar !== undefined || given.calendar_file !== undefined;
  if (isByTurns && isByCalendar)
    return badRequest("calendar: a calendar says itself when turns are: leave out every and from");
  const notes = absencesOf(context, people).map((absence) => `${absence}: nobody may be reached there.`);
  const base = { ...(known ?? NEW), name, people, zone };
  const hasCalendar = known?.calendar !== undefined || known?.file !== undefined;
  if (!isByCalendar && (isByTurns || !hasCalendar)) return turnsIn(base, given, notes);
  return await calendarIn(context, base, given, notes);
}

const NEW: StoredRoster = {
  name: "",
  people: [],
  every: undefined,
  starts: undefined,
  zone: "",
  calendar: undefined,
  file: undefined,
  inner: [],
  readAt: undefined,
  fault: undefined,
  faultyAt: undefined,
  retryAt: undefined,
  alerted: false,
  onDuty: undefined,
};

function peopleIn(context: Context, texts: readonly string[]): readonly string[] | Refusal {
  const people: string[] = [];
  for (const text of texts.flatMap((each) => each.split(/[,，]/)).filter((each) => each.trim() !== "")) {
    const person = personOf(context, text, "people");
    if (person instanceof Refusal) return person;
    people.push(person.text);
  }
  if (people.length > MAX.people) return badRequest(`people: expected at most ${MAX.people}`);
  return people;
}

function turnsIn(base: StoredRoster, given: RosterGiven, notes: readonly string[]): Wanted | Refusal {
  const { people, zone } = base;
  if (people.length === 0) return badRequest("people: a roster needs people: name at least one");
  const every = given.every === undefined ? (base.every ?? "P1W") : parseEvery(given.every);
  if (every === undefined)
    return badRequest(
      `every: expected a length from an hour to a year, such as day, week, 2 weeks or 12h, not ${quoted(given.every ?? "")}`,
    );
  const today = `${localOf(Date.now(), zone).slice(0, 10)}T00:00`;
  const starts = given.from === undefined ? (base.starts ?? today) : parseLocal(given.from);
  if (starts === undefined)
    return badRequest(
      `from: expected a local time such as "2026-12-07 09:00", not ${quoted(given.from ?? "")}`,
    );
  // An alert about the former calendar is ended first.
  const retryAt = base.alerted ? Date.now() : undefined;
  const none = { calendar: undefined, file: undefined, inner: [], readAt: undefined, retryAt };
  const roster = { ...base, ...none, every, starts, fault: undefined, faultyAt: undefined };
  const save = (store: DutyStore): void => {
    store.put(roster);
    store.replaceShifts(roster.name, []);
  };
  return { roster, save, notes };
}

/** Reads the calendar at once, so that a wrong one is refused. */
async function calendarIn(
  context: Context,
  base: StoredRoster,
  given: RosterGiven,
  notes: readonly string[],
): Promise<Wanted | Refusal> {
  const { calendar: url = given.calendar_file === undefined ? base.calendar : undefined } = given;
  const inner = given.allow_inner ?? base.inner;
  const denied =
    given.calendar === undefined && given.allow_inner === undefined
      ? undefined
      : refuseWithout("all", context.who, "calendar: a URL that the component calls");
  if (denied !== undefined) return denied;
  const checked =
    url === undefined
      ? undefined
      : await checkTarget("calendar", url.replace(/^webcal:/i, "https:"), {
          example: "https://cloud.example.org/duty.ics",
          allowed: inner,
        });
  if (checked instanceof Refusal) return checked;
  const calendar = checked?.url.href;
  const file = calendar === undefined ? (given.calendar_file ?? base.file) : undefined;
  const roster = { ...base, every: undefined, starts: undefined, calendar, file, inner };
  const now = Date.now();
  const read = await readShifts(roster, now);
  if ("reason" in read)
    return badRequest(
      `${calendar === undefined ? "calendar_file" : "calendar"}: it can't be used: ${read.reason.en}`,
    );
  const save = (store: DutyStore): void => {
    store.put({ ...roster, readAt: now });
    // The alert about a fault is ended by the next reading.
    noteShifts(store, roster.name, read, { now, retryAt: roster.alerted ? now : undefined });
  };
  return { roster, save, notes: [...notes, ...(checked?.notes ?? [])] };
}
