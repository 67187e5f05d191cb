/** The format of Grafana's webhooks: of its alerting since version 8, and of the legacy alerting. */
import { UNKNOWN, type PostedAlert, type AlertLink, type Status } from "./alert.js";
import { readGroup } from "./alertmanager.js";
import { alertFormat, type ParsedAlerts } from "./alert-message.js";
import { fieldsOf, labelsIn, listOf, textOf, urlOf, wholeListOf } from "./fields.js";

const STATES: ReadonlySet<string> = new Set(["alerting", "ok", "no_data", "paused", "pending"]);

export const grafana = alertFormat({
  name: "grafana",
  knownBy: "alerts with orgId or dashboardURL, or ruleName and state",
  isRetried: true,
  recognises: ({ json }) => isUnified(json?.value) || isLegacy(json?.value),
  parse: (value) => (isLegacy(value) ? legacy(value) : unified(value)),
});

function isUnified(value: unknown): boolean {
  const { alerts, orgId } = fieldsOf(value);
  if (!Array.isArray(alerts) || textOf(value, "version") === "4") return false;
  return orgId !== undefined || alerts.some((alert) => Object.hasOwn(fieldsOf(alert), "dashboardURL"));
}

function isLegacy(value: unknown): boolean {
  return textOf(value, "ruleName") !== "" && STATES.has(textOf(value, "state"));
}

function unified(value: unknown): ParsedAlerts {
  return {
    group: readGroup(value, (alert) => ({ value: measured(alert), links: links(alert) })),
    key: textOf(value, "groupKey"),
    image: listOf(value, "alerts")
      .map((alert) => urlOf(alert, "imageURL"))
      .find((url) => url !== ""),
  };
}

function links(alert: unknown): readonly AlertLink[] {
  const panel = urlOf(alert, "panelURL");
  return [
    { name: panel === "" ? "dashboard" : "panel", url: panel || urlOf(alert, "dashboardURL") },
    { name: "runbook", url: urlOf(alert, "annotations.runbook_url") },
    { name: "rule", url: urlOf(alert, "generatorURL") },
    // Without the name it would silence other alerts, too.
    ...(textOf(alert, "labels.alertname") === ""
      ? []
      : [{ name: "silence", url: urlOf(alert, "silenceURL"), isQuery: true }]),
  ];
}

/** Returns the measured values, without those of conditions (0 or 1) beside others; a value alone needs no name. */
function measured(alert: unknown): string {
  const all = labelsIn(fieldsOf(alert, "values")).filter(({ value }) => value !== "");
  const numbers = all.filter(({ value }) => value !== "0" && value !== "1");
  const [first, ...others] = (numbers.length > 0 ? numbers : all).map(({ name, value }) => ({
    name,
    value: Number(value) ? String(Number(Number(value).toPrecision(4))) : value,
  }));
  if (first === undefined) return "";
  if (others.every(({ value }) => value === first.value)) return first.value;
  return [first, ...others].map(({ name, value }) => `${name}=${value}`).join(", ");
}

function legacy(value: unknown): ParsedAlerts {
  const state = textOf(value, "state");
  const status: Status = state === "ok" ? "resolved" : "firing";
  const name = textOf(value, "ruleName");
  const labels = fieldsOf(value, "tags");
  const summary = `${state === "no_data" ? "No data. " : ""}${textOf(value, "message")}`.trim();
  const rule: PostedAlert = {
    ...UNKNOWN,
    status,
    name,
    severity: textOf(labels, "severity"),
    labels,
    summary,
  };
  const matches = listOf(value, "evalMatches").map((match) => ({
    ...rule,
    labels: fieldsOf(match, "tags"),
    value: textOf(match, "value"),
    description: textOf(match, "metric"),
  }));
  return {
    group: {
      status,
      name,
      labels,
      firing: status === "resolved" ? 0 : Math.max(1, wholeListOf(value, "evalMatches").length),
      resolved: status === "resolved" ? 1 : 0,
      alerts: matches.length > 0 ? matches : [rule],
      links: [{ name: "rule", url: urlOf(value, "ruleUrl") }],
    },
    key: `rule ${textOf(value, "ruleId") || name}`,
    image: urlOf(value, "imageUrl"),
  };
}
