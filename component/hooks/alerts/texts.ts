/** What the component says about alerts, in the language of the configuration (messages.language). */
import type { Language } from "../../translated.js";
import { shortened } from "../formats/shortening.js";
import { durationText } from "../formats/times.js";
import { RESOLVED } from "../formats/alert.js";
import type { Alert, AlertPerson, Shown } from "./alert-types.js";
import { stateOf } from "./alert.js";

/** The reactions that mean something, and those with which the bot shows an alert's state. */
export const SIGNS = { taken: "👀", silenced: "🔕", resolved: RESOLVED, over: "🔔" } as const;

/** How long names and titles may be, in characters. */
const WIDTH = { name: 40, title: 120 };
/** Whoever takes an alert sooner has taken it at once. */
const LEAST_WAIT_MS = 60_000;
/** How many takers a line names. */
const NAMED = 3;

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const CLOCK_WITH_DAY = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short" });
const DAY_MS = 24 * 3600_000;

/** Returns a name or a title as a part of a line, without characters that change the direction of other texts. */
export function lineText(text: string, width: number = WIDTH.name): string {
  return shortened(text.replace(/[\u202a-\u202e\u2066-\u2069]/g, ""), width);
}

/** Returns a time of day, with the date if it is more than a day away. */
export function clockText(at: number, now: number): string {
  return Math.abs(at - now) < DAY_MS ? CLOCK.format(at) : CLOCK_WITH_DAY.format(at);
}

/** Whether an alert's first line says more than the program: who has taken it, or that it is silenced. */
export function hasStateToShow(alert: Alert): boolean {
  return stateOf(alert) !== "resolved" && (alert.takers.length > 0 || alert.silence !== undefined);
}

/** Returns the text of an alert's message with its state in the first line. */
export function withState(text: string, alert: Alert, at: number, language: Language): string {
  const [first = "", ...others] = text.split("\n");
  return [lineWithState(first, alert, at, language), ...others].join("\n");
}

function lineWithState(line: string, alert: Alert, at: number, language: Language): string {
  const { takers, silence, openedAt } = alert;
  const names = namesOf(takers);
  const [taker] = takers;
  if (stateOf(alert) === "resolved") {
    if (taker === undefined) return line;
    const waited = taker.at - openedAt;
    const after = waited < LEAST_WAIT_MS ? "" : ` ${TEXTS[language].after(durationText(waited))}`;
    return `${line} · ${SIGNS.taken} ${names}${after}`;
  }
  const taken = taker === undefined ? "" : `${SIGNS.taken} ${names} ${clockText(taker.at, at)} · `;
  const silenced =
    silence === undefined
      ? ""
      : `${SIGNS.silenced} ${TEXTS[language].until(clockText(silence.until, at))} · `;
  return `${taken}${silenced}${line}`;
}

/** Returns the reactions with which the bot shows an alert's state, if it doesn't correct the message. */
export function signsOf(alert: Alert): readonly string[] {
  const state = stateOf(alert);
  if (state === "resolved") return [SIGNS.resolved];
  return [
    ...(state === "taken" ? [SIGNS.taken] : []),
    ...(alert.silence === undefined ? [] : [SIGNS.silenced]),
  ];
}

function namesOf(takers: readonly AlertPerson[]): string {
  const names = takers.slice(0, NAMED).map(({ name }) => lineText(name));
  const more = takers.length - names.length;
  return `${names.join(", ")}${more > 0 ? ` +${more}` : ""}`;
}

/** The sentences in both languages. */
const TEXTS = {
  en: {
    until: (time: string) => `until ${time}`,
    after: (duration: string) => `after ${duration}`,
    dropped: (name: string, title: string) => `↩ ${name} dropped it, it is open again · ${title}`,
    keptBy: (name: string, title: string, names: string) =>
      `↩ ${name} dropped it · ${SIGNS.taken} ${names} · ${title}`,
    erased: (title: string, state: string) =>
      `↩ Whoever had taken or silenced it has no account any more: ${state} · ${title}`,
    unsilenced: (name: string, title: string) => `${SIGNS.over} ${name} ended the silence · ${title}`,
    resolved: (name: string, title: string) => `${SIGNS.resolved} ${title} · resolved by ${name}`,
    endOfSilence: (title: string, unsaid: string, state: string) =>
      `${SIGNS.over} The silence is over: ${state} · ${title}${unsaid}`,
    unsaid: (count: number) => (count === 1 ? " · 1 post was not said" : ` · ${count} posts were not said`),
    still: { open: "still open", taken: "taken", resolved: "resolved" },
    silencedAt: (matchers: string, end: string) => `${SIGNS.silenced} Silenced until ${end}: ${matchers}`,
    notSilenced: (reason: string) => `The source did not silence it: ${reason}`,
    remedies: {
      token: (hook: string) =>
        `An operator gives the hook the source's token: hook set ${hook} --silence-token-file FILE`,
      url: (hook: string) =>
        `An operator names the URL of Alertmanager or Grafana: hook set ${hook} --silence-at URL`,
      reach: () => "Check that it runs, and that this machine reaches it",
      log: () => "Look into its log",
    },
    mutedInstead: (end: string) => `${SIGNS.silenced} It is muted here instead, until ${end}.`,
    noSource: "the hook no longer says where alerts are silenced",
    endedLater: `${SIGNS.over} The silence at the source has ended now.`,
    seen: (title: string) => `${SIGNS.resolved} ${title} · resolved, its source no longer has it`,
    stillSilenced: (end: string, reason: string) =>
      `The silence at the source could not be ended, and it lasts until ${end}: ${reason}`,
    noRight: "Only members of this room may silence and resolve alerts.",
    noAlert: "There is no open alert here.",
    noSuchAlert: (text: string) =>
      `There is no open alert here whose number or title is "${text}": !open lists them.`,
    isResolved: (title: string) => `${title} is resolved already.`,
    takenAlready: (title: string) => `You have taken ${title} already.`,
    takenByMany: (title: string) => `Others have taken ${title} already, as many as an alert can have.`,
    notTaken: (title: string) => `You haven't taken ${title}.`,
    notSilencedYet: (title: string) => `${title} isn't silenced.`,
    badTime: (text: string) =>
      `"${text}" is no duration that I understand: write one such as 30m, 2h or 1d; at most 7d.`,
    help: "To an alert, react or answer: 👀 !take, !drop, 🔕 !silence 2h, !unsilence, !resolve. !open lists open alerts, !take 12 takes the one with this number, !duty says who is on duty.",
    unknown: (word: string) => `I don't know ${word}.`,
    open: (count: number) => (count === 1 ? "1 open alert:" : `${count} open alerts:`),
    more: (count: number) => `… and ${count} more`,
    ago: (duration: string) => `for ${duration}`,
    step: (duration: string) =>
      `Nobody has taken this alert for ${duration}. React with 👀, or answer !take.`,
    stepOf: (room: string) => `Alert in ${room}`,
    nobody: {
      next: (reason: string) => `Nobody could be called: ${reason}. The next step comes now.`,
      last: (reason: string) => `Nobody could be called: ${reason}. It was the last step.`,
    },
    bounced: (person: string, condition: string) => `the message to ${person} came back (${condition})`,
    offDuty: (roster: string) => `nobody is on duty by the roster ${roster} (duty show ${roster})`,
  },
  zh: {
    until: (time: string) => `至 ${time}`,
    after: (duration: string) => `${duration}后接手`,
    dropped: (name: string, title: string) => `↩ ${name} 不再处理，告警重新等待接手 · ${title}`,
    keptBy: (name: string, title: string, names: string) =>
      `↩ ${name} 不再处理 · ${SIGNS.taken} ${names} · ${title}`,
    erased: (title: string, state: string) => `↩ 接手或静默此告警者的账号已删除：${state} · ${title}`,
    unsilenced: (name: string, title: string) => `${SIGNS.over} ${name} 解除了静默 · ${title}`,
    resolved: (name: string, title: string) => `${SIGNS.resolved} ${title} · 由 ${name} 标记为已恢复`,
    endOfSilence: (title: string, unsaid: string, state: string) =>
      `${SIGNS.over} 静默结束：${state} · ${title}${unsaid}`,
    unsaid: (count: number) => ` · 期间有 ${count} 条消息未发出`,
    still: { open: "仍未处理", taken: "已有人接手", resolved: "已恢复" },
    silencedAt: (matchers: string, end: string) => `${SIGNS.silenced} 已静默至 ${end}：${matchers}`,
    notSilenced: (reason: string) => `告警源未能静默：${reason}`,
    remedies: {
      token: (hook: string) =>
        `请运维人员为 Webhook 设置告警源的令牌：hook set ${hook} --silence-token-file FILE`,
      url: (hook: string) =>
        `请运维人员指明 Alertmanager 或 Grafana 的 URL：hook set ${hook} --silence-at URL`,
      reach: () => "请检查它是否在运行、从本机能否访问",
      log: () => "请查看它的日志",
    },
    mutedInstead: (end: string) => `${SIGNS.silenced} 已改为在本组件静默至 ${end}。`,
    noSource: "Webhook 不再指明在何处静默告警",
    endedLater: `${SIGNS.over} 告警源上的静默现已解除。`,
    seen: (title: string) => `${SIGNS.resolved} ${title} · 已恢复，告警源上已不存在`,
    stillSilenced: (end: string, reason: string) => `未能解除告警源上的静默，它将持续到 ${end}：${reason}`,
    noRight: "只有本群成员才能静默告警或将其标记为已恢复。",
    noAlert: "这里没有未恢复的告警。",
    noSuchAlert: (text: string) => `这里没有编号或标题为“${text}”的未恢复告警：!告警 列出全部。`,
    isResolved: (title: string) => `${title} 已经恢复。`,
    takenAlready: (title: string) => `你已接手 ${title}。`,
    takenByMany: (title: string) => `接手 ${title} 的人数已达上限。`,
    notTaken: (title: string) => `你没有接手 ${title}。`,
    notSilencedYet: (title: string) => `${title} 未被静默。`,
    badTime: (text: string) => `无法理解时长“${text}”：请写成 30m、2h 或 1d，最长 7d。`,
    help: "对告警添加表情回应或回复：👀 !接手，!放下，🔕 !静默 2h，!解除静默，!恢复。!告警 列出未恢复的告警，!接手 12 接手该编号的告警，!值班 显示值班人。",
    unknown: (word: string) => `不认识 ${word}。`,
    open: (count: number) => `${count} 条未恢复的告警：`,
    more: (count: number) => `……还有 ${count} 条`,
    ago: (duration: string) => `已持续 ${duration}`,
    step: (duration: string) => `此告警已 ${duration} 无人接手。请用 👀 回应，或回复 !接手。`,
    stepOf: (room: string) => `${room} 的告警`,
    nobody: {
      next: (reason: string) => `未能通知任何人：${reason}。现在进入下一步。`,
      last: (reason: string) => `未能通知任何人：${reason}。这是最后一步。`,
    },
    bounced: (person: string, condition: string) => `发给 ${person} 的消息被退回（${condition}）`,
    offDuty: (roster: string) => `按值班表 ${roster}，现在无人值班（duty show ${roster}）`,
  },
} as const;

export type AlertTexts = (typeof TEXTS)[Language];

/** Returns the sentences in a language. */
export function alertTextsIn(language: Language): AlertTexts {
  return TEXTS[language];
}

/** Returns the line that says a change, as a reply to the alert's message. */
export function changeText(
  why: Shown,
  { alert, text, title, by }: { alert: Alert; text: string; title: string; by: AlertPerson | undefined },
  at: number,
  language: Language,
): string {
  const texts = TEXTS[language];
  const name = lineText(by?.name ?? "");
  const what = lineText(title, WIDTH.title);
  const [first = ""] = text.split("\n", 1);
  switch (why) {
    case "taken":
    case "silenced":
      return lineWithState(first === "" ? what : first, alert, at, language);
    case "dropped":
      return stateOf(alert) === "taken"
        ? texts.keptBy(name, what, namesOf(alert.takers))
        : texts.dropped(name, what);
    case "person erased":
      return texts.erased(what, texts.still[stateOf(alert)]);
    case "unsilenced":
      return texts.unsilenced(name, what);
    case "resolved":
      return by === undefined ? texts.seen(what) : texts.resolved(name, what);
  }
}
