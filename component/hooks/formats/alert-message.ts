/** The message about alerts, for a phone: what it is, how bad, a line for each alert, the worst first, and links. */
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
import { FEW, fitted, lineOf, sharedSummary } from "./alert-lines.js";
import type { Label } from "./fields.js";
import { templateIn, type AlertReport, type Format, type Headers } from "./format.js";
import { shortened } from "./shortening.js";
import { durationText, timeText } from "./times.js";

/** The widths of a message and of its parts, in characters. Clients hide everything after 1,000. */
const WIDTH = { message: 900, names: 60, severity: 20, labels: 100, summary: 220, links: 400, more: 20 };
/** The most alerts and links that are shown. */
const SHOWN = { alerts: 10, links: 3 };

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
      return {
        view: viewOf(group),
        alert: key === "" ? undefined : reportOf(group, key),
        image: image === "" ? undefined : image,
      };
    },
  };
}

function reportOf(group: AlertGroup, key: string): AlertReport {
  const { status, alerts, labels } = group;
  const isFiring = status === "firing";
  const starts = alerts.filter((alert) => alert.status === status).flatMap(({ startsAt }) => startsAt ?? []);
  const where = headingLabels(group).map(labelText).join(", ");
  return {
    key,
    status,
    severity: isFiring ? shortened(alerts[0]?.severity ?? "", WIDTH.severity) : "",
    title: [titleOf(group), where].filter((part) => part !== "").join(": "),
    startsAt: starts.length > 0 ? Math.min(...starts) : undefined,
    labels,
  };
}

function viewOf(group: AlertGroup): object {
  const head = headOf(group);
  const links = linksOf(group);
  const summary = shortened(sharedSummary(group), WIDTH.summary);
  const taken = [head.heading, summary, ...links.map(({ name, url }) => `${name}: ${url}`)];
  const left = taken.reduce((rest, line) => rest - line.length - 1, WIDTH.message - WIDTH.more);
  const lines = group.alerts.slice(0, SHOWN.alerts).map((alert) => lineOf(alert, group, head));
  const alerts = fitted(lines, left);
  const more = alerts.length === 0 ? 0 : group.firing + group.resolved - alerts.length;
  return { ...head, summary, alerts, more, links };
}

/** Returns the message's first line, and its parts. */
function headOf(group: AlertGroup) {
  const { status, firing, resolved, alerts } = group;
  const isFiring = status === "firing";
  const severity = isFiring ? shortened(alerts[0]?.severity ?? "", WIDTH.severity) : "";
  const sign = isFiring ? signOf(severity) : RESOLVED;
  const { since, duration } = timesOf(group);
  const [title, labels] = [titleOf(group), headingLabels(group)];
  const began = since === "" ? "" : `since ${since}`;
  const counts = [`${firing} firing ${began}`.trim(), resolved > 0 ? `${resolved} resolved` : ""];
  const firingState = firing + resolved > 1 ? counts.filter((count) => count !== "").join(", ") : began;
  const state = isFiring ? firingState : resolved > 1 ? `${resolved} alerts` : "";
  const end = isFiring ? severity : `resolved${duration === "" ? "" : ` after ${duration}`}`;
  const parts = [`${sign} *${title}* ${end}`.trimEnd(), ...labels.map(labelText), state];
  const heading = parts.filter((part) => part !== "").join(" · ");
  return { status, severity, firing, resolved, since, duration, sign, title, labels, heading };
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

/** Returns when a group began, unless the lines of few alerts say it, and how long a resolved group lasted. */
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
