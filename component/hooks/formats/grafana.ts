/** The format of Grafana's webhooks: of its alerting since version 8, and of the legacy alerting. */
import { type Format, type Payload, type ParsedPayload, jsonSample } from "./format.js";
import type { Link, Status } from "./alert.js";
import { readGroup } from "./alert-payload.js";
import { ALERT_VARIABLES, ALERTS_TEMPLATE, alertGroup } from "./alerts.js";
import { fieldsAt, labelsIn, listAt, textAt, urlAt, wholeListAt } from "./fields.js";

const STATES: ReadonlySet<string> = new Set(["alerting", "ok", "no_data", "paused", "pending"]);

export const grafana: Format = {
  name: "grafana",
  knownBy: "alerts with orgId or dashboardURL, or ruleName and state",
  isRetried: true,
  recognises: (posted) => isUnified(posted) || isLegacy(posted),
  read: (posted) => (isLegacy(posted) ? legacy(posted.json?.value) : unified(posted.json?.value)),
  sample: jsonSample({
    receiver: "chat",
    status: "firing",
    orgId: 1,
    alerts: [
      {
        status: "firing",
        labels: { alertname: "High memory usage", zone: "eu-1" },
        annotations: { summary: "Memory is short in eu-1" },
        startsAt: "2026-01-02T03:04:05Z",
        endsAt: "0001-01-01T00:00:00Z",
        values: { B: 94.2 },
        generatorURL: "https://grafana.example.org/alerting/grafana/rule/view",
        fingerprint: "5e1a7c3f9b2d8064",
        silenceURL: "https://grafana.example.org/alerting/silence/new",
        dashboardURL: "https://grafana.example.org/d/memory",
        panelURL: "https://grafana.example.org/d/memory?viewPanel=2",
      },
    ],
    groupLabels: { alertname: "High memory usage" },
    commonLabels: { alertname: "High memory usage" },
    commonAnnotations: {},
    externalURL: "https://grafana.example.org/",
    version: "1",
    groupKey: '{}:{alertname="High memory usage"}',
    truncatedAlerts: 0,
    title: "[FIRING:1] High memory usage",
    state: "alerting",
  }),
  template: ALERTS_TEMPLATE,
  variables: ALERT_VARIABLES,
  command: "qtalk-component hook add grafana --to ops --format grafana --title Grafana",
  words: {
    en: {
      title: "Grafana",
      about: "Grafana's webhook, also of versions before 9.",
      where:
        "Under Alerting, Contact points, add one with the integration Webhook and the hook's address as URL.",
      becomes:
        "A message as for Alertmanager, with measured values and links to silence, panel and runbook. The picture follows as a message of its own.",
    },
    zh: {
      title: "Grafana",
      about: "Grafana 的 Webhook，也包括第 9 版以前的格式。",
      where: "Alerting → Contact points → 新建，类型选 Webhook，URL 填 Hook 地址。",
      becomes:
        "与 Alertmanager 相同的消息，另有测量值，以及静默、面板和处理手册的链接；图片是随后的另一条消息。",
    },
  },
};

function isUnified({ json }: Payload): boolean {
  const { alerts, orgId } = fieldsAt(json?.value);
  if (!Array.isArray(alerts) || textAt(json?.value, "version") === "4") return false;
  return orgId !== undefined || alerts.some((alert) => Object.hasOwn(fieldsAt(alert), "dashboardURL"));
}

function isLegacy({ json }: Payload): boolean {
  return textAt(json?.value, "ruleName") !== "" && STATES.has(textAt(json?.value, "state"));
}

function unified(value: unknown): ParsedPayload {
  const group = readGroup(value, (alert) => ({ value: measured(alert), links: links(alert) }));
  const image = listAt(value, "alerts")
    .map((alert) => urlAt(alert, "imageURL"))
    .find((url) => url !== "");
  const key = textAt(value, "groupKey");
  return {
    view: alertGroup(group),
    ...(key !== "" && { group: { key, isResolved: group.status === "resolved" } }),
    ...(image !== undefined && { image }),
  };
}

function links(alert: unknown): readonly Link[] {
  const panel = urlAt(alert, "panelURL");
  return [
    { name: "silence", url: urlAt(alert, "silenceURL") },
    { name: panel === "" ? "dashboard" : "panel", url: panel || urlAt(alert, "dashboardURL") },
    { name: "runbook", url: urlAt(alert, "annotations", "runbook_url") },
    { name: "rule", url: urlAt(alert, "generatorURL") },
  ];
}

/** Returns the measured values, without those of conditions (0 or 1) beside others; a value alone needs no name. */
function measured(alert: unknown): string {
  const all = labelsIn(fieldsAt(alert, "values")).labels.filter(({ value }) => value !== "");
  const numbers = all.filter(({ value }) => value !== "0" && value !== "1");
  const [first, ...others] = (numbers.length > 0 ? numbers : all).map(({ name, value }) => ({
    name,
    value: Number(value) ? String(Number(Number(value).toPrecision(4))) : value,
  }));
  if (first === undefined) return "";
  if (others.every(({ value }) => value === first.value)) return first.value;
  return [first, ...others].map(({ name, value }) => `${name}=${value}`).join(", ");
}

function legacy(value: unknown): ParsedPayload {
  const state = textAt(value, "state");
  const isResolved = state === "ok";
  const status: Status = isResolved ? "resolved" : "firing";
  const name = textAt(value, "ruleName");
  const labels = fieldsAt(value, "tags");
  const severity = textAt(labels, "severity");
  const unknown = { startsAt: undefined, endsAt: undefined, links: [] };
  const summary = `${state === "no_data" ? "No data. " : ""}${textAt(value, "message")}`.trim();
  const matches = listAt(value, "evalMatches").map((match) => ({
    ...{ ...unknown, status, name, severity, labels: fieldsAt(match, "tags"), value: textAt(match, "value") },
    ...{ summary, description: textAt(match, "metric") },
  }));
  const alone = { ...unknown, status, name, severity, labels, summary, description: "", value: "" };
  const view = alertGroup({
    ...{ status, name, labels },
    firing: isResolved ? 0 : Math.max(1, wholeListAt(value, "evalMatches").length),
    resolved: isResolved ? 1 : 0,
    alerts: matches.length > 0 ? matches : [alone],
    links: [{ name: "rule", url: urlAt(value, "ruleUrl") }],
  });
  const image = urlAt(value, "imageUrl");
  const key = textAt(value, "ruleId") || name;
  return { view, group: { key: `rule ${key}`, isResolved }, ...(image !== "" && { image }) };
}
