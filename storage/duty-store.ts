/** Stores rosters, what their calendars say, and who covers for whom. Writes must run inside transactions. */
import { Store } from "./sql.js";

/** A row of the table `rosters`. */
export interface StoredRoster extends RosterPlan {
  readonly alerted: boolean;
  readonly onDuty: string | undefined;
}

/** What operators and the calendar say of a roster; the rest tells what the component did. */
export interface RosterPlan {
  readonly name: string;
  readonly people: readonly string[];
  readonly every: string | undefined;
  readonly starts: string | undefined;
  readonly zone: string;
  readonly calendar: string | undefined;
  readonly file: string | undefined;
  readonly inner: readonly string[];
  readonly readAt: number | undefined;
  readonly fault: string | undefined;
  readonly faultyAt: number | undefined;
  readonly retryAt: number | undefined;
}

/** What a person has yet to be told of their duty. `missed`: it began and ended before they could be told of either. */
export interface DutyNews {
  readonly person: string;
  readonly news: "began" | "ended" | "missed";
  readonly since: number;
}

/** A time in which somebody is on duty. */
export interface Shift {
  readonly starts: number;
  readonly ends: number;
  /** A bare address. */
  readonly person: string;
}

/** How many covers of a roster are kept. */
const MAX_COVERS = 200;
/** How many people of a roster have yet to be told something at most; the oldest news goes first. */
const MAX_UNTOLD = 100;

export class DutyStore extends Store {
  readonly find = this.sql.rows<StoredRoster, [name: string]>("SELECT * FROM rosters WHERE name = ?").get;
  readonly list = this.sql.rows<StoredRoster, []>("SELECT * FROM rosters ORDER BY name").all;
  readonly count = this.sql.from<[]>("rosters").count;

  /** Makes or changes a roster. Who is on duty, and what was said, stays as it is. */
  put({ name, people, every, starts, zone, calendar, file, inner, ...reading }: RosterPlan): void {
    const { readAt, fault, faultyAt, retryAt } = reading;
    const plan = { name, people, every, starts, zone, calendar, file, inner };
    this.sql.put("rosters", ["name"], { ...plan, readAt, fault, faultyAt, retryAt });
  }

  set(name: string, changes: Partial<Omit<StoredRoster, "name">>): void {
    this.sql.update("rosters", { name }, changes);
  }

  readonly remove = this.sql.write<[name: string]>("DELETE FROM rosters WHERE name = ?").some;

  /** Returns the calendar's shifts that end after a time and begin before another. */
  readonly shifts = this.sql.rows<Shift, [roster: string, after: number, before: number]>(
    "SELECT starts, ends, person FROM duty_shifts WHERE roster = ? AND ends > ? AND starts < ? ORDER BY starts, person",
  ).all;

  /** Replaces what a roster's calendar says. */
  replaceShifts(roster: string, shifts: readonly Shift[]): void {
    this.sql.delete("duty_shifts", { roster });
    for (const shift of shifts)
      this.sql.put("duty_shifts", ["roster", "starts", "person"], { roster, ...shift });
  }

  /** Returns the covers that end after a time, in the order in which they were made. */
  readonly covers = this.sql.rows<Shift & { readonly id: number }, [roster: string, after: number]>(
    "SELECT id, starts, ends, person FROM duty_covers WHERE roster = ? AND ends > ? ORDER BY id",
  ).all;

  /** Adds a cover, and forgets those that are over. @returns false if the roster has too many */
  addCover(roster: string, cover: Shift, now: number): boolean {
    this.sql.run("DELETE FROM duty_covers WHERE roster = ? AND ends <= ?", roster, now);
    if (this.covers(roster, now).length >= MAX_COVERS) return false;
    this.sql.insert("duty_covers", { roster, ...cover });
    return true;
  }

  /** Returns what people have yet to be told, the oldest first; of a handover, first whoever comes. */
  readonly news = this.sql.rows<DutyNews, [roster: string]>(
    "SELECT person, news, since FROM duty_news WHERE roster = ? ORDER BY since, news <> 'began', person",
  ).all;

  /** Notes what people have yet to be told, in place of what they hadn't heard. @returns whose news had to go for it */
  addNews(roster: string, news: readonly DutyNews[]): readonly DutyNews[] {
    for (const each of news) this.sql.put("duty_news", ["roster", "person"], { roster, ...each });
    const all = this.news(roster);
    const over = all.slice(0, Math.max(0, all.length - MAX_UNTOLD));
    for (const each of over) this.removeNews(roster, each);
    return over;
  }

  /** Forgets what a person was told, unless there is newer news. */
  removeNews(roster: string, { person, news }: Pick<DutyNews, "person" | "news">): void {
    this.sql.delete("duty_news", { roster, person, news });
  }

  /** Whether a roster's calendar or covers name a person. */
  names(roster: string, person: string): boolean {
    const isIn = (table: string): boolean =>
      this.sql.from<[string, string]>(`${table} WHERE roster = ? AND person = ?`).some(roster, person);
    return isIn("duty_shifts") || isIn("duty_covers");
  }
}
