/** The format of Alertmanager's webhook, version 4 of its payload, and the groups of alerts that Grafana posts alike. */
import { byUrgency, isUncounted, type PostedAlert, type AlertGroup, type Status } from "./alert.js";
import { isMajor } from "./alert-labels.js";
import { alertFormat } from "./alert-message.js";
import { fieldsOf, labelsIn, textOf, urlOf, wholeListOf, type Fields } from "./fields.js";
import { timeIn } from "./times.js";

/** How many alerts of a group are read, the most urgent ones; a post may have 100,000. */
const READ = 50;

/** Grafana's names of alerts about failed rules. The name of the failed rule is in a label. */
const OF_RULES: ReadonlyMap<string, string> = new Map([
  ["DatasourceNoData", "no data"],
  ["DatasourceError", "error of the data source"],
]);

export const alertmanager = alertFormat({
  name: "alertmanager",
  knownBy: 'version "4", groupKey and alerts',
  isRetried: true,
  recognises: ({ json }) =>
    textOf(json?.value, "version") === "4" &&
    textOf(json?.value, "groupKey") !== "" &&
    Array.isArray(fieldsOf(json?.value).alerts),
  parse: (value) => {
    const group = readGroup(value, (alert) => ({
      value: "",
      links: [
        { name: "runbook", url: urlOf(alert, "annotations.runbook_url") },
        { name: "graph", url: urlOf(alert, "generatorURL"), isQuery: true },
      ],
    }));
    const links = [{ name: "silence", url: silenceUrl(value), isQuery: true }];
    return { group: { ...group, links }, key: textOf(value, "groupKey") };
  },
});

/**
 * Returns the URL of Alertmanager's form for a silence, with the group's name and shared major labels. "" if the alerts have
 * different names: such a silence would also hide alerts that nobody has seen.
 */
function silenceUrl(value: unknown): string {
  const site = urlOf(value, "externalURL").replace(/\/$/, "");
  const labels = labelsIn(
    fieldsOf(value, "commonLabels"),
    (label) => label.name === "alertname" || isMajor(label),
  );
  if (site === "" || labels.every(({ name }) => name !== "alertname")) return "";
  const matchers = labels.map((label) => encodeURIComponent(`${label.name}=${JSON.stringify(label.value)}`));
  return `${site}/#/silences/new?filter=%7B${matchers.join(",")}%7D`;
}

/** Parses a group. @param read parses the fields that differ between products */
export function readGroup(
  value: unknown,
  read: (alert: unknown) => Pick<PostedAlert, "value" | "links">,
): AlertGroup {
  const every = wholeListOf(value, "alerts").map((alert) => ({
    alert,
    status: statusOf(alert),
    severity: textOf(alert, "labels.severity"),
  }));
  const counted = every.filter(({ severity }) => !isUncounted(severity));
  // A group stays what its post says, so it keeps an alert with its status.
  const all = counted.some(({ status }) => status === statusOf(value)) ? counted : every;
  const resolved = all.filter(({ status }) => status === "resolved").length;
  const labels = fieldsOf(value, "commonLabels");
  return {
    status: statusOf(value),
    name: nameOf(labels) || groupName(value),
    firing: all.length - resolved + (Number(textOf(value, "truncatedAlerts")) || 0),
    resolved,
    labels,
    alerts: all
      .sort(byUrgency)
      .slice(0, READ)
      .map(({ alert, ...known }) => ({ ...known, ...alertOf(alert), ...read(alert) })),
    links: [],
  };
}

function alertOf(alert: unknown): Omit<PostedAlert, "status" | "severity" | "value" | "links"> {
  const labels = fieldsOf(alert, "labels");
  return {
    name: nameOf(labels),
    labels,
    // Grafana says there why it has no data.
    summary: textOf(alert, "annotations.summary", "annotations.Error"),
    description: textOf(alert, "annotations.description", "annotations.message"),
    startsAt: timeIn(textOf(alert, "startsAt")),
    endsAt: timeIn(textOf(alert, "endsAt")),
  };
}

function statusOf(value: unknown): Status {
  return textOf(value, "status") === "resolved" ? "resolved" : "firing";
}

function nameOf(labels: Fields): string {
  const name = textOf(labels, "alertname");
  const rule = textOf(labels, "rulename");
  const failure = OF_RULES.get(name);
  return failure === undefined ? name : rule === "" ? failure : `${rule}: ${failure}`;
}

function groupName(value: unknown): string {
  const labels = labelsIn(fieldsOf(value, "groupLabels"), isMajor);
  return labels.map((label) => label.value).join(" ") || textOf(value, "receiver") || "Alerts";
}
