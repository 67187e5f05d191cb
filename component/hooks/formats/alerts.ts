/**
 * Groups of alerts of Alertmanager and Grafana, firing or resolved. A group's message has at most 900 characters, as people
 * read it on phones and clients hide what follows 1,000.
 */
import {
  fieldsAt,
  labelsIn,
  listAt,
  textAt,
  urlAt,
  wholeListAt,
  type Fields,
  type Label,
  type Labels,
} from "./fields.js";
import { durationText, timeIn, timeText } from "./times.js";

export type Status = "firing" | "resolved";

export interface Link {
  readonly name: string;
  readonly url: string;
}

/** An alert of either product. */
export interface RawAlert {
  readonly status: Status;
  readonly labels: Fields;
  readonly summary: string;
  readonly description: string;
  /** The measured value. */
  readonly value: string;
  /** Milliseconds since 1970; undefined if unknown, or not ended. */
  readonly startsAt: number | undefined;
  readonly endsAt: number | undefined;
  /** The most useful first. */
  readonly links: readonly Link[];
}

export interface RawGroup {
  readonly title: string;
  readonly status: Status;
  /** The numbers of alerts. */
  readonly firing: number;
  readonly resolved: number;
  /** The labels that all alerts share. */
  readonly labels: Fields;
  /** The text of the whole group. */
  readonly message: string;
  /** The first alerts. */
  readonly alerts: readonly RawAlert[];
  /** Links of the whole group. */
  readonly links: readonly Link[];
}

/** An alert's variables for templates, with the labels that not all alerts share. */
export interface Alert extends Labels {
  readonly status: Status;
  readonly text: string;
  readonly description: string;
  readonly value: string;
}

/** A group's variables for templates, with the labels that all alerts share. */
export interface AlertGroup extends Labels {
  readonly title: string;
  readonly status: Status;
  /** "critical", "warning", "info" or another of the product's; "" if unknown. */
  readonly severity: string;
  readonly sign: string;
  readonly firing: number;
  readonly resolved: number;
  /** The start of the first alert; "" if unknown. */
  readonly since: string;
  /** From the start of the first alert to the end of the last; "" while the group fires. */
  readonly duration: string;
  readonly message: string;
  readonly alerts: readonly Alert[];
  /** The number of further alerts. */
  readonly more: number;
  /** Links that all alerts share. */
  readonly links: readonly Link[];
}

const MOST_SHOWN = 5;
const MOST_LINKS = 2;
/** Widths in characters. */
const WIDTH = {
  message: 900,
  states: 110,
  text: 200,
  title: 80,
  labels: 110,
  link: 110,
  value: 40,
  least: 40,
  between: 12,
  named: 3,
};
/** The worst first. */
const SEVERITIES = ["critical", "page", "error", "high", "warning", "medium", "low", "info", "none"];
const SIGNS: Readonly<Record<string, string>> = {
  warning: "🟠",
  medium: "🟠",
  low: "🔵",
  info: "🔵",
  none: "🔵",
};
/** Labels that appear elsewhere in the message, or are internal to the product. */
const HIDDEN: ReadonlySet<string> = new Set([
  "alertname",
  "severity",
  "rulename",
  "datasource_uid",
  "ref_id",
  "uid",
]);

/** Parses the payload that both products share. @param read parses the product's own part of an alert */
export function readGroup(
  value: unknown,
  read: (alert: unknown) => { readonly value: string; readonly links: readonly Link[] },
): RawGroup {
  const all = wholeListAt(value, "alerts");
  const resolved = all.filter((alert) => statusOf(alert) === "resolved").length;
  const common = fieldsAt(value, "commonLabels");
  const truncated = Number(textAt(value, "truncatedAlerts")) || 0;
  return {
    title: titleOf(value),
    status: statusOf(value),
    firing: all.length - resolved + truncated,
    resolved,
    labels: common,
    message: "",
    alerts: listAt(value, "alerts").map((alert) => ({
      status: statusOf(alert),
      labels: fieldsAt(alert, "labels"),
      summary: textAt(alert, "annotations", "summary") || failedRuleOf(fieldsAt(alert, "labels"), common),
      description: textAt(alert, "annotations", "description") || textAt(alert, "annotations", "message"),
      startsAt: timeIn(textAt(alert, "startsAt")),
      endsAt: timeIn(textAt(alert, "endsAt")),
      ...read(alert),
    })),
    links: [{ name: "all alerts", url: urlAt(value, "externalURL") }],
  };
}

/** Returns a group's variables for templates. */
export function alertGroup(given: RawGroup): AlertGroup {
  const group = withSharedSummary(given);
  const { status, firing, resolved, alerts, message } = group;
  const labels = fitting(labelsIn(group.labels, isShown), WIDTH.labels);
  const links = sharedLinks(group);
  const shown = alerts.toSorted((one, other) => one.status.localeCompare(other.status)).slice(0, MOST_SHOWN);
  const taken = links.reduce((sum, { name, url }) => sum + name.length + url.length + WIDTH.between, 0);
  const text = shortened(message, WIDTH.text);
  const title = shortened(group.title, WIDTH.title);
  const left = WIDTH.message - title.length - WIDTH.states - widthOf(labels) - taken - text.length;
  const width = Math.floor(left / Math.max(1, shown.length)) - WIDTH.between;
  const starts = alerts.flatMap(({ startsAt }) => startsAt ?? []);
  const ends = alerts.flatMap(({ endsAt }) => endsAt ?? []);
  const since = Math.min(...starts);
  const isOver = status === "resolved" && starts.length > 0 && ends.length > 0;
  const severity = severityOf(group);
  return {
    ...{ status, severity, firing, resolved, links, message: text },
    title,
    sign: status === "resolved" ? "🟢" : (SIGNS[severity] ?? "🔴"),
    since: starts.length === 0 ? "" : timeText(since),
    duration: isOver ? durationText(Math.max(...ends) - since) : "",
    ...labels,
    alerts: shown.map((alert) => shownAlert(alert, group.labels, width)),
    more: Math.max(0, firing + resolved - Math.max(1, shown.length)),
  };
}

/** Moves a summary that all alerts share to the group. */
function withSharedSummary(group: RawGroup): RawGroup {
  const { alerts, message } = group;
  const [first, ...others] = alerts.map(({ summary }) => summary);
  if (first === undefined || first === "" || message !== "") return group;
  if (others.length === 0 || others.some((summary) => summary !== first)) return group;
  return { ...group, message: first, alerts: alerts.map((alert) => ({ ...alert, summary: "" })) };
}

/** Returns an alert's variables; a resolved alert of a firing group shows only labels, as its text no longer holds. */
function shownAlert(
  { status, summary, description, value, labels: all }: RawAlert,
  common: Fields,
  width: number,
): Alert {
  const own = fitting(
    labelsIn(all, (name) => isShown(name) && !Object.hasOwn(common, name)),
    Math.floor(width / 3),
  );
  if (status === "resolved" && own.labels.length > 0) {
    return { status, text: "", value: "", description: "", ...own };
  }
  const measured = shortened(value, WIDTH.value);
  const left = width - widthOf(own) - (measured === "" ? 0 : measured.length + 3);
  const text = shortened(summary || description, left);
  const rest = left - text.length;
  const isSaid = summary === "" || description === summary || rest < WIDTH.least;
  const more = isSaid ? "" : shortened(description, rest);
  // The text already names these values.
  const isNamed = (label: Label): boolean =>
    label.value.length >= WIDTH.named && `${text} ${more}`.includes(label.value);
  const labels = own.labels.filter((label) => !isNamed(label));
  return { status, text, value: measured, labels, moreLabels: own.moreLabels, description: more };
}

/** Returns the shared links that fit on a phone's screen. */
function sharedLinks({ alerts, links }: RawGroup): readonly Link[] {
  const [first] = alerts;
  const shared = (first?.links ?? []).filter(({ url }) =>
    alerts.every((alert) => alert.links.some((link) => link.url === url)),
  );
  return [...shared, ...links]
    .filter(({ url }) => url !== "" && url.length <= WIDTH.link && !url.includes("%"))
    .slice(0, MOST_LINKS);
}

function severityOf({ labels, alerts }: RawGroup): string {
  const all = [labels, ...alerts.map((alert) => alert.labels)].map((each) => textAt(each, "severity"));
  const given = new Set(all.map((text) => text.toLowerCase()));
  return (
    SEVERITIES.find((severity) => given.has(severity)) ?? shortened(all.find((text) => text !== "") ?? "", 20)
  );
}

/** Returns the labels that fit. */
function fitting({ labels, moreLabels }: Labels, width: number): Labels {
  let count = 0;
  for (let used = 0; count < labels.length; count++) {
    const { name, value } = labels[count] ?? { name: "", value: "" };
    used += name.length + value.length + 3;
    if (used > width) break;
  }
  return { labels: labels.slice(0, count), moreLabels: moreLabels + labels.length - count };
}

function widthOf({ labels, moreLabels }: Labels): number {
  const width = labels.reduce((sum, { name, value }) => sum + name.length + value.length + 3, 0);
  return width + (moreLabels > 0 ? WIDTH.between : 0);
}

/** Returns text on one line, cut with "…". */
function shortened(text: string, most: number): string {
  const line = text.slice(0, most * 2).replace(/\s+/g, " ");
  if (line.length <= most && text.length <= most * 2) return line;
  return `${line
    .slice(0, Math.max(0, most - 1))
    .replace(/[\ud800-\udbff]$/, "")
    .trimEnd()}…`;
}

function isShown(label: string): boolean {
  return !HIDDEN.has(label) && !label.startsWith("__");
}

function statusOf(value: unknown): Status {
  return textAt(value, "status") === "resolved" ? "resolved" : "firing";
}

/** Grafana's alert names that all rules share; the rule's name is in a label. */
const OF_RULES: Readonly<Record<string, string>> = {
  DatasourceNoData: "no data",
  DatasourceError: "error of the data source",
};

function titleOf(value: unknown): string {
  const named = textAt(value, "commonLabels", "alertname");
  const rule = textAt(value, "commonLabels", "rulename");
  const what = OF_RULES[named];
  if (what !== undefined) return rule === "" ? what : `${rule}: ${what}`;
  if (named !== "") return named;
  const group = labelsIn(fieldsAt(value, "groupLabels"), isShown).labels.map((label) => label.value);
  return group.length > 0 ? group.join(" ") : textAt(value, "receiver") || "Alerts";
}

/** Returns the rule without data, if the group has several rules. */
function failedRuleOf(labels: Fields, common: Fields): string {
  return Object.hasOwn(common, "rulename") ? "" : textAt(labels, "rulename");
}
