/** What people read of what programs post: each format by its own template. */
import { expect } from "chai";
import type { Posted } from "../../../component/hooks/formats/format.js";
import { slack as slackFormat } from "../../../component/hooks/formats/slack.js";
import { text as textFormat } from "../../../component/hooks/formats/text.js";
import { formatNamed } from "../../../component/hooks/formats/formats.js";
import { json, said } from "./said.js";

const sample = (name: string, event?: string): Posted =>
  json(JSON.parse(formatNamed(name)?.sample.body ?? ""), event);

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
  it("is Slack's text, with its links, mentions and marks as chat clients know them", () => {
    const text =
      "*bold* _it_ ~no~ `code` <https://a.test|label> <https://b.test> <mailto:x@y.test|x@y.test> <@U1|juliet> <@U2> <#C1|ops> <!here> <!subteam^S1|@team> <!date^1700000000^{date}|14 Nov> &lt;b&gt; &amp;amp;";
    expect(said(json({ text }))).to.deep.equal([
      "slack",
      "*bold* _it_ ~no~ `code` label (https://a.test) https://b.test x@y.test @juliet @U2 #ops @here @team 14 Nov <b> &amp;",
    ]);
  });

  it("is the same without the engine, where it is nothing but text", () => {
    for (const text of [
      "one",
      "{{ two }}",
      " <https://a.test|three>\n\n\n\n  four \n",
      "&lt;b&gt; ",
      "\r\n",
    ]) {
      for (const [format, posted] of [
        [slackFormat, json({ text })],
        [textFormat, { text, headers: {} }],
      ] as const) {
        said(posted);
        expect(format.read(posted)).to.have.property("plain");
      }
    }
    expect(slackFormat.read(json({ text: "a", attachments: [{ text: "b" }] }))).to.not.have.property("plain");
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
      { text: "see", actions: [{ type: "button", text: "Runbook", url: "https://a.test/r" }] },
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
      "see",
      "Runbook (https://a.test/r)",
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

  it("is no more than twenty labels of very many, and as many of what is measured", () => {
    const many = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`l${i}`, "x"]));
    const common = { ...group({ ...alert("a"), labels: many, values: many }), commonLabels: many };
    for (const posted of [common, { ...common, commonLabels: {} }, { ...common, version: "1", orgId: 1 }]) {
      const text = said(json(posted)).join("\n");
      expect(text).to.contain("… and 59980 more");
      expect(text.match(/l\d+=x/g)).to.have.length.within(20, 40);
    }
  });

  it("is the first fifty blocks, attachments and fields of very many, and how many more there are", () => {
    const many = Array.from({ length: 9_000 }, () => ({ type: "markdown", text: "x" }));
    const lines = said(json({ blocks: many, attachments: [{ fields: many.map(() => ({ title: "f" })) }] }));
    expect(lines.filter((line) => line === "x")).to.have.length(50);
    expect(lines.filter((line) => line === "f:")).to.have.length(50);
    expect(lines.slice(-2)).to.deep.equal(["… and 8950 more fields", "… and 8950 more"]);
  });

  it("holds what isn't as it should be without failing", () => {
    const strange = { toString: 1 };
    const values = {
      orgId: 1,
      alerts: [{ values: { B: strange, C: "0x", D: 1.23456789 }, labels: { a: strange } }],
    };
    expect(said(json(values))).to.deep.include("• Alerts [a=] (B=, C=0x, D=1.23457)");
    const old = {
      ruleName: "r",
      state: "alerting",
      tags: { a: strange },
      evalMatches: [{ tags: { b: strange } }],
    };
    expect(said(json(old))[1]).to.equal("🔴 *r* firing: 1");
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

  it("is text as it stands", () => {
    expect(said({ text: "a\nb", headers: {} })).to.deep.equal(["text", "a", "b"]);
  });

  it("is the message and the title of programs that notify by JSON of their own", () => {
    const apprise = { version: "1.0", title: "Backup", message: "done", attachments: [], type: "info" };
    expect(said(json(apprise))).to.deep.equal(["text", "*Backup*", "done"]);
    expect(said(json({ message: "done", priority: 5 }))).to.deep.equal(["text", "done"]);
    expect(said(json({ message: "x", text: "Slack's" }))).to.deep.equal(["slack", "Slack's"]);
  });

  it("is nothing of what isn't known, and whoever sent it is told what was understood", () => {
    const [fault] = said(json({ foo: 1, bar: 2 }));
    expect(fault).to.match(
      /^payload: the post is a JSON object with foo, bar; expected github .*, alertmanager .*, slack /,
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
      "attachments: attachments: 101, more than the 100",
    );
  });
});
