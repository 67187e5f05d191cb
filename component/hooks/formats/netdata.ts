/** The format of Netdata Cloud's webhook: alerts of nodes, and nodes that are or aren't reachable. */
import { groupOfOne } from "./alert.js";
import { alertFormat } from "./alert-message.js";
import { fieldsOf, textOf, urlOf } from "./fields.js";

export const netdata = alertFormat({
  name: "netdata",
  knownBy:
    "message, alert or alarm, chart and severity; or message, host and status.reachable; or message and token",
  isRetried: true,
  recognises: ({ json }) => isAlert(json?.value) || isReachability(json?.value) || isTest(json?.value),
  parse: (value) => {
    const host = textOf(value, "host", "hostname");
    // Whoever configures it must copy the token of a test to Netdata Cloud.
    const token = textOf(value, "token");
    const description = token === "" ? "" : `token: ${token}`;
    if (!isAlert(value) && !isReachability(value)) {
      const summary = textOf(value, "message");
      return { group: groupOfOne({ name: "Netdata", severity: "info", summary, description }), key: "" };
    }
    if (isReachability(value)) {
      const isUp = fieldsOf(value, "status").reachable === true;
      const group = groupOfOne({
        status: isUp ? "resolved" : "firing",
        name: isUp ? `${host} is reachable` : `${host} is unreachable`,
        severity: "critical",
        summary: textOf(value, "message"),
        links: [{ name: "node", url: urlOf(value, "url") }],
      });
      return { group, key: `node ${host}` };
    }
    const severity = textOf(value, "severity").toLowerCase();
    const name = textOf(value, "alert", "alarm");
    const [chart, context] = [textOf(value, "chart"), textOf(value, "context")];
    const group = groupOfOne({
      status: severity === "clear" || severity === "cleared" ? "resolved" : "firing",
      name,
      severity,
      labels: host === "" ? { chart } : { host, chart },
      summary: textOf(value, "info") || textOf(value, "message"),
      description,
      links: [{ name: "alert", url: urlOf(value, "alert_url", "alarm_url") }],
    });
    return { group, key: [name, chart, context, host].join(" ") };
  },
});

function isAlert(value: unknown): boolean {
  return (
    ["message", "chart", "severity"].every((name) => textOf(value, name) !== "") &&
    textOf(value, "alert", "alarm") !== ""
  );
}

/** Whether a post is a test of the webhook, which has nothing but a token; programs for Pushover have a user, too. */
function isTest(value: unknown): boolean {
  return (
    ["message", "token"].every((name) => textOf(value, name) !== "") &&
    Object.keys(fieldsOf(value)).length === 2
  );
}

function isReachability(value: unknown): boolean {
  return (
    ["message", "host"].every((name) => textOf(value, name) !== "") &&
    typeof fieldsOf(value, "status").reachable === "boolean"
  );
}
