/** The text of GitLab's webhooks, with samples from its documentation. */
import { expect } from "chai";
import type { Payload } from "../../../component/hooks/formats/format.js";
import { said } from "./said.js";

const project = { path_with_namespace: "mike/diaspora", web_url: "http://example.com/mike/diaspora" };
const user = { name: "Administrator", username: "root" };
const gitlab = (event: string, value: object): Payload => ({
  json: { value },
  headers: { "x-gitlab-event": event },
});

describe("The text of GitLab's webhooks", () => {
  const events: [string, object, string[]][] = [
    [
      "Push Hook",
      {
        object_kind: "push",
        ref: "refs/heads/master",
        after: "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
        user_name: "John Smith",
        commits: [
          {
            id: "b6568db1bc1dcd7f8b4d5a946b0b91f9dacd7327",
            message:
              "Update Catalan translation to e38cb41.\n\nSee https://gitlab.com/gitlab-org/gitlab for more information",
            title: "Update Catalan translation to e38cb41.",
            url: "http://example.com/mike/diaspora/commit/b6568db1",
            author: { name: "Jordi Mallach", email: "jordi@softcatala.org" },
          },
          { id: "da1560886d4f094c3e6c9ef40349f7d38b5d27d7", message: "fixed readme", title: "fixed readme" },
        ],
        total_commits_count: 4,
      },
      [
        "John Smith pushed 4 commits to master http://example.com/mike/diaspora",
        "• b6568db1 Update Catalan translation to e38cb41. (Jordi Mallach)",
        "• da156088 fixed readme",
      ],
    ],
    [
      "Tag Push Hook",
      {
        object_kind: "tag_push",
        ref: "refs/tags/v1.0.0",
        user_name: "John Smith",
        after: "82b3d5ae",
        commits: [],
      },
      ["John Smith pushed the tag v1.0.0 http://example.com/mike/diaspora"],
    ],
    [
      "Issue Hook",
      {
        object_kind: "issue",
        user,
        object_attributes: {
          iid: 23,
          title: "New API: create/update/delete file",
          action: "open",
          url: "http://example.com/diaspora/issues/23",
        },
      },
      [
        "Administrator opened issue #23: New API: create/update/delete file http://example.com/diaspora/issues/23",
      ],
    ],
    [
      "Merge Request Hook",
      {
        object_kind: "merge_request",
        user,
        object_attributes: {
          iid: 16,
          title: "MS-Viewport",
          action: "merge",
          url: "http://example.com/diaspora/merge_requests/16",
        },
      },
      ["Administrator merged merge request !16: MS-Viewport http://example.com/diaspora/merge_requests/16"],
    ],
    [
      "Note Hook",
      {
        object_kind: "note",
        user,
        object_attributes: {
          note: "This MR needs work.",
          noteable_type: "MergeRequest",
          url: "http://example.com/gitlab-org/gitlab-test/merge_requests/1#note_1244",
        },
        merge_request: { iid: 1, title: "Tempora et eos debitis quae laborum et." },
      },
      [
        "Administrator commented on !1: Tempora et eos debitis quae laborum et. http://example.com/gitlab-org/gitlab-test/merge_requests/1#note_1244",
        "> This MR needs work.",
      ],
    ],
    [
      "Pipeline Hook",
      {
        object_kind: "pipeline",
        user,
        object_attributes: {
          id: 31,
          ref: "master",
          status: "failed",
          duration: 63,
          url: "http://example.com/mike/diaspora/-/pipelines/31",
        },
        commit: { message: "test\n", title: "test: more of it" },
        builds: [
          { id: 380, stage: "deploy", name: "production", status: "skipped", allow_failure: false },
          { id: 377, stage: "test", name: "test-image", status: "failed", allow_failure: true },
          { id: 378, stage: "test", name: "test-build", status: "failed", allow_failure: false },
        ],
      },
      [
        "❌ pipeline 31: failed on master after 1 min 3 s (test-build): test: more of it http://example.com/mike/diaspora/-/pipelines/31",
      ],
    ],
    [
      "Job Hook",
      {
        object_kind: "build",
        ref: "gitlab-script-trigger",
        build_id: 1977,
        build_name: "test",
        build_status: "failed",
        build_duration: 12.4,
        build_failure_reason: "script_failure",
        user,
      },
      [
        "❌ job test: failed on gitlab-script-trigger after 12 s (script failure) http://example.com/mike/diaspora/-/jobs/1977",
      ],
    ],
    [
      "Release Hook",
      {
        object_kind: "release",
        action: "create",
        name: "v1.1",
        tag: "v1.1",
        url: "http://example.com/mike/diaspora/-/releases/v1.1",
      },
      ["release v1.1 created http://example.com/mike/diaspora/-/releases/v1.1"],
    ],
    [
      "Wiki Page Hook",
      { object_kind: "wiki_page", user, object_attributes: { title: "Awesome", action: "create" } },
      ["wiki page created: Awesome by Administrator http://example.com/mike/diaspora"],
    ],
  ];
  for (const [event, value, [first, ...more]] of events) {
    it(`is a line for a ${event}`, () => {
      expect(said(gitlab(event, { project, ...value }))).to.deep.equal([
        "gitlab",
        `[mike/diaspora] ${first ?? ""}`,
        ...more,
      ]);
    });
  }
});
