/** The format of Netdata Cloud's webhook: alerts of nodes, and nodes that are or aren't reachable. */
import { groupOfOne } from "./alert.js";
import { alertFormat } from "./alert-message.js";
import { fieldsOf, textOf, urlOf } from "./fields.js";

export const netdata = alertFormat({
  name: "netdata",
  knownBy: "message, alert or alarm, chart and severity; or message, host and status.reachable",
  isRetried: true,
  recognises: ({ json }) => isAlert(json?.value) || isReachability(json?.value),
  parse: (value) => {
    const host = textOf(value, "host", "hostname");
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

function isReachability(value: unknown): boolean {
  return (
    ["message", "host"].every((name) => textOf(value, name) !== "") &&
    typeof fieldsOf(value, "status").reachable === "boolean"
  );
}
