/** Posts of Alertmanager about alerts of kube-prometheus. */
import { expect } from "chai";
import { json, said } from "./said.js";

/** A time today, if it is 20:00 and some seconds. */
export const at = (clock: string): string => {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return new Date(Date.now() - (minutes("20:00") - minutes(clock)) * 60_000 - 5000).toISOString();
};
/** An alert of kube-prometheus, as a line: severity, name, labels | summary | description | when it began, and ended. */
export const alert = (line: string): object => {
  const [head = "", summary, description, times = "18:30"] = line.split(/ ?\| ?/);
  const [severity, alertname, ...more] = head.split(" ");
  const [start, end] = times.split(" ").map(at);
  return {
    status: end === undefined ? "firing" : "resolved",
    labels: { alertname, severity, ...labelsIn(more.join(" ")) },
    annotations: { summary, description, runbook_url: alertname === FULL ? RUNBOOK : undefined },
    startsAt: start,
    endsAt: end ?? "0001-01-01T00:00:00Z",
    generatorURL: GRAPH.replace("up", alertname ?? ""),
  };
};
const labelsIn = (text: string): object =>
  Object.fromEntries(
    `${MONITORED} ${text}`
      .trim()
      .split(" ")
      .map((label) => label.split("=") as [string, string]),
  );
const MONITORED = "namespace=monitoring prometheus=monitoring/k8s";
export const FULL = "NodeFilesystemAlmostOutOfSpace";
export const RUNBOOK =
  "https://runbooks.prometheus-operator.dev/runbooks/node/nodefilesystemalmostoutofspace";
export const GRAPH = "http://prometheus:9090/graph?g0.expr=up%28up%29&g0.tab=1";

/** A group, grouped by namespace as kube-prometheus does it. @param common labels of all */
export const group = (common: string, alerts: readonly (string | object)[], more: object = {}): object => ({
  version: "4",
  groupKey: '{}:{namespace="monitoring"}',
  truncatedAlerts: 0,
  status: "firing",
  receiver: "chat",
  groupLabels: { namespace: "monitoring" },
  commonLabels: labelsIn(common),
  commonAnnotations: {},
  externalURL: "https://am.example.org/",
  alerts: alerts.map((each) => (typeof each === "string" ? alert(each) : each)),
  ...more,
});
export const resolved = { status: "resolved" };

/** A disk of a node is nearly full. */
export const disk = (node: number, percent: number, end = ""): string =>
  [
    `critical ${FULL} device=/dev/sda1 mountpoint=/var instance=node-${node} job=node-exporter`,
    "Filesystem has less than 5% space left.",
    `Filesystem on /dev/sda1, mounted on /var, at node-${node} has only ${percent}% available space left.`,
    `18:3${node} ${end}`.trim(),
  ].join(" | ");
export const ofDisks = `alertname=${FULL} severity=critical device=/dev/sda1 mountpoint=/var`;
/** Checks what is said after the format's name: all of it, or its first lines. */
export const expectLines = (posted: object, text: string, isAll = true): void => {
  const wanted = text
    .trim()
    .split("\n")
    .map((line) => line.trim());
  const lines = said(json(posted)).slice(1);
  expect(isAll ? lines : lines.slice(0, wanted.length)).to.deep.equal(wanted);
};
