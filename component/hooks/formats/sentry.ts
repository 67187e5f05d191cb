/** The format of the webhooks of Sentry's integrations, recognised by a header. */
import { groupOfOne, type PostedAlert } from "./alert.js";
import { alertFormat } from "./alert-message.js";
import { fieldsOf, isFields, textOf, urlOf, type Fields } from "./fields.js";
import { headerIn } from "./format.js";
import { timeIn } from "./times.js";

const RESOURCE = ["sentry-hook-resource"];
/** The actions that need no word, because the sign says it. */
const PLAIN: ReadonlySet<string> = new Set(["triggered", "created", "resolved", "critical", "warning"]);

export const sentry = alertFormat({
  name: "sentry",
  knownBy: "the header Sentry-Hook-Resource",
  isRetried: false,
  headers: { event: RESOURCE },
  recognises: ({ json, headers }) => headerIn(headers, RESOURCE) !== undefined && isFields(json?.value),
  parse: (value, headers) => {
    const resource = headerIn(headers, RESOURCE) ?? "";
    const action = textOf(value, "action");
    const data = fieldsOf(value, "data");
    const alert = resource === "metric_alert" ? metric(action, data) : issue(resource, action, data);
    const id = textOf(data, "metric_alert.id", "issue.id");
    return {
      group: groupOfOne({ ...alert, status: action === "resolved" ? "resolved" : "firing" }),
      key: id && `${resource} ${id}`,
    };
  },
});

function metric(action: string, data: Fields): Partial<PostedAlert> {
  return {
    severity: action,
    name: textOf(data, "metric_alert.alert_rule.name", "description_title") || "metric alert",
    // The documented payload has a backslash and "n" between the lines.
    summary: textOf(data, "description_text").replaceAll("\\n", ", "),
    startsAt: timeIn(textOf(data, "metric_alert.date_started")),
    endsAt: timeIn(textOf(data, "metric_alert.date_closed")),
    links: [{ name: "alert", url: urlOf(data, "web_url") }],
  };
}

/** Parses the event about an issue: an alert (data.event), a change (data.issue), an error (data.error). */
function issue(resource: string, action: string, data: Fields): Partial<PostedAlert> {
  const subjects = ["issue", "event", "error"].map((name) => fieldsOf(data, name));
  const subject = subjects.find((fields) => Object.keys(fields).length > 0);
  const title = textOf(subject, "title");
  const rule = textOf(data, "triggered_rule");
  return {
    name: title || `${resource} ${action}`.replaceAll("_", " "),
    severity: title === "" ? "info" : textOf(subject, "level"),
    labels: {
      project: textOf(subject, "project.name") || textOf(data, "project_slug"),
      environment: textOf(subject, "environment"),
      issue: textOf(subject, "shortId"),
      action: title === "" || PLAIN.has(action) ? "" : action,
    },
    summary: textOf(subject, "culprit") || textOf(data, "comment"),
    description: rule && `rule: ${rule}`,
    links: [{ name: "issue", url: urlOf(subject, "web_url", "permalink") }],
  };
}
