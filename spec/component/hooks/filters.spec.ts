/** Which posts a hook says nothing about: its filters, and a template of its own that says nothing. */
import { expect } from "chai";
import { limitsConfig } from "../../../component/config.js";
import { HookFault } from "../../../component/hooks/fault.js";
import { formatOf } from "../../../component/hooks/formats/formats.js";
import { renderPost } from "../../../component/hooks/rendering.js";
import { Templates } from "../../../component/hooks/templates.js";
import type { HookFilters } from "../../../storage/hooks-store.js";
import { rawPost } from "./raw-post.js";

const ALL: HookFilters = { onlyEvents: undefined, exceptEvents: undefined, branches: undefined };
const templates = await Templates.load();
const limits = limitsConfig.parse({});

const PUSH = `POST /
Content-Type: application/json
X-GitHub-Event: push

{"ref":"refs/heads/release/1.2","repository":{"full_name":"acme/shop"},"pusher":{"name":"romeo"},"commits":[{"id":"a1","message":"Fix"}],"head_commit":{"id":"a1"}}`;
const OPENED = `POST /
Content-Type: application/json
X-GitHub-Event: issues

{"action":"opened","issue":{"number":1,"title":"It fails"},"repository":{"full_name":"acme/shop"},"sender":{"login":"romeo"}}`;
const TAG = PUSH.replace("refs/heads/release/1.2", "refs/tags/v1");
const RESOLVED = `POST /
Content-Type: application/json

{"version":"4","groupKey":"k","status":"resolved","alerts":[{"status":"resolved","labels":{"alertname":"A"}}],"commonLabels":{"alertname":"A"}}`;
const TEXT = "POST /\nContent-Type: text/plain\n\nhello";

/** Whether a post is said, through these filters and this template. */
async function isSaid(post: string, filters: Partial<HookFilters>, template?: string): Promise<boolean> {
  const posted = await rawPost(post);
  const format = formatOf(posted, "auto");
  if (format instanceof HookFault) throw new Error(format.message);
  const rendered = renderPost(format, posted, {
    templates,
    template,
    filters: { ...ALL, ...filters },
    limits,
  });
  if (rendered instanceof HookFault) throw new Error(rendered.message);
  return rendered !== "nothing";
}

describe("A hook's filters", () => {
  for (const [what, filters, said] of [
    ["nothing", {}, [true, true, true, true, true]],
    ["only pushes", { onlyEvents: ["Push"] }, [true, false, true, false, true]],
    ["only opened issues", { onlyEvents: ["issues.opened"] }, [false, true, false, false, true]],
    ["closed issues", { exceptEvents: ["issues.closed"] }, [true, true, true, true, true]],
    ["all but issues", { exceptEvents: ["issues"] }, [true, false, true, true, true]],
    ["only what fires", { onlyEvents: ["firing"] }, [false, false, false, false, true]],
    ["main", { branches: ["main"] }, [false, true, true, true, true]],
    ["releases", { branches: ["main", "release/*"] }, [true, true, true, true, true]],
    [
      "one that both lists name",
      { onlyEvents: ["push"], exceptEvents: ["push"] },
      [false, false, false, false, true],
    ],
  ] as const)
    it(`that name ${what} leave out the others, but no text`, async () => {
      const posts = [PUSH, OPENED, TAG, RESOLVED, TEXT];
      expect(await Promise.all(posts.map((post) => isSaid(post, filters)))).to.deep.equal(said);
    });

  it("are no need if the hook's own template says nothing", async () => {
    const template = "{% if event == 'push' %}pushed{% endif %}";
    expect(await isSaid(PUSH, {}, template)).to.equal(true);
    expect(await isSaid(OPENED, {}, template)).to.equal(false);
  });
});
