/** The line of one alert in the message about its group: the sign, what it is about, what happened, since when. */
import { isKnown, RESOLVED, severitySign, type PostedAlert, type AlertGroup } from "./alert.js";
import { isOneStart, type Heading } from "./alert-heading.js";
import {
  fittingLabels,
  isMajor,
  isMinor,
  isSaid,
  joined,
  labelText,
  placeOf,
  placeText,
} from "./alert-labels.js";
import type { Label } from "./fields.js";
import { shortened } from "./shortening.js";
import { ageText, durationText, timeText } from "./times.js";

/** The widths of parts of a line, in characters. */
const WIDTH = { name: 50, where: 60, severity: 20, value: 40 };
/** A place is left out if the text names it within so many characters: the rest of a text may be cut. */
const SAID_WITHIN = 60;
/** The most alerts of a group whose lines have their own times, and descriptions behind their summaries. */
export const FEW = 3;
/** The fewest characters of a line and of a text, if there are more. */
const LEAST = { line: 100, text: 12 };

/** A number that isn't part of a name. */
const NUMBER = /(?<![\p{L}\p{N}_/-])\d+(?:[.,]\d+)?(?![\p{L}\p{N}_/-])/u;

/** A line whose text may be cut. */
export interface AlertLine {
  readonly before: string;
  /** What separates the text from what is before it. */
  readonly between: string;
  readonly text: string;
  readonly after: string;
  /** The variables for templates. */
  readonly view: object;
}

/**
 * Lays out lines in `total` characters, in order: a line gets all that it needs, as long as each later line still gets
 * LEAST.line characters, or all if it is shorter. Returns the variables for templates.
 */
export function fittedLines(lines: readonly AlertLine[], total: number): object[] {
  const shown: { readonly line: AlertLine; readonly length: number }[] = [];
  /** How much the lines that are still to be laid out get at least. */
  let kept = 0;
  for (const line of lines) {
    const length = laidOut(line).length + 1;
    const least = Math.min(length, LEAST.line);
    if (length === 1 || kept + least > total) continue;
    shown.push({ line, length });
    kept += least;
  }
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
function laidOut({ before, between, text, after }: AlertLine, width = Infinity): string {
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

/** @param heading what the message's first line says about all alerts @param now milliseconds since 1970 */
export function alertLineOf(alert: PostedAlert, group: AlertGroup, heading: Heading, now: number): AlertLine {
  const { status, name, severity, startsAt, endsAt } = alert;
  const isFiring = status === "firing";
  const text = isFiring ? textOf(alert, group) : "";
  const since = startsAt === undefined ? "" : timeText(startsAt);
  const duration = startsAt === undefined || endsAt === undefined ? "" : durationText(endsAt - startsAt);
  const sign = isFiring ? severitySign(severity) : RESOLVED;
  const value = shortened(alert.value, WIDTH.value);
  const { where, labels } = ownPlace(alert, group, text);
  const view = { status, sign, name, severity, where, labels, text, value, since, duration };
  if (group.alerts.length === 1) return { before: "", between: "", text, after: "", view };
  const isOdd = isFiring && severity !== heading.severity && severity !== "" && !isKnown(severity);
  const isNamed = hasNames(group);
  const what = joined(
    " ",
    isNamed ? shortened(name, WIDTH.name) : "",
    isOdd ? `(${shortened(severity, WIDTH.severity)})` : "",
  );
  const bullet = sign === heading.sign ? "•" : sign;
  const before = joined(" ", bullet, joined(": ", what, where));
  const between = before === bullet ? " " : what !== "" && where !== "" ? " · " : ": ";
  if (!isFiring) return { before, between, text, after: duration === "" ? "" : `, after ${duration}`, view };
  const age = startsAt === undefined || group.alerts.length > FEW ? "" : ageText(startsAt, now);
  const isTimed = age !== "" && !isOneStart(group, now);
  const after = `${valueText(alert)}${isTimed ? `, ${age.includes("-") ? "since" : "for"} ${age}` : ""}`;
  return { before, between, text: after === "" ? text : text.replace(/[.。]$/, ""), after, view };
}

/** Whether the alerts of a group have different names. */
function hasNames({ alerts }: AlertGroup): boolean {
  return alerts.some(({ name }) => name !== alerts[0]?.name);
}

/** Returns what an alert says, except what all say. */
function textOf({ summary, description }: PostedAlert, group: AlertGroup): string {
  const shared = sharedSummary(group);
  if (summary === "" || shared !== "") return shared.startsWith(description) ? "" : description;
  if (description === "" || description === summary) return summary;
  if (group.alerts.length <= FEW)
    return `${summary}${/[.!?。！？]$/.test(summary) ? "" : ":"} ${description}`;
  // There is space for one of them: a sentence with a number says more.
  return NUMBER.test(description) && !NUMBER.test(summary) ? description : summary;
}

/** Returns where an alert is, as far as it differs from others and its text doesn't begin with it, and these labels. */
function ownPlace(
  { labels }: PostedAlert,
  group: AlertGroup,
  text: string,
): { readonly where: string; readonly labels: readonly Label[] } {
  const differs = (name: string): boolean => !Object.hasOwn(group.labels, name);
  const start = text.slice(0, SAID_WITHIN);
  const place = placeOf(labels, differs);
  const [where, part, context] = [place.where, place.part, place.context].map((each) =>
    isSaid(each, start) ? "" : shortened(each, WIDTH.where),
  ) as [string, string, string];
  const others = fittingLabels(
    labels,
    (label) => isMajor(label) && differs(label.name) && !isSaid(label.value, text),
  );
  const said = joined(" ", placeText({ where, part }), context && `(${context})`);
  if (said !== "" || placeText(place) !== "" || hasNames(group)) return { where: said, labels: others };
  const minor =
    others.length > 0 ? others : fittingLabels(labels, (label) => isMinor(label) && differs(label.name));
  return { where: minor.map(labelText).join(", "), labels: minor };
}

function valueText({ value }: PostedAlert): string {
  return value === "" ? "" : ` (${shortened(value, WIDTH.value)})`;
}
