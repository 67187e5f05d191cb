/** What people read of what programs post: each format by its own template. */
import { expect } from "chai";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Posted } from "../../../component/hooks/formats/format.js";
import { formatOf } from "../../../component/hooks/formats/formats.js";
import { Templates } from "../../../component/hooks/templates.js";
import { cleaned } from "../../../component/hooks/text.js";
import { limitsConfig } from "../../../component/config.js";
import { SAMPLES } from "../../../http/hooks/samples.js";

let templates: Templates;

/** The format that it is taken for, and the lines that are said. */
function said(posted: Posted, wanted = "auto"): string[] {
  const format = formatOf(posted, wanted);
  if (format instanceof HookFault) return [`${format.kind}: ${format.message}`];
  const reading = format.read(posted);
  if (reading instanceof HookFault) return [format.name, `${reading.kind}: ${reading.message}`];
  const view = { ...reading.view, payload: posted.json?.value, event: posted.event ?? "" };
  const text = templates.render(templates.own(format.name) ?? "{{ payload.text }}", view);
  return text instanceof HookFault
    ? [format.name, text.message]
    : [format.name, ...cleaned(text, limitsConfig.parse({})).split("\n")];
}

const json = (value: unknown, event?: string): Posted => ({
  json: { value },
  ...(event !== undefined && { event }),
});
const sample = (name: string, event?: string): Posted => json(JSON.parse(SAMPLES[name]?.body ?? ""), event);

const alert = (instance: string, status = "firing"): object => ({
  status,
  labels: { alertname: "Down", job: "web", instance },
  annotations: { summary: `${instance} is down` },
  generatorURL: "https://prometheus.example.org/g",
});
const group = (...alerts: object[]): object => ({
  version: "4",
  groupKey: "k",
  status: "firing",
  receiver: "chat",
  groupLabels: { alertname: "Down" },
  commonLabels: { alertname: "Down", job: "web" },
  alerts,
});

describe("What people read of posts", () => {
  before(async () => {
    templates = await Templates.load();
  });

  it("is Slack's text, with its links, mentions and marks as chat clients know them", () => {
    const text =
      "*bold* _it_ ~no~ `code` <https://a.test|label> <https://b.test> <mailto:x@y.test|x@y.test> <@U1|juliet> <@U2> <#C1|ops> <!here> <!subteam^S1|@team> <!date^1700000000^{date}|14 Nov> &lt;b&gt; &amp;amp;";
    expect(said(json({ text }))).to.deep.equal([
      "slack",
      "*bold* _it_ ~no~ `code` label (https://a.test) https://b.test x@y.test @juliet @U2 #ops @here @team 14 Nov <b> &amp;",
    ]);
  });

  it("is Slack's blocks in place of the text, then its attachments", () => {
    const blocks = [
      { type: "header", text: { type: "plain_text", text: "Deploy" } },
      { type: "divider" },
      {
        type: "section",
        text: { type: "mrkdwn", text: "of <https://a.test|app>" },
        fields: [{ type: "mrkdwn", text: "*By*\njuliet" }],
      },
      {
        type: "context",
        elements: [
          { type: "plain_text", text: "now" },
          { type: "image", image_url: "x" },
        ],
      },
      {
        type: "actions",
        elements: [{ type: "button", text: { type: "plain_text", text: "Open" }, url: "https://a.test/1" }],
      },
      {
        type: "rich_text",
        elements: [
          {
            type: "rich_text_list",
            elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "one" }] }],
          },
        ],
      },
    ];
    const attachments = [
      {
        pretext: "P",
        title: "T",
        title_link: "https://a.test/t",
        text: "body",
        fields: [{ title: "size", value: "1" }],
        footer: "f",
      },
      { fallback: "only this" },
    ];
    expect(said(json({ text: "not shown", blocks, attachments }))).to.deep.equal([
      "slack",
      "*Deploy*",
      "of app (https://a.test)",
      "*By*",
      "juliet",
      "now",
      "Open (https://a.test/1)",
      "• one",
      "P",
      "*T* (https://a.test/t)",
      "body",
      "size: 1",
      "f",
      "only this",
    ]);
  });

  it("is one message for a group of Alertmanager's, with what its alerts differ in", () => {
    expect(said(json(group(alert("a"), alert("b", "resolved"))))).to.deep.equal([
      "alertmanager",
      "🔴 *Down* firing: 1, resolved: 1",
      "job=web",
      "• a is down [instance=a]",
      "  graph: https://prometheus.example.org/g",
      "• (resolved) b is down [instance=b]",
      "  graph: https://prometheus.example.org/g",
    ]);
    expect(said(json({ ...group(alert("a", "resolved")), status: "resolved" }))[1]).to.equal(
      "🟢 *Down* resolved",
    );
  });

  it("is the first twenty alerts of very many, and how many more there are", () => {
    const many = Array.from({ length: 50 }, (_, i) => alert(String(i)));
    const lines = said(json({ ...group(...many), truncatedAlerts: 7 }));
    expect(lines.filter((line) => line.startsWith("•"))).to.have.length(20);
    expect(lines.at(-1)).to.equal("… and 37 more");
  });

  it("is Grafana's alert with what was measured, and links to the panel and to silence it", () => {
    expect(said(sample("grafana"))).to.deep.equal([
      "grafana",
      "🔴 *High memory usage* firing: 1",
      "• Memory is short in eu-1 [zone=eu-1] (B=94.2)",
      "  panel: https://grafana.example.org/d/memory?viewPanel=2",
      "  rule: https://grafana.example.org/alerting/grafana/rule/view",
      "  silence: https://grafana.example.org/alerting/silence/new",
      "https://grafana.example.org/",
    ]);
  });

  it("is the alert of an older Grafana in the same form", () => {
    const old = {
      ruleId: 1,
      ruleName: "Load",
      ruleUrl: "https://grafana.example.org/rule",
      state: "alerting",
      message: "Too much",
      evalMatches: [{ metric: "db1", value: 97, tags: { dc: "eu" } }],
    };
    expect(said(json(old))).to.deep.equal([
      "grafana",
      "🔴 *Load* firing: 1",
      "Too much",
      "• db1 [dc=eu] (97)",
      "https://grafana.example.org/rule",
    ]);
    expect(said(json({ ...old, state: "ok", evalMatches: [] }))[1]).to.equal("🟢 *Load* resolved");
  });

  const repository = { full_name: "team/app", html_url: "https://git.test/team/app" };
  const sender = { login: "juliet" };
  const events: [string, object, string[]][] = [
    [
      "push",
      JSON.parse(SAMPLES.github?.body ?? "") as object,
      [
        "[team/app] juliet pushed 1 commit to main https://git.example.org/team/app/compare/6113728f...0d1a26e6",
        "• 0d1a26e6 Answer in the reader's language (juliet)",
      ],
    ],
    [
      "pull_request",
      {
        action: "closed",
        pull_request: { number: 7, title: "Fix", html_url: "https://git.test/7", merged: true },
      },
      ["[team/app] juliet merged pull request #7: Fix https://git.test/7"],
    ],
    [
      "issues",
      { action: "opened", issue: { number: 3, title: "Broken", html_url: "https://git.test/3" } },
      ["[team/app] juliet opened issue #3: Broken https://git.test/3"],
    ],
    [
      "issue_comment",
      {
        action: "created",
        issue: { number: 3, title: "Broken" },
        comment: { body: "me too\nreally", html_url: "https://git.test/3#1" },
      },
      ["[team/app] juliet commented on #3: Broken https://git.test/3#1", "> me too"],
    ],
    [
      "release",
      { action: "published", release: { tag_name: "v1", name: "One", html_url: "https://git.test/v1" } },
      ["[team/app] juliet published release One https://git.test/v1"],
    ],
    [
      "workflow_run",
      {
        action: "completed",
        workflow_run: {
          name: "CI",
          head_branch: "main",
          conclusion: "failure",
          html_url: "https://git.test/run",
        },
      },
      ["[team/app] ❌ CI on main: failure https://git.test/run"],
    ],
    ["ping", {}, ["[team/app] events of this repository come here from now on"]],
    ["star", { action: "created" }, ["[team/app] star created by juliet https://git.test/team/app"]],
  ];
  for (const [event, value, lines] of events) {
    it(`is a line for a forge's ${event}`, () => {
      expect(said(json({ repository, sender, ...value }, event))).to.deep.equal(["github", ...lines]);
    });
  }

  it("is text as it stands", () => {
    expect(said({ text: "a\nb" })).to.deep.equal(["text", "a", "b"]);
  });

  it("is nothing of what isn't known, and whoever sent it is told what was understood", () => {
    const [fault] = said(json({ foo: 1, bar: 2 }));
    expect(fault).to.match(
      /^payload: the post is a JSON object with foo, bar; expected github .*, alertmanager /,
    );
    expect(said(json([1]))[0]).to.contain("a JSON list");
    expect(said(json(group()), "grafana")[0]).to.contain("expected grafana (alerts with orgId");
  });

  it("holds nothing of what isn't as it should be", () => {
    const strange = [
      { text: { a: 1 } },
      { text: "x", blocks: 3, attachments: "no" },
      { attachments: [null, 1, { fields: {} }] },
    ];
    for (const value of strange) expect(said(json(value))[0]).to.equal("slack");
    expect(said(json({ ...group(), alerts: [null, 3, { labels: [] }], commonLabels: null }))[0]).to.equal(
      "alertmanager",
    );
    expect(said(json({ commits: [null], repository: 3, ref: {} }, "push"))[0]).to.equal("github");
    expect(said(json({ attachments: Array.from({ length: 101 }, () => ({})) }))[1]).to.contain(
      "more than the 100",
    );
  });
});
