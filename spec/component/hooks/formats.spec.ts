/** The text of posts in each format, by the format's template. */
import { expect } from "chai";
import { slack as slackFormat } from "../../../component/hooks/formats/slack.js";
import { text as textFormat } from "../../../component/hooks/formats/text.js";
import { json, said } from "./said.js";

describe("The text of a post", () => {
  it("converts Slack's links, mentions and marks", () => {
    const text =
      "*bold* _it_ ~no~ `code` <https://a.test|label> <https://b.test> <mailto:x@y.test|x@y.test> <@U1|juliet> <@U2> <#C1|ops> <!here> <!subteam^S1|@team> <!date^1700000000^{date}|14 Nov> &lt;b&gt; &amp;amp;";
    expect(said(json({ text }))).to.deep.equal([
      "slack",
      "*bold* _it_ ~no~ `code` label (https://a.test) https://b.test x@y.test @juliet @U2 #ops @here @team 14 Nov <b> &amp;",
    ]);
  });

  it("is the same without the template engine if it is only text", () => {
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

  it("has Slack's blocks instead of its text, then its attachments", () => {
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

  it("has the first fifty blocks, attachments and fields, and the number of others", () => {
    const many = Array.from({ length: 9_000 }, () => ({ type: "markdown", text: "x" }));
    const lines = said(json({ blocks: many, attachments: [{ fields: many.map(() => ({ title: "f" })) }] }));
    expect(lines.filter((line) => line === "x")).to.have.length(50);
    expect(lines.filter((line) => line === "f:")).to.have.length(50);
    expect(lines.slice(-2)).to.deep.equal(["… and 8950 more fields", "… and 8950 more"]);
  });

  it("is a text unchanged", () => {
    expect(said({ text: "a\nb", headers: {} })).to.deep.equal(["text", "a", "b"]);
  });

  it("has title and message of common JSON notifications", () => {
    const apprise = { version: "1.0", title: "Backup", message: "done", attachments: [], type: "info" };
    expect(said(json(apprise))).to.deep.equal(["text", "*Backup*", "done"]);
    expect(said(json({ message: "done", priority: 5 }))).to.deep.equal(["text", "done"]);
    expect(said(json({ message: "x", text: "Slack's" }))).to.deep.equal(["slack", "Slack's"]);
  });

  it("is an error with the known formats if the format is unknown", () => {
    const [fault] = said(json({ foo: 1, bar: 2 }));
    expect(fault).to.match(
      /^payload: the post is a JSON object with foo, bar; expected github .*, alertmanager .*, slack /,
    );
    expect(said(json([1]))[0]).to.contain("a JSON list");
    expect(said(json({ version: "4" }), "grafana")[0]).to.contain("expected grafana (alerts with orgId");
  });

  it("omits malformed fields", () => {
    const strange = [
      { text: { a: 1 } },
      { text: "x", blocks: 3, attachments: "no" },
      { attachments: [null, 1, { fields: {} }] },
    ];
    for (const value of strange) expect(said(json(value))[0]).to.equal("slack");
    expect(
      said(json({ version: "4", groupKey: "k", alerts: [null, 3, { labels: [] }], commonLabels: null }))[0],
    ).to.equal("alertmanager");
    expect(said(json({ commits: [null], repository: 3, ref: {} }, "push"))[0]).to.equal("github");
    expect(said(json({ attachments: Array.from({ length: 101 }, () => ({})) }))[1]).to.contain(
      "attachments: attachments: 101, more than the 100",
    );
  });
});
