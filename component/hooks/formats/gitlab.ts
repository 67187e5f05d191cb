/** The format of GitLab's own webhooks, recognised by a header. (GitLab can also post in Slack's format: slack.ts.) */
import { fieldsOf, isFields, listOf, textOf, urlOf, wholeListOf } from "./fields.js";
import { headerIn, templateIn, type AlertReport, type Format } from "./format.js";
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
};

/** What became of a pipeline or a job, or what it is doing, by its status. */
const OUTCOMES: Readonly<Record<string, string>> = {
  success: "passed",
  failed: "failed",
  canceled: "was canceled",
  skipped: "was skipped",
};

function outcomeOf(status: string): string {
  return ownProperty(OUTCOMES, status) ?? `is ${status.replaceAll("_", " ")}`;
}

/** Returns the variables of an event for templates. A text that the event lacks is "". */
function viewOf(value: unknown) {
  const kind = textOf(value, "object_kind");
  const isRun = kind === "pipeline" || kind === "build";
  const action = textOf(value, "object_attributes.action", "action");
  const seconds = Number(textOf(value, "object_attributes.duration", "build_duration"));
  const commits = wholeListOf(value, "commits");
  const status = textOf(value, "object_attributes.status", "build_status");
  return {
    kind,
    project: textOf(value, "project.path_with_namespace", "project_name"),
    user: textOf(value, "user.name", "user_name"),
    action,
    done: ownProperty(DONE, action) ?? action,
    subject: subjectOf(kind, value),
    title: titleOf(value, isRun),
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
function titleOf(value: unknown, isRun: boolean): string {
  const title = textOf(value, "object_attributes.title");
  if (title !== "") return title;
  const commit = forges.firstLine(textOf(value, "commit.title", "commit.message"));
  return isRun
    ? commit
    : textOf(value, "name", "merge_request.title", "issue.title", "snippet.title") || commit;
}

function addressOf(value: unknown, commits: readonly unknown[]): string {
  const site = urlOf(value, "project.web_url", "repository.homepage");
  const job = textOf(value, "build_id");
  return (
    urlOf(value, "object_attributes.url", "url") ||
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
  if (kind === "pipeline") return "pipeline";
  if (kind === "build") return `job ${textOf(value, "build_name")}`;
  const [request, issue] = [textOf(value, "merge_request.iid"), textOf(value, "issue.iid")];
  if (request !== "") return `!${request}`;
  if (issue !== "") return `#${issue}`;
  return textOf(value, "commit.id").slice(0, forges.SHORT_ID) || "a snippet";
}
