/**
 * The format of events of GitHub, Gitea and Forgejo (forges). Gitea and Forgejo list at most five commits of a push,
 * the newest first, and their total number. They send a separate event for each result of a review.
 */
import { fieldsOf, isFields, textOf, urlOf, wholeListOf } from "./fields.js";
import { headerIn, templateIn, type AlertReport, type Format } from "./format.js";
import * as forges from "./forges.js";
import { shortened } from "./shortening.js";
import { ownProperty } from "../../own-property.js";

/** The width of what a run is about, in characters. */
const WIDTH = 100;
const EVENTS = ["x-github-event", "x-gitea-event", "x-forgejo-event", "x-gogs-event"];

export const github: Format = {
  name: "github",
  suffixes: ["github"],
  knownBy: "the header X-GitHub-Event or X-Gitea-Event",
  isRetried: true,
  headers: {
    event: EVENTS,
    delivery: ["x-github-delivery", "x-gitea-delivery", "x-forgejo-delivery", "x-gogs-delivery"],
    signature: ["x-hub-signature-256", "x-gitea-signature", "x-forgejo-signature", "x-gogs-signature"],
  },
  recognises: ({ json, headers }) => headerIn(headers, EVENTS) !== undefined && isFields(json?.value),
  read: ({ json, headers }) => {
    const view = viewOf(headerIn(headers, EVENTS) ?? "", json?.value);
    const { event, action, isTag, ref } = view;
    const alert = alertOf(event, json?.value);
    return { view, alert, event: { name: event, action, branch: isTag ? "" : ref } };
  },
  template: templateIn("github"),
};

/** Returns the alert that a workflow of a branch fails, or that it is mended; undefined for all other events. */
function alertOf(event: string, value: unknown): AlertReport | undefined {
  const isForgejos = FORGEJO_RUN.test(event);
  const isOver = isForgejos || (event === "workflow_run" && textOf(value, "action") === "completed");
  if (!isOver) return undefined;
  const run = subjectOf(event, value);
  const outcome = conclusionOf(event, run, value);
  const [name, branch] = [titleOf(event, run, value), textOf(run, "head_branch", "prettyref")];
  const repository = textOf(value, "repository.full_name", "run.repository.full_name");
  return forges.pipelineAlert({
    key: ["workflow", repository, textOf(run, "workflow_id") || name, branch].join(" "),
    title: `${name} on ${branch}: ${repository}`,
    hasFailed: ["failure", "timed_out", "startup_failure"].includes(outcome),
    hasPassed: outcome === "success",
  });
}

/** Returns the variables of an event for templates. A text that the event lacks is "". */
function viewOf(event: string, value: unknown) {
  const subject = subjectOf(event, value);
  const [branch] = wholeListOf(value, "branches");
  const ref =
    textOf(value, "ref") ||
    textOf(subject, "head_branch", "check_suite.head_branch", "prettyref") ||
    textOf(value, "deployment.ref") ||
    textOf(branch, "name");
  const commits = commitsOf(value);
  const total = Math.max(commits.length, Number(textOf(value, "total_commits")) || 0);
  return {
    event,
    action: textOf(value, "action"),
    repository: textOf(
      value,
      ...["repository.full_name", "run.repository.full_name", "organization.login", "organization.username"],
    ),
    sender: textOf(value, "sender.login", "pusher.name", "pusher.login"),
    ref: forges.branchOrTag(ref),
    isTag: ref.startsWith("refs/tags/") || textOf(value, "ref_type") === "tag",
    number: textOf(subject, "number"),
    commit: textOf(value, "comment.commit_id").slice(0, forges.SHORT_ID),
    title: titleOf(event, subject, value),
    target: targetOf(value),
    text:
      forges.quotation(textOf(value, "comment.body", "review.body", "review.content")) ||
      forges.firstLine(textOf(value, "description")),
    label: textOf(value, "label.name"),
    severity: textOf(
      subject,
      "security_advisory.severity",
      "severity",
      "rule.security_severity_level",
      "rule.severity",
    ),
    place: textOf(subject, "dependency.package.name", "most_recent_instance.location.path"),
    versions: textOf(subject, "security_vulnerability.vulnerable_version_range"),
    fix: textOf(subject, "security_vulnerability.first_patched_version.identifier"),
    review: reviewOf(event, value),
    isMerged: fieldsOf(subject).merged === true,
    conclusion: conclusionOf(event, subject, value),
    outcome: outcomeOf(event, subject, value),
    ...cause(event, subject, value),
    url:
      urlOf(value, "comment.html_url", "review.html_url") ||
      urlOf(subject, "html_url", "log_url", "target_url", "environment_url") ||
      urlOf(wholeListOf(value, "pages")[0], "html_url") ||
      urlOf(value, "target_url", "commit.html_url", "compare", "compare_url", "repository.html_url"),
    commits: forges.lastCommits(commits),
    more: total - Math.min(commits.length, forges.LISTED_COMMITS),
    isForced: fieldsOf(value).forced === true,
    isDeleted: fieldsOf(value).deleted === true || forges.isDeletion(value),
  };
}

/** The events of Forgejo's runs, whose names say what became of them. */
const FORGEJO_RUN = /^action_run_(?:failure|success|recover)$/;

/** Returns the conclusion of a run as GitHub names it; "" if it isn't over. */
function conclusionOf(event: string, subject: unknown, value: unknown): string {
  if (isAsked(value)) return "";
  if (FORGEJO_RUN.test(event)) return event === "action_run_failure" ? "failure" : "success";
  return textOf(subject, "conclusion") || textOf(value, "state", "deployment_status.state");
}

/** Returns what an event is about, in its own words. */
function titleOf(event: string, subject: unknown, value: unknown): string {
  if (event === "deployment_status") {
    const place = textOf(subject, "environment") || textOf(value, "deployment.environment");
    return place === "" ? "deployment" : `deployment to ${place}`;
  }
  if (FORGEJO_RUN.test(event)) return textOf(subject, "workflow_id") || "workflow";
  const own =
    textOf(subject, "title", "name", "tag_name", "summary", "security_advisory.summary") ||
    textOf(subject, "rule.description", "secret_type_display_name", "app.name", "affected_package_name") ||
    textOf(subject, "secret_type").replaceAll("_", " ") ||
    textOf(value, "context", "workflow.name", "page");
  if (own !== "" || event === "workflow_run") return own || "workflow";
  const pages = wholeListOf(value, "pages").slice(0, PAGES);
  const person = textOf(
    value,
    "member.login",
    "membership.user.login",
    "invitation.login",
    "blocked_user.login",
  );
  const named = textOf(value, "rule.name", "key.title", "team.name", "forkee.full_name");
  return [pages.map((page) => textOf(page, "title")).join(", "), person, named]
    .filter((each) => each !== "")
    .join(", ");
}

/** How many pages of a wiki are named. */
const PAGES = 5;
/** The words in front of whom or what an action is for. */
const TARGETS: Readonly<Record<string, string>> = {
  assigned: "to",
  unassigned: "from",
  milestoned: "for",
  demilestoned: "from",
  review_requested: "from",
  review_request_removed: "from",
};

/** Returns whom or what an action is for, such as " to juliet"; "" if the event doesn't say. */
function targetOf(value: unknown): string {
  const action = textOf(value, "action");
  const word = ownProperty(TARGETS, action);
  const isMilestone = /^(?:de)?milestoned$/.test(action);
  const names = ["assignee.login", "requested_reviewer.login", "requested_team.name"];
  const name = isMilestone
    ? textOf(value, "milestone.title", "issue.milestone.title", "pull_request.milestone.title")
    : textOf(value, ...names);
  return word === undefined || name === "" ? "" : ` ${word} ${name}`;
}

/** The events of runs: of a workflow, a job, a check, a deployment, or a commit's status. */
const RUNS: ReadonlySet<string> = new Set([
  ...["workflow_run", "workflow_job", "check_run", "check_suite", "deployment_status", "status"],
]);
function isRun(event: string): boolean {
  return RUNS.has(event) || FORGEJO_RUN.test(event);
}

/** What became of a run, by GitHub's conclusion, a status's state, or the action. */
const OUTCOMES: Readonly<Record<string, string>> = {
  success: "passed",
  failure: "failed",
  error: "failed",
  startup_failure: "failed to start",
  timed_out: "timed out",
  cancelled: "was cancelled",
  skipped: "was skipped",
  action_required: "needs action",
  stale: "is stale",
  pending: "is pending",
  in_progress: "is in progress",
  queued: "is queued",
  requested: "was requested",
  waiting: "is waiting",
  neutral: "ended neutral",
  inactive: "is inactive",
  created: "was created",
  rerequested: "was requested again",
  requested_action: "was asked for an action",
};

/** Whether somebody asks for a run anew: its conclusion is that of the run before. */
function isAsked(value: unknown): boolean {
  return /^(?:rerequested|requested_action)$/.test(textOf(value, "action"));
}

/** Returns what became of a run; "" if the event is about none. */
function outcomeOf(event: string, subject: unknown, value: unknown): string {
  if (!isRun(event)) return "";
  const word = conclusionOf(event, subject, value) || textOf(value, "action");
  if (event === "deployment_status" && word === "success") return "succeeded";
  return ownProperty(OUTCOMES, word) ?? (word === "" ? "ran" : `ended as ${word.replaceAll("_", " ")}`);
}

/** Returns what a run was about and whose change it was, as far as the event says it. */
function cause(
  event: string,
  run: unknown,
  value: unknown,
): { readonly subject: string; readonly person: string } {
  if (!isRun(event)) return { subject: "", person: "" };
  const message =
    textOf(run, "display_title", "head_commit.message", "description") ||
    (FORGEJO_RUN.test(event) ? textOf(run, "title") : "") ||
    textOf(value, "commit.commit.message");
  const person = textOf(
    run,
    "triggering_actor.login",
    "actor.login",
    "head_commit.author.name",
    "creator.login",
    "trigger_user.login",
  );
  return {
    subject: shortened(forges.firstLine(message), WIDTH),
    person: person || textOf(value, "commit.author.login", "sender.login"),
  };
}

/** Returns the commits of a push, the newest last. */
function commitsOf(value: unknown): readonly unknown[] {
  const commits = wholeListOf(value, "commits");
  const isNewestFirst = textOf(commits[0], "id") === textOf(value, "after");
  return isNewestFirst ? commits.toReversed() : commits;
}

/** What a review did, by the state in GitHub's reviews or by the name of Gitea's event. */
const REVIEWS: Readonly<Record<string, string>> = {
  approved: "approved",
  changes_requested: "requested changes on",
  dismissed: "dismissed a review of",
  pull_request_approved: "approved",
  pull_request_rejected: "requested changes on",
};

function reviewOf(event: string, value: unknown): string {
  const state = textOf(value, "review.state").toLowerCase();
  return ownProperty(REVIEWS, state) ?? ownProperty(REVIEWS, event) ?? "reviewed";
}

/** Returns the object in the payload that the event is about. */
function subjectOf(event: string, value: unknown): unknown {
  const names = [
    "pull_request",
    "issue",
    "release",
    "workflow_run",
    "workflow_job",
    "check_run",
    "discussion",
    "alert",
    "security_advisory",
    ...(FORGEJO_RUN.test(event) ? ["run"] : []),
    event,
  ];
  return names
    .map((name) => ownProperty(fieldsOf(value), name))
    .find((each) => Object.keys(fieldsOf(each)).length > 0);
}
