/** The format of the webhooks of Sentry's integrations, recognised by a header. */
import { groupOfOne, type Alert } from "./alert.js";
import { ALERT_VARIABLES, ALERTS_TEMPLATE, alertGroup } from "./alerts.js";
import { fieldsAt, isFields, textAt, urlAt, type Fields } from "./fields.js";
import { headerIn, jsonSample, type Format, type ParsedPayload } from "./format.js";
import { timeIn } from "./times.js";

const RESOURCE = ["sentry-hook-resource"];
/** The actions that need no word, because the sign says it. */
const PLAIN: ReadonlySet<string> = new Set(["triggered", "created", "resolved", "critical", "warning"]);

export const sentry: Format = {
  name: "sentry",
  knownBy: "the header Sentry-Hook-Resource",
  isRetried: false,
  headers: { event: RESOURCE },
  recognises: ({ json, headers }) => headerIn(headers, RESOURCE) !== undefined && isFields(json?.value),
  read: ({ json, headers }) => read(headerIn(headers, RESOURCE) ?? "", json?.value),
  sample: jsonSample(
    {
      action: "triggered",
      actor: { id: "sentry", name: "Sentry", type: "application" },
      data: {
        event: {
          culprit: "checkout in pay",
          datetime: "2026-01-02T03:04:05.677000Z",
          issue_id: "1117540176",
          level: "error",
          title: "ReferenceError: price is not defined",
          environment: "production",
          web_url: "https://sentry.example.org/organizations/shop/issues/1117540176/",
        },
        triggered_rule: "Errors of the shop",
      },
    },
    { "sentry-hook-resource": "event_alert" },
  ),
  template: ALERTS_TEMPLATE,
  variables: ALERT_VARIABLES,
  command: "qtalk-component hook add sentry --to dev --format sentry --title Sentry",
  words: {
    en: {
      title: "Sentry",
      about: "Webhooks of Sentry's integrations: alerts about issues and metrics, and issues.",
      where:
        "Under Settings, Developer Settings, create an internal integration with the hook's URL as Webhook URL, and turn Alert Rule Action on. Then choose it as an action of alert rules. Sentry signs with a key of its own, so add the hook without --signed.",
      becomes: "The error or metric with its level, place, rule and link; other events by name.",
    },
    zh: {
      title: "Sentry",
      about: "Sentry 集成的 Webhook：议题和指标的告警，以及议题。",
      where:
        "在 Settings → Developer Settings 中新建 internal integration，Webhook URL 填 Hook 的 URL，打开 Alert Rule Action，再在告警规则中选作动作。Sentry 用它自己的密钥签名，所以添加 Hook 时不用 --signed。",
      becomes: "错误或指标及其级别、位置、规则和链接；其他事件写出名称。",
    },
  },
};

function read(resource: string, value: unknown): ParsedPayload {
  const action = textAt(value, "action");
  const data = fieldsAt(value, "data");
  const alert = resource === "metric_alert" ? metric(action, data) : issue(resource, action, data);
  const id = textAt(data, "metric_alert", "id") || textAt(data, "issue", "id");
  const isResolved = alert.status === "resolved";
  return {
    view: alertGroup(groupOfOne(alert)),
    ...(id !== "" && { group: { key: `${resource} ${id}`, isResolved } }),
  };
}

function metric(action: string, data: Fields): Alert {
  const incident = fieldsAt(data, "metric_alert");
  return {
    status: action === "resolved" ? "resolved" : "firing",
    severity: action,
    name: textAt(incident, "alert_rule", "name") || textAt(data, "description_title") || "metric alert",
    labels: {},
    // The documented payload has a backslash and "n" between the lines.
    summary: textAt(data, "description_text").replaceAll("\\n", ", "),
    ...{ description: "", value: "" },
    startsAt: timeIn(textAt(incident, "date_started")),
    endsAt: timeIn(textAt(incident, "date_closed")),
    links: [{ name: "alert", url: urlAt(data, "web_url") }],
  };
}

/** Parses the event about an issue: an alert (data.event), a change (data.issue), an error (data.error). */
function issue(resource: string, action: string, data: Fields): Alert {
  const [subject = {}] = [data.issue, data.event, data.error].map((each) => fieldsAt(each)).filter(isFull);
  const title = textAt(subject, "title");
  const rule = textAt(data, "triggered_rule");
  return {
    status: action === "resolved" ? "resolved" : "firing",
    name: title || `${resource} ${action}`.replaceAll("_", " "),
    severity: title === "" ? "info" : textAt(subject, "level"),
    labels: {
      project: textAt(subject, "project", "name") || textAt(data, "project_slug"),
      environment: textAt(subject, "environment"),
      issue: textAt(subject, "shortId"),
      ...(title !== "" && !PLAIN.has(action) && { action }),
    },
    summary: textAt(subject, "culprit") || textAt(data, "comment"),
    description: rule === "" ? "" : `rule: ${rule}`,
    ...{ value: "", startsAt: undefined, endsAt: undefined },
    links: [{ name: "issue", url: urlAt(subject, "web_url") || urlAt(subject, "permalink") }],
  };
}

function isFull(fields: Fields): boolean {
  return Object.keys(fields).length > 0;
}
