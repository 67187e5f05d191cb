/** The text of alerts, which is read on phones. */
import { expect } from "chai";
import fc from "fast-check";
import { FORMATS } from "../../../component/hooks/formats/formats.js";
import { durationText, timeText } from "../../../component/hooks/formats/times.js";
import { INHERITED } from "../../support/inherited-names.js";
import { json, said } from "./said.js";

const STARTED = "2026-01-02T03:04:05Z";
const since = timeText(Date.parse(STARTED));
const MOST = 900;

/** As kube-prometheus has it. */
const pod = (number: number, more: object = {}): object => ({
  status: "firing",
  labels: {
    alertname: "KubePodCrashLooping",
    severity: "warning",
    namespace: "shop",
    pod: `checkout-${number}`,
    uid: "0b1f2d3c",
  },
  annotations: {
    description: `Pod shop/checkout-${number} (app) is in waiting state (reason: "CrashLoopBackOff") on cluster .`,
    runbook_url: "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping",
    summary: "Pod is crash looping.",
  },
  startsAt: STARTED,
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL:
    "http://prometheus-k8s-0:9090/graph?g0.expr=max_over_time%28kube_pod_container_status%29&g0.tab=1",
  fingerprint: String(number),
  ...more,
});
const group = (...alerts: object[]): object => ({
  version: "4",
  groupKey: '{}/{severity="warning"}:{alertname="KubePodCrashLooping"}',
  truncatedAlerts: 0,
  status: "firing",
  receiver: "chat",
  groupLabels: { alertname: "KubePodCrashLooping" },
  commonLabels: { alertname: "KubePodCrashLooping", severity: "warning", namespace: "shop" },
  commonAnnotations: {},
  externalURL: "http://alertmanager-main-0:9093",
  alerts,
});
const resolved = { status: "resolved", endsAt: "2026-01-02T04:51:05Z" };

describe("The text of a group of alerts", () => {
  for (const name of INHERITED) {
    it(`takes ${name} for a text like any other`, () => {
      const labels = { alertname: name, severity: name, [name]: name };
      const alert = { ...pod(1), labels, annotations: { [name]: name } };
      const lines = said(
        json({ ...group(alert), commonLabels: labels, groupLabels: labels, receiver: name }),
      );
      expect(lines[1]).to.match(new RegExp(`^🔴 \\*${name}\\* ${name}, firing: 1`));
      expect(lines.join()).to.not.include("function").and.not.include("[object");
    });
  }

  it("has name, severity, state and start, common values once, and a line for each alert", () => {
    expect(said(json(group(pod(1, resolved), pod(2), pod(3))))).to.deep.equal([
      "alertmanager",
      `🟠 *KubePodCrashLooping* warning, firing: 2, resolved: 1, since ${since}`,
      "Pod is crash looping.",
      "namespace=shop",
      "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping (runbook)",
      "http://alertmanager-main-0:9093 (all alerts)",
      '• Pod shop/checkout-2 (app) is in waiting state (reason: "CrashLoopBackOff") on cluster .',
      '• Pod shop/checkout-3 (app) is in waiting state (reason: "CrashLoopBackOff") on cluster .',
      "• (resolved) [pod=checkout-1]",
    ]);
  });

  it("is one line when it is resolved, with number and duration", () => {
    const over = { ...group(pod(1, resolved), pod(2, { ...resolved, endsAt: STARTED })), status: "resolved" };
    expect(said(json(over))).to.deep.equal([
      "alertmanager",
      "🟢 *KubePodCrashLooping* resolved: 2, after 1 h 47 min (namespace=shop)",
    ]);
    expect([1_000, 90_000, 3_600_000, 93_600_000].map(durationText)).to.deep.equal([
      "1 s",
      "1 min 30 s",
      "1 h",
      "1 d 2 h",
    ]);
  });

  it("has five of very many alerts, and the number of others", () => {
    const many = Array.from({ length: 40 }, (_, i) => pod(i));
    const lines = said(json({ ...group(...many), truncatedAlerts: 7 }));
    expect(lines[1]).to.contain("firing: 47,");
    expect(lines.filter((line) => line.startsWith("•"))).to.have.length(5);
    expect(lines.at(-1)).to.equal("… and 42 more");
  });

  it("has as many labels as fit, and the number of others", () => {
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`l${i}`, "x"]));
    const common = { ...group({ ...pod(1), labels: many, values: many }), commonLabels: many };
    for (const posted of [common, { ...common, commonLabels: {} }, { ...common, version: "1", orgId: 1 }]) {
      const text = said(json(posted)).join("\n");
      expect(text).to.match(/ and 599\d\d more/);
      expect(text.match(/l\d+=x/g)).to.have.length.within(3, 40);
    }
  });

  it("has at most 900 characters, no URL at its end, and no encoded queries", () => {
    const texts = fc.string({ unit: "binary", maxLength: 2_000 });
    const urls = fc.stringMatching(/^[a-z0-9/]{1,300}$/).map((path) => `https://e.test/${path}`);
    const labels = fc.dictionary(fc.string({ maxLength: 50 }), texts, { maxKeys: 30 });
    const alerts = fc.array(
      fc.record({
        status: fc.constantFrom("firing", "resolved"),
        labels,
        values: labels,
        annotations: fc.record({ summary: texts, description: texts, runbook_url: urls }),
        startsAt: fc.constantFrom(STARTED, "", "x"),
        ...{ generatorURL: urls, panelURL: urls, silenceURL: urls },
      }),
      { maxLength: 60 },
    );
    const groups = fc.record({
      ...{ commonLabels: labels, alerts, externalURL: urls, receiver: texts },
      status: fc.constantFrom("firing", "resolved"),
    });
    fc.assert(
      fc.property(groups, fc.constantFrom("4", "1"), (given, version) => {
        const [format, ...lines] = said(json({ ...given, version, groupKey: "k", orgId: 1 }));
        expect(format).to.be.oneOf(["alertmanager", "grafana"]);
        expect(lines.join("\n").length).to.be.at.most(MOST);
        expect(lines.at(-1)).to.not.match(/https?:\S+$/);
      }),
      { numRuns: 100 },
    );
    expect(said(json(group(pod(1)))).join("\n")).to.not.contain("%");
  });

  it("has Grafana's values, panel and rule, also if its data source fails", () => {
    expect(said(json(JSON.parse(FORMATS.grafana.sample.body)))).to.deep.equal([
      "grafana",
      `🔴 *High memory usage* firing: 1, since ${since}`,
      "https://grafana.example.org/d/memory?viewPanel=2 (panel)",
      "https://grafana.example.org/alerting/grafana/rule/view (rule)",
      "• Memory is short in eu-1 (B=94.2)",
    ]);
    const labels = {
      alertname: "DatasourceNoData",
      rulename: "Queue length",
      datasource_uid: "P1",
      ref_id: "A",
    };
    const nothing = {
      orgId: 1,
      status: "firing",
      commonLabels: labels,
      alerts: [{ status: "firing", labels }],
    };
    expect(said(json(nothing))[1]).to.equal("🔴 *Queue length: no data* firing: 1");
    const common = { alertname: "DatasourceNoData" };
    const alerts = ["Queue length", "Mails"].map((rulename) => ({ labels: { ...labels, rulename } }));
    expect(said(json({ ...nothing, commonLabels: common, alerts })).slice(1)).to.deep.equal([
      "🔴 *no data* firing: 2",
      "• Queue length",
      "• Mails",
    ]);
  });

  it("has the same form for older versions of Grafana", () => {
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
      "🔴 *Load* firing: 1",
      "Too much",
      "https://grafana.example.org/rule (rule)",
      "• db1 [dc=eu] (97)",
    ]);
    expect(said(json({ ...old, state: "ok", evalMatches: [] }))[1]).to.equal("🟢 *Load* resolved: 1");
  });

  it("is made of malformed fields without failing", () => {
    const strange = { toString: 1 };
    const alerts = [{ values: { B: strange, C: "0x", D: 1.23456789 }, labels: { a: strange } }];
    expect(said(json({ orgId: 1, alerts }))).to.deep.include("• [a=] (B=, C=0x, D=1.23457)");
    const old = {
      ruleName: "r",
      state: "alerting",
      tags: { a: strange },
      evalMatches: [{ tags: { b: strange } }],
    };
    expect(said(json(old))[1]).to.equal("🔴 *r* firing: 1");
  });
});
