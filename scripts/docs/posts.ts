/** What programs post for the guide's pictures of alerts, in the form of their own documentation. */

/** What is posted to a hook. */
export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object | string;
}

const RUNBOOK = "https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodcrashlooping";

/** Alertmanager's group of three pods, of kube-prometheus. @param down those that are still down */
export function pods(down: readonly number[]): Post {
  const began = Date.now() - 107 * 60_000;
  const alerts = [1, 2, 3].map((pod) => ({
    status: down.includes(pod) ? "firing" : "resolved",
    labels: {
      ...{ alertname: "KubePodCrashLooping", severity: "warning", namespace: "shop" },
      pod: `checkout-${pod}`,
    },
    annotations: {
      description: `Pod shop/checkout-${pod} (app) is in waiting state (reason: "CrashLoopBackOff").`,
      runbook_url: RUNBOOK,
      summary: "Pod is crash looping.",
    },
    startsAt: new Date(began).toISOString(),
    endsAt: down.includes(pod) ? "0001-01-01T00:00:00Z" : new Date().toISOString(),
    generatorURL: "http://prometheus-k8s-0:9090/graph?g0.expr=max_over_time%28kube_pod_container%29",
    fingerprint: `${pod}`,
  }));
  const body = {
    ...{ version: "4", groupKey: '{}:{alertname="KubePodCrashLooping"}', truncatedAlerts: 0 },
    status: down.length > 0 ? "firing" : "resolved",
    receiver: "chat",
    groupLabels: { alertname: "KubePodCrashLooping" },
    commonLabels: { alertname: "KubePodCrashLooping", severity: "warning", namespace: "shop" },
    commonAnnotations: { summary: "Pod is crash looping." },
    externalURL: "http://alertmanager.example.org",
    alerts,
  };
  return { headers: { "content-type": "application/json" }, body };
}

const repository = { full_name: "Codertocat/Hello-World", html_url: "https://git.test/Hello-World" };
const sender = { login: "Codertocat" };
const issue = { number: 1, title: "Spelling error in the README file", html_url: "https://git.test/1" };

function github(event: string, body: object): Post {
  return {
    headers: { "content-type": "application/json", "x-github-event": event },
    body: { repository, sender, ...body },
  };
}

const project = { path_with_namespace: "mike/diaspora", web_url: "https://git.test/mike/diaspora" };
const user = { name: "Administrator", username: "root" };

function gitlab(event: string, body: object): Post {
  return {
    headers: { "content-type": "application/json", "x-gitlab-event": event },
    body: { project, user, ...body },
  };
}

export const forges: readonly Post[] = [
  github("issue_comment", {
    action: "created",
    issue,
    comment: {
      body: "> Is it this one?\n\nYou are totally right!\nI'll get this fixed right away.\nAnd the two others,\nwhich nobody has seen yet.",
      html_url: "https://git.test/1#c1",
    },
  }),
  github("pull_request_review", {
    action: "submitted",
    review: { state: "changes_requested", body: "One word is missing.", html_url: "https://git.test/2#r" },
    pull_request: { number: 2, title: "Update the README with new information" },
  }),
  github("issues", { action: "labeled", issue, label: { name: "bug" } }),
  github("dependabot_alert", {
    action: "created",
    alert: {
      dependency: { package: { ecosystem: "pip", name: "django" }, manifest_path: "requirements.txt" },
      security_advisory: { summary: "Django allows user sessions hijacking", severity: "high" },
      html_url: "https://git.test/security/dependabot/2",
    },
  }),
  gitlab("Merge Request Hook", {
    object_kind: "merge_request",
    object_attributes: {
      iid: 1,
      title: "MS-Viewport",
      action: "merge",
      url: "https://git.test/mike/diaspora/-/merge_requests/1",
    },
  }),
  gitlab("Pipeline Hook", {
    object_kind: "pipeline",
    object_attributes: {
      id: 31,
      ref: "master",
      status: "failed",
      url: "https://git.test/mike/diaspora/-/pipelines/31",
    },
  }),
];

export const line: Post = {
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: "Backup of *db1* finished in 42 s",
};
