/**
 * The format of events of GitHub, Gitea and Forgejo (forges). Gitea and Forgejo list at most five commits of a push,
 * the newest first, and their total number. They send a separate event for each result of a review.
 */
import { fieldsAt, isFields, listAt, textAt, urlAt, wholeListAt } from "./fields.js";
import { type Format, jsonSample, headerIn } from "./format.js";
import { COMMIT_FIELDS, firstLine, lastCommits, MOST_COMMITS, quotation } from "./forges.js";
import { ownProperty } from "../../own-property.js";

const EVENTS = ["x-github-event", "x-gitea-event", "x-forgejo-event", "x-gogs-event"];

const SAMPLE = jsonSample(
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

const TEMPLATE = `{%- if repository != "" %}[{{ repository }}] {% endif -%}
{%- case event -%}
{%- when "ping" -%}
events come here from now on
{%- when "push" -%}
{{ sender }}
{%- if isDeleted %} deleted {% if isTag %}the tag{% else %}the branch{% endif %} {{ ref }}
{%- elsif isTag %} pushed the tag {{ ref }} {{ url }}
{%- else %}{% assign count = commits.size | plus: more %} {% if isForced %}force-{% endif %}pushed {{ count }} commit{% if count != 1 %}s{% endif %} to {{ ref }} {{ url }}{% endif %}
{%- if more > 0 %}
… {{ more }} earlier
{%- endif %}
{%- for commit in commits %}
• {{ commit.id }} {{ commit.title }}{% if commit.author != "" %} ({{ commit.author }}){% endif %}
{%- endfor %}
{%- when "pull_request" -%}
{{ sender }} {% case action %}
{%- when "closed" %}{% if isMerged %}merged{% else %}closed{% endif %}
{%- when "synchronize", "synchronized" %}pushed to
{%- when "ready_for_review" %}calls ready
{%- when "converted_to_draft" %}made a draft of
{%- when "review_requested" %}asked for a review of
{%- when "review_request_removed" %}asks no more for a review of
{%- when "labeled" %}added the label {{ label }} to
{%- when "unlabeled" %}removed the label {{ label }} from
{%- else %}{{ action | replace: "_", " " }}{% endcase %} pull request #{{ number }}: {{ title }} {{ url }}
{%- when "dependabot_alert", "code_scanning_alert", "secret_scanning_alert" -%}
🔒 {% if severity != "" %}{{ severity }}, {% endif %}{% if place != "" %}{{ place }}{% if versions != "" %} {{ versions }}{% endif %}: {% endif %}{{ title }} ({{ action | replace: "_", " " }}){% if fix != "" %}, fixed in {{ fix }}{% endif %} {{ url }}
{%- when "issues" -%}
{{ sender }} {% case action %}
{%- when "labeled" %}added the label {{ label }} to
{%- when "unlabeled" %}removed the label {{ label }} from
{%- else %}{{ action | replace: "_", " " }}{% endcase %} issue #{{ number }}: {{ title }} {{ url }}
{%- when "pull_request_review", "pull_request_approved", "pull_request_rejected", "pull_request_comment" -%}
{{ sender }} {{ review }} #{{ number }}: {{ title }} {{ url }}
{%- if text != "" %}
> {{ text }}{% endif %}
{%- when "issue_comment", "pull_request_review_comment" -%}
{{ sender }} {% case action %}{% when "edited", "deleted" %}{{ action }} a comment{% else %}commented{% endcase %} on #{{ number }}: {{ title }} {{ url }}
{%- if text != "" %}
> {{ text }}{% endif %}
{%- when "release" -%}
{{ sender }} {{ action }} release {{ title }} {{ url }}
{%- when "workflow_run", "workflow_job", "check_run", "status" -%}
{% case conclusion %}{% when "success" %}✅{% when "", "pending" %}▶{% when "cancelled", "neutral", "skipped", "stale" %}➖{% else %}❌{% endcase %} {{ title }}{% if ref != "" %} on {{ ref }}{% endif %}: {% if conclusion != "" %}{{ conclusion | replace: "_", " " }}{% else %}{{ action | replace: "_", " " }}{% endif %} {{ url }}
{%- if event == "status" and text != "" %}
{{ text }}{% endif %}
{%- when "create", "delete" -%}
{{ sender }} {{ event }}d {% if isTag %}the tag{% else %}the branch{% endif %} {{ ref }} {{ url }}
{%- else -%}
{{ event | replace: "_", " " }}{% if action != "" %} {{ action | replace: "_", " " }}{% endif %}{% if title != "" %}: {{ title }}{% endif %}{% if sender != "" %} by {{ sender }}{% endif %} {{ url }}
{%- endcase -%}
`;

export const github: Format = {
  name: "github",
  knownBy: "the header X-GitHub-Event or X-Gitea-Event",
  isRetried: true,
  recognises: ({ json, headers }) => headerIn(headers, EVENTS) !== undefined && isFields(json?.value),
  read: ({ json, headers }) => ({ view: viewOf(headerIn(headers, EVENTS) ?? "", json?.value) }),
  sample: SAMPLE,
  template: TEMPLATE,
  variables: {
    ...{
      event: [],
      action: [],
      repository: [],
      sender: [],
      ref: [],
      isTag: [],
      number: [],
      title: [],
      text: [],
    },
    ...{
      label: [],
      severity: [],
      place: [],
      versions: [],
      fix: [],
      review: [],
      isMerged: [],
      conclusion: [],
    },
    ...{ url: [], commits: COMMIT_FIELDS, more: [], isForced: [], isDeleted: [] },
  },
  command: "qtalk-component hook add forge --to dev --format github --title Git --signed",
  words: {
    en: {
      title: "GitHub, Gitea, Forgejo",
      about:
        "Events of GitHub, Gitea and Forgejo, recognised by the header X-GitHub-Event, X-Gitea-Event or X-Forgejo-Event.",
      where:
        "In the settings of the repository or organisation, under Webhooks, add one of the forge's own kind with the hook's address as URL. With --signed, enter the printed key as Secret; unsigned posts are refused.",
      becomes:
        "A line for a push (and one for each of its last commits), a pull request, review, issue, comment, release, run or status; other events by name.",
    },
    zh: {
      title: "GitHub、Gitea、Forgejo",
      about:
        "GitHub、Gitea 和 Forgejo 的事件，由请求头 X-GitHub-Event、X-Gitea-Event 或 X-Forgejo-Event 识别。",
      where:
        "在仓库或组织的设置中新建该平台自己的 Webhook，URL 填 Hook 地址。使用 --signed 时，把显示的密钥填入 Secret，未用它签名的请求会被拒绝。",
      becomes:
        "推送（及其最后几次提交）、合并请求、评审、议题、评论、发布、运行或状态各一行；其他事件写出名称。",
    },
  },
  headers: {
    event: EVENTS,
    delivery: ["x-github-delivery", "x-gitea-delivery", "x-forgejo-delivery", "x-gogs-delivery"],
    signature: ["x-hub-signature-256", "x-gitea-signature", "x-forgejo-signature", "x-gogs-signature"],
  },
};

/** Returns the variables of an event for templates. A text that the event lacks is "". */
function viewOf(event: string, value: unknown): object {
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
      textAt(subject, "security_advisory", "summary") ||
      textAt(subject, "rule", "description") ||
      textAt(subject, "secret_type_display_name") ||
      textAt(value, "context"),
    text:
      quotation(
        textAt(comment, "body") || textAt(value, "review", "body") || textAt(value, "review", "content"),
      ) || firstLine(textAt(value, "description")),
    label: textAt(value, "label", "name"),
    severity:
      textAt(subject, "security_advisory", "severity") ||
      textAt(subject, "rule", "security_severity_level") ||
      textAt(subject, "rule", "severity"),
    place:
      textAt(subject, "dependency", "package", "name") ||
      textAt(subject, "most_recent_instance", "location", "path"),
    versions: textAt(subject, "security_vulnerability", "vulnerable_version_range"),
    fix: textAt(subject, "security_vulnerability", "first_patched_version", "identifier"),
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
    commits: lastCommits(commits),
    more:
      Math.max(0, commits.length, Number(textAt(value, "total_commits")) || 0) -
      Math.min(commits.length, MOST_COMMITS),
    isForced: fieldsAt(value).forced === true,
    isDeleted: fieldsAt(value).deleted === true || /^0{40}$/.test(textAt(value, "after")),
  };
}

/** Returns the commits of a push, the newest last. */
function commitsOf(value: unknown): readonly unknown[] {
  const commits = wholeListAt(value, "commits");
  const isNewestFirst = textAt(commits[0], "id") === textAt(value, "after");
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
  return (
    ownProperty(REVIEWS, textAt(value, "review", "state").toLowerCase()) ??
    ownProperty(REVIEWS, event) ??
    "reviewed"
  );
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
    event,
  ];
  return names.map((name) => fieldsAt(value, name)).find((each) => Object.keys(each).length > 0);
}
