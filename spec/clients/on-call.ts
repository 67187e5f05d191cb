/** Payloads as a person on call gets them: groups of kube-prometheus by namespace, Grafana's, forges'. */

/** The times of alerts, today. */
const at = (minutesAgo: number): string => new Date(Date.now() - minutesAgo * 60_000).toISOString();

const alert = (
  [alertname, severity]: readonly [string, string],
  labels: object,
  annotations: object,
  [began, ended]: readonly [number, (number | undefined)?],
): object => ({
  status: ended === undefined ? "firing" : "resolved",
  labels: { alertname, severity, namespace: "monitoring", cluster: "prod-eu1", ...labels },
  annotations,
  startsAt: at(began),
  endsAt: ended === undefined ? "0001-01-01T00:00:00Z" : at(ended),
});
const group = (key: string, common: object, alerts: readonly object[], status = "firing"): object => ({
  ...{ version: "4", groupKey: key, truncatedAlerts: 0, status, receiver: "chat", alerts },
  commonLabels: { namespace: "monitoring", cluster: "prod-eu1", ...common },
  externalURL: "https://am.example.org",
});

/** Returns the alert of a line: name, severity, minutes ago (until when), labels: summary | description. */
function alertOf(line: string): object {
  const [head = "", text = ""] = line.split(/: ?(.*)/);
  const [name = "", severity = "", times = "", ...labels] = head.trim().split(" ");
  const [began = 0, ended] = times.split("-").map(Number);
  const [summary, description] = text.split(" | ");
  const annotations = { ...(summary && { summary }), ...(description && { description }) };
  const named: object = Object.fromEntries(labels.map((label) => label.split("=") as [string, string]));
  return alert([name, severity], named, annotations, [began, ended]);
}

/** Twelve different alerts of one namespace. */
const DIFFERENT = `
  Watchdog none 600: An alert that should always be firing.
  InfoInhibitor none 600: Info-level alert inhibition.
  TargetDown warning 40 job=kubelet: One or more targets are unreachable. | 50% of the kubelet/kubelet targets in kube-system namespace are down.
  KubePodNotReady warning 30 pod=grafana-6d8: Pod has been in a non-ready state for more than 15 minutes.
  KubePodCrashLooping warning 25 container=ksm endpoint=http pod=ksm-x2k uid=0b1f: Pod is crash looping.
  NodeFilesystemAlmostOutOfSpace critical 20 device=/dev/sda1 mountpoint=/var instance=node-3: Filesystem has less than 5% space left.
  PrometheusRuleFailures critical 19 pod=prometheus-0: Prometheus is failing rule evaluations.
  AlertmanagerFailedReload critical 18 pod=alertmanager-0: Reloading an Alertmanager configuration has failed.
  CPUThrottlingHigh info 10: Something else.
  KubeJobFailed info 10: Something else.
  KubeHpaMaxedOut info 10: Something else.
  KubeNodeNotReady warning 40-28 node=node-3:`;
export const different = group("{}:{namespace}", {}, DIFFERENT.trim().split("\n").map(alertOf));

const FULL = ["NodeFilesystemAlmostOutOfSpace", "critical"] as const;
const SHARED = { alertname: FULL[0], severity: FULL[1], mountpoint: "/var" };
const disk = (node: number, percent: number, times: readonly [number, number?]): object =>
  alert(
    FULL,
    { mountpoint: "/var", instance: `node-${node}` },
    {
      summary: "Filesystem has less than 5% space left.",
      description: `Filesystem on /dev/sda1, mounted on /var, at node-${node} has only ${percent}% available space left.`,
      runbook_url: "https://runbooks.prometheus-operator.dev/runbooks/node/nodefilesystemalmostoutofspace",
    },
    times,
  );
export const disks = group("{}:{disks}", SHARED, [
  disk(1, 4.17, [80]),
  disk(2, 3.2, [20]),
  disk(3, 1.15, [9]),
]);
export const resolved = group(
  "{}:{disks}",
  SHARED,
  [disk(1, 4.17, [80, 10]), disk(2, 3.2, [20, 10]), disk(3, 1.15, [14, 10])],
  "resolved",
);

/** An alert of Grafana. @param imageURL the URL of its graph */
export const graph = (imageURL: string): object => ({
  ...{ status: "firing", orgId: 1, version: "1", groupKey: "{}:{graph}", truncatedAlerts: 0 },
  commonLabels: { alertname: "High memory usage", team: "blue", zone: "eu-1" },
  alerts: [
    {
      status: "firing",
      labels: { alertname: "High memory usage", team: "blue", zone: "eu-1" },
      annotations: { summary: "This alert was triggered for zone eu-1" },
      startsAt: at(5),
      values: { B: 44.23943737541908, C: 1 },
      silenceURL:
        "https://play.grafana.org/alerting/silence/new?alertmanager=grafana&matchers=alertname%3DT1%2Czone%3Deu-1",
      panelURL: "https://play.grafana.org/d/memory?viewPanel=2",
      imageURL,
    },
  ],
});

const repository = { full_name: "team/app", html_url: "https://git.example.org/team/app" };
const sender = { login: "juliet" };
export const comment = {
  ...{ action: "created", repository, sender },
  issue: { number: 3, title: "The list is empty" },
  comment: {
    body: "## Cause\n**Two** filters are applied:\n```js\nlist.filter(isOpen).filter(isClosed);\n```\nI'll mend it.",
    html_url: "https://git.example.org/team/app/issues/3#c1",
  },
};
export const dependabot = {
  ...{ action: "created", repository, sender },
  alert: {
    dependency: { package: { ecosystem: "pip", name: "django" } },
    security_advisory: { summary: "Django allows open redirects", severity: "high" },
    security_vulnerability: {
      vulnerable_version_range: ">= 2.0.0, < 2.0.2",
      first_patched_version: { identifier: "2.0.2" },
    },
    html_url: "https://git.example.org/team/app/security/dependabot/2",
  },
};
export const pipeline = {
  object_kind: "pipeline",
  object_attributes: {
    ...{ id: 31, ref: "main", status: "failed", duration: 63 },
    url: "https://git.example.org/team/app/-/pipelines/31",
  },
  project: { path_with_namespace: "team/app", web_url: "https://git.example.org/team/app" },
  commit: { title: "Answer in the reader's language" },
  builds: [{ name: "test-build", status: "failed", allow_failure: false }],
};
