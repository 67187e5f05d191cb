/** The format of Alertmanager's webhook, version 4 of its payload. */
import { isMajor } from "./alert-labels.js";
import { readGroup } from "./alert-payload.js";
import { ALERT_VARIABLES, ALERTS_TEMPLATE, alertGroup } from "./alerts.js";
import { fieldsAt, labelsIn, textAt, urlAt } from "./fields.js";
import { type Format, jsonSample } from "./format.js";

export const alertmanager: Format = {
  name: "alertmanager",
  knownBy: 'version "4", groupKey and alerts',
  isRetried: true,
  recognises: ({ json }) =>
    textAt(json?.value, "version") === "4" &&
    textAt(json?.value, "groupKey") !== "" &&
    Array.isArray(fieldsAt(json?.value).alerts),
  read: ({ json }) => {
    const given = readGroup(json?.value, (alert) => ({
      value: "",
      links: [
        { name: "runbook", url: urlAt(alert, "annotations", "runbook_url") },
        { name: "graph", url: urlAt(alert, "generatorURL") },
      ],
    }));
    const group = { ...given, links: [{ name: "silence", url: silenceUrl(json?.value) }] };
    const isResolved = group.status === "resolved";
    return { view: alertGroup(group), group: { key: textAt(json?.value, "groupKey"), isResolved } };
  },
  sample: jsonSample({
    version: "4",
    groupKey: '{}:{alertname="DiskFull"}',
    truncatedAlerts: 0,
    status: "firing",
    receiver: "chat",
    groupLabels: { alertname: "DiskFull" },
    commonLabels: { alertname: "DiskFull", severity: "critical" },
    commonAnnotations: {},
    externalURL: "https://alerts.example.org",
    alerts: [
      {
        status: "firing",
        labels: { alertname: "DiskFull", severity: "critical", instance: "db1" },
        annotations: { summary: "The disk of db1 is nearly full", description: "3 % are free." },
        startsAt: "2026-01-02T03:04:05Z",
        endsAt: "0001-01-01T00:00:00Z",
        generatorURL: "https://prometheus.example.org/graph",
        fingerprint: "d2f5a1c0b3e49687",
      },
    ],
  }),
  template: ALERTS_TEMPLATE,
  variables: ALERT_VARIABLES,
  command: "qtalk-component hook add alerts --to ops --format alertmanager --title Alerts --update",
  setting: `receivers:
  - name: chat
    webhook_configs:
      - url: ADDRESS`,
  words: {
    en: {
      title: "Alertmanager",
      about: "Alertmanager's webhook, version 4 of the payload.",
      where: "Enter the hook's address as url of a receiver's webhook_configs:",
      becomes:
        "One message per group of alerts, at most 900 characters: name, worst severity, shared labels, then a line for each alert, the most urgent first, and links to silence and runbook. A resolved group has its duration. Posts over the rate limit get 503, the only status after which Alertmanager retries.",
    },
    zh: {
      title: "Alertmanager",
      about: "Alertmanager 的 Webhook，请求格式第 4 版。",
      where: "在接收者的 webhook_configs 中，把 Hook 地址填作 url：",
      becomes:
        "每组告警一条消息，最多 900 个字符：名称、最高级别和共有的标签，然后每条告警一行，最紧急的在前，最后是静默和处理手册的链接；恢复时写明持续时间。请求过多时返回 503，因为它只在这时才会重发。",
    },
  },
};

/** Returns the URL of Alertmanager's form for a silence of the group, by the labels that all alerts share. */
function silenceUrl(value: unknown): string {
  const site = urlAt(value, "externalURL").replace(/\/$/, "");
  const { labels } = labelsIn(
    fieldsAt(value, "commonLabels"),
    (name) => name === "alertname" || isMajor(name),
  );
  if (site === "" || labels.length === 0) return "";
  const matchers = labels.map((label) => encodeURIComponent(`${label.name}=${JSON.stringify(label.value)}`));
  return `${site}/#/silences/new?filter=%7B${matchers.join(",")}%7D`;
}
