/** Incoming webhooks over HTTP: who may post, how much, and the responses. */
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Hook, Post } from "../../../component/hooks/hooks.js";
import type { HooksApi } from "../../../http/hooks/requests.js";
import { Interface, type Seen } from "../../support/interface.js";
import { hook, hooksApi, SECRET } from "./parts.js";

const KEY = "a key";
describe("Posts to hooks", () => {
  let http: Interface;
  let posts: Post[];
  let there: Hook;
  let outcome: () => ReturnType<HooksApi["receive"]>;
  let excess: HookFault | undefined;
  let counted: string[];
  let charged: number[];
  let memory = { isShort: false };

  beforeEach(async () => {
    posts = [];
    counted = [];
    charged = [];
    there = hook();
    excess = undefined;
    memory = { isShort: false };
    outcome = () => Promise.resolve({ id: "m1", delivery: "queued" });
    const hooks = hooksApi({
      find: (id, secret) => (id === "abc" && secret === SECRET ? there : undefined),
      receive: (_hook, post) => {
        posts.push(post);
        return outcome();
      },
      statusOf: (_hook, id) => (id === "m1" ? { outcome: "bounced", condition: "gone" } : undefined),
      rates: { refuse: () => excess, charge: (_hook, { bytes = 0 }) => charged.push(bytes) },
      countRefused: (_hook, { kind }) => counted.push(kind),
    });
    http = await Interface.open({ hooks, memory });
  });
  afterEach(() => http.close());

  const post = (
    body: string | Buffer,
    headers: Record<string, string> = {},
    path = `/hooks/abc/${SECRET}`,
  ): Promise<Seen> =>
    http.request(path, { method: "POST", body: new Uint8Array(Buffer.from(body)), headers });
  const JSON_TYPE = { "content-type": "application/json" };
  const FORM = "application/x-www-form-urlencoded";
  const FORM_TYPE = { "content-type": FORM };

  it("are answered with what became of them", async () => {
    const { status, text, headers } = await post("hi", { "content-type": "text/plain" });
    expect([status, text]).to.deep.equal([200, '{"ok":true,"message_id":"m1","delivery":"queued"}\n']);
    expect(headers.get("x-qtalk-delivery")).to.equal("queued");
    expect(headers.get("x-request-id")).to.match(/\S/);
    const put = await http.request(`/hooks/abc/${SECRET}`, { method: "PUT", body: "hi" });
    expect(put.status).to.equal(200);
    expect(posts.map(({ posted }) => posted.text)).to.deep.equal(["hi", "hi"]);
  });

  it("with a wrong secret, to no hook, or to something like an address are answered alike, and not read", async () => {
    const paths = [
      `/hooks/abc/${SECRET}x`,
      `/hooks/xyz/${SECRET}`,
      "/hooks/abc",
      "/hooks/",
      `/hooks/abc/${SECRET}/x`,
      "/hooks/%zz/%00",
    ];
    const seen = await Promise.all(paths.map((path) => post("hi", {}, path)));
    for (const { status, text } of seen) expect([status, text]).to.deep.equal([404, "no_service"]);
    const asked = await http.request(`/hooks/abc/wrong/messages/m1`);
    expect([asked.status, asked.text]).to.deep.equal([404, "no_service"]);
    expect(posts).to.have.length(0);
  });

  it("leave no trace of the address in the log, whatever comes of them", async () => {
    await post("hi");
    await post("hi", {}, "/hooks/abc/wr0ng-wr0ng");
    outcome = () => Promise.reject(new Error("broken"));
    expect((await post("hi")).status).to.equal(503);
    const log = JSON.stringify(http.log.lines);
    expect(log).to.contain("POST hook by alerts").and.to.contain("POST hook by unknown");
    expect(log).not.to.contain(SECRET).and.not.to.contain("wr0ng").and.not.to.contain("/hooks/");
  });

  it("are read as what they say they are, or as what they look like", async () => {
    const value = { a: 1 };
    const bodies: [string, string, object][] = [
      ['{"a":1}', "application/json", { json: { value } }],
      ['{"a":1}', "application/vnd.x+json; charset=utf-8", { json: { value } }],
      ['{"a":1}', FORM, { json: { value } }],
      ["payload=%7B%22a%22%3A1%7D", FORM, { json: { value } }],
      ["text=%E5%A5%BD+x", FORM, { text: "好 x" }],
      ["text=form text", FORM, { text: "form text" }],
      ["title=T&message=a+b", FORM, { json: { value: { title: "T", message: "a b" } } }],
      ['{"a":1}', "text/plain", { text: '{"a":1}' }],
      ["[1]", "application/octet-stream", { json: { value: [1] } }],
    ];
    for (const [at, [body, type, read]] of bodies.entries()) {
      await post(body, { "content-type": type });
      const { headers, ...posted } = posts[at]!.posted;
      expect([posted, headers["content-type"]]).to.deep.equal([read, type]);
    }
    const zipped = await post(gzipSync('{"a":1}'), { ...JSON_TYPE, "content-encoding": "gzip" });
    expect([zipped.status, posts.at(-1)?.posted.json]).to.deep.equal([200, { value }]);
  });

  it("are what curl makes of a text", async () => {
    const url = `http://127.0.0.1:${http.port}/hooks/abc/${SECRET}`;
    const texts = ["hello", "50 % of a=b & c are full", "磁盘 = 95%"];
    for (const text of texts)
      for (const args of [
        ["-d", text],
        ["-F", `text=${text}`],
        ["--data-urlencode", `text=${text}`],
      ])
        await promisify(execFile)("curl", ["-sS", "--fail", ...args, url]);
    expect(posts.map(({ posted }) => posted.text)).to.deep.equal(texts.flatMap((text) => [text, text, text]));
    const MULTIPART = { "content-type": "multipart/form-data; boundary=b" };
    expect((await post("--b\r\nnothing", MULTIPART)).text).to.contain("no multipart/form-data");
    expect((await post("x", { "content-type": "multipart/form-data" })).status).to.equal(422);
  });

  it("that can't be read are refused with the reason", async () => {
    const broken = await post('{"a":', JSON_TYPE);
    expect(broken.status).to.equal(422);
    expect(JSON.parse(broken.text)).to.deep.include({ ok: false, error: "invalid_payload" });
    expect((await post("a=b", FORM_TYPE)).text).to.contain("none of the fields payload");
    const deep = await post("[".repeat(1000), JSON_TYPE);
    expect(deep.text).to.contain("nests deeper");
    expect(posts).to.have.length(0);
  });

  it("are known by their key, or by a forge's delivery", async () => {
    await post("a", { "idempotency-key": "k" });
    await post("a", { "x-github-delivery": "d" });
    await post("a", { "webhook-id": "w" });
    await post("a");
    await post("a", { "idempotency-key": "k".repeat(300) });
    expect(posts.map(({ key }) => key)).to.deep.equal(["k", "d", "w", undefined, undefined]);
  });

  it("are charged to the hook by their size, packed or not, also if they can't be read", async () => {
    await post("hello");
    await post(gzipSync("x".repeat(2000)), { "content-encoding": "gzip" });
    expect((await post('{"a":', JSON_TYPE)).status).to.equal(422);
    expect(charged).to.deep.equal([5, 2000, 5]);
  });

  it("must be signed if the hook has a key", async () => {
    there = hook({ signatureKey: KEY });
    const signature = createHmac("sha256", KEY).update("{}").digest("hex");
    expect((await post("{}", JSON_TYPE)).status).to.equal(403);
    for (const wrong of ["", "sha256=", `sha256=${signature}0`, `sha256=${"0".repeat(64)}`])
      expect((await post("{}", { ...JSON_TYPE, "x-hub-signature-256": wrong })).status).to.equal(403);
    expect(counted).to.deep.equal(Array.from({ length: 5 }, () => "signature"));
    for (const right of [signature, `sha256=${signature}`])
      expect((await post("{}", { ...JSON_TYPE, "x-hub-signature-256": right })).status).to.equal(200);
    expect((await post("{}", { ...JSON_TYPE, "x-gitea-signature": signature })).status).to.equal(200);
    // A form: GitHub signs it as it is sent, Gitea the JSON in it.
    const form = "payload=%7B%7D";
    const ofForm = createHmac("sha256", KEY).update(form).digest("hex");
    for (const value of [ofForm, signature])
      expect((await post(form, { ...FORM_TYPE, "x-hub-signature-256": value })).status).to.equal(200);
    expect((await post(`${form}+`, { ...FORM_TYPE, "x-gitea-signature": signature })).status).to.equal(403);
  });

  it("may have the key itself instead of a signature, as GitLab's", async () => {
    there = hook({ signatureKey: KEY });
    const statuses: number[] = [];
    for (const token of [KEY, `${KEY}x`, KEY.slice(1)])
      statuses.push((await post("{}", { ...JSON_TYPE, "x-gitlab-token": token })).status);
    expect(statuses).to.deep.equal([200, 403, 403]);
  });

  it("are read only as far as they are signed", async () => {
    there = hook({ signatureKey: KEY });
    const signature = createHmac("sha256", KEY).update('{"a":1}').digest("hex");
    const signed = "payload=%7B%22a%22%3A1%7D";
    for (const body of [
      signed,
      `{"text":"forged","x":"&${signed}&y"}`,
      `text=forged&${signed}`,
      `${signed}&payload=%7B%7D`,
    ])
      expect((await post(body, { ...FORM_TYPE, "x-gitea-signature": signature })).status).to.equal(200);
    for (const { posted } of posts)
      expect(posted)
        .to.deep.include({ json: { value: { a: 1 } } })
        .and.not.have.property("text");
    expect(new Set(posts.map(({ body }) => body.toString()))).to.deep.equal(new Set(['{"a":1}']));
  });

  it("may be of a size, announced or not, packed or not", async () => {
    const large = "x".repeat(3000);
    expect((await post(large)).status).to.equal(413);
    const packed = await post(gzipSync(large), { "content-encoding": "gzip" });
    expect(JSON.parse(packed.text)).to.deep.include({ error: "too_large" });
    there = hook({ limits: { rate: undefined, bodyBytes: 3000 } });
    expect((await post(large)).status).to.equal(200);
    expect((await post(`${large}x`)).text).to.contain("3000 bytes allowed (hook set)");
  });

  it("are refused with the time to retry if there are too many, or memory is short", async () => {
    excess = new HookFault("fast", "too many", 7);
    const { status, headers, text } = await post("hi");
    expect([status, headers.get("retry-after"), JSON.parse(text)]).to.deep.equal([
      429,
      "7",
      { ok: false, error: "rate_limited", message: "too many" },
    ]);
    // Alertmanager posts again after 5xx alone.
    expect((await post("hi", { "user-agent": "Alertmanager/0.28.1" })).status).to.equal(503);
    expect(counted).to.deep.equal(["fast", "unavailable"]);
    excess = undefined;
    memory.isShort = true;
    expect((await post("hi")).status).to.equal(503);
  });

  it("of Slack's programs get Slack's answers, with its status codes", async () => {
    const answers: [HookFault["kind"], number, string][] = [
      ["payload", 400, "invalid_payload"],
      ["attachments", 400, "too_many_attachments"],
      ["empty", 400, "no_text"],
      ["missing", 404, "channel_not_found"],
      ["gone", 410, "channel_is_archived"],
      ["forbidden", 403, "action_prohibited"],
      ["template", 422, "template_error"],
    ];
    for (const [kind, status, text] of answers) {
      outcome = () => Promise.resolve(new HookFault(kind, "why"));
      const seen = await post('{"text":"hi"}', JSON_TYPE);
      expect([seen.status, seen.text]).to.deep.equal([status, text]);
    }
    outcome = () => Promise.resolve({ id: "m1", delivery: "confirmed" });
    const seen = await post('{"text":"hi"}', JSON_TYPE);
    expect([seen.status, seen.text, seen.headers.get("x-qtalk-message-id")]).to.deep.equal([200, "ok", "m1"]);
  });

  it("are asked after by the message's id", async () => {
    const { status, text } = await http.request(`/hooks/abc/${SECRET}/messages/m1`);
    expect([status, JSON.parse(text)]).to.deep.equal([
      200,
      { ok: true, message_id: "m1", state: "bounced", condition: "gone" },
    ]);
    expect((await http.request(`/hooks/abc/${SECRET}/messages/m2`)).status).to.equal(404);
    const get = await http.request(`/hooks/abc/${SECRET}`);
    expect([get.status, get.headers.get("allow")]).to.deep.equal([405, "POST, PUT"]);
  });

  it("are refused once the service stops, and those that run are waited for", async () => {
    let finish: () => void = () => undefined;
    outcome = () =>
      new Promise((resolve) => {
        finish = () => resolve({ id: "m1", delivery: "queued" });
      });
    const running = post("hi");
    while (posts.length === 0) await new Promise(setImmediate);
    const drained = http.server.drain(10_000);
    expect((await post("late")).status).to.equal(503);
    finish();
    expect((await running).status).to.equal(200);
    await drained;
  });
});
