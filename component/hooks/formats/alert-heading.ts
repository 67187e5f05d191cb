/** The first line of a message about alerts, which is all that a phone's lock screen shows: sign, what, where, how bad, how long. */
import { RESOLVED, severitySign, type AlertGroup } from "./alert.js";
import {
  fittingLabels,
  isMajor,
  joined,
  labelText,
  placeOf,
  placeText,
  type AlertPlace,
} from "./alert-labels.js";
import type { Fields } from "./fields.js";
import { shortened } from "./shortening.js";
import { ageText, durationText } from "./times.js";

/** The widths of the line, which long names may exceed, and of its parts, in characters. */
const WIDTH = { line: 80, title: 60, where: 50, severity: 20 };
/** The sign stays in one line with the first word. */
export const NO_BREAK = "\u00a0";

/** The first line and its parts. */
export interface Heading {
  readonly sign: string;
  /** The names of the alerts. */
  readonly title: string;
  readonly where: string;
  /** What the place belongs to, such as a cluster. */
  readonly context: string;
  /** The worst severity of what is firing; "" if unknown, or nothing is firing. */
  readonly severity: string;
  /** How long the newest alert has been firing; "" if unknown or less than a minute. */
  readonly age: string;
  /** How long a resolved group lasted; "" if unknown. */
  readonly duration: string;
  readonly heading: string;
}

/** Returns the labels that are true of the whole group: of a single alert all of its labels. */
export function sharedLabels({ labels, alerts }: AlertGroup): Fields {
  const [first, ...others] = alerts;
  return others.length === 0 ? { ...first?.labels, ...labels } : labels;
}

/** @param now milliseconds since 1970 */
export function headingOf(group: AlertGroup, now: number): Heading {
  const isFiring = group.status === "firing";
  const severity = severityOf(group);
  const sign = isFiring ? severitySign(severity) : RESOLVED;
  const title = titleOf(group);
  const place = groupPlace(group);
  const { age, duration, state } = timesOf(group, now);
  const end = [severity, state]
    .filter((text) => text !== "")
    .map((text) => ` · ${text}`)
    .join("");
  const left = WIDTH.line - sign.length - NO_BREAK.length - end.length;
  const [shown, text] = fittingPlace(title, place, left, group.alerts.length > 1);
  const heading =
    group.sentence === undefined
      ? `${sign}${NO_BREAK}${text}${end}`
      : `${sign}${NO_BREAK}${shortened(group.sentence, WIDTH.line - sign.length - NO_BREAK.length)}`;
  return { sign, title, where: placeText(shown), context: shown.context, severity, age, duration, heading };
}

/** Returns what a group is about and where, in one line. */
export function whatAndWhere(group: AlertGroup): string {
  const title = titleOf(group);
  return group.sentence === undefined ? worded(title, groupPlace(group)) : title;
}

export function severityOf({ status, alerts }: AlertGroup): string {
  return status === "firing" ? shortened(alerts[0]?.severity ?? "", WIDTH.severity) : "";
}

/** Returns the start of the first alert with the group's status, in milliseconds since 1970; undefined if unknown. */
export function startOf(group: AlertGroup): number | undefined {
  const starts = startsOf(group);
  return starts.length > 0 ? Math.min(...starts) : undefined;
}

/** Whether all alerts of a group that are told began at the same time, or nearly. */
export function isOneStart(group: AlertGroup, now: number): boolean {
  return new Set(startsOf(group).map((at) => ageText(at, now))).size <= 1;
}

/** Returns the name of the most urgent alert, and how many others there are. */
function titleOf({ status, alerts, name }: AlertGroup): string {
  const told = alerts.filter((alert) => alert.status === status && alert.name !== "");
  const names = [...new Set(told.map((alert) => alert.name))];
  const [first = name] = names;
  const title = shortened(first, WIDTH.title);
  return names.length > 1 ? `${title} and ${names.length - 1} more` : title;
}

/** Returns the place that all alerts share; if they share none, their other labels stand for it. */
function groupPlace(group: AlertGroup): AlertPlace {
  const labels = sharedLabels(group);
  const { names, ...place } = placeOf(labels);
  if (placeText(place) !== "") return { ...place, where: shortened(place.where, WIDTH.where), names };
  const others = fittingLabels(labels, (label) => isMajor(label) && !names.has(label.name));
  const where = others.map(labelText).join(", ");
  return { ...place, where, names: new Set([...names, ...others.map(({ name }) => name)]) };
}

/**
 * Returns as much of the place as fits into `width` characters, and the text. Names are never left out, nor where one alert
 * is; of several alerts, their lines say it.
 */
function fittingPlace(
  title: string,
  place: AlertPlace,
  width: number,
  isMany: boolean,
): readonly [shown: AlertPlace, text: string] {
  const { where, part, context } = place;
  const placed = { ...place, part: where === "" ? part : "" };
  const shown = [
    place,
    placed,
    { ...place, context: "" },
    { ...placed, context: "" },
    ...(isMany ? [{ ...place, where: "", part: "", context }] : []),
  ].map((each) => [each, worded(title, each)] as const);
  return shown.find(([, text]) => text.length <= width) ?? shown.at(-1) ?? [place, title];
}

function worded(title: string, place: AlertPlace): string {
  const where = placeText(place);
  // A second colon would be hard to read.
  const between = title.includes(": ") ? " · " : ": ";
  return joined(" ", joined(between, title, where), place.context && `(${place.context})`);
}

function timesOf(group: AlertGroup, now: number): Pick<Heading, "age" | "duration"> & { state: string } {
  const { status, firing, resolved, alerts } = group;
  const starts = startsOf(group);
  const isMany = firing + resolved > 1;
  if (status === "firing") {
    const age = starts.length > 0 ? ageText(Math.max(...starts), now) : "";
    const isDate = age.includes("-");
    if (!isMany) return { age, duration: "", state: isDate ? `since ${age}` : age };
    const together = isDate ? `since ${age}` : `for ${age}`;
    const newest = age === "" ? "" : isOneStart(group, now) ? ` ${together}` : `, newest ${age}`;
    // The resolved ones have lines of their own.
    return { age, duration: "", state: `${firing} firing${newest}` };
  }
  const ends = alerts.flatMap(({ endsAt }) => endsAt ?? []);
  const isTimed = starts.length > 0 && ends.length > 0;
  const duration = isTimed ? durationText(Math.max(...ends) - Math.min(...starts)) : "";
  const over = joined(" after ", "resolved", duration);
  return { age: "", duration, state: resolved > 1 ? `${resolved} ${over}` : over };
}

function startsOf({ status, alerts }: AlertGroup): readonly number[] {
  return alerts.filter((alert) => alert.status === status).flatMap(({ startsAt }) => startsAt ?? []);
}
