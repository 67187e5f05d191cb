/** Finds who is meant by a calendar's events. It runs in the calendar's thread: an event may name many, and take place often. */
import type { Shift } from "../../../storage/duty-store.js";
import { isAccount, Jid } from "../../addresses/address.js";
import type { CalendarAnswer } from "./calendar.js";
import { calendarFaults } from "./calendar-faults.js";
import type { Translated } from "../../translated.js";

/** The shifts of a calendar, or why it can't be used (calendar-faults.ts). */
export type CalendarShifts = { readonly shifts: readonly Shift[] } | { readonly fault: Translated };

/** Returns the shifts of a calendar. @param people the roster's, who may be named by what stands in front of "@" */
export function shiftsIn(answer: CalendarAnswer, people: readonly string[]): CalendarShifts {
  if ("fault" in answer) return answer;
  const known = new Map(people.flatMap((jid) => [[jid, jid] as const, [localOf(jid), jid] as const]));
  const shifts: Shift[] = [];
  const unknown = new Set<string>();
  for (const { starts, ends, who } of answer.occurrences) {
    const person = personIn(who, known);
    if (person === undefined) unknown.add(who.at(-1) ?? "");
    else shifts.push({ starts, ends, person });
  }
  if (shifts.length > 0) return { shifts };
  return { fault: unknown.size === 0 ? calendarFaults.empty : calendarFaults.nobody([...unknown]) };
}

/** Returns who is meant: one of the known people, or else an address. */
function personIn(who: readonly string[], known: ReadonlyMap<string, string>): string | undefined {
  for (const text of who) {
    const words = [text, localOf(text), ...text.split(/[^\p{L}\p{N}._-]+/u)];
    const found = words.map((word) => known.get(word.toLowerCase())).find((jid) => jid !== undefined);
    if (found !== undefined) return found;
  }
  const jids = who.map((text) => Jid.parse(text)?.bare);
  return jids.find((jid) => jid !== undefined && isAccount(jid))?.text;
}

function localOf(jid: string): string {
  return jid.split("@", 1)[0] ?? "";
}
