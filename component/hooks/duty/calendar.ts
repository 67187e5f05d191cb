/**
 * Reads iCalendar (RFC 5545): events with repetitions, exceptions and time zones become shifts. It runs in a thread of its
 * own (calendar-thread.ts), as the rules of a calendar may be nonsense that never ends.
 */
import ICAL from "ical.js";
import { calendarFaults } from "./calendar-faults.js";
import type { Translated } from "../../translated.js";
import { isZone, momentOf } from "./rotation.js";
import { elided } from "../../wording.js";
import { cut } from "../../../storage/unicode.js";

/** What is wanted of a calendar. Times are in milliseconds since 1970. */
export interface CalendarQuestion {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** The zone of times that have none (IANA). */
  readonly zone: string;
}

/** An event that takes place once. */
export interface Occurrence {
  readonly starts: number;
  readonly ends: number;
  /** Who may be meant: addresses of attendees and in the title, then the title. */
  readonly who: readonly string[];
}

/** The occurrences in the wanted time, or why the calendar can't be used. */
export type CalendarAnswer = { readonly occurrences: readonly Occurrence[] } | { readonly fault: Translated };

/** How many events a calendar may have, and how often they may take place until the end of the wanted time. */
const MAX = { events: 5000, occurrences: 100_000, found: 5000 };
/** How many attendees of an event are looked at, and how long an address of one may be, in UTF-16 units. */
const ATTENDEES = { count: 20, length: 320 };
const SEPARATORS = /[\s<>()"',;:]+/u;

/** Reads a calendar. Never throws. */
export function readCalendar(asked: CalendarQuestion): CalendarAnswer {
  try {
    return { occurrences: occurrencesIn(asked) };
  } catch (error) {
    if (error instanceof UnusableCalendar) return { fault: error.fault };
    const why = error instanceof Error ? error.message : String(error);
    return { fault: calendarFaults.broken(elided(why, 200)) };
  }
}

/** A repetition of an event (ical.js declares the type by a path that doesn't exist). */
interface Details {
  readonly item: ICAL.Event;
  readonly startDate: ICAL.Time;
  readonly endDate: ICAL.Time;
}

class UnusableCalendar extends Error {
  constructor(readonly fault: Translated) {
    super(fault.en);
  }
}

function occurrencesIn({ text, from, to, zone }: CalendarQuestion): Occurrence[] {
  if (!/BEGIN:VCALENDAR/i.test(text.slice(0, 1000))) throw new UnusableCalendar(calendarFaults.foreign);
  const calendar = new ICAL.Component(ICAL.parse(text) as object[]);
  const all = calendar.getAllSubcomponents("vevent");
  if (all.length > MAX.events) throw new UnusableCalendar(calendarFaults.manyEvents(MAX.events));
  const found: Occurrence[] = [];
  let steps = 0;
  const add = (item: ICAL.Event, start: ICAL.Time, end: ICAL.Time): void => {
    if (isCancelled(item)) return;
    const occurrence = {
      starts: momentIn(start, item, "dtstart", zone),
      ends: momentIn(end, item, "dtend", zone),
      who: whoIn(item),
    };
    if (occurrence.ends > from && occurrence.starts < to && occurrence.ends > occurrence.starts)
      found.push(occurrence);
    if (found.length > MAX.found) throw new UnusableCalendar(calendarFaults.manyShifts(MAX.found));
  };
  for (const [main, exceptions] of byUid(all)) {
    const event = new ICAL.Event(main, { exceptions, strictExceptions: true });
    if (!event.isRecurring()) {
      add(event, event.startDate, event.endDate);
      continue;
    }
    const iterator = event.iterator();
    for (let next = nextOf(iterator); next !== undefined; next = nextOf(iterator)) {
      if (++steps > MAX.occurrences) throw new UnusableCalendar(calendarFaults.manyRepetitions);
      if (momentIn(next, event, "dtstart", zone) >= to) break;
      const { item, startDate, endDate } = event.getOccurrenceDetails(next) as Details;
      add(item, startDate, endDate);
    }
  }
  return found.sort((one, other) => one.starts - other.starts);
}

function nextOf(iterator: ICAL.RecurExpansion): ICAL.Time | undefined {
  // It is declared to return always a time.
  const next: unknown = iterator.next();
  return next instanceof ICAL.Time ? next : undefined;
}

/** Returns the events, each with those that replace one of its repetitions (RECURRENCE-ID). */
function byUid(all: readonly ICAL.Component[]): (readonly [ICAL.Component, ICAL.Component[]])[] {
  const exceptions = new Map<string, ICAL.Component[]>();
  const main: ICAL.Component[] = [];
  const uidOf = (component: ICAL.Component): string => String(component.getFirstPropertyValue("uid"));
  for (const component of all) {
    if (component.getFirstProperty("recurrence-id") === null) main.push(component);
    else exceptions.set(uidOf(component), [...(exceptions.get(uidOf(component)) ?? []), component]);
  }
  return main.map((component) => [component, exceptions.get(uidOf(component)) ?? []] as const);
}

function isCancelled({ component }: ICAL.Event): boolean {
  return String(component.getFirstPropertyValue("status")).toUpperCase() === "CANCELLED";
}

/** Returns the moment of a time. A time without a zone is one of the roster's zone (RFC 5545 §3.3.5). */
function momentIn(time: ICAL.Time, { component }: ICAL.Event, property: string, zone: string): number {
  const isLocal = time.isDate || time.zone === ICAL.Timezone.localTimezone;
  if (!isLocal) return time.toUnixTime() * 1000;
  const named = (component.getFirstProperty(property) ?? component.getFirstProperty("dtstart"))?.getParameter(
    "tzid",
  );
  const tzid = typeof named === "string" && !time.isDate ? named : zone;
  if (!isZone(tzid)) throw new UnusableCalendar(calendarFaults.zone(tzid));
  return momentOf(time.isDate ? `${time.toString()}T00:00` : time.toString(), tzid);
}

function whoIn({ component, summary }: ICAL.Event): string[] {
  const title = typeof summary === "string" ? cut(summary, 500) : "";
  const attendees = component
    .getAllProperties("attendee")
    .slice(0, ATTENDEES.count)
    .map((attendee) => String(attendee.getFirstValue()).replace(/^(?:mailto|xmpp):/i, ""));
  return [
    ...attendees.filter((each) => each.length <= ATTENDEES.length && each.includes("@")),
    ...title.split(SEPARATORS).filter((each) => each.includes("@")),
    title,
  ];
}
