/** What alerts of Alertmanager and of Grafana have in common: a group of them, firing or resolved. */
import { fieldsAt, labelsIn, textAt, urlAt, wholeListAt, type Labels } from "./fields.js";

export interface Link {
  readonly name: string;
  readonly url: string;
}

/** Its labels are those that not all of the group have. */
export interface Alert extends Labels {
  readonly status: "firing" | "resolved";
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** What was measured, as far as that is told. */
  readonly value: string;
  readonly links: readonly Link[];
}

/** What templates get of a group of alerts. Its labels are those that all of the group have. */
export interface AlertGroup extends Labels {
  readonly title: string;
  readonly status: "firing" | "resolved";
  /** How many of them. */
  readonly firing: number;
  readonly resolved: number;
  /** Said of the group as a whole. */
  readonly message: string;
  readonly alerts: readonly Alert[];
  /** How many more there are. */
  readonly truncated: number;
  /** Where the group is looked at; "" where that isn't told. */
  readonly url: string;
}

/** So many are told; of the rest only how many they are. */
const MOST_ALERTS = 20;

/** Both products' own. */
export interface Manners {
  /** @param alert one of the post's */
  readonly links: (alert: unknown) => readonly Link[];
  readonly value: (alert: unknown) => string;
}

export function alertGroup(value: unknown, manners: Manners): AlertGroup {
  const common = fieldsAt(value, "commonLabels");
  const all = wholeListAt(value, "alerts");
  const resolved = all.filter((each) => textAt(each, "status") === "resolved").length;
  const truncated = Number(textAt(value, "truncatedAlerts")) || 0;
  return {
    title: titleOf(value),
    status: textAt(value, "status") === "resolved" ? "resolved" : "firing",
    firing: all.length - resolved,
    resolved,
    ...labelsIn(common, isTold),
    message: "",
    alerts: all.slice(0, MOST_ALERTS).map((each) => alertOf(each, common, manners)),
    truncated: truncated + Math.max(0, all.length - MOST_ALERTS),
    url: urlAt(value, "externalURL"),
  };
}

function titleOf(value: unknown): string {
  const named = textAt(value, "commonLabels", "alertname");
  if (named !== "") return named;
  const group = labelsIn(fieldsAt(value, "groupLabels"), isTold).labels.map((label) => label.value);
  return group.length > 0 ? group.join(" ") : textAt(value, "receiver") || "Alerts";
}

function alertOf(
  value: unknown,
  common: Readonly<Record<string, unknown>>,
  { links, value: measured }: Manners,
): Alert {
  return {
    status: textAt(value, "status") === "resolved" ? "resolved" : "firing",
    name: textAt(value, "labels", "alertname"),
    ...labelsIn(fieldsAt(value, "labels"), (name) => isTold(name) && !Object.hasOwn(common, name)),
    summary: textAt(value, "annotations", "summary"),
    description: textAt(value, "annotations", "description") || textAt(value, "annotations", "message"),
    value: measured(value),
    links: [...links(value), { name: "runbook", url: urlAt(value, "annotations", "runbook_url") }].filter(
      ({ url }) => url !== "",
    ),
  };
}

/** The alert's own name is told elsewhere, and what begins with two underscores is the products' own. */
function isTold(label: string): boolean {
  return label !== "alertname" && !label.startsWith("__");
}

/** How both are worded. */
export const ALERTS_TEMPLATE = `{%- if status == "firing" %}🔴 *{{ title }}* firing: {{ firing }}{% if resolved > 0 %}, resolved: {{ resolved }}{% endif %}
{%- else %}🟢 *{{ title }}* resolved{% endif %}
{% if message != "" %}{{ message }}
{% endif -%}
{%- if labels.size > 0 %}{% for label in labels %}{{ label.name }}={{ label.value }}{% unless forloop.last %}, {% endunless %}{% endfor %}{% if moreLabels > 0 %}, … and {{ moreLabels }} more{% endif %}
{% endif -%}
{%- for alert in alerts %}• {% if alert.status != status %}({{ alert.status }}) {% endif -%}
{%- if alert.summary != "" %}{{ alert.summary }}{% elsif alert.name != "" %}{{ alert.name }}{% else %}{{ title }}{% endif -%}
{%- if alert.labels.size > 0 %} [{% for label in alert.labels %}{{ label.name }}={{ label.value }}{% unless forloop.last %}, {% endunless %}{% endfor %}{% if alert.moreLabels > 0 %}, … and {{ alert.moreLabels }} more{% endif %}]{% endif -%}
{%- if alert.value != "" %} ({{ alert.value }}){% endif %}
{% if alert.description != "" %}  {{ alert.description }}
{% endif -%}
{%- for link in alert.links %}  {{ link.name }}: {{ link.url }}
{% endfor -%}
{%- endfor -%}
{%- if truncated > 0 %}… and {{ truncated }} more
{% endif -%}
{%- if url != "" %}{{ url }}{% endif -%}
`;
