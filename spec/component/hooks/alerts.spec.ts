/** The text of alerts, as a person on call reads it on a phone. */
import { expect } from "chai";
import fc from "fast-check";
import { shortened } from "../../../component/hooks/formats/shortening.js";
import { durationText, timeText } from "../../../component/hooks/formats/times.js";
import { INHERITED } from "../../support/inherited-names.js";
import { json, said } from "./said.js";

const at = (clock: string): string => timeText(Date.parse(`2026-01-02T${clock}:00Z`));
const MAX_LENGTH = 900;

/** An alert of kube-prometheus. */
const alert = (
  [alertname, severity]: readonly [string, string],
  labels: object,
  annotations: object,
  more: object = {},
): object => ({
  status: "firing",
  labels: {
    alertname,
    severity,
    namespace: "monitoring",
    prometheus: "monitoring/k8s",
    ...labels,
  },
  annotations,
  startsAt: "2026-01-02T18:30:00Z",
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL: `http://prometheus:9090/graph?g0.expr=${alertname}%28up%29&g0.tab=1`,
  ...more,
});
/** A group, grouped by namespace as kube-prometheus does it. */
const group = (common: object, ...alerts: object[]): object => ({
  version: "4",
  groupKey: '{}:{namespace="monitoring"}',
  truncatedAlerts: 0,
  status: "firing",
  receiver: "chat",
  groupLabels: { namespace: "monitoring" },
  commonLabels: { namespace: "monitoring", prometheus: "monitoring/k8s", ...common },
  commonAnnotations: {},
  externalURL: "https://am.example.org/",
  alerts,
});
const SILENCE = "silence: https://am.example.org/#/silences/new?filter=%7B";
const IN_MONITORING = "namespace%3D%22monitoring%22%7D";
const over = (end: string): object => ({ status: "resolved", endsAt: `2026-01-02T${end}:00Z` });

const FULL = ["NodeFilesystemAlmostOutOfSpace", "critical"] as const;
const disk = (number: number, percent: number, more: object = {}): object =>
  alert(
    FULL,
    { device: "/dev/sda1", mountpoint: "/var", instance: `node-${number}`, job: "node-exporter" },
    {
      description: `Filesystem on /dev/sda1, mounted on /var, at node-${number} has only ${percent}% available space left.`,
      runbook_url: "https://runbooks.prometheus-operator.dev/runbooks/node/nodefilesystemalmostoutofspace",
      summary: "Filesystem has less than 5% space left.",
    },
    { startsAt: `2026-01-02T18:3${number}:00Z`, ...more },
  );
const ofDisks = { alertname: FULL[0], severity: FULL[1], device: "/dev/sda1", mountpoint: "/var" };
const DISKS = `${SILENCE}alertname%3D%22${FULL[0]}%22,device%3D%22%2Fdev%2Fsda1%22,mountpoint%3D%22%2Fvar%22,${IN_MONITORING}`;
const RUNBOOK =
  "runbook: https://runbooks.prometheus-operator.dev/runbooks/node/nodefilesystemalmostoutofspace";

describe("The text of a group of alerts", () => {
  it("has the most urgent of twelve different ones first, each with its name and a whole sentence", () => {
    const twelve = group(
      {},
      alert(["Watchdog", "none"], {}, { summary: "An alert that should always be firing." }),
      alert(["InfoInhibitor", "none"], {}, { summary: "Info-level alert inhibition." }),
      alert(
        ["TargetDown", "warning"],
        { job: "kubelet", service: "kubelet" },
        {
          description: "50% of the kubelet/kubelet targets in kube-system namespace are down.",
          summary: "One or more targets are unreachable.",
        },
      ),
      alert(
        ["KubePodNotReady", "warning"],
        { pod: "grafana-6d8" },
        {
          description: "Pod monitoring/grafana-6d8 has been in a non-ready state.",
          summary: "Pod has been in a non-ready state for more than 15 minutes.",
        },
      ),
      alert(
        ["KubePodCrashLooping", "warning"],
        { container: "ksm", endpoint: "http", job: "ksm", uid: "0b1f", pod: "ksm-x2k" },
        {
          description: 'Pod monitoring/ksm-x2k is in waiting state (reason: "CrashLoopBackOff").',
          summary: "Pod is crash looping.",
        },
      ),
      disk(3, 4.17),
      alert(["Paging", "P1"], { pod: "pager-0" }, { summary: "Nobody answers." }),
      alert(["CPUThrottlingHigh", "info"], { pod: "prometheus-0" }, { summary: "CPU is throttled." }),
      alert(
        ["PrometheusRuleFailures", "critical"],
        { pod: "prometheus-0" },
        { summary: "Prometheus is failing rule evaluations." },
        { startsAt: "2026-01-02T18:00:00Z" },
      ),
      alert(["FailedReload", "critical"], { pod: "alertmanager-0" }, { summary: "Reloading failed." }),
      alert(["KubeNodeNotReady", "warning"], { node: "node-3" }, {}, over("18:42")),
      alert(["KubeletDown", "warning"], { node: "node-4" }, {}, over("18:42")),
    );
    expect(said(json(twelve))).to.deep.equal([
      "alertmanager",
      `🔴 *NodeFilesystemAlmostOutOfSpace, PrometheusRuleFailures and 10 more* critical · monitoring · 10 firing since ${at("18:00")}, 2 resolved`,
      "• NodeFilesystemAlmostOutOfSpace · /dev/sda1, node-3, /var · Filesystem has less than 5% space left.",
      "• PrometheusRuleFailures · prometheus-0 · Prometheus is failing rule evaluations.",
      "• FailedReload · alertmanager-0 · Reloading failed.",
      "• Paging · (P1) · pager-0 · Nobody answers.",
      "🟠 TargetDown · 50% of the kubelet/kubelet targets in kube-system namespace are down.",
      "🟠 KubePodNotReady · grafana-6d8 · Pod has been in a non-ready state for more than 15 minutes.",
      "🟠 KubePodCrashLooping · ksm-x2k · Pod is crash looping.",
      "🔵 CPUThrottlingHigh · prometheus-0 · CPU is throttled.",
      "🔵 Watchdog · An alert that should always be firing.",
      "… and 3 more",
      `${SILENCE}${IN_MONITORING}`,
    ]);
  });

  it("says once what all say, and whole what each says, its number too", () => {
    expect(said(json(group(ofDisks, disk(1, 4.17), disk(2, 3.2), disk(3, 1.15))))).to.deep.equal([
      "alertmanager",
      "🔴 *NodeFilesystemAlmostOutOfSpace* critical · /dev/sda1 · /var · monitoring · 3 firing",
      "Filesystem has less than 5% space left.",
      `• Filesystem on /dev/sda1, mounted on /var, at node-1 has only 4.17% available space left, since ${at("18:31")}`,
      `• Filesystem on /dev/sda1, mounted on /var, at node-2 has only 3.2% available space left, since ${at("18:32")}`,
      `• Filesystem on /dev/sda1, mounted on /var, at node-3 has only 1.15% available space left, since ${at("18:33")}`,
      DISKS,
      RUNBOOK,
      "graph: http://prometheus:9090/graph?g0.expr=NodeFilesystemAlmostOutOfSpace%28up%29&g0.tab=1",
    ]);
  });

  it("says of one alert what happened, what the text doesn't name, and since when", () => {
    const one = { ...group({ ...ofDisks, instance: "node-1", pod: "exporter-7" }, disk(1, 4.17)) };
    expect(said(json(one)).slice(1, 4)).to.deep.equal([
      `🔴 *NodeFilesystemAlmostOutOfSpace* critical · monitoring · exporter-7 · since ${at("18:31")}`,
      "Filesystem has less than 5% space left.",
      "Filesystem on /dev/sda1, mounted on /var, at node-1 has only 4.17% available space left.",
    ]);
  });

  it("has resolved alerts after firing ones, with the start of the firing ones and how long the others lasted", () => {
    const mixed = group(ofDisks, disk(1, 4.17, over("19:41")), disk(2, 3.2));
    expect(said(json(mixed)).slice(1, 4)).to.deep.equal([
      `🔴 *NodeFilesystemAlmostOutOfSpace* critical · /dev/sda1 · /var · monitoring · 1 firing since ${at("18:32")}, 1 resolved`,
      "• Filesystem has less than 5% space left. Filesystem on /dev/sda1, mounted on /var, at node-2 has only 3.2% available space left.",
      "✅ node-1, after 1 h 10 min",
    ]);
  });

  it("says how long it lasted when it is resolved, without links", () => {
    const one = group({ ...ofDisks, instance: "node-1" }, disk(1, 4.17, over("18:43")));
    expect(said(json({ ...one, status: "resolved" }))).to.deep.equal([
      "alertmanager",
      "✅ *NodeFilesystemAlmostOutOfSpace* resolved after 12 min · /dev/sda1 · node-1 · /var · monitoring",
    ]);
    const two = group(ofDisks, disk(1, 4.17, over("18:43")), disk(2, 3.2, over("19:41")));
    expect(said(json({ ...two, status: "resolved" })).slice(1)).to.deep.equal([
      "✅ *NodeFilesystemAlmostOutOfSpace* resolved after 1 h 10 min · /dev/sda1 · /var · monitoring · 2 alerts",
      "• node-1, after 12 min",
      "• node-2, after 1 h 9 min",
    ]);
    expect([1_000, 90_000, 3_600_000, 93_600_000].map(durationText)).to.deep.equal([
      "1 s",
      "1 min 30 s",
      "1 h",
      "1 d 2 h",
    ]);
  });

  it("names labels that internals have if alerts differ in no others, and labels whose values say nothing", () => {
    const pod = (container: string): object =>
      alert(["Oom", "warning"], { container, uid: "1" }, { summary: "Out of memory" });
    const same = { alertname: "Oom", severity: "warning", attempt: "5", ok: "false" };
    expect(said(json(group(same, pod("api"), pod("sidecar")))).slice(1, 5)).to.deep.equal([
      `🟠 *Oom* warning · attempt=5 · monitoring · ok=false · 2 firing since ${at("18:30")}`,
      "Out of memory",
      "• api",
      "• sidecar",
    ]);
  });

  for (const name of [...INHERITED, "P1", "紧急"]) {
    it(`shows ${name} as it is, as a severity, a name or a label`, () => {
      const labels = { alertname: name, severity: name, [name]: `${name} value` };
      const one = group(labels, alert([name, name], labels, { [name]: name }));
      const lines = said(json({ ...one, groupLabels: labels, receiver: name }));
      expect(lines[1]).to.contain(`🔴 *${name}* ${name} · `);
      // Labels whose names begin with "__" are internal to Prometheus and Grafana.
      if (!name.startsWith("__")) expect(lines[1]).to.contain(`${name} value`);
      expect(lines.join()).to.not.include("function").and.not.include("[object");
    });
  }

  it("has the number of alerts that very long lists and Alertmanager leave out", () => {
    const many = Array.from({ length: 4_000 }, (_, i) => disk(i % 9, i));
    const worst = alert(["Down", "critical"], {}, { summary: "Down" });
    const warning = { ...ofDisks, severity: "warning" };
    const lines = said(
      json({
        ...group({}, ...many.map((each) => ({ ...each, labels: warning })), worst),
        truncatedAlerts: 7,
      }),
    );
    expect(lines[1]).to.match(/^🔴 \*Down, NodeFile\w+\* critical · monitoring · 4008 firing since/);
    const shown = lines.filter((line) => /^[•🟠]/u.test(line)).length;
    expect(lines).to.include(`… and ${4008 - shown} more`);
  });

  it("has at most 900 characters, cut after words, whole links with names, and no bare URL at its end", () => {
    const texts = fc.string({ unit: "binary", maxLength: 2_000 });
    const urls = fc.stringMatching(/^[a-z0-9/%]{1,300}$/).map((path) => `https://e.test/${path}`);
    const labels = fc.dictionary(fc.string({ maxLength: 50 }), texts, { maxKeys: 30 });
    const alerts = fc.array(
      fc.record({
        status: fc.constantFrom("firing", "resolved"),
        labels,
        values: labels,
        annotations: fc.record({ summary: texts, description: texts, runbook_url: urls }),
        startsAt: fc.constantFrom("2026-01-02T03:04:05Z", "", "x"),
        generatorURL: urls,
        panelURL: urls,
        silenceURL: urls,
      }),
      { maxLength: 60 },
    );
    const groups = fc.record({
      commonLabels: labels,
      alerts,
      externalURL: urls,
      receiver: texts,
      status: fc.constantFrom("firing", "resolved"),
    });
    fc.assert(
      fc.property(groups, fc.constantFrom("4", "1"), (given, version) => {
        const [format, ...lines] = said(json({ ...given, version, groupKey: "k", orgId: 1 }));
        expect(format).to.be.oneOf(["alertmanager", "grafana"]);
        expect(lines.join("\n").length).to.be.at.most(MAX_LENGTH);
        expect(lines.at(-1)).to.not.match(/^https?:\S+$/);
        expect(lines.every((line) => line !== "")).to.equal(true);
        for (const line of lines.filter((each) => each.includes("https://e.test/"))) {
          const [, url = ""] = /^[\w ]+: (\S+)$/.exec(line) ?? [];
          expect(`${JSON.stringify(given)} ${url}`).to.contain(url.split("/#/")[0]);
        }
      }),
      { numRuns: 100 },
    );
    expect(
      ["5.17% available space", "磁盘空间只剩百分之五", "x".repeat(50)].map((text) => shortened(text, 8)),
    ).to.deep.equal(["5.17%…", "磁盘空间只剩百…", "xxxxxxx…"]);
  });
});
