/** The format of GitLab's own webhooks, recognised by a header. (GitLab can also post in Slack's format: slack.ts.) */
import { fieldsOf, isFields, listOf, textOf, urlOf, wholeListOf } from "./fields.js";
import { headerIn, templateIn, type AlertReport, type Format } from "./format.js";
import { joined } from "./alert-labels.js";
import { emojiOf } from "./emoji.js";
import { durationText } from "./times.js";
import * as forges from "./forges.js";
import { ownProperty } from "../../own-property.js";

const EVENT = ["x-gitlab-event"];
/** How many failed jobs of a pipeline a message names. */
const NAMED_JOBS = 3;

export const gitlab: Format = {
  name: "gitlab",
  knownBy: "the header X-Gitlab-Event",
  isRetried: true,
  headers: { event: EVENT, delivery: ["x-gitlab-event-uuid"], token: ["x-gitlab-token"] },
  recognises: ({ json, headers }) => headerIn(headers, EVENT) !== undefined && isFields(json?.value),
  read: ({ json }) => {
    const view = viewOf(json?.value);
    const { kind, action, status, ref } = view;
    const alert = alertOf(json?.value);
    return {
      view,
      alert,
      event: { name: kind, action: action || status, branch: kind === "tag_push" ? "" : ref },
    };
  },
  template: templateIn("gitlab"),
};

/** Returns the alert that a branch's pipeline fails, or that it is mended; undefined for all other events. */
function alertOf(value: unknown): AlertReport | undefined {
  if (textOf(value, "object_kind") !== "pipeline") return undefined;
  const [ref, project] = [
    textOf(value, "object_attributes.ref"),
    textOf(value, "project.path_with_namespace"),
  ];
  const status = textOf(value, "object_attributes.status");
  return forges.pipelineAlert({
    key: ["pipeline", project, ref].join(" "),
    title: `pipeline on ${ref}: ${project}`,
    hasFailed: status === "failed",
    hasPassed: status === "success",
  });
}

/** The past tenses of GitLab's actions. */
const DONE: Readonly<Record<string, string>> = {
  open: "opened",
  reopen: "reopened",
  close: "closed",
  update: "updated",
  merge: "merged",
  approval: "approved",
  unapproval: "unapproved",
  create: "created",
  delete: "deleted",
  award: "given",
  revoke: "taken back",
};

/** What became of a pipeline or a job, or what it is doing, by its status. */
const OUTCOMES: Readonly<Record<string, string>> = {
  success: "passed",
  failed: "failed",
  canceled: "was canceled",
  skipped: "was skipped",
};

/** The events of what runs: its status says what became of it. */
const RUNS: ReadonlySet<string> = new Set(["pipeline", "build", "deployment"]);

/** Whether an event has only a name, as that of a group's new member, who then is the user. */
function isNamed(value: unknown): boolean {
  return textOf(value, "object_kind") === "" && textOf(value, "event_name") !== "";
}

/** Returns what was done, in the past tense; "" if the kind of event says it. */
function doneIn(kind: string, action: string, value: unknown): string {
  if (kind === "feature_flag")
    return fieldsOf(value, "object_attributes").active === true ? "turned on" : "turned off";
  if (kind === "access_token") return "expires";
  return ownProperty(DONE, action) ?? action;
}

function outcomeOf(status: string): string {
  return ownProperty(OUTCOMES, status) ?? `is ${status.replaceAll("_", " ")}`;
}

/** Returns the variables of an event for templates. A text that the event lacks is "". */
function viewOf(value: unknown) {
  // The events of groups' members, and those of the whole server, have a name only.
  const kind = textOf(value, "object_kind", "event_name");
  const isRun = RUNS.has(kind);
  const action = textOf(value, "object_attributes.action", "action");
  const seconds = Number(textOf(value, "object_attributes.duration", "build_duration"));
  const commits = wholeListOf(value, "commits");
  const status = textOf(value, "object_attributes.status", "build_status", "status");
  return {
    kind,
    project: textOf(value, "project.path_with_namespace", "project_name", "group_path"),
    user: textOf(value, "user.name") || (isNamed(value) ? "" : textOf(value, "user_name")),
    action,
    done: doneIn(kind, action, value),
    severity: textOf(value, "object_attributes.severity"),
    state: textOf(value, "object_attributes.state"),
    subject: subjectOf(kind, value),
    title: titleOf(kind, value, isRun),
    text: forges.quotation(textOf(value, "object_attributes.note")),
    status,
    outcome: isRun ? outcomeOf(status) : "",
    duration: seconds > 0 ? durationText(seconds * 1000) : "",
    jobs: failuresOf(value),
    ref: forges.branchOrTag(textOf(value, "ref", "object_attributes.ref")),
    isDeleted: forges.isDeletion(value),
    count: Number(textOf(value, "total_commits_count")) || commits.length,
    commits: forges.lastCommits(commits),
    url: addressOf(value, commits),
  };
}

/** Returns the title of what the event is about; for a run or a comment on a commit, the commit's first line. */
function titleOf(kind: string, value: unknown, isRun: boolean): string {
  const title = textOf(value, "object_attributes.title");
  if (title !== "") return title;
  const name = textOf(value, "object_attributes.name");
  if (kind === "feature_flag") return name;
  if (kind === "access_token") return `${name}, on ${textOf(value, "object_attributes.expires_at")}`;
  if (kind === "emoji") {
    const about = textOf(value, "merge_request.title", "issue.title", "snippet.title");
    return joined(" for ", emojiOf(name) ?? `:${name}:`, about);
  }
  if (isNamed(value))
    return joined(" as ", textOf(value, "user_name", "name"), textOf(value, "group_access"));
  const commit = forges.firstLine(textOf(value, "commit.title", "commit.message", "commit_title"));
  return isRun
    ? commit
    : textOf(value, "name", "merge_request.title", "issue.title", "snippet.title") || commit;
}

function addressOf(value: unknown, commits: readonly unknown[]): string {
  const site = urlOf(value, "project.web_url", "repository.homepage");
  const job = textOf(value, "build_id");
  return (
    urlOf(value, "object_attributes.url", "object_attributes.awarded_on_url", "url", "deployable_url") ||
    (job !== "" && site !== "" ? `${site}/-/jobs/${job}` : urlOf(commits.at(-1), "url")) ||
    site
  );
}

/** Returns the names of a pipeline's failed jobs, or why a job failed. */
function failuresOf(value: unknown): readonly string[] {
  const reason = textOf(value, "build_failure_reason");
  if (reason !== "" && reason !== "unknown_failure") return [reason.replaceAll("_", " ")];
  const names = listOf(value, "builds")
    .filter((build) => textOf(build, "status") === "failed" && fieldsOf(build).allow_failure !== true)
    .map((build) => textOf(build, "name"));
  const more = names.length - NAMED_JOBS;
  return more > 0 ? [...names.slice(0, NAMED_JOBS), `${more} more`] : names;
}

/** Returns the object of an event as GitLab writes it, such as "merge request !7" or "issue #3". */
function subjectOf(kind: string, value: unknown): string {
  const number = textOf(value, "object_attributes.iid");
  if (kind === "merge_request") return `merge request !${number}`;
  if (kind === "issue") return `issue #${number}`;
  if (kind === "work_item")
    return `${textOf(value, "object_attributes.type").toLowerCase() || "work item"} #${number}`;
  if (kind === "pipeline") return "pipeline";
  if (kind === "deployment") return `deployment to ${textOf(value, "environment")}`;
  if (kind === "build") return `job ${textOf(value, "build_name")}`;
  const [request, issue] = [textOf(value, "merge_request.iid"), textOf(value, "issue.iid")];
  if (request !== "") return `!${request}`;
  if (issue !== "") return `#${issue}`;
  return textOf(value, "commit.id").slice(0, forges.SHORT_ID) || "a snippet";
}
