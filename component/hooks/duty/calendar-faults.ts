/** Why a calendar can't be used, and what to do: each the end of a sentence about it, in the language of its reader. */
import type { Translated } from "../../translated.js";
import { quoted } from "../../wording.js";

/** How many titles a message names. */
const NAMED = 3;

const status = (code: number, en: string, zh: string): Translated => ({
  en: `its server answers HTTP ${code}${en === "" ? "" : `: ${en}`}`,
  zh: `它的服务器返回 HTTP ${code}${zh === "" ? "" : `：${zh}`}`,
});

/** Returns why an answer of the calendar's server has none. @param minutes after which it is asked again */
function httpStatus(code: number, minutes: number): Translated {
  if (code === 401 || code === 403)
    return status(code, "put user and password into the URL", "请把用户名和密码写入 URL");
  if (code >= 300 && code < 400)
    return status(code, "name the URL to which it redirects", "请改用它重定向到的 URL");
  if (code === 404 || code === 410)
    return status(code, "check the URL, no calendar is there", "请检查 URL，那里没有日历");
  if (code === 429 || code >= 500)
    return status(
      code,
      `look into its log; it is asked again every ${minutes} minutes`,
      `请查看它的日志；每 ${minutes} 分钟会再次请求`,
    );
  return status(code, "", "");
}

export const calendarFaults = {
  httpStatus,
  /** @param reason in the words of the library, or of Node */
  noAnswer: (reason: string): Translated => ({ en: reason, zh: reason }),
  large: (megabytes: number): Translated => ({
    en: `it is larger than ${megabytes} MB`,
    zh: `它大于 ${megabytes} MB`,
  }),
  busy: {
    en: "too many others wait to be read: try again in a minute",
    zh: "等待读取的日历过多：请在一分钟后重试",
  },
  unread: (why: string): Translated => ({
    en: `it could not be read (${why})`,
    zh: `无法读取（${why}）`,
  }),
  slow: (seconds: number): Translated => ({
    en: `its repetitions could not be computed within ${seconds} s`,
    zh: `无法在 ${seconds} 秒内算出其中重复的事件`,
  }),
  foreign: {
    en: "it is no iCalendar: it doesn't begin with BEGIN:VCALENDAR",
    zh: "它不是 iCalendar：开头不是 BEGIN:VCALENDAR",
  },
  broken: (why: string): Translated => ({
    en: `it is no iCalendar that can be read (${why})`,
    zh: `它不是可以读取的 iCalendar（${why}）`,
  }),
  manyEvents: (most: number): Translated => ({
    en: `it has more than ${most} events`,
    zh: `其中的事件超过 ${most} 个`,
  }),
  manyShifts: (most: number): Translated => ({
    en: `it has more than ${most} shifts`,
    zh: `其中的班次超过 ${most} 个`,
  }),
  manyRepetitions: { en: "its events repeat too often", zh: "其中的事件重复次数过多" },
  zone: (zone: string): Translated => ({
    en: `it names the time zone ${zone}, and doesn't define it`,
    zh: `其中使用了时区 ${zone}，但没有定义它`,
  }),
  empty: {
    en: "it has no events in the coming two months",
    zh: "未来两个月内没有事件",
  },
  /** @param unknown the titles of its events */
  nobody: (unknown: readonly string[]): Translated => {
    const titles = unknown.slice(0, NAMED).map((title) => quoted(title, 40));
    return {
      en: `it has events, but names nobody: ${titles.join(", ")}. Write the person's address into the title, or name the people with --people`,
      zh: `其中有事件，但没有指明任何人：${titles.join("、")}。请把人员的地址写入标题，或用 --people 指定人员`,
    };
  },
} as const;
