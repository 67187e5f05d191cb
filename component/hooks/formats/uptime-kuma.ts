/** The format of Uptime Kuma's webhook. Its times are in UTC, without a zone. */
import { groupOfOne, type Status } from "./alert.js";
import { ALERT_VARIABLES, ALERTS_TEMPLATE, alertGroup } from "./alerts.js";
import { fieldsAt, textAt, urlAt } from "./fields.js";
import { jsonSample, type Format, type ParsedPayload } from "./format.js";
import { timeIn } from "./times.js";

/** The status of a heartbeat, in heartbeat.status. Uptime Kuma notifies only about these two. */
const STATUSES: ReadonlyMap<string, Status> = new Map([
  ["0", "firing"],
  ["1", "resolved"],
]);

export const uptimeKuma: Format = {
  name: "uptime-kuma",
  knownBy: "heartbeat, monitor and msg",
  isRetried: false,
  recognises: ({ json }) =>
    ["heartbeat", "monitor", "msg"].every((name) => Object.hasOwn(fieldsAt(json?.value), name)),
  read: ({ json }) => read(json?.value),
  sample: jsonSample({
    heartbeat: {
      monitorID: 7,
      status: 0,
      time: "2026-01-02 03:04:05.678",
      msg: "connect ECONNREFUSED 192.0.2.7:443",
      ping: null,
      important: true,
      duration: 60,
      timezone: "Europe/Berlin",
      timezoneOffset: "+01:00",
      localDateTime: "2026-01-02 04:04:05",
    },
    monitor: { id: 7, name: "Shop", pathName: "Web / Shop", url: "https://shop.example.org", type: "http" },
    msg: "[Shop] [🔴 Down] connect ECONNREFUSED 192.0.2.7:443",
  }),
  template: ALERTS_TEMPLATE,
  variables: ALERT_VARIABLES,
  command: "qtalk-component hook add uptime --to ops --format uptime-kuma --title Uptime --update",
  words: {
    en: {
      title: "Uptime Kuma",
      about: "Uptime Kuma's webhook.",
      where:
        "Under Settings, Notifications, add one of the type Webhook with the hook's URL as Post URL and application/json as Request Body.",
      becomes:
        "The monitor's name, what failed, since when, and a link; when it is up again, how long it was down.",
    },
    zh: {
      title: "Uptime Kuma",
      about: "Uptime Kuma 的 Webhook。",
      where:
        "在“设置 → 通知”中添加类型为 Webhook 的通知，Post URL 填 Hook 的 URL，请求体选 application/json。",
      becomes: "监控项的名称、故障、开始时间和链接；恢复时写明持续时间。",
    },
  },
};

function read(value: unknown): ParsedPayload {
  const monitor = fieldsAt(value, "monitor");
  const beat = fieldsAt(value, "heartbeat");
  const status = STATUSES.get(textAt(beat, "status"));
  const name = textAt(monitor, "name");
  // Tests and warnings about certificates have neither monitor nor heartbeat; other states are in the text.
  const isText = status === undefined || name === "";
  const time = utcIn(textAt(beat, "time"));
  const isResolved = status === "resolved";
  const group = groupOfOne({
    status: status ?? "firing",
    name: isText ? "Uptime Kuma" : name,
    ...{ severity: isText ? "info" : "", labels: {}, description: "", value: "" },
    summary: isText ? textAt(value, "msg") : textAt(beat, "msg"),
    startsAt: isResolved ? utcIn(textAt(beat, "lastDownTime")) : time,
    endsAt: isResolved ? time : undefined,
    links: [{ name: "monitor", url: urlAt(monitor, "url") }],
  });
  return {
    view: alertGroup(group),
    ...(!isText && { group: { key: textAt(monitor, "id") || name, isResolved } }),
  };
}

/** Parses a time such as "2026-01-02 03:04:05.678", in UTC. @returns milliseconds since 1970; undefined if unknown */
function utcIn(text: string): number | undefined {
  return timeIn(/^[\d-]+ [\d:.]+$/.test(text) ? `${text.replace(" ", "T")}Z` : text);
}
