/** The form of a message about alerts: its first line is all that a phone's lock screen shows. */
import { expect } from "chai";
import fc from "fast-check";
import { limitsConfig } from "../../../component/config.js";
import { alertmanager } from "../../../component/hooks/formats/alertmanager.js";
import { renderPost } from "../../../component/hooks/rendering.js";
import { Templates } from "../../../component/hooks/templates.js";
import { at, disk, expectLines, FULL, GRAPH, group, RUNBOOK } from "./kube-alerts.js";
import { json, said } from "./said.js";

const templates = await Templates.load();

describe("The form of an alert", () => {
  it("is for one pod: what, where, how bad, how long; what happened; links last", () => {
    const pod = {
      status: "firing",
      labels: {
        ...{ alertname: "KubePodCrashLooping", severity: "critical", cluster: "prod-eu1", namespace: "shop" },
        ...{ pod: "checkout-6d8f", container: "checkout", job: "kube-state-metrics", endpoint: "http" },
        ...{ instance: "10.42.1.17:8080", uid: "0b1f", prometheus: "monitoring/k8s" },
      },
      annotations: {
        description: "Pod is in waiting state (CrashLoopBackOff).",
        runbook_url: "https://runbooks.example.org/kube/kubepodcrashlooping",
      },
      startsAt: at("19:42"),
      generatorURL: GRAPH,
    };
    const one = group("", [pod], { commonLabels: pod.labels, groupLabels: { namespace: "shop" } });
    expectLines(
      one,
      `🔴 KubePodCrashLooping: shop/checkout-6d8f (prod-eu1) · critical · 18 min
      Pod is in waiting state (CrashLoopBackOff).
      runbook https://runbooks.example.org/kube/kubepodcrashlooping`,
    );
    const { text } = renderPost(alertmanager, json(one), { templates, limits: limitsConfig.parse({}) }) as {
      text: string;
    };
    // The sign stays with the first word, and clients that show the last line in lists show the first.
    expect(text)
      .to.match(/^🔴\u00a0KubePod/u)
      .and.match(/[^\n]\n$/);
  });

  it("is for several: the node or pod before device and path, how many, and how long the newest is firing", () => {
    expectLines(
      group("cluster=prod-eu1", [
        "critical NodeFilesystemAlmostOutOfSpace cluster=prod-eu1 device=/dev/sdb1 instance=node-3:9100 job=node-exporter mountpoint=/var/lib/data pod=node-exporter-x2 | | less than 3 % left (2.41 %) | 19:00",
        "warning TargetDown cluster=prod-eu1 | half of the kubelet targets in kube-system are down | | 19:56",
        "warning KubeNodeNotReady cluster=prod-eu1 node=node-3 | | | 18:30 18:42",
        "none Watchdog cluster=prod-eu1 | always fires | | 10:00",
      ]),
      `🔴 NodeFilesystemAlmostOutOfSpace and 1 more (prod-eu1) · critical · 2 firing, newest 4 min
      • NodeFilesystemAlmostOutOfSpace: node-3 /var/lib/data · less than 3 % left (2.41 %), for 1 h
      🟠 TargetDown: half of the kubelet targets in kube-system are down, for 4 min
      ✅ KubeNodeNotReady: node-3, after 12 min`,
      false,
    );
  });

  it("has a first line of at most 80 characters if names allow it, and says below what isn't in it", () => {
    const first = (labels: string): string[] =>
      said(
        json(group(`alertname=Full severity=critical ${labels}`, [`critical Full ${labels} | Full.`])),
      ).slice(1);
    const [short] = first("node=n1 mountpoint=/var cluster=eu1");
    expect(short).to.equal("🔴 Full: n1 /var (eu1) · critical · 1 h 30 min");
    const long = "a-mountpoint-with-a-rather-long-name-in-it";
    const [line = "", ...others] = first(`node=n1 mountpoint=${long} cluster=prod-europe-west-1`);
    expect(line).to.equal("🔴 Full: n1 (prod-europe-west-1) · critical · 1 h 30 min");
    expect(others).to.include(`mountpoint ${long}, namespace monitoring`);
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,18}$/), fc.stringMatching(/^[a-z/-]{1,200}$/), (node, more) => {
        const [head = ""] = first(`node=${node} mountpoint=${more} cluster=${more}`);
        expect(head).to.contain(`Full: ${node}`);
        expect(head.length).to.be.at.most(80);
      }),
    );
  });

  it("has the beginning of a name that is too long for its first line, and all of it below", () => {
    const pod = "checkout-service-deployment-blue-6d8f7c9b5d-x2x7q-eu-west";
    expectLines(
      group(`alertname=Full severity=critical pod=${pod}`, [`critical Full pod=${pod} | Full.`]),
      `🔴 Full: monitoring/checkout-service-deployment-blue-6d8f7… · critical · 1 h 30 min
      Full.
      pod ${pod}`,
      false,
    );
  });

  it("tells a time of more than a day as a date, and none of less than a minute", () => {
    const from = (minutes: number): string => new Date(Date.now() - minutes * 60_000 - 5000).toISOString();
    const head = (minutes: number): string => {
      const one = { status: "firing", labels: { alertname: "A" }, startsAt: from(minutes) };
      return said(json(group("", [one], { commonLabels: { alertname: "A" } })))[1] ?? "";
    };
    expect([0, 1, 59, 61, 23 * 60].map(head)).to.deep.equal([
      "🔴 A",
      "🔴 A · 1 min",
      "🔴 A · 59 min",
      "🔴 A · 1 h 1 min",
      "🔴 A · 23 h",
    ]);
    expect(head(24 * 60 + 1)).to.match(/^🔴 A · since 20\d\d-\d\d-\d\d$/u);
  });

  it("has no query that people can't read, but a short link to it if there are short links", () => {
    const one = group(`alertname=${FULL}`, [disk(1, 4.17)]);
    expect(said(json(one)).join())
      .to.not.contain("%28")
      .and.not.contain("%22");
    const urls: string[] = [];
    const lines = said(json(one), "auto", ({ url }) => `https://im.example.org/s/${urls.push(url)}`);
    expect(lines.slice(-3)).to.deep.equal([
      `runbook ${RUNBOOK}`,
      "silence https://im.example.org/s/1",
      "graph https://im.example.org/s/2",
    ]);
    expect(urls[0]).to.contain(`/#/silences/new?filter=%7Balertname%3D%22${FULL}%22`);
  });

  it("has no link to silence alerts with different names: it would silence the whole namespace", () => {
    const urls: string[] = [];
    const two = group("", ["critical A | a", "critical B | b"]);
    said(json(two), "auto", ({ url }) => `https://im.example.org/s/${urls.push(url)}`);
    expect(urls.filter((url) => url.includes("silence"))).to.deep.equal([]);
  });
});
