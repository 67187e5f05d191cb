/** Parses groups of alerts as Alertmanager posts them, and Grafana in the same form. */
import { labelsIn, fieldsAt, textAt, wholeListAt, type Fields } from "./fields.js";
import { isMajor } from "./alert-labels.js";
import { byUrgency, type Alert, type AlertGroup, type Link, type Status } from "./alert.js";
import { timeIn } from "./times.js";

/** How many alerts of a group are read, the most urgent ones; a post may have 100,000. */
const MOST_READ = 50;

/** Grafana's names of alerts about failed rules. The name of the failed rule is in a label. */
const OF_RULES: ReadonlyMap<string, string> = new Map([
  ["DatasourceNoData", "no data"],
  ["DatasourceError", "error of the data source"],
]);

/** Parses a group. @param read parses the fields that differ between products */
export function readGroup(
  value: unknown,
  read: (alert: unknown) => { readonly value: string; readonly links: readonly Link[] },
): AlertGroup {
  const all = wholeListAt(value, "alerts").map((alert) => ({
    alert,
    status: statusOf(alert),
    severity: textAt(alert, "labels", "severity"),
  }));
  const resolved = all.filter(({ status }) => status === "resolved").length;
  return {
    status: statusOf(value),
    name: nameOf(fieldsAt(value, "commonLabels")) || groupName(value),
    firing: all.length - resolved + (Number(textAt(value, "truncatedAlerts")) || 0),
    resolved,
    labels: fieldsAt(value, "commonLabels"),
    alerts: all
      .sort(byUrgency)
      .slice(0, MOST_READ)
      .map(({ alert, ...known }) => ({ ...known, ...alertOf(alert), ...read(alert) })),
    links: [],
  };
}

function alertOf(alert: unknown): Omit<Alert, "status" | "severity" | "value" | "links"> {
  const labels = fieldsAt(alert, "labels");
  return {
    name: nameOf(labels),
    labels,
    summary: textAt(alert, "annotations", "summary"),
    description: textAt(alert, "annotations", "description") || textAt(alert, "annotations", "message"),
    startsAt: timeIn(textAt(alert, "startsAt")),
    endsAt: timeIn(textAt(alert, "endsAt")),
  };
}

function statusOf(value: unknown): Status {
  return textAt(value, "status") === "resolved" ? "resolved" : "firing";
}

function nameOf(labels: Fields): string {
  const name = textAt(labels, "alertname");
  const rule = textAt(labels, "rulename");
  const failure = OF_RULES.get(name);
  return failure === undefined ? name : rule === "" ? failure : `${rule}: ${failure}`;
}

function groupName(value: unknown): string {
  const { labels } = labelsIn(fieldsAt(value, "groupLabels"), isMajor);
  return labels.map((label) => label.value).join(" ") || textAt(value, "receiver") || "Alerts";
}
