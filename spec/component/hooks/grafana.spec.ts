/** The text of Grafana's alerts, with the documented payloads. */
import { expect } from "chai";
import { grafana } from "../../../component/hooks/formats/grafana.js";
import { timeText } from "../../../component/hooks/formats/times.js";
import { json, said } from "./said.js";

const at = (clock: string): string => timeText(Date.parse(`2026-01-02T${clock}:00Z`));

describe("The text of Grafana's alerts", () => {
  it("has the documented payload's values and links with %", () => {
    const zone = (name: string, id: string, place: string): object => ({
      status: "firing",
      labels: { alertname: `High ${name} usage`, team: "blue", zone: place },
      annotations: {
        description: `The system has high ${name} usage`,
        runbook_url: "https://myrunbook.com/runbook/1234",
        summary: `This alert was triggered for zone ${place}`,
      },
      startsAt: "2026-01-02T18:30:03.157076+00:00",
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: `https://play.grafana.org/alerting/${id}/edit`,
      silenceURL: `https://play.grafana.org/alerting/silence/new?alertmanager=grafana&matchers=alertname%3DT2%2Czone%3D${place}`,
      dashboardURL: "",
      panelURL: "",
      values: { B: 44.23943737541908, C: 1 },
    });
    const documented = {
      ...{ receiver: "My Super Webhook", status: "firing", orgId: 1, groupLabels: {} },
      alerts: [zone("memory", "1afz29v7z", "us-1"), zone("CPU", "d1rdpdv7k", "eu-1")],
      ...{ commonLabels: { team: "blue" }, commonAnnotations: {}, externalURL: "https://play.grafana.org/" },
      ...{ version: "1", groupKey: "{}:{}", truncatedAlerts: 0, state: "alerting" },
    };
    const silence =
      "https://play.grafana.org/alerting/silence/new?alertmanager=grafana&matchers=alertname%3DT2%2Czone%3Dus-1";
    expect(said(json(documented))).to.deep.equal([
      "grafana",
      `🔴 *High memory usage, High CPU usage* · blue · 2 firing since ${at("18:30")}`,
      "• High memory usage · This alert was triggered for zone us-1: The system has high memory usage (44.24)",
      "• High CPU usage · This alert was triggered for zone eu-1: The system has high CPU usage (44.24)",
      `silence of the first: ${silence}`,
      "runbook: https://myrunbook.com/runbook/1234",
      "rule of the first: https://play.grafana.org/alerting/1afz29v7z/edit",
    ]);
  });

  it("is about a group that is resolved only if all its alerts are", () => {
    const alerts = [{ status: "firing" }, { status: "resolved" }];
    const of = (status: string): unknown => grafana.read(json({ orgId: 1, status, groupKey: "k", alerts }));
    expect(of("firing")).to.have.deep.property("group", { key: "k", isResolved: false });
    expect(of("resolved")).to.have.deep.property("group", { key: "k", isResolved: true });
  });

  it("names the rule whose data source fails", () => {
    const labels = {
      alertname: "DatasourceNoData",
      rulename: "Queue length",
      datasource_uid: "P1",
      ref_id: "A",
    };
    const alerts = ["Queue length", "Mails"].map((rulename) => ({ labels: { ...labels, rulename } }));
    const nothing = { orgId: 1, status: "firing", commonLabels: labels, alerts: alerts.slice(0, 1) };
    expect(said(json(nothing))[1]).to.equal("🔴 *Queue length: no data*");
    expect(
      said(json({ ...nothing, commonLabels: { alertname: labels.alertname }, alerts })).slice(1),
    ).to.deep.equal([
      "🔴 *Queue length: no data, Mails: no data* · 2 firing",
      "• Queue length: no data",
      "• Mails: no data",
    ]);
  });

  it("has the same form for older versions", () => {
    const old = {
      ruleId: 1,
      ruleName: "Load",
      ruleUrl: "https://grafana.example.org/rule",
      state: "alerting",
      message: "Too much",
      evalMatches: [{ metric: "db1", value: 97, tags: { dc: "eu" } }],
    };
    expect(said(json(old))).to.deep.equal([
      "grafana",
      "🔴 *Load*",
      "Too much (97)",
      "db1",
      "rule: https://grafana.example.org/rule",
    ]);
    expect(said(json({ ...old, state: "ok", evalMatches: [] }))).to.deep.equal([
      "grafana",
      "✅ *Load* resolved",
    ]);
  });

  it("is made of malformed fields without failing", () => {
    const strange = { toString: 1 };
    const alerts = [{ values: { B: strange, C: "0x", D: 1.23456789 }, labels: { a: strange } }];
    expect(said(json({ orgId: 1, alerts }))).to.deep.equal(["grafana", "🔴 *Alerts*", "(C=0x, D=1.235)"]);
    const old = {
      ruleName: "r",
      state: "alerting",
      tags: { a: strange },
      evalMatches: [{ tags: { b: strange } }],
    };
    expect(said(json(old))[1]).to.equal("🔴 *r*");
  });
});
