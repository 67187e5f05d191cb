/** The format of GitLab's own webhooks, recognised by a header. (GitLab can also post in Slack's format: slack.ts.) */
import { fieldsAt, isFields, listAt, textAt, urlAt, wholeListAt } from "./fields.js";
import { headerIn, jsonSample, type Format } from "./format.js";
import { durationText } from "./times.js";
import { COMMIT_FIELDS, firstLine, lastCommits, quotation, SHORT_ID } from "./forges.js";
import { ownProperty } from "../../own-property.js";

const EVENT = ["x-gitlab-event"];
/** How many failed jobs of a pipeline a message names. */
const MOST_JOBS = 3;

export const gitlab: Format = {
  name: "gitlab",
  knownBy: "the header X-Gitlab-Event",
  isRetried: true,
  headers: { event: EVENT, delivery: ["x-gitlab-event-uuid"], token: ["x-gitlab-token"] },
  recognises: ({ json, headers }) => headerIn(headers, EVENT) !== undefined && isFields(json?.value),
  read: ({ json }) => ({ view: viewOf(json?.value) }),
  sample: jsonSample(
    {
      object_kind: "merge_request",
      user: { name: "Juliet", username: "juliet" },
      project: { path_with_namespace: "team/app", web_url: "https://git.example.org/team/app" },
      object_attributes: {
        iid: 7,
        title: "Answer in the reader's language",
        url: "https://git.example.org/team/app/-/merge_requests/7",
        action: "open",
        state: "opened",
      },
    },
    { "x-gitlab-event": "Merge Request Hook" },
  ),
  template: `{%- if project != "" %}[{{ project }}] {% endif -%}
{%- case kind -%}
{%- when "push", "tag_push" -%}
{% if isDeleted %}{{ user }} deleted {{ ref }}{% elsif kind == "tag_push" %}{{ user }} pushed the tag {{ ref }}
{%- else %}{{ user }} pushed {{ count }} commit{% if count != 1 %}s{% endif %} to {{ ref }}{% endif %} {{ url }}
{%- for commit in commits %}
• {{ commit.id }} {{ commit.title }}{% if commit.author != "" %} ({{ commit.author }}){% endif %}
{%- endfor %}
{%- when "issue", "merge_request" -%}
{{ user }} {{ done }} {{ subject }}: {{ title }} {{ url }}
{%- when "note" -%}
{{ user }} commented on {{ subject }}: {{ title }} {{ url }}
{%- if text != "" %}
> {{ text }}{% endif %}
{%- when "pipeline", "build" -%}
{% case status %}{% when "success" %}✅{% when "failed" %}❌{% when "canceled", "skipped", "manual" %}➖{% else %}▶{% endcase %} {{ subject }}: {{ status }} on {{ ref }}{% if duration != "" %} after {{ duration }}{% endif %}
{%- if jobs.size > 0 %} ({{ jobs | join: ", " }}){% endif %}{% if title != "" %}: {{ title }}{% endif %} {{ url }}
{%- when "release" -%}
release {{ title }} {{ done }} {{ url }}
{%- else -%}
{{ kind | replace: "_", " " }}{% if done != "" %} {{ done }}{% endif %}{% if title != "" %}: {{ title }}{% endif %}{% if user != "" %} by {{ user }}{% endif %} {{ url }}
{%- endcase -%}
`,
  variables: {
    ...{
      kind: [],
      project: [],
      user: [],
      action: [],
      done: [],
      subject: [],
      title: [],
      text: [],
      status: [],
    },
    ...{ duration: [], jobs: [], ref: [], isDeleted: [], count: [], commits: COMMIT_FIELDS, url: [] },
  },
  command: "qtalk-component hook add forge --to dev --format gitlab --title GitLab --signed",
  words: {
    en: {
      title: "GitLab",
      about: "GitLab's events, recognised by the header X-Gitlab-Event.",
      where:
        "In the settings of the project or group, under Webhooks, add one with the hook's address as URL. With --signed, enter the printed key as Secret token; posts without it are refused.",
      becomes:
        "A line for a push (and one for each of its last commits), tag, merge request, issue, comment, pipeline, job or release; other events by name.",
    },
    zh: {
      title: "GitLab",
      about: "GitLab 的事件，由请求头 X-Gitlab-Event 识别。",
      where:
        "在项目或群组的设置中新建 Webhook，URL 填 Hook 地址。使用 --signed 时，把显示的密钥填入 Secret token，没有它的请求会被拒绝。",
      becomes:
        "推送（及其最后几次提交）、标签、合并请求、议题、评论、流水线、作业或发布各一行；其他事件写出名称。",
    },
  },
};

/** The past tenses of GitLab's actions. */
const DONE: Readonly<Record<string, string>> = {
  ...{ open: "opened", reopen: "reopened", close: "closed", update: "updated", merge: "merged" },
  ...{ approval: "approved", unapproved: "unapproved", unapproval: "unapproved" },
  ...{ create: "created", delete: "deleted" },
};

/** Returns the variables of an event for templates. A text that the event lacks is "". */
function viewOf(value: unknown): object {
  const kind = textAt(value, "object_kind");
  const own = (name: string): string => textAt(value, "object_attributes", name);
  const site = urlAt(value, "project", "web_url") || urlAt(value, "repository", "homepage");
  const action = own("action") || textAt(value, "action");
  const job = textAt(value, "build_name");
  const isRun = kind === "pipeline" || kind === "build";
  const seconds = Number(own("duration") || textAt(value, "build_duration"));
  const commits = wholeListAt(value, "commits");
  return {
    kind,
    project: textAt(value, "project", "path_with_namespace") || textAt(value, "project_name"),
    user: textAt(value, "user", "name") || textAt(value, "user_name"),
    action,
    done: ownProperty(DONE, action) ?? action,
    subject: subjectOf(kind, value),
    title:
      own("title") ||
      (isRun ? firstLine(textAt(value, "commit", "title") || textAt(value, "commit", "message")) : "") ||
      (isRun ? "" : textAt(value, "name") || ofNoted(value, "title")),
    text: quotation(own("note")),
    status: own("status") || textAt(value, "build_status"),
    duration: seconds > 0 ? durationText(seconds * 1000) : "",
    jobs: failuresOf(value),
    ref: (textAt(value, "ref") || own("ref")).replace(/^refs\/(?:heads|tags)\//, ""),
    isDeleted: /^0{40}$/.test(textAt(value, "after")),
    count: Number(textAt(value, "total_commits_count")) || commits.length,
    commits: lastCommits(commits),
    url:
      urlAt(value, "object_attributes", "url") ||
      urlAt(value, "url") ||
      (job !== "" && site !== ""
        ? `${site}/-/jobs/${textAt(value, "build_id")}`
        : urlAt(listAt(value, "commits").at(-1), "url")) ||
      site,
  };
}

/** Returns the names of a pipeline's failed jobs, or why a job failed. */
function failuresOf(value: unknown): readonly string[] {
  const failed = wholeListAt(value, "builds").filter(
    (build) => textAt(build, "status") === "failed" && fieldsAt(build).allow_failure !== true,
  );
  const reason = textAt(value, "build_failure_reason");
  const isReason = reason !== "" && reason !== "unknown_failure";
  const names = isReason ? [reason.replaceAll("_", " ")] : failed.map((build) => textAt(build, "name"));
  return names.length > MOST_JOBS
    ? [...names.slice(0, MOST_JOBS), `${names.length - MOST_JOBS} more`]
    : names;
}

/** Returns the object of an event as GitLab writes it, such as "merge request !7" or "issue #3". */
function subjectOf(kind: string, value: unknown): string {
  const number = textAt(value, "object_attributes", "iid");
  if (kind === "merge_request") return `merge request !${number}`;
  if (kind === "issue") return `issue #${number}`;
  if (kind === "pipeline") return `pipeline ${textAt(value, "object_attributes", "id")}`;
  if (kind === "build") return `job ${textAt(value, "build_name")}`;
  const [request, issue] = ["merge_request", "issue"].map((name) => textAt(value, name, "iid"));
  if (request !== undefined && request !== "") return `!${request}`;
  if (issue !== undefined && issue !== "") return `#${issue}`;
  return textAt(value, "commit", "id").slice(0, SHORT_ID) || "a snippet";
}

/** Returns a field of the object that a comment is about. For a commit, returns the first line of its message. */
function ofNoted(value: unknown, name: string): string {
  const titles = ["merge_request", "issue", "snippet"].map((each) => textAt(value, each, name));
  return titles.find((title) => title !== "") ?? firstLine(textAt(value, "commit", "message"));
}
