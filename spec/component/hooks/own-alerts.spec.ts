/** Alerts of one's own programs: any post with a key is one, whatever the format of its body. */
import { expect } from "chai";
import { limitsConfig } from "../../../component/config.js";
import { HookFault } from "../../../component/hooks/fault.js";
import { formatOf } from "../../../component/hooks/formats/formats.js";
import { renderPost, type RenderedPost } from "../../../component/hooks/rendering.js";
import { Templates } from "../../../component/hooks/templates.js";
import type { HookFilters } from "../../../storage/hooks-store.js";
import { rawPost } from "./raw-post.js";

const templates = await Templates.load();
const limits = limitsConfig.parse({});
const NO_BREAK = "\u00a0";
const RESOLVED = "/?alert=nightly&status=resolved";

interface Sent {
  readonly type?: string;
  readonly headers?: readonly string[];
  readonly format?: string;
  readonly template?: string;
  readonly filters?: HookFilters;
}

async function rendered(path: string, body: string, sent: Sent = {}) {
  const { type = "text/plain", headers = [], format = "auto", ...rules } = sent;
  const posted = await rawPost([`POST ${path}`, `Content-Type: ${type}`, ...headers, "", body].join("\n"));
  const known = formatOf(posted, format);
  if (known instanceof HookFault) throw new Error(known.message);
  return renderPost(known, posted, { templates, limits, ...rules });
}

/** Returns the message and the alert of a post that is said. */
async function said(path: string, body: string, sent?: Sent) {
  const post = (await rendered(path, body, sent)) as RenderedPost;
  return { text: post.text, ...post.reading.alert };
}

describe("A post with a key for its alert", () => {
  for (const [what, body, type, format] of [
    ["a text", "Backup failed\ndisk full", "text/plain", "auto"],
    ["Slack's format", '{"text":"Backup failed\\ndisk full"}', "application/json", "auto"],
    [
      "JSON with title and message",
      '{"title":"Backup failed","message":"disk full"}',
      "application/json",
      "text",
    ],
    ["a form", "text=Backup+failed%0Adisk+full", "application/x-www-form-urlencoded", "auto"],
  ] as const)
    it(`opens it in ${what}, with its first line as title`, async () => {
      const alert = await said("/?alert=nightly&severity=warning", body, { type, format });
      expect(alert).to.deep.include({ key: "nightly", status: "firing", severity: "warning", labels: {} });
      expect(alert.title?.replaceAll("*", "")).to.match(/^Backup failed/);
      expect(alert.text).to.match(new RegExp(`^🟠${NO_BREAK}\\*?Backup failed`, "u"));
    });

  it("may have it in a header, so that it isn't in URLs; the query's comes first", async () => {
    const headers = ["X-Alert-Key: 备份"];
    // Node reads headers as ISO 8859-1: the key is the same in each post, and nobody reads it.
    expect((await said("/", "failed", { headers })).key).to.have.length(6);
    expect((await said("/?alert=nightly", "failed", { headers })).key).to.equal("nightly");
  });

  it("resolves it with the status resolved, and has the sign of it", async () => {
    const alert = await said(RESOLVED, "Backup done");
    expect(alert).to.deep.include({
      status: "resolved",
      title: "Backup done",
      text: `✅${NO_BREAK}Backup done`,
    });
  });

  it("keeps the sign that its text begins with, and the text of the hook's own template", async () => {
    expect((await said(RESOLVED, "🎉 done")).text).to.equal("🎉 done");
    expect((await said(RESOLVED, "🎉 done")).title).to.equal("done");
    const template = "Backup of {{ payload.host }}";
    const own = await said(RESOLVED, '{"host":"db1"}', {
      type: "application/json",
      format: "template",
      template,
    });
    expect(own).to.deep.include({ key: "nightly", text: "Backup of db1", title: "Backup of db1" });
  });

  it("may have it from the hook's own template, with status and severity", async () => {
    const template = `{% assign group = payload.job %}{% if payload.ok %}{% assign status = "resolved" %}{% endif -%}
      {% assign severity = "warning" %}Job {{ payload.job }}`;
    const sent = { type: "application/json", format: "template", template };
    expect(await said("/", '{"job":7}', sent)).to.deep.include({
      ...{ key: "7", status: "firing", severity: "warning", title: "Job 7", text: "Job 7" },
    });
    expect(await said("/", '{"job":"b","ok":true}', sent)).to.deep.include({ key: "b", status: "resolved" });
    expect((await said("/?alert=own", '{"job":7}', sent)).key).to.equal("own");
    expect((await said("/", "{}", sent)).key).to.equal(undefined);
    const filters = { onlyEvents: ["resolved"], exceptEvents: undefined, branches: undefined };
    expect(await rendered("/", '{"job":7}', { ...sent, filters })).to.equal("nothing");
    const wrong = { ...sent, template: '{% assign group = "g" %}{% assign status = "ok" %}x' };
    expect(await rendered("/", "{}", wrong)).to.deep.include({
      message: 'status: "ok" is neither firing nor resolved',
    });
  });

  it("is left out by the hook's filters as other alerts are", async () => {
    const filters = { onlyEvents: ["firing"], exceptEvents: undefined, branches: undefined };
    expect(await rendered(RESOLVED, "done", { filters })).to.equal("nothing");
    expect(await rendered("/?alert=nightly", "failed", { filters })).to.have.property("text");
  });

  it("is about the program's own alert if its format has one", async () => {
    const body =
      '{"version":"4","groupKey":"k","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"A"}}]}';
    const alert = await said(RESOLVED, body, { type: "application/json" });
    expect(alert).to.deep.include({ key: "k", status: "firing" });
  });

  for (const [what, path, message] of [
    ["an unknown status", "/?alert=a&status=done", 'status: "done" is neither firing nor resolved'],
    ["no characters", "/?alert=", "alert: the key must have 1 to 256 characters"],
    ["too many characters", `/?alert=${"a".repeat(257)}`, "alert: the key must have 1 to 256 characters"],
  ] as const)
    it(`is refused with ${what}`, async () => {
      expect(await rendered(path, "failed")).to.deep.equal(new HookFault("payload", message));
    });
});

describe("A post without a key", () => {
  it("is no alert, whatever else its query says", async () => {
    expect(await said("/?status=resolved&severity=critical", "hi")).to.deep.equal({ text: "hi" });
  });
});
