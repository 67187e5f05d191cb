/** The text of alerts, as a person on call reads it on a phone. */
import { expect } from "chai";
import fc from "fast-check";
import { shortened } from "../../../component/hooks/formats/shortening.js";
import { durationText } from "../../../component/hooks/formats/times.js";
import { INHERITED } from "../../support/inherited-names.js";
import { disk, expectLines, group, ofDisks, resolved, RUNBOOK } from "./kube-alerts.js";
import { json, said } from "./said.js";

const MAX_LENGTH = 900;

describe("The text of a group of alerts", () => {
  it("has the most urgent of twelve different ones first, each with its name and a whole sentence", () => {
    const twelve = [
      "none Watchdog | An alert that should always be firing.",
      "none InfoInhibitor | Info-level alert inhibition.",
      "warning TargetDown job=kubelet service=kubelet | One or more targets are unreachable. | 50% of the kubelet/kubelet targets in kube-system namespace are down.",
      "warning KubePodNotReady pod=grafana-6d8 | Pod has been in a non-ready state for more than 15 minutes. | Pod monitoring/grafana-6d8 has been in a non-ready state.",
      'warning KubePodCrashLooping container=ksm endpoint=http job=ksm uid=0b1f pod=ksm-x2k | Pod is crash looping. | Pod monitoring/ksm-x2k is in waiting state (reason: "CrashLoopBackOff").',
      disk(3, 4.17),
      "P1 Paging pod=pager-0 | Nobody answers.",
      "info CPUThrottlingHigh pod=prometheus-0 | CPU is throttled.",
      "critical PrometheusRuleFailures pod=prometheus-0 | Prometheus is failing rule evaluations. | | 18:00",
      "critical FailedReload pod=alertmanager-0 | Reloading failed.",
      "warning KubeNodeNotReady node=node-3 | | | 18:30 18:42",
      "warning KubeletDown node=node-4 | | | 18:30 18:42",
    ];
    expectLines(
      group("", twelve),
      `🔴 NodeFilesystemAlmostOutOfSpace and 7 more · critical · 8 firing, newest 1 h 27 min
      • NodeFilesystemAlmostOutOfSpace: node-3 /var · Filesystem has less than 5% space left.
      • PrometheusRuleFailures: prometheus-0 · Prometheus is failing rule evaluations.
      • FailedReload: alertmanager-0 · Reloading failed.
      • Paging (P1): pager-0 · Nobody answers.
      🟠 TargetDown: 50% of the kubelet/kubelet targets in kube-system namespace are down.
      🟠 KubePodNotReady: grafana-6d8 · Pod has been in a non-ready state for more than 15 minutes.
      🟠 KubePodCrashLooping: ksm-x2k · Pod is crash looping.
      🔵 CPUThrottlingHigh: prometheus-0 · CPU is throttled.
      ✅ KubeNodeNotReady: node-3, after 12 min
      ✅ KubeletDown: node-4, after 12 min
      namespace monitoring`,
    );
  });

  it("says once what all say, and whole what each says, its number too", () => {
    expectLines(
      group(ofDisks, [disk(1, 4.17), disk(2, 3.2), disk(3, 1.15)]),
      `🔴 NodeFilesystemAlmostOutOfSpace: /var · critical · 3 firing, newest 1 h 27 min
      Filesystem has less than 5% space left.
      • Filesystem on /dev/sda1, mounted on /var, at node-1 has only 4.17% available space left, for 1 h 29 min
      • Filesystem on /dev/sda1, mounted on /var, at node-2 has only 3.2% available space left, for 1 h 28 min
      • Filesystem on /dev/sda1, mounted on /var, at node-3 has only 1.15% available space left, for 1 h 27 min
      namespace monitoring
      runbook ${RUNBOOK}`,
    );
  });

  it("says of one alert what happened, what the text doesn't name, and since when", () => {
    expectLines(
      group(`${ofDisks} instance=node-1 pod=exporter-7`, [disk(1, 4.17)]),
      `🔴 NodeFilesystemAlmostOutOfSpace: node-1 /var · critical · 1 h 29 min
      Filesystem has less than 5% space left.
      Filesystem on /dev/sda1, mounted on /var, at node-1 has only 4.17% available space left.`,
      false,
    );
  });

  it("has resolved alerts after firing ones, with the start of the firing ones and how long the others lasted", () => {
    expectLines(
      group(ofDisks, [disk(1, 4.17, "19:41"), disk(2, 3.2)]),
      `🔴 NodeFilesystemAlmostOutOfSpace: /var · critical · 1 firing for 1 h 28 min
      • node-2: Filesystem has less than 5% space left. Filesystem on /dev/sda1, mounted on /var, at node-2 has only 3.2% available space left.
      ✅ node-1, after 1 h 10 min`,
      false,
    );
  });

  it("says how long it lasted when it is resolved, without links", () => {
    expectLines(
      group(`${ofDisks} instance=node-1`, [disk(1, 4.17, "18:43")], resolved),
      "✅ NodeFilesystemAlmostOutOfSpace: node-1 /var · resolved after 12 min",
    );
    expectLines(
      group(ofDisks, [disk(1, 4.17, "18:43"), disk(2, 3.2, "19:41")], resolved),
      `✅ NodeFilesystemAlmostOutOfSpace: /var · 2 resolved after 1 h 10 min
      • node-1, after 12 min
      • node-2, after 1 h 9 min`,
    );
    const durations = [1_000, 90_000, 3_600_000, 93_600_000].map(durationText);
    expect(durations).to.deep.equal(["1 s", "1 min 30 s", "1 h", "1 d 2 h"]);
  });

  it("names labels that internals have if alerts differ in no others, and labels whose values say nothing", () => {
    const pods = ["api", "sidecar"].map((name) => `warning Oom container=${name} uid=1 | Out of memory`);
    expectLines(
      group("alertname=Oom severity=warning attempt=5 ok=false", pods),
      `🟠 Oom: monitoring · warning · 2 firing for 1 h 30 min
      Out of memory
      • api
      • sidecar
      attempt 5, ok false`,
    );
  });

  for (const name of [...INHERITED, "P1", "紧急"]) {
    it(`shows ${name} as it is, as a severity, a name or a label`, () => {
      const labels = { alertname: name, severity: name, [name]: `${name} value` };
      const one = { status: "firing", labels, annotations: {}, startsAt: "2026-01-02T18:30:00Z" };
      const lines = said(
        json(group("", [one], { commonLabels: labels, groupLabels: labels, receiver: name })),
      );
      expect(lines[1]).to.match(/^🔴 /u).and.contain(name).and.contain(` · ${name}`);
      // Labels whose names begin with "__" are internal to Prometheus and Grafana.
      if (!name.startsWith("__")) expect(lines[1]).to.contain(`🔴 ${name}: ${name} value · ${name}`);
      expect(lines.join()).to.not.include("function").and.not.include("[object");
    });
  }

  it("has the number of alerts that very long lists and Alertmanager leave out", () => {
    const many = Array.from({ length: 4_000 }, (_, i) => disk(i % 9, i).replace("critical", "warning"));
    const lines = said(json(group("", [...many, "critical Down | Down"], { truncatedAlerts: 7 })));
    expect(lines[1]).to.match(
      /^🔴 Down and 1 more: monitoring · critical · 4008 firing, newest 1 h 2\d min$/,
    );
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
          const [, url = ""] = /^[\w ]+ (\S+)$/.exec(line) ?? [];
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
