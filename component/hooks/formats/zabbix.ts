/** The format of a webhook media type of Zabbix whose script posts its parameters, under the names of Zabbix's own. */
import { groupOfOne } from "./alert.js";
import { alertFormat } from "./alert-message.js";
import { textOf, urlOf } from "./fields.js";

/** The lengths of units, in seconds. */
const UNITS = { y: 31_536_000, M: 2_592_000, d: 86_400, h: 3_600, m: 60, s: 1 };

export const zabbix = alertFormat({
  name: "zabbix",
  knownBy: "event_source, event_value and alert_subject",
  isRetried: true,
  recognises: ({ json }) =>
    ["event_source", "event_value", "alert_subject"].every((name) => textOf(json?.value, name) !== ""),
  parse: (value) => {
    const parameter = (name: string): string => resolved(textOf(value, name));
    if (parameter("event_source") !== "0") return { group: groupOfOne(eventIn(parameter)), key: "" };
    const isUpdate = parameter("event_update_status") === "1";
    const isResolved = parameter("event_value") === "0" && !isUpdate;
    const lasted = durationIn(parameter("event_duration"));
    const endsAt = isResolved && lasted > 0 ? Date.now() : undefined;
    const site = urlOf(value, "zabbix_url").replace(/\/$/, "");
    const event = `tr_events.php?triggerid=${parameter("trigger_id")}&eventid=${parameter("event_id")}`;
    const group = groupOfOne({
      status: isResolved ? "resolved" : "firing",
      name: parameter("event_name") || parameter("alert_subject"),
      severity: parameter("event_severity"),
      labels: { host: parameter("host_name") },
      summary: isUpdate ? updateIn(parameter) : parameter("event_opdata"),
      description: isUpdate ? "" : parameter("trigger_description"),
      startsAt: endsAt === undefined ? undefined : endsAt - lasted,
      endsAt,
      links: [{ name: "problem", url: site && `${site}/${event}` }],
    });
    return { group, key: isUpdate ? "" : parameter("event_id") };
  },
});

/** Parses an event that isn't a problem, such as a discovered host. */
function eventIn(parameter: (name: string) => string): Parameters<typeof groupOfOne>[0] {
  return {
    name: parameter("alert_subject"),
    severity: parameter("event_severity") || "info",
    labels: { host: parameter("host_name") },
    summary: parameter("alert_message"),
  };
}

/** Returns who did what to a problem, and the comment. */
function updateIn(parameter: (name: string) => string): string {
  const said = (names: readonly string[]): string[] => names.map(parameter).filter((text) => text !== "");
  const update = said(["event_update_user", "event_update_action"]).join(" ");
  return [update, ...said(["event_update_message"])].filter((text) => text !== "").join(": ");
}

/** Returns a parameter's value, or "" if Zabbix could not resolve its macro. */
function resolved(text: string): string {
  return /^(?:\{[$A-Z.\d]+\}|\*UNKNOWN\*)$/.test(text) ? "" : text;
}

/** Parses a duration such as "1d 2h 5m 10s". @returns milliseconds; 0 if unknown */
function durationIn(text: string): number {
  const parts = [...text.slice(0, 40).matchAll(/(\d{1,9})([yMdhms])(?![a-z])/g)];
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS] * 1000,
    0,
  );
}
