/** What programs ask below a hook's URL: messages with keys, and open alerts. */
import { createHmac } from "node:crypto";
import { expect } from "chai";
import type { AlertsPage } from "../../../component/hooks/alerts/alerts.js";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Hook } from "../../../component/hooks/hook.js";
import type { Post } from "../../../component/hooks/hooks.js";
import type { HooksApi } from "../../../http/hooks/requests.js";
import { Interface, type Seen } from "../../support/interface.js";
import { hook, hooksApi, SECRET } from "./parts.js";

const JSON_TYPE = "application/json";
const ACCEPTED = '200 {"ok":true,"message_id":"m1","delivery":"queued"}';

describe("Requests below a hook's URL", () => {
  let http: Interface;
  let posts: Post[];
  let there: Hook;
  let outcome: () => ReturnType<HooksApi["receive"]>;
  let excess: HookFault | undefined;
  /** What was refused. */
  let counted: string[];
  /** Which alerts were asked for. */
  let pages: AlertsPage[];
  let seen: Seen;

  beforeEach(async () => {
    posts = [];
    pages = [];
    counted = [];
    there = hook();
    excess = undefined;
    outcome = () => Promise.resolve({ id: "m1", delivery: "queued" });
    const hooks = hooksApi({
      find: (id, secret) => (id === "abc" && secret === SECRET ? there : undefined),
      receive: (_hook, post) => {
        posts.push(post);
        return outcome();
      },
      retract: (_hook, key) => (key === "k1" ? outcome() : Promise.resolve(undefined)),
      alertsOf: (_hook, page) => {
        pages.push(page);
        return { alerts: [], next: 7 };
      },
      rates: { refuse: () => excess, charge: () => undefined },
      countRefused: (_hook, { kind }) => counted.push(kind),
    });
    http = await Interface.open({ hooks });
  });
  afterEach(() => http.close());

  /** @returns the response's status and text */
  const ask = async (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<string> => {
    const content = body === undefined ? {} : { body: new TextEncoder().encode(body) };
    seen = await http.request(`/hooks/abc/${SECRET}/${path}`, { method, headers, ...content });
    return `${seen.status} ${seen.text.trim()}`;
  };
  const put = (key: string, body: string, headers: Record<string, string> = {}): Promise<string> =>
    ask("PUT", `messages/${key}`, headers, body);
  const remove = (key: string, headers: Record<string, string> = {}): Promise<string> =>
    ask("DELETE", `messages/${key}`, headers);

  it("make, correct and retract a message, and are answered as other posts are, in the component's own form", async () => {
    expect(await put("deploy-1.2:a_b", '{"text":"50 %"}', { "content-type": JSON_TYPE })).to.equal(ACCEPTED);
    expect(posts[0]).to.deep.include({ name: "deploy-1.2:a_b" });
    expect(posts[0]?.posted).not.to.have.property("suffix");
    expect(await remove("k1")).to.equal(ACCEPTED);
    expect(await remove("other")).to.match(/^404 .*"message_not_found"/);
    outcome = () => Promise.resolve(new HookFault("payload", "no files"));
    expect(await put("k1", "x")).to.match(/^422 .*"no files"/);
  });

  it("are refused with the reason if the key, the method or the body is none", async () => {
    for (const key of ["a%20b", "k".repeat(65), "a/b", ""])
      expect(await put(key, "x"), key).to.match(/^404 .*messages\/KEY \(1 to 64 letters/);
    expect(await ask("POST", "messages/k1", {}, "x")).to.match(/^405 /);
    expect(seen.headers.get("allow")).to.equal("GET, PUT, DELETE");
    there = hook({ expectation: { expectMs: 1000, graceMs: 0, quiet: false } });
    expect(await put("k1", "")).to.match(/^422 .*no_text/);
    expect(posts).to.deep.equal([]);
  });

  it("have to be signed, or without a body have the key itself, if the hook has a key", async () => {
    there = hook({ signatureKey: "key" });
    expect(await put("k1", "x")).to.match(/^403 .*invalid_signature/);
    expect(await remove("k1")).to.match(/^403 /);
    const empty = createHmac("sha256", "key").update("").digest("hex");
    expect(await remove("k1", { "x-hub-signature-256": `sha256=${empty}` })).to.match(/^403 /);
    expect(await remove("k1", { "x-gitlab-token": "other" })).to.match(/^403 /);
    expect(await remove("k1", { "x-gitlab-token": "key" })).to.equal(ACCEPTED);
    expect(counted).to.deep.equal(["signature", "signature", "signature", "signature"]);
  });

  it("count against the hook's rate", async () => {
    excess = new HookFault("fast", "too many", 3);
    expect(await remove("k1")).to.match(/^429 /);
    expect(seen.headers.get("retry-after")).to.equal("3");
    expect(await ask("GET", "alerts")).to.match(/^429 /);
  });

  it("list open alerts, by pages and by key", async () => {
    expect(await ask("GET", "alerts")).to.equal('200 {"ok":true,"alerts":[],"next":7}');
    await ask("GET", "alerts?alert=nightly&after=7");
    expect(pages).to.deep.equal([
      { key: undefined, after: 0 },
      { key: "nightly", after: 7 },
    ]);
    expect(await ask("GET", "alerts?after=x")).to.match(/^422 .*after: give the next/);
    expect(await ask("POST", "alerts", {}, "x")).to.match(/^405 /);
    there = hook({ signatureKey: "key" });
    expect(await ask("GET", "alerts")).to.match(/^403 /);
    expect(pages).to.have.length(2);
  });
});
