/**
 * Events of GitHub, Gitea and Forgejo, named by a header. Where they differ: Gitea and Forgejo name a push's newest commit
 * first, send five at most and tell how many there are; a review has an event for each way in which it ends.
 */
import { fieldsAt, isFields, listAt, textAt, urlAt, wholeListAt } from "./fields.js";
import type { Format } from "./format.js";

/** So many commits of a push are told; of the rest only how many they are. */
const MOST_COMMITS = 5;
const SHORT_ID = 8;

/** What templates get of an event; texts are "" where the event has none. */
export interface ForgeEvent {
  /** As the forge calls it: push, pull_request, issues, … */
  readonly event: string;
  /** What was done: opened, closed, published, … */
  readonly action: string;
  /** The repository; of an organisation's events, the organisation. */
  readonly repository: string;
  /** Who did it. */
  readonly sender: string;
  /** The branch or the tag, without refs/heads/. */
  readonly ref: string;
  readonly isTag: boolean;
  /** Of a pull request or an issue. */
  readonly number: string;
  readonly title: string;
  /** How a comment, a review or a status begins. */
  readonly text: string;
  /** What a reviewer did: "approved", "requested changes on", "reviewed", "dismissed a review of". */
  readonly review: string;
  readonly isMerged: boolean;
  /** How a run of a workflow, a check, or another program's status ended; "pending" where that hasn't. */
  readonly conclusion: string;
  readonly url: string;
  readonly commits: readonly {
    readonly id: string;
    readonly title: string;
    readonly author: string;
    readonly url: string;
  }[];
  /** How many more commits there are. */
  readonly more: number;
  readonly isForced: boolean;
  readonly isDeleted: boolean;
}

export const github: Format = {
  name: "github",
  knownBy: "the header X-GitHub-Event or X-Gitea-Event",
  isRetried: true,
  recognises: ({ json, event }) => event !== undefined && isFields(json?.value),
  read: ({ json, event = "" }) => ({ view: viewOf(event, json?.value) }),
};

function viewOf(event: string, value: unknown): ForgeEvent {
  const subject = subjectOf(event, value);
  const [branch] = listAt(value, "branches");
  const ref =
    textAt(value, "ref") ||
    textAt(subject, "head_branch") ||
    textAt(subject, "check_suite", "head_branch") ||
    textAt(branch, "name");
  const commits = commitsOf(value);
  const comment = fieldsAt(value, "comment");
  return {
    event,
    action: textAt(value, "action"),
    repository:
      textAt(value, "repository", "full_name") ||
      textAt(value, "organization", "login") ||
      textAt(value, "organization", "username"),
    sender:
      textAt(value, "sender", "login") || textAt(value, "pusher", "name") || textAt(value, "pusher", "login"),
    ref: ref.replace(/^refs\/(?:heads|tags)\//, ""),
    isTag: ref.startsWith("refs/tags/") || textAt(value, "ref_type") === "tag",
    number: textAt(subject, "number"),
    title:
      textAt(subject, "title") ||
      textAt(subject, "name") ||
      textAt(subject, "display_title") ||
      textAt(subject, "tag_name") ||
      textAt(value, "context"),
    text: firstLine(
      textAt(comment, "body") ||
        textAt(value, "review", "body") ||
        textAt(value, "review", "content") ||
        textAt(value, "description"),
    ),
    review: reviewOf(event, value),
    isMerged: fieldsAt(subject).merged === true,
    conclusion: textAt(subject, "conclusion") || textAt(value, "state"),
    url:
      urlAt(comment, "html_url") ||
      urlAt(value, "review", "html_url") ||
      urlAt(subject, "html_url") ||
      urlAt(value, "target_url") ||
      urlAt(value, "commit", "html_url") ||
      urlAt(value, "compare") ||
      urlAt(value, "compare_url") ||
      urlAt(value, "repository", "html_url"),
    commits: commits.slice(-MOST_COMMITS).map((commit) => ({
      id: textAt(commit, "id").slice(0, SHORT_ID),
      title: firstLine(textAt(commit, "message")),
      author: textAt(commit, "author", "username") || textAt(commit, "author", "name"),
      url: urlAt(commit, "url"),
    })),
    more:
      Math.max(0, commits.length, Number(textAt(value, "total_commits")) || 0) -
      Math.min(commits.length, MOST_COMMITS),
    isForced: fieldsAt(value).forced === true,
    isDeleted: fieldsAt(value).deleted === true || /^0{40}$/.test(textAt(value, "after")),
  };
}

/** A push's commits, the newest last. */
function commitsOf(value: unknown): readonly unknown[] {
  const commits = wholeListAt(value, "commits");
  const isNewestFirst = textAt(commits[0], "id") === textAt(value, "after");
  return isNewestFirst ? commits.toReversed() : commits;
}

/** By GitHub's state of a review, or Gitea's event. */
const REVIEWS: Readonly<Record<string, string>> = {
  approved: "approved",
  changes_requested: "requested changes on",
  dismissed: "dismissed a review of",
  pull_request_approved: "approved",
  pull_request_rejected: "requested changes on",
};

function reviewOf(event: string, value: unknown): string {
  return REVIEWS[textAt(value, "review", "state").toLowerCase()] ?? REVIEWS[event] ?? "reviewed";
}

/** What the event is about: the part of the payload that is called so. */
function subjectOf(event: string, value: unknown): unknown {
  const names = [
    "pull_request",
    "issue",
    "release",
    "workflow_run",
    "workflow_job",
    "check_run",
    "discussion",
    event,
  ];
  return names.map((name) => fieldsAt(value, name)).find((each) => Object.keys(each).length > 0);
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n");
  return line.trim();
}
