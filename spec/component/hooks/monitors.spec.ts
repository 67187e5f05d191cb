/** The text of posts of Uptime Kuma, Sentry, Zabbix and Home Assistant, with the products' own payloads. */
import { expect } from "chai";
import { formatOf } from "../../../component/hooks/formats/formats.js";
import type { Format, Payload } from "../../../component/hooks/formats/format.js";
import { homeAssistant } from "../../../component/hooks/formats/home-assistant.js";
import { sentry } from "../../../component/hooks/formats/sentry.js";
import { timeText } from "../../../component/hooks/formats/times.js";
import { uptimeKuma } from "../../../component/hooks/formats/uptime-kuma.js";
import { zabbix } from "../../../component/hooks/formats/zabbix.js";
import { said } from "./said.js";
import { documentationOf } from "../../../http/docs/formats.js";

const since = (time: string): string => timeText(Date.parse(time));
const sampleOf = (format: Format): Record<string, object> =>
  JSON.parse(documentationOf(format).sample.body) as Record<string, object>;
const of = (value: unknown, headers = {}): Payload => ({ json: { value }, headers });
const groupOf = (format: Format, posted: Payload): unknown =>
  (format.read(posted) as { group?: object }).group;

describe("The text of Uptime Kuma's webhooks", () => {
  const down = sampleOf(uptimeKuma);
  const up = {
    heartbeat: {
      ...{ ...down.heartbeat, status: 1, time: "2026-01-02 03:19:05.678", msg: "200 - OK" },
      lastDownTime: "2026-01-02 03:04:05.678",
    },
    monitor: down.monitor,
    msg: "[Shop] [✅ Up] 200 - OK",
  };

  it("says what is down, by its times in UTC, and how long it was", () => {
    expect(said(of(down))).to.deep.equal([
      "uptime-kuma",
      `🔴 *Shop* · since ${since("2026-01-02T03:04:05Z")}`,
      "connect ECONNREFUSED 192.0.2.7:443",
      "monitor: https://shop.example.org",
    ]);
    expect(said(of(up))).to.deep.equal(["uptime-kuma", "✅ *Shop* resolved after 15 min"]);
    expect([down, up].map((each) => groupOf(uptimeKuma, of(each)))).to.deep.equal([
      { key: "7", isResolved: false },
      { key: "7", isResolved: true },
    ]);
  });

  it("is the text of a test, of a warning about a certificate, and of other states", () => {
    const test = { heartbeat: null, monitor: null, msg: "Room Testing" };
    expect(said(of(test))).to.deep.equal(["uptime-kuma", "🔵 *Uptime Kuma* info", "Room Testing"]);
    const pending = { ...down, heartbeat: { ...down.heartbeat, status: 2 } };
    expect(said(of(pending))[2]).to.equal("[Shop] [🔴 Down] connect ECONNREFUSED 192.0.2.7:443");
  });
});

describe("The text of Sentry's webhooks", () => {
  const from = (resource: string, action: string, data: object): Payload =>
    of({ action, data }, { "sentry-hook-resource": resource });

  it("has an alert's error, level, place, rule and link", () => {
    expect(said(of(sampleOf(sentry), documentationOf(sentry).sample.headers))).to.deep.equal([
      "sentry",
      "🔴 *ReferenceError: price is not defined* error · production",
      "checkout in pay",
      "rule: Errors of the shop",
      "issue: https://sentry.example.org/organizations/shop/issues/1117540176/",
    ]);
  });

  it("has a metric's text, and its group until it is resolved", () => {
    const data = {
      description_text: "1000 events in the last 10 minutes\\nFilter: level:error",
      description_title: "Resolved: Too many errors",
      metric_alert: {
        alert_rule: { name: "Too many errors", aggregate: "count()", triggers: [] },
        ...{ date_closed: null, date_started: "2020-09-13T12:26:40.000000Z", id: "4" },
      },
      web_url: "https://sentry.io/organizations/baz/alerts/1/",
    };
    expect(said(from("metric_alert", "critical", data))).to.deep.equal([
      "sentry",
      `🔴 *Too many errors* critical · since ${since("2020-09-13T12:26:40Z")}`,
      "1000 events in the last 10 minutes, Filter: level:error",
      "alert: https://sentry.io/organizations/baz/alerts/1/",
    ]);
    const resolved = from("metric_alert", "resolved", data);
    expect(said(resolved)).to.deep.equal(["sentry", "✅ *Too many errors* resolved"]);
    expect(groupOf(sentry, resolved)).to.deep.equal({ key: "metric_alert 4", isResolved: true });
  });

  it("has an issue's project, number and action, and other events by name", () => {
    const issue = {
      culprit: "?(runner)",
      ...{ id: "1170820242", level: "error", permalink: null, shortId: "FRONT-END-9" },
      project: { id: "1", name: "front-end" },
      title: "ReferenceError: blooopy is not defined",
    };
    expect(said(from("issue", "created", { issue }))).to.deep.equal([
      "sentry",
      "🔴 *ReferenceError: blooopy is not defined* error · FRONT-END-9 · front-end",
      "?(runner)",
    ]);
    expect(said(from("issue", "archived", { issue }))[1]).to.contain("error · archived · FRONT-END-9");
    expect(said(from("issue", "resolved", { issue }))[1]).to.match(/^✅ .* resolved · FRONT-END-9/);
    expect(said(from("seer", "root_cause_started", {}))).to.deep.equal([
      "sentry",
      "🔵 *seer root cause started* info",
    ]);
  });
});

describe("The text of Zabbix's webhooks", () => {
  const problem = sampleOf(zabbix);

  it("has a problem's severity, host, data and link, and how long it lasted", () => {
    expect(said(of(problem))).to.deep.equal([
      "zabbix",
      "🔴 *Free disk space is low (/var)* High · db1",
      "Space used: 96.2 %",
      "Two conditions should match.",
      "problem: https://zabbix.example.org/tr_events.php?triggerid=23512&eventid=4711",
    ]);
    const recovery = { ...problem, event_value: "0", event_duration: "1h 5m 10s" };
    expect(said(of(recovery))).to.deep.equal([
      "zabbix",
      "✅ *Free disk space is low (/var)* resolved after 1 h 5 min · db1",
    ]);
    expect([problem, recovery].map((each) => groupOf(zabbix, of(each)))).to.deep.equal([
      { key: "4711", isResolved: false },
      { key: "4711", isResolved: true },
    ]);
  });

  it("has comments, other events, and no macro that Zabbix could not resolve", () => {
    const update = {
      ...{ ...problem, event_update_status: "1", event_update_user: "Juliet", event_severity: "Average" },
      ...{ event_update_action: "acknowledged", event_update_message: "I look", zabbix_url: "{$ZABBIX.URL}" },
    };
    expect(said(of(update))).to.deep.equal([
      "zabbix",
      "🟠 *Free disk space is low (/var)* Average · db1",
      "Juliet acknowledged: I look",
    ]);
    const discovery = {
      ...{ event_source: "1", event_value: "0", event_severity: "{EVENT.SEVERITY}", host_name: "*UNKNOWN*" },
      ...{ alert_subject: "Discovery: UP 192.0.2.9", alert_message: "Device IP: 192.0.2.9" },
    };
    expect(said(of(discovery))).to.deep.equal([
      "zabbix",
      "🔵 *Discovery: UP 192.0.2.9* info",
      "Device IP: 192.0.2.9",
    ]);
  });
});

describe("The text of Home Assistant's notifications", () => {
  const headers = documentationOf(homeAssistant).sample.headers;

  it("has title and message, and the picture and link of the notification's data", () => {
    const image = "https://home.example.org/door.jpg";
    const given = { ...sampleOf(homeAssistant), image };
    expect(said(of(given, headers))).to.deep.equal([
      "home-assistant",
      "*Laundry*",
      "The washing machine has finished. (https://home.example.org/lovelace/laundry)",
    ]);
    expect(homeAssistant.read(of(given, headers))).to.have.property("image", image);
  });

  it("has no title if the notification has none", () => {
    const plain = { message: "Door open", title: "Home Assistant", image: "", url: "" };
    expect(said(of(plain, headers))).to.deep.equal(["home-assistant", "Door open"]);
    expect(formatOf(of(plain), "auto")).to.have.property("name", "text");
  });
});
