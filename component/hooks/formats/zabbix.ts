/** The format of a webhook media type of Zabbix whose script posts its parameters, under the names of Zabbix's own. */
import { groupOfOne } from "./alert.js";
import { ALERT_VARIABLES, ALERTS_TEMPLATE, alertGroup } from "./alerts.js";
import { fieldsAt, textAt, urlAt } from "./fields.js";
import { jsonSample, type Format, type ParsedPayload } from "./format.js";

/** The parameters of the media type, and their values in Zabbix. */
const PARAMETERS = {
  alert_message: "{ALERT.MESSAGE}",
  alert_subject: "{ALERT.SUBJECT}",
  event_duration: "{EVENT.DURATION}",
  event_id: "{EVENT.ID}",
  event_name: "{EVENT.NAME}",
  event_opdata: "{EVENT.OPDATA}",
  event_severity: "{EVENT.SEVERITY}",
  event_source: "{EVENT.SOURCE}",
  event_update_action: "{EVENT.UPDATE.ACTION}",
  event_update_message: "{EVENT.UPDATE.MESSAGE}",
  event_update_status: "{EVENT.UPDATE.STATUS}",
  event_update_user: "{USER.FULLNAME}",
  event_value: "{EVENT.VALUE}",
  host_name: "{HOST.NAME}",
  trigger_description: "{TRIGGER.DESCRIPTION}",
  trigger_id: "{TRIGGER.ID}",
  zabbix_url: "{$ZABBIX.URL}",
};
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["y", 365 * 86_400_000],
  ["M", 30 * 86_400_000],
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
]);

export const zabbix: Format = {
  name: "zabbix",
  knownBy: "event_source, event_value and alert_subject",
  isRetried: true,
  recognises: ({ json }) =>
    ["event_source", "event_value", "alert_subject"].every((name) => textAt(json?.value, name) !== ""),
  read: ({ json }) => read(json?.value),
  sample: jsonSample({
    ...PARAMETERS,
    alert_message: "Problem started at 03:04:05 on 2026.01.02",
    alert_subject: "Problem: Free disk space is low",
    event_duration: "5m 10s",
    event_id: "4711",
    event_name: "Free disk space is low (/var)",
    event_opdata: "Space used: 96.2 %",
    event_severity: "High",
    event_source: "0",
    event_update_status: "0",
    event_value: "1",
    host_name: "db1",
    trigger_description: "Two conditions should match.",
    trigger_id: "23512",
    zabbix_url: "https://zabbix.example.org",
  }),
  template: ALERTS_TEMPLATE,
  variables: ALERT_VARIABLES,
  command: "qtalk-component hook add zabbix --to ops --format zabbix --title Zabbix --update",
  setting: `var request = new HttpRequest();
request.addHeader("Content-Type: application/json");
var answer = request.post("ADDRESS", value);
if (request.getStatus() !== 200) throw answer;
return "OK";

${Object.entries(PARAMETERS)
  .map(([name, macro]) => `${name}: ${macro}`)
  .join("\n")}`,
  words: {
    en: {
      title: "Zabbix",
      about: "Zabbix 6.0 or later, by a media type of the type Webhook.",
      where:
        "Under Alerts, Media types, create a media type of the type Webhook with this script and these parameters, and add its message templates. Set the global macro {$ZABBIX.URL} to Zabbix's own URL.",
      becomes:
        "The problem with severity, host, operational data and a link; comments; the end with its duration.",
    },
    zh: {
      title: "Zabbix",
      about: "Zabbix 6.0 及以后版本，用类型为 Webhook 的报警媒介。",
      where:
        "在“报警媒介类型”中新建类型为 Webhook 的媒介，填入此脚本和这些参数，并添加消息模板。把全局宏 {$ZABBIX.URL} 设为 Zabbix 自己的网址。",
      becomes: "问题及其级别、主机、操作数据和链接；评论；恢复时写明持续时间。",
    },
  },
};

function read(value: unknown): ParsedPayload {
  const of = (name: keyof typeof PARAMETERS): string => resolved(textAt(fieldsAt(value), name));
  const isProblem = of("event_source") === "0";
  const isUpdate = of("event_update_status") === "1";
  const isResolved = isProblem && of("event_value") === "0" && !isUpdate;
  const lasted = durationIn(of("event_duration"));
  const endsAt = isResolved && lasted > 0 ? Date.now() : undefined;
  const update = [of("event_update_user"), of("event_update_action")].filter((text) => text !== "").join(" ");
  const site = urlAt(value, "zabbix_url").replace(/\/$/, "");
  const event = `tr_events.php?triggerid=${of("trigger_id")}&eventid=${of("event_id")}`;
  const group = groupOfOne({
    status: isResolved ? "resolved" : "firing",
    name: (isProblem && of("event_name")) || of("alert_subject"),
    severity: of("event_severity") || (isProblem ? "" : "info"),
    labels: { host: of("host_name") },
    summary: isUpdate
      ? [update, of("event_update_message")].filter((text) => text !== "").join(": ")
      : isProblem
        ? of("event_opdata")
        : of("alert_message"),
    description: isProblem && !isUpdate ? of("trigger_description") : "",
    value: "",
    startsAt: endsAt === undefined ? undefined : endsAt - lasted,
    endsAt,
    links: [{ name: "problem", url: site === "" || !isProblem ? "" : `${site}/${event}` }],
  });
  const id = of("event_id");
  return {
    view: alertGroup(group),
    ...(isProblem && !isUpdate && id !== "" && { group: { key: id, isResolved } }),
  };
}

/** Returns a parameter's value, or "" if Zabbix could not resolve its macro. */
function resolved(text: string): string {
  return /^(?:\{[$A-Z.\d]+\}|\*UNKNOWN\*)$/.test(text) ? "" : text;
}

/** Parses a duration such as "1d 2h 5m 10s". @returns milliseconds; 0 if unknown */
function durationIn(text: string): number {
  const parts = [...text.slice(0, 40).matchAll(/(\d{1,9})([yMdhms])(?![a-z])/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNIT_MS.get(unit) ?? 0), 0);
}
