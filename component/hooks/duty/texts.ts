/** What the component says about duty, in the language of the configuration (messages.language). */
import type { StoredRoster } from "../../../storage/duty-store.js";
import type { Language } from "../../translated.js";
import type { DutyAt } from "./schedule.js";

/** The sign of duty. */
const SIGN = "📟";

/** Formats a moment on the clock of a zone, such as "Mon 2026-12-14 09:00 GMT+1". */
export function dutyTime(at: number, zone: string, language: Language): string {
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const part = (options: Intl.DateTimeFormatOptions, own = locale): string =>
    new Intl.DateTimeFormat(own, { timeZone: zone, ...options }).format(at);
  const day = part({ weekday: "short" });
  const time = part({ dateStyle: "short", timeStyle: "short" }, "sv-SE");
  const name = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "short" })
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName")?.value;
  return `${day} ${time} ${name ?? zone}`;
}

const TEXTS = {
  en: {
    hat: "on duty",
    comes: (roster: string, until: string, next: string) =>
      `${SIGN} You are on duty now (${roster})${until}${next}. Alerts that nobody takes come to you here: react with 👀, or answer !take.`,
    ended: (roster: string, now: string) => `${SIGN} Your duty is over (${roster})${now}.`,
    missed: (roster: string, now: string) =>
      `${SIGN} You were on duty (${roster}) and could not be told in time. It is over${now}.`,
    untold: (roster: string, name: string, reason: string) =>
      `${SIGN} ${name} could not be told about the duty (${roster}): ${reason}`,
    has: (name: string) => `; ${name} is on duty now`,
    nobodyNow: "; nobody is on duty now",
    until: (time: string) => ` until ${time}`,
    then: (name: string) => `; then ${name}`,
    on: (roster: string, name: string, until: string, next: string) =>
      `${SIGN} ${name} is on duty (${roster})${until}${next}`,
    nobody: (roster: string, next: string) => `${SIGN} Nobody is on duty (${roster})${next}`,
    from: (name: string, time: string) => `; ${name} from ${time}`,
    noRoster: "No roster is used here. An operator makes one: duty set, and hook set HOOK --step '5m duty'.",
    calendarFault: (roster: string, reason: string) =>
      `🟠 The calendar of the roster ${roster} can't be used: ${reason}`,
    calendarTitle: (roster: string) => `Calendar of the roster ${roster}`,
    goesOn: (read: string) => `What it said ${read} goes on to apply. See: qtalk-component duty list`,
    neverRead: "Nobody is on duty by it. See: qtalk-component duty list",
    calendarRead: (roster: string) => `✅ The calendar of the roster ${roster} can be used again`,
  },
  zh: {
    hat: "值班",
    comes: (roster: string, until: string, next: string) =>
      `${SIGN} 现在由你值班（${roster}）${until}${next}。无人接手的告警会发到这里：请用 👀 回应，或回复 !接手。`,
    ended: (roster: string, now: string) => `${SIGN} 你的值班已结束（${roster}）${now}。`,
    missed: (roster: string, now: string) =>
      `${SIGN} 你曾值班（${roster}），但当时未能及时通知你。该次值班已结束${now}。`,
    untold: (roster: string, name: string, reason: string) =>
      `${SIGN} 无法通知 ${name} 值班事宜（${roster}）：${reason}`,
    has: (name: string) => `，现在由 ${name} 值班`,
    nobodyNow: "，现在无人值班",
    until: (time: string) => `，至 ${time}`,
    then: (name: string) => `，之后是 ${name}`,
    on: (roster: string, name: string, until: string, next: string) =>
      `${SIGN} ${name} 正在值班（${roster}）${until}${next}`,
    nobody: (roster: string, next: string) => `${SIGN} 无人值班（${roster}）${next}`,
    from: (name: string, time: string) => `；${name} 从 ${time} 起`,
    noRoster: "这里没有使用值班表。操作员可用 duty set 和 hook set HOOK --step '5m duty' 设置。",
    calendarFault: (roster: string, reason: string) => `🟠 值班表 ${roster} 的日历无法使用：${reason}`,
    calendarTitle: (roster: string) => `值班表 ${roster} 的日历`,
    goesOn: (read: string) => `${read} 读到的内容继续有效。参见：qtalk-component duty list`,
    neverRead: "按它现在无人值班。参见：qtalk-component duty list",
    calendarRead: (roster: string) => `✅ 值班表 ${roster} 的日历恢复正常`,
  },
} as const;

export type DutyTexts = (typeof TEXTS)[Language];

export function dutyTextsIn(language: Language): DutyTexts {
  return TEXTS[language];
}

/** Returns a line that says who is on duty. @param nameOf returns a person's name */
export function dutyLine(
  { name, zone }: Pick<StoredRoster, "name" | "zone">,
  { person, until, next }: DutyAt,
  nameOf: (jid: string) => string,
  language: Language,
): string {
  const texts = TEXTS[language];
  const time = until === undefined ? "" : dutyTime(until, zone, language);
  if (person === undefined)
    return texts.nobody(
      name,
      next === undefined || until === undefined ? "" : texts.from(nameOf(next), time),
    );
  const then = next === undefined ? "" : texts.then(nameOf(next));
  return texts.on(name, nameOf(person), until === undefined ? "" : texts.until(time), then);
}
