/** A post of each format, in its product's form: for trying a hook, by hand or with the command `hook test`. */

export interface Sample {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TYPE = { "content-type": "application/json" };

function json(value: object, headers: Readonly<Record<string, string>> = {}): Sample {
  return { headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(value, null, 2) };
}

const SLACK = json({
  text: "Backup of <https://db.example.org|db1> *finished* in 42 s",
  attachments: [{ title: "Details", fields: [{ title: "size", value: "12 GiB", short: true }] }],
});

const ALERTMANAGER = json({
  version: "4",
  groupKey: '{}:{alertname="DiskFull"}',
  truncatedAlerts: 0,
  status: "firing",
  receiver: "chat",
  groupLabels: { alertname: "DiskFull" },
  commonLabels: { alertname: "DiskFull", severity: "critical" },
  commonAnnotations: {},
  externalURL: "https://alerts.example.org",
  alerts: [
    {
      status: "firing",
      labels: { alertname: "DiskFull", severity: "critical", instance: "db1" },
      annotations: { summary: "The disk of db1 is nearly full", description: "3 % are free." },
      startsAt: "2026-01-02T03:04:05Z",
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "https://prometheus.example.org/graph",
      fingerprint: "d2f5a1c0b3e49687",
    },
  ],
});

const GRAFANA = json({
  receiver: "chat",
  status: "firing",
  orgId: 1,
  alerts: [
    {
      status: "firing",
      labels: { alertname: "High memory usage", zone: "eu-1" },
      annotations: { summary: "Memory is short in eu-1" },
      startsAt: "2026-01-02T03:04:05Z",
      endsAt: "0001-01-01T00:00:00Z",
      values: { B: 94.2 },
      generatorURL: "https://grafana.example.org/alerting/grafana/rule/view",
      fingerprint: "5e1a7c3f9b2d8064",
      silenceURL: "https://grafana.example.org/alerting/silence/new",
      dashboardURL: "https://grafana.example.org/d/memory",
      panelURL: "https://grafana.example.org/d/memory?viewPanel=2",
    },
  ],
  groupLabels: { alertname: "High memory usage" },
  commonLabels: { alertname: "High memory usage" },
  commonAnnotations: {},
  externalURL: "https://grafana.example.org/",
  version: "1",
  groupKey: '{}:{alertname="High memory usage"}',
  truncatedAlerts: 0,
  title: "[FIRING:1] High memory usage",
  state: "alerting",
});

const GITHUB = json(
  {
    ref: "refs/heads/main",
    before: "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
    after: "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c",
    compare: "https://git.example.org/team/app/compare/6113728f...0d1a26e6",
    commits: [
      {
        id: "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c",
        message: "Answer in the reader's language",
        url: "https://git.example.org/team/app/commit/0d1a26e6",
        author: { name: "Juliet", username: "juliet" },
      },
    ],
    repository: { full_name: "team/app", html_url: "https://git.example.org/team/app" },
    sender: { login: "juliet" },
  },
  { "x-github-event": "push" },
);

export const SAMPLES: Readonly<Record<string, Sample>> = {
  slack: SLACK,
  alertmanager: ALERTMANAGER,
  grafana: GRAFANA,
  github: GITHUB,
  text: { headers: { "content-type": "text/plain; charset=utf-8" }, body: "Backup finished in 42 s" },
  template: json({ service: "backup", host: "db1", seconds: 42 }),
};
