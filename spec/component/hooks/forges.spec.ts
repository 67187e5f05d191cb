/** The text of forges' events. */
import { expect } from "chai";
import { github } from "../../../component/hooks/formats/github.js";
import { json, said } from "./said.js";
import { documentationOf } from "../../../http/docs/formats.js";

describe("The text of a forge's event", () => {
  const repository = { full_name: "team/app", html_url: "https://git.test/team/app" };
  const sender = { login: "juliet" };
  const events: [string, object, string[]][] = [
    [
      "push",
      JSON.parse(documentationOf(github).sample.body) as object,
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
      ["[team/app] juliet commented on #3: Broken https://git.test/3#1", "> me too", "> really"],
    ],
    [
      "issue_comment",
      {
        action: "created",
        issue: { number: 3, title: "Broken", html_url: "https://git.test/3" },
        comment: { body: "> why?\r\n>\r\n\r\none\r\ntwo\r\n\r\nthree\r\nfour" },
      },
      ["[team/app] juliet commented on #3: Broken https://git.test/3", "> one", "> two", "> three …"],
    ],
    [
      "issues",
      {
        action: "labeled",
        issue: { number: 3, title: "Broken", html_url: "https://git.test/3" },
        label: { name: "bug", color: "d73a4a" },
      },
      ["[team/app] juliet added the label bug to issue #3: Broken https://git.test/3"],
    ],
    [
      "dependabot_alert",
      {
        action: "created",
        alert: {
          number: 2,
          state: "open",
          dependency: { package: { ecosystem: "pip", name: "django" }, manifest_path: "requirements.txt" },
          security_advisory: {
            ghsa_id: "GHSA-rf4j-j272-fj86",
            summary: "Django allows open redirects",
            severity: "high",
          },
          security_vulnerability: {
            package: { ecosystem: "pip", name: "django" },
            vulnerable_version_range: ">= 2.0.0, < 2.0.2",
            first_patched_version: { identifier: "2.0.2" },
          },
          html_url: "https://git.test/team/app/security/dependabot/2",
        },
      },
      [
        "[team/app] 🔒 high, django >= 2.0.0, < 2.0.2: Django allows open redirects (created), fixed in 2.0.2 https://git.test/team/app/security/dependabot/2",
      ],
    ],
    [
      "code_scanning_alert",
      {
        action: "appeared_in_branch",
        alert: {
          number: 10,
          rule: { id: "Style/StringLiterals", severity: "error", description: "Double-quoted strings" },
          most_recent_instance: { location: { path: "app.rb", start_line: 917 } },
          html_url: "https://git.test/team/app/security/code-scanning/10",
        },
      },
      [
        "[team/app] 🔒 error, app.rb: Double-quoted strings (appeared in branch) https://git.test/team/app/security/code-scanning/10",
      ],
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
    [
      "pull_request",
      { action: "synchronize", pull_request: { number: 7, title: "Fix", html_url: "https://git.test/7" } },
      ["[team/app] juliet pushed to pull request #7: Fix https://git.test/7"],
    ],
    [
      "pull_request_review",
      {
        action: "submitted",
        review: { state: "changes_requested", body: "Not yet", html_url: "https://git.test/7#r" },
        pull_request: { number: 7, title: "Fix" },
      },
      ["[team/app] juliet requested changes on #7: Fix https://git.test/7#r", "> Not yet"],
    ],
    [
      "pull_request_approved",
      {
        action: "reviewed",
        review: { type: "pull_request_review_approved", content: "Good" },
        pull_request: { number: 7, title: "Fix", html_url: "https://git.test/7" },
      },
      ["[team/app] juliet approved #7: Fix https://git.test/7", "> Good"],
    ],
    [
      "issue_comment",
      {
        action: "deleted",
        issue: { number: 3, title: "Broken" },
        comment: { body: "me too", html_url: "https://git.test/3#1" },
      },
      ["[team/app] juliet deleted a comment on #3: Broken https://git.test/3#1", "> me too"],
    ],
    [
      "workflow_job",
      {
        action: "in_progress",
        workflow_job: {
          name: "test",
          head_branch: "main",
          conclusion: null,
          html_url: "https://git.test/job",
        },
      },
      ["[team/app] ▶ test on main: in progress https://git.test/job"],
    ],
    [
      "status",
      {
        state: "error",
        context: "ci/lint",
        description: "No disk",
        target_url: "https://ci.test/1",
        branches: [{ name: "main" }],
      },
      ["[team/app] ❌ ci/lint on main: error https://ci.test/1", "No disk"],
    ],
    ["ping", {}, ["[team/app] events come here from now on"]],
    ["star", { action: "created" }, ["[team/app] star created by juliet https://git.test/team/app"]],
  ];
  for (const [event, value, lines] of events) {
    const { action = "" } = value as { action?: string };
    it(`is a line for ${event} ${action}`, () => {
      expect(said(json({ repository, sender, ...value }, event))).to.deep.equal(["github", ...lines]);
    });
  }

  it("quotes Markdown as chat clients know it, and leaves no code open", () => {
    const quoted = (body: string): string[] =>
      said(json({ action: "created", issue: { number: 3 }, comment: { body } }, "issue_comment")).slice(2);
    expect(
      quoted(
        "## Why\n**bold** and __this__, ~~not~~ [a link](https://git.test/x), `**kwargs`\n![shot](x.png)",
      ),
    ).to.deep.equal([
      "> *Why*",
      "> *bold* and *this*, ~not~ a link (https://git.test/x), `**kwargs`",
      "> shot",
    ]);
    expect(quoted("Look:\n```js\nconst **a** = 1;\nlet b;\n```\ndone")).to.deep.equal([
      "> Look:",
      "> const **a** = 1;",
      "> let b; …",
    ]);
    expect(quoted("<!-- hidden\nlines -->\nshown")).to.deep.equal(["> shown"]);
    expect(quoted(`${"word ".repeat(58)}123456789012`)).to.deep.equal([`> ${"word ".repeat(58).trim()}…`]);
  });

  it("has a push's commits, the newest last, and their number", () => {
    const commit = (id: string): object => ({ id, message: `change ${id}`, author: { username: "juliet" } });
    const push = { ref: "refs/heads/main", after: "e5", compare_url: "https://git.test/c", total_commits: 7 };
    const commits = ["e5", "d4", "c3", "b2", "a1"].map(commit);
    expect(said(json({ repository, sender, ...push, commits }, "push"))).to.deep.equal([
      "github",
      "[team/app] juliet pushed 7 commits to main https://git.test/c",
      "… 2 earlier",
      ...["a1", "b2", "c3", "d4", "e5"].map((id) => `• ${id} change ${id} (juliet)`),
    ]);
    const six = ["0", "a1", "b2", "c3", "d4", "e5"].map(commit);
    expect(
      said(json({ repository, sender, ...push, total_commits: undefined, commits: six }, "push"))[2],
    ).to.equal("… 1 earlier");
  });

  it("has the organisation's name", () => {
    const event = { action: "created", team: { name: "core" }, organization: { login: "team" }, sender };
    expect(said(json(event, "team"))[1]).to.match(/^\[team\] team created: core by juliet/);
  });
});
