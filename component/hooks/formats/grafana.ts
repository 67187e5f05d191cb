/** Grafana's webhook: that of its alerting since version 8, and the one of before. */
import type { Format, Posted, Reading } from "./format.js";
import { alertGroup, type AlertGroup, type Link } from "./alerts.js";
import { fieldsAt, labelsIn, listAt, textAt, urlAt, wholeListAt } from "./fields.js";

const STATES: ReadonlySet<string> = new Set(["alerting", "ok", "no_data", "paused", "pending"]);

export const grafana: Format = {
  name: "grafana",
  knownBy: "alerts with orgId or dashboardURL, or ruleName and state",
  isRetried: true,
  recognises: (posted) => isUnified(posted) || isLegacy(posted),
  read: (posted) => (isLegacy(posted) ? legacy(posted.json?.value) : unified(posted.json?.value)),
};

function isUnified({ json }: Posted): boolean {
  const { alerts, orgId } = fieldsAt(json?.value);
  if (!Array.isArray(alerts) || textAt(json?.value, "version") === "4") return false;
  return orgId !== undefined || alerts.some((alert) => "dashboardURL" in fieldsAt(alert));
}

function isLegacy({ json }: Posted): boolean {
  return textAt(json?.value, "ruleName") !== "" && STATES.has(textAt(json?.value, "state"));
}

function unified(value: unknown): Reading {
  const view = alertGroup(value, { links, value: measured });
  const image = listAt(value, "alerts")
    .map((alert) => urlAt(alert, "imageURL"))
    .find((url) => url !== "");
  const key = textAt(value, "groupKey");
  return {
    view,
    ...(key !== "" && { group: { key, isResolved: view.status === "resolved" } }),
    ...(image !== undefined && { image }),
  };
}

function links(alert: unknown): readonly Link[] {
  const panel = urlAt(alert, "panelURL");
  return [
    { name: panel === "" ? "dashboard" : "panel", url: panel || urlAt(alert, "dashboardURL") },
    { name: "rule", url: urlAt(alert, "generatorURL") },
    { name: "silence", url: urlAt(alert, "silenceURL") },
  ];
}

function measured(alert: unknown): string {
  const { labels, moreLabels } = labelsIn(fieldsAt(alert, "values"));
  const values = labels.map(
    ({ name, value }) => `${name}=${Number(value) ? Number(Number(value).toPrecision(6)) : value}`,
  );
  return [...values, ...(moreLabels > 0 ? [`… and ${moreLabels} more`] : [])].join(", ");
}

function legacy(value: unknown): Reading {
  const state = textAt(value, "state");
  const isResolved = state === "ok";
  const status = isResolved ? "resolved" : "firing";
  const matches = listAt(value, "evalMatches");
  const truncated = wholeListAt(value, "evalMatches").length - matches.length;
  const url = urlAt(value, "ruleUrl");
  const view: AlertGroup = {
    title: textAt(value, "ruleName"),
    status,
    firing: isResolved ? 0 : Math.max(1, matches.length + truncated),
    resolved: isResolved ? 1 : 0,
    ...labelsIn(fieldsAt(value, "tags")),
    message: [state === "no_data" ? "No data." : "", textAt(value, "message")]
      .filter((text) => text !== "")
      .join(" "),
    alerts: matches.map((match) => ({
      status,
      name: textAt(match, "metric"),
      ...labelsIn(fieldsAt(match, "tags")),
      summary: "",
      description: "",
      value: textAt(match, "value"),
      links: [],
    })),
    truncated,
    url,
  };
  const image = urlAt(value, "imageUrl");
  const key = textAt(value, "ruleId") || view.title;
  return { view, group: { key: `rule ${key}`, isResolved }, ...(image !== "" && { image }) };
}
