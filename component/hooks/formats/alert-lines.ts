/** The line of one alert in the message about its group: the sign, what it is about, what happened, since when. */
import { fitting, isKnown, isMajor, isMinor, isSaid, labelText, RESOLVED, signOf } from "./alert.js";
import type { Alert, AlertGroup } from "./alert.js";
import type { Label } from "./fields.js";
import { shortened } from "./shortening.js";
import { durationText, timeText } from "./times.js";

/** The widths of parts of a line, in characters. */
const WIDTH = { labels: 45, name: 50, severity: 20, value: 40 };
/** The most alerts of a group whose lines have their own times, and descriptions behind their summaries. */
export const FEW = 3;
/** The fewest characters of a line and of a text, if there are more. */
const LEAST = { line: 100, text: 12 };

/** A number that isn't part of a name. */
const NUMBER = /(?<![\p{L}\p{N}_/-])\d+(?:[.,]\d+)?(?![\p{L}\p{N}_/-])/u;

/** A line whose text may be cut. */
export interface AlertLine {
  readonly before: string;
  readonly text: string;
  readonly after: string;
  /** The variables for templates. */
  readonly view: object;
}

/**
 * Lays out lines in `total` characters, in order: a line gets all that it needs, as long as each later line still gets
 * LEAST.line characters, or all if it is shorter. Returns the variables for templates.
 */
export function fitted(lines: readonly AlertLine[], total: number): object[] {
  const all = lines.map((line) => ({ line, length: laidOut(line).length + 1 }));
  let kept = 0;
  const shown = all.filter(({ length }) => length > 1 && (kept += Math.min(length, LEAST.line)) <= total);
  kept = shown.reduce((sum, { length }) => sum + Math.min(length, LEAST.line), 0);
  let left = total;
  return shown.flatMap(({ line, length }) => {
    kept -= Math.min(length, LEAST.line);
    const width = Math.min(length, left - kept);
    left -= width;
    const text = laidOut(line, width - 1);
    return text === "" ? [] : [{ ...line.view, line: text }];
  });
}

/** Returns the line with its text cut to a width; "" if the line says nothing. */
function laidOut({ before, text, after }: AlertLine, width = Infinity): string {
  const between = before === "" ? "" : before.length <= 2 ? " " : " · ";
  const left = width - before.length - between.length - after.length;
  const shown = left >= text.length ? text : left < LEAST.text ? "" : shortened(text, left);
  if (shown === "") return before.length <= 2 ? "" : `${before}${after}`;
  return `${before}${between}${shown}${after}`;
}

/** Returns what all firing alerts of a group say; of a single alert, what it says. */
export function sharedSummary({ status, alerts }: AlertGroup): string {
  const [first, ...others] = alerts.filter((alert) => alert.status === "firing");
  if (status === "resolved" || first === undefined) return "";
  if (alerts.length === 1) return `${first.summary || first.description}${valueText(first)}`;
  return others.length > 0 && others.every(({ summary }) => summary === first.summary) ? first.summary : "";
}

/** @param heading what the message's first line says about all alerts */
export function lineOf(
  alert: Alert,
  group: AlertGroup,
  heading: { readonly sign: string; readonly severity: string; readonly since: string },
): AlertLine {
  const { status, name, severity, startsAt, endsAt } = alert;
  const isFiring = status === "firing";
  const text = isFiring ? textOf(alert, group) : "";
  const labels = ownLabels(alert, group, text);
  const since = startsAt === undefined ? "" : timeText(startsAt);
  const duration = startsAt === undefined || endsAt === undefined ? "" : durationText(endsAt - startsAt);
  const sign = isFiring ? signOf(severity) : RESOLVED;
  const value = shortened(alert.value, WIDTH.value);
  const view = { status, sign, name, severity, labels, text, value, since, duration };
  if (group.alerts.length === 1) return { before: "", text, after: "", view };
  const isOdd = isFiring && severity !== heading.severity && severity !== "" && !isKnown(severity);
  const what = [
    isNamed(group) ? shortened(name, WIDTH.name) : "",
    isOdd ? `(${shortened(severity, WIDTH.severity)})` : "",
    labels.map(labelText).join(", "),
  ];
  const bullet = sign === heading.sign ? "•" : sign;
  const before = `${bullet} ${what.filter((part) => part !== "").join(" · ")}`.trimEnd();
  if (!isFiring) return { before, text, after: duration === "" ? "" : `, after ${duration}`, view };
  const isTimed = since !== "" && heading.since === "";
  const after = `${valueText(alert)}${isTimed ? `, since ${since}` : ""}`;
  return { before, text: after === "" ? text : text.replace(/[.。]$/, ""), after, view };
}

/** Whether the alerts of a group have different names. */
function isNamed({ alerts }: AlertGroup): boolean {
  return alerts.some(({ name }) => name !== alerts[0]?.name);
}

/** Returns what an alert says, except what all say. */
function textOf({ summary, description }: Alert, group: AlertGroup): string {
  const shared = sharedSummary(group);
  if (summary === "" || shared !== "") return shared.startsWith(description) ? "" : description;
  if (description === "" || description === summary) return summary;
  if (group.alerts.length <= FEW)
    return `${summary}${/[.!?。！？]$/.test(summary) ? "" : ":"} ${description}`;
  // There is space for one of them: a sentence with a number says more.
  return NUMBER.test(description) && !NUMBER.test(summary) ? description : summary;
}

/** Returns the labels in which an alert differs from others, without those that its text has. */
function ownLabels({ labels }: Alert, group: AlertGroup, text: string): readonly Label[] {
  const differs = ({ name }: Label): boolean => !Object.hasOwn(group.labels, name);
  const major = fitting(labels, (label) => isMajor(label) && differs(label), WIDTH.labels);
  const own =
    major.length > 0 || isNamed(group)
      ? major
      : fitting(labels, (label) => isMinor(label) && differs(label), WIDTH.labels);
  return own.filter((label) => !isSaid(label, text));
}

function valueText({ value }: Alert): string {
  return value === "" ? "" : ` (${shortened(value, WIDTH.value)})`;
}
