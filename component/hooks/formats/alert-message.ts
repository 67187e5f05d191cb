/**
 * The form of alerts, as a person on call reads them on a phone: what it is and how bad, then a line for each alert, the
 * worst first, then links. All formats of alerts use it.
 */
import {
  fitting,
  isMajor,
  isSaid,
  labelText,
  RESOLVED,
  signOf,
  type AlertGroup,
  type Link,
} from "./alert.js";
import { FEW, lineOf, laidOut, sharedSummary } from "./alert-lines.js";
import type { Label } from "./fields.js";
import { templateIn, type Format, type Headers } from "./format.js";
import { shares, shortened } from "./shortening.js";
import { durationText, timeText } from "./times.js";

/** The widths of a message and of its parts, in characters. Clients hide everything after 1,000. */
const WIDTH = { message: 900, names: 60, severity: 20, labels: 100, summary: 220, links: 400, more: 20 };
/** The most alerts and links that are shown. */
const SHOWN = { alerts: 10, links: 3 };
/** The fewest characters of an alert's line, if it has more. */
const LEAST = 100;

/** The content of a post about alerts. */
export interface ParsedAlerts {
  readonly group: AlertGroup;
  /** The same in all posts about the group; "" if the post's message is never corrected. */
  readonly key: string;
  /** The URL of a picture; "" if there is none. */
  readonly image?: string | undefined;
}

/** Makes a format of alerts. `parse` parses the JSON of a post. */
export function alertFormat({
  parse,
  ...format
}: Omit<Format, "read" | "template"> & {
  readonly parse: (value: unknown, headers: Headers) => ParsedAlerts;
}): Format {
  return {
    ...format,
    // A link has its name in front, because clients preview a URL that is the last line.
    template: templateIn("alerts"),
    read: ({ json, headers }) => {
      const { group, key, image } = parse(json?.value, headers);
      const known = { key, isResolved: group.status === "resolved" };
      return {
        view: alertGroup(group),
        group: key === "" ? undefined : known,
        image: image === "" ? undefined : image,
      };
    },
  };
}

/** Returns the variables of a group for templates. */
function alertGroup(group: AlertGroup): object {
  const { status, firing, resolved, alerts } = group;
  const severity = status === "firing" ? shortened(alerts[0]?.severity ?? "", WIDTH.severity) : "";
  const parts = {
    status,
    severity,
    firing,
    resolved,
    ...timesOf(group),
    sign: status === "firing" ? signOf(severity) : RESOLVED,
    title: titleOf(group),
    labels: headingLabels(group),
  };
  const heading = headingOf(parts);
  const links = linksOf(group);
  const summary = shortened(sharedSummary(group), WIDTH.summary);
  const taken = [heading, summary, ...links.map(({ name, url }) => `${name}: ${url}`)];
  const left = taken.reduce((rest, line) => rest - line.length - 1, WIDTH.message - WIDTH.more);
  let needed = 0;
  const lines = alerts
    .slice(0, SHOWN.alerts)
    .map((alert) => lineOf(alert, group, parts))
    .filter((line) => laidOut(line) !== "")
    .filter((line) => (needed += Math.min(laidOut(line).length + 1, LEAST)) <= left);
  const widths = shares(
    lines.map((line) => laidOut(line).length + 1),
    { total: left, least: LEAST },
  );
  const shown = lines
    .map((line, at) => ({ ...line.view, line: laidOut(line, (widths[at] ?? 0) - 1) }))
    .filter(({ line }) => line !== "");
  const more = shown.length === 0 ? 0 : firing + resolved - shown.length;
  return { ...parts, heading, summary, alerts: shown, more, links };
}

/** Returns the names of a group's alerts, the most urgent first. */
function titleOf({ alerts, name }: AlertGroup): string {
  const names = [...new Set(alerts.map((alert) => alert.name).filter((each) => each !== ""))];
  let count = 1;
  while (count < names.length && names.slice(0, count + 1).join(", ").length <= WIDTH.names) count += 1;
  const some = shortened(names.slice(0, count).join(", ") || name, WIDTH.names);
  return names.length > count ? `${some} and ${names.length - count} more` : some;
}

/** Returns the labels that all alerts share; of a single alert, those that its text doesn't have. */
function headingLabels({ labels, alerts }: AlertGroup): readonly Label[] {
  const [first, ...others] = alerts;
  const isAlone = first?.status === "firing" && others.length === 0;
  const text = isAlone ? `${first.summary} ${first.description}` : "";
  return fitting(labels, (label) => isMajor(label) && !isSaid(label, text), WIDTH.labels);
}

/**
 * Returns when a group's alerts began, unless the lines of few alerts say different times, and how long a resolved group
 * lasted.
 */
function timesOf({ status, alerts }: AlertGroup): { readonly since: string; readonly duration: string } {
  const starts = alerts.filter((alert) => alert.status === status).flatMap(({ startsAt }) => startsAt ?? []);
  const ends = alerts.flatMap(({ endsAt }) => endsAt ?? []);
  const isOne = alerts.length > FEW || new Set(starts.map(timeText)).size === 1;
  const isOver = status === "resolved" && starts.length > 0 && ends.length > 0;
  return {
    since: starts.length > 0 && isOne ? timeText(Math.min(...starts)) : "",
    duration: isOver ? durationText(Math.max(...ends) - Math.min(...starts)) : "",
  };
}

interface HeadingParts
  extends ReturnType<typeof timesOf>, Pick<AlertGroup, "status" | "firing" | "resolved"> {
  readonly sign: string;
  readonly title: string;
  readonly severity: string;
  readonly labels: readonly Label[];
}

function headingOf({ status, sign, title, severity, labels, ...rest }: HeadingParts): string {
  const { firing, resolved, since, duration } = rest;
  const began = since === "" ? "" : `since ${since}`;
  const counts = [`${firing} firing ${began}`.trim(), resolved > 0 ? `${resolved} resolved` : ""];
  const state =
    status === "resolved"
      ? [resolved > 1 ? `${resolved} alerts` : ""]
      : [firing + resolved > 1 ? counts.filter((count) => count !== "").join(", ") : began];
  const end = status === "firing" ? severity : `resolved${duration === "" ? "" : ` after ${duration}`}`;
  const first = `${sign} *${title}* ${end}`.trimEnd();
  return [first, ...labels.map(labelText), ...state].filter((part) => part !== "").join(" · ");
}

/** Returns a group's links, and those of its most urgent alert, as many as there is space for; none is cut. */
function linksOf({ status, links, alerts }: AlertGroup): readonly Link[] {
  if (status === "resolved") return [];
  const [first] = alerts;
  const isShared = ({ url }: Link): boolean =>
    alerts.every((alert) => alert.links.some((link) => link.url === url));
  const own = (first?.links ?? []).flatMap((link) => {
    if (isShared(link)) return link;
    return alerts.length > FEW ? [] : { ...link, name: `${link.name} of the first` };
  });
  const shown: Link[] = [];
  let left = WIDTH.links;
  for (const link of [...links, ...own]) {
    const { length } = `${link.name}: ${link.url}\n`;
    const isKnown = shown.some(({ url }) => url === link.url);
    if (link.url === "" || isKnown || shown.length >= SHOWN.links || length > left) continue;
    left -= length;
    shown.push(link);
  }
  return shown;
}
