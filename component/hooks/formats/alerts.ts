/** Turns groups of alerts of Alertmanager and Grafana into messages: variables for templates, and the template. */
import { cut } from "../../muc/wire/text.js";
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
import { ownProperty } from "../../own-property.js";

export type Status = "firing" | "resolved";

export interface Link {
  readonly name: string;
  readonly url: string;
}

/** An alert as parsed from the payload of either product. */
export interface RawAlert {
  readonly status: Status;
  readonly labels: Fields;
  readonly summary: string;
  readonly description: string;
  /** The measured value as text; "" if unknown. */
  readonly value: string;
  /** The start of the alert, in milliseconds since 1970; undefined if unknown. */
  readonly startsAt: number | undefined;
  /** The end of the alert, in milliseconds since 1970; undefined if unknown or still firing. */
  readonly endsAt: number | undefined;
  /** The links of the alert, the most useful first. */
  readonly links: readonly Link[];
}

export interface RawGroup {
  readonly title: string;
  readonly status: Status;
  readonly firing: number;
  readonly resolved: number;
  /** The labels that all alerts of the group share. */
  readonly labels: Fields;
  /** The text about the whole group; "" if there is none. */
  readonly message: string;
  /** The first alerts of the group, with all their labels. */
  readonly alerts: readonly RawAlert[];
  readonly links: readonly Link[];
}

const MOST_SHOWN = 5;
const MOST_LINKS = 2;
/**
 * The maximum lengths of parts of the message, in characters; clients hide everything after 1,000. `between`:
 * punctuation; `least`: the minimum of a description; `named`: shorter values are shown even if the text repeats them.
 */
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
/** The known severities, the worst first. */
const SEVERITIES = ["critical", "page", "error", "high", "warning", "medium", "low", "info", "none"];
const SIGNS: Readonly<Record<string, string>> = {
  warning: "🟠",
  medium: "🟠",
  low: "🔵",
  info: "🔵",
  none: "🔵",
};
/** Labels that aren't shown, because they appear elsewhere in the message or are internal to the product. */
const HIDDEN: ReadonlySet<string> = new Set([
  "alertname",
  "severity",
  "rulename",
  "datasource_uid",
  "ref_id",
  "uid",
]);

/** Parses a payload of either product. @param read parses the fields that differ between products */
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

/** Returns the variables of a group for templates, with the labels that all alerts share. */
export function alertGroup(given: RawGroup): object {
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
    sign: status === "resolved" ? "🟢" : (ownProperty(SIGNS, severity) ?? "🔴"),
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

/** Returns an alert's variables. In a firing group, a resolved alert has only labels: its text is outdated. */
function shownAlert(
  { status, summary, description, value, labels: all }: RawAlert,
  common: Fields,
  width: number,
) {
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
  // A label is left out if the text contains its value.
  const isNamed = (label: Label): boolean =>
    label.value.length >= WIDTH.named && `${text} ${more}`.includes(label.value);
  const labels = own.labels.filter((label) => !isNamed(label));
  return { status, text, value: measured, labels, moreLabels: own.moreLabels, description: more };
}

/** Returns the links that all alerts share, and the group's links, if they are short enough for a phone's screen. */
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

/** Returns the first labels that fit into `width` characters. */
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

/** Returns the text on one line, shortened to `most` characters with "…" at its end. */
function shortened(text: string, most: number): string {
  const line = cut(text, most * 2).replace(/\s+/g, " ");
  if (line.length <= most && text.length <= most * 2) return line;
  return `${cut(line, Math.max(0, most - 1)).trimEnd()}…`;
}

function isShown(label: string): boolean {
  return !HIDDEN.has(label) && !label.startsWith("__");
}

function statusOf(value: unknown): Status {
  return textAt(value, "status") === "resolved" ? "resolved" : "firing";
}

/** Readable texts for Grafana's names of alerts about failed rules. The name of the failed rule is in a label. */
const OF_RULES: Readonly<Record<string, string>> = {
  DatasourceNoData: "no data",
  DatasourceError: "error of the data source",
};

function titleOf(value: unknown): string {
  const named = textAt(value, "commonLabels", "alertname");
  const rule = textAt(value, "commonLabels", "rulename");
  const what = ownProperty(OF_RULES, named);
  if (what !== undefined) return rule === "" ? what : `${rule}: ${what}`;
  if (named !== "") return named;
  const group = labelsIn(fieldsAt(value, "groupLabels"), isShown).labels.map((label) => label.value);
  return group.length > 0 ? group.join(" ") : textAt(value, "receiver") || "Alerts";
}

/** Returns the failed rule that an alert is about; "" if no rule failed, or if the group's title names the rule. */
function failedRuleOf(labels: Fields, common: Fields): string {
  return Object.hasOwn(common, "rulename") ? "" : textAt(labels, "rulename");
}

const LABELS = (of: string): string =>
  `{% for label in ${of}labels %}{{ label.name }}={{ label.value }}{% unless forloop.last %}, {% endunless %}{% endfor %}{% if ${of}moreLabels > 0 %} and {{ ${of}moreLabels }} more{% endif %}`;

/** Lists of chats show only the start, so the state comes first. Clients preview a final URL, so no URL is last. */
export const ALERTS_TEMPLATE = `{%- if status == "resolved" %}{{ sign }} *{{ title }}* resolved: {{ resolved }}{% if duration != "" %}, after {{ duration }}{% endif %}{% if labels.size > 0 %} (${LABELS("")}){% endif %}
{%- else %}{{ sign }} *{{ title }}* {% if severity != "" %}{{ severity }}, {% endif %}firing: {{ firing }}{% if resolved > 0 %}, resolved: {{ resolved }}{% endif %}{% if since != "" %}, since {{ since }}{% endif %}
{% if message != "" %}{{ message }}
{% endif -%}
{%- if labels.size > 0 %}${LABELS("")}
{% endif -%}
{%- for link in links %}{{ link.url }} ({{ link.name }})
{% endfor -%}
{%- for alert in alerts %}•{% if alert.status != status %} ({{ alert.status }}){% endif %}{% if alert.text != "" %} {{ alert.text }}{% endif %}
{%- if alert.labels.size > 0 %} [${LABELS("alert.")}]{% endif -%}
{%- if alert.value != "" %} ({{ alert.value }}){% endif %}
{% if alert.description != "" %}  {{ alert.description }}
{% endif -%}
{%- endfor -%}
{%- if more > 0 %}… and {{ more }} more
{% endif -%}
{%- endif -%}
`;
