/** The message about alerts, for a phone: the first line, a line for each alert, the worst first, and links last. */
import type { AlertGroup, AlertLink } from "./alert.js";
import { headingOf, severityOf, sharedLabels, startOf, whatAndWhere } from "./alert-heading.js";
import { fittingLabels, isMajor, isSaid, labelText, placeOf } from "./alert-labels.js";
import { FEW, fittedLines, alertLineOf, sharedSummary } from "./alert-lines.js";
import {
  templateIn,
  type AlertReport,
  type Format,
  type Headers,
  type PostEvent,
  type ShortenUrl,
} from "./format.js";
import type { Label } from "./fields.js";
import { shortened } from "./shortening.js";
import { timeText } from "./times.js";

/** The widths of a message and of its parts, in characters. Clients hide everything after 1,000. */
const WIDTH = { message: 900, labels: 100, summary: 220, links: 400, more: 20 };
/** The most alerts and links that are shown. */
const SHOWN = { alerts: 10, links: 3 };

/** The content of a post about alerts. */
export interface ParsedAlerts {
  readonly group: AlertGroup;
  /** The same in all posts about the group; "" if the post's message is never corrected. */
  readonly key: string;
  /** The URL of a picture; "" if there is none. */
  readonly image?: string | undefined;
  /** What the post is about, if the program has other events than alerts. */
  readonly event?: PostEvent | undefined;
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
    read: ({ json, headers }, shortenUrl) => {
      const { group, key, image, event = { name: group.status } } = parse(json?.value, headers);
      return {
        view: viewOf(group, shortenUrl),
        event,
        alert: key === "" ? undefined : reportOf(group, key),
        image: image === "" ? undefined : image,
      };
    },
  };
}

function reportOf(group: AlertGroup, key: string): AlertReport {
  return {
    key,
    status: group.status,
    severity: severityOf(group),
    title: whatAndWhere(group),
    startsAt: startOf(group),
    labels: group.labels,
  };
}

function viewOf(group: AlertGroup, shortenUrl: ShortenUrl | undefined): object {
  const now = Date.now();
  const { status, firing, resolved } = group;
  const head = headingOf(group, now);
  const links = linksOf(group, shortenUrl);
  const summary = isSaid(sharedSummary(group), head.heading)
    ? ""
    : shortened(sharedSummary(group), WIDTH.summary);
  const lines = group.alerts.slice(0, SHOWN.alerts).map((alert) => alertLineOf(alert, group, head, now));
  const others = othersOf(group, [head.heading, summary, ...lines.map(({ before, text }) => before + text)]);
  const taken = [head.heading, summary, others, ...links.map(({ name, url }) => `${name} ${url}`)];
  const left = taken.reduce((rest, line) => rest - line.length - 1, WIDTH.message - WIDTH.more);
  const alerts = fittedLines(lines, left);
  const more = alerts.length === 0 ? 0 : firing + resolved - alerts.length;
  const labels = fittingLabels(group.labels, isMajor, WIDTH.labels);
  const start = startOf(group);
  const since = start === undefined ? "" : timeText(start);
  return { ...head, status, firing, resolved, since, labels, summary, alerts, more, others, links };
}

/** Returns the labels of the whole group that none of its texts has; of alerts with different names only the place. */
function othersOf(group: AlertGroup, texts: readonly string[]): string {
  if (group.status === "resolved") return "";
  const labels = sharedLabels(group);
  const { names } = placeOf(labels);
  const text = texts.join(" ");
  const isMixed = group.alerts.some(({ name }) => name !== group.alerts[0]?.name);
  const isWanted = (label: Label): boolean =>
    isMajor(label) &&
    label.name !== "instance" &&
    (!isMixed || names.has(label.name)) &&
    !text.includes(label.value) &&
    !text.includes(labelText(label));
  return fittingLabels(labels, isWanted, WIDTH.labels)
    .map(({ name, value }) => `${name} ${value}`)
    .join(", ");
}

/** Returns a group's links, and those of its most urgent alert, as many as there is space for; none is cut. */
function linksOf(
  { status, links, alerts }: AlertGroup,
  shortenUrl: ShortenUrl | undefined,
): readonly AlertLink[] {
  if (status === "resolved") return [];
  const [first] = alerts;
  const isShared = ({ url }: AlertLink): boolean =>
    alerts.every((alert) => alert.links.some((link) => link.url === url));
  const own = (first?.links ?? []).flatMap((link) => {
    if (isShared(link)) return link;
    return alerts.length > FEW ? [] : { ...link, name: `${link.name} of the first` };
  });
  const shown: AlertLink[] = [];
  const known = new Set([""]);
  let left = WIDTH.links;
  // What people read comes before queries.
  const all = [...links, ...own].sort(
    (one, other) => Number(one.isQuery === true) - Number(other.isQuery === true),
  );
  for (const { name, url, isQuery } of all) {
    if (known.has(url) || shown.length >= SHOWN.links) continue;
    const text = isQuery === true ? shortenUrl?.({ name, url }) : url;
    const length = `${name} ${text ?? ""}\n`.length;
    if (text === undefined || length > left) continue;
    known.add(url);
    left -= length;
    shown.push({ name, url: text });
  }
  return shown;
}
