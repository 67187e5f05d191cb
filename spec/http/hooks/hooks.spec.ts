/** Incoming webhooks over HTTP: who may post, how much, and the responses. */
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Hook } from "../../../component/hooks/hook.js";
import type { Post } from "../../../component/hooks/hooks.js";
import type { HooksApi } from "../../../http/hooks/requests.js";
import { Interface, type Seen } from "../../support/interface.js";
import { hook, hooksApi, SECRET } from "./parts.js";

const KEY = "a key";
const ADDRESS = `/hooks/abc/${SECRET}`;
const JSON_TYPE = "application/json";
const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";
const ACCEPTED = '200 {"ok":true,"message_id":"m1","delivery":"queued"}';
const PACKED = { "content-encoding": "gzip" };
const signatureOf = (text: string): string => createHmac("sha256", KEY).update(text).digest("hex");

describe("Posts to hooks", () => {
  let http: Interface;
  let posts: Post[];
  let there: Hook;
  let outcome: () => ReturnType<HooksApi["receive"]>;
  let excess: HookFault | undefined;
  /** What was refused, and how many bytes were charged. */
  let counted: string[];
  let charged: number[];
  let memory = { isShort: () => false };
  /** How many requests without content were accepted. */
  /** What programs said to have failed; undefined: they run. */
  let failures: (string | undefined)[];
  let seen: Seen;

  beforeEach(async () => {
    posts = [];
    failures = [];
    counted = [];
    charged = [];
    there = hook();
    excess = undefined;
    memory = { isShort: () => false };
    outcome = () => Promise.resolve({ id: "m1", delivery: "queued" });
    const hooks = hooksApi({
      find: (id, secret) => (id === "abc" && secret === SECRET ? there : undefined),
      receive: (_hook, post) => {
        posts.push(post);
        return outcome();
      },
      statusOf: (_hook, id) => (id === "m1" ? { id, outcome: "bounced", condition: "gone" } : undefined),
      rates: { refuse: () => excess, charge: (_hook, { bytes = 0 }) => charged.push(bytes) },
      countRefused: (_hook, { kind }) => counted.push(kind),
      beat: (_hook, { failure }) => {
        failures.push(failure);
        return Promise.resolve({ id: "", delivery: "ignored" });
      },
    });
    http = await Interface.open({ hooks, memory });
  });
  afterEach(() => http.close());

  /** Sends a request. @param headers or a body's type @returns the response's status and text */
  const post = async (
    body: string | Uint8Array<ArrayBuffer>,
    headers: string | Record<string, string> = {},
    { path = ADDRESS, method = "POST" } = {},
  ): Promise<string> => {
    const all = typeof headers === "string" ? { "content-type": headers } : headers;
    // A text would get a type of its own.
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    seen = await http.request(path, { method, body: bytes, headers: all });
    return `${seen.status} ${seen.text.trim()}`;
  };
  const get = async (path: string): Promise<string> => {
    seen = await http.request(path);
    return `${seen.status} ${seen.text.trim()}`;
  };

  it("are answered with what became of them", async () => {
    expect(await post("hi", "text/plain")).to.equal(ACCEPTED);
    expect(seen.headers.get("x-qtalk-delivery")).to.equal("queued");
    expect(seen.headers.get("x-request-id")).to.match(/\S/);
    expect(await post("hi", {}, { method: "PUT" })).to.equal(ACCEPTED);
    expect(posts.map(({ posted }) => posted.text)).to.deep.equal(["hi", "hi"]);
  });

  it("may be a GET, a HEAD or an empty request if the hook expects posts, unless they have to be signed", async () => {
    const beat = '200 {"ok":true,"delivery":"ignored"}';
    const expectation = { expectMs: 60_000, graceMs: 1000, quiet: true };
    expect(await get(ADDRESS)).to.match(/^405 /);
    there = hook({ expectation });
    expect(await get(ADDRESS)).to.equal(beat);
    expect(await post("", FORM)).to.equal(beat);
    expect((await http.request(ADDRESS, { method: "HEAD" })).status).to.equal(200);
    expect(await get(`${ADDRESS}?status=up&msg=OK&ping=`)).to.equal(beat);
    expect(failures).to.deep.equal([undefined, undefined, undefined, undefined]);
    // Uptime Kuma's push monitors take any method.
    for (const method of ["GET", "HEAD", "POST"])
      await http.request(`${ADDRESS}?status=down&msg=a+b`, { method });
    expect(await get(`${ADDRESS}?status=down`)).to.equal(beat);
    expect(failures.slice(4)).to.deep.equal(["a b", "a b", "a b", ""]);
    there = hook({ expectation, signatureKey: KEY });
    expect(await get(ADDRESS)).to.match(/^403 /);
    expect([failures.length, posts.length]).to.deep.equal([8, 0]);
  });

  it("with a wrong secret, to no hook, or to something like an address are answered alike, and not read", async () => {
    for (const path of [`abc/${SECRET}x`, `xyz/${SECRET}`, "abc", "", "abc/wrong/x", "%zz/%00"])
      expect(await post("hi", {}, { path: `/hooks/${path}` })).to.equal("404 no_service");
    expect(await get("/hooks/abc/wrong/messages/m1")).to.equal("404 no_service");
    expect(posts).to.have.length(0);
  });

  it("leave no trace of the address in the log, whatever comes of them", async () => {
    await post("hi");
    await post("hi", {}, { path: "/hooks/abc/wr0ng-wr0ng" });
    outcome = () => Promise.reject(new Error("broken"));
    expect(await post("hi")).to.match(/^503 /);
    const log = JSON.stringify(http.log.lines);
    expect(log).to.contain("POST hook by alerts").and.to.contain("POST hook by unknown");
    expect(log).not.to.contain(SECRET).and.not.to.contain("wr0ng").and.not.to.contain("/hooks/");
  });

  for (const [body, type, read] of [
    ['{"a":1}', JSON_TYPE, { json: { value: { a: 1 } } }],
    ['{"a":1}', "application/vnd.x+json; charset=utf-8", { json: { value: { a: 1 } } }],
    ['{"a":1}', FORM, { json: { value: { a: 1 } } }],
    ["payload=%7B%22a%22%3A1%7D", FORM, { json: { value: { a: 1 } } }],
    ["text=%E5%A5%BD+x", FORM, { text: "好 x" }],
    ["text=form text", FORM, { text: "form text" }],
    ["data=%7B%22a%22%3A1%7D", FORM, { json: { value: { a: 1 } } }],
    ["title=T&message=a+b&data=x", FORM, { json: { value: { title: "T", message: "a b", data: "x" } } }],
    ["title=T&message=a+b", FORM, { json: { value: { title: "T", message: "a b" } } }],
    ['{"a":1}', "text/plain", { text: '{"a":1}' }],
    ['{"message":"hi"}', "text/plain", { json: { value: { message: "hi" } } }],
    ["a=b&c=d", FORM, { json: { value: { a: "b", c: "d" } } }],
    ["Found 1 image", JSON_TYPE, { text: "Found 1 image" }],
    ["[1]", "application/octet-stream", { json: { value: [1] } }],
  ] as const)
    it(`are read as what they say they are, or as what they look like: ${body} as ${type}`, async () => {
      await post(body, type);
      await post(gzipSync(body), { "content-type": type, ...PACKED });
      for (const { posted } of posts) {
        const { headers, ...rest } = posted;
        expect([rest, headers["content-type"]]).to.deep.equal([read, type]);
      }
      expect(posts).to.have.length(2);
    });

  it("are what curl makes of a text", async () => {
    const url = `http://127.0.0.1:${http.port}${ADDRESS}`;
    const texts = ["hello", "50 % of a=b & c are full", "磁盘 = 95%"];
    for (const text of texts)
      for (const [option, value] of Object.entries({ "-d": "", "-F": "text=", "--data-urlencode": "text=" }))
        await promisify(execFile)("curl", ["-sS", "--fail", option, `${value}${text}`, url]);
    expect(posts.map(({ posted }) => posted.text)).to.deep.equal(texts.flatMap((text) => [text, text, text]));
  });

  for (const [body, type, reason] of [
    ['{"a":', JSON_TYPE, "JSON"],
    ["[".repeat(1000), JSON_TYPE, "nests deeper"],
    ["--b\r\nnothing", `${MULTIPART}; boundary=b`, "no multipart/form-data"],
    ["x", MULTIPART, "no multipart/form-data"],
    ["--b\r\n".repeat(150), `${MULTIPART}; boundary=b`, "more than 60 parts"],
    ["--b\r\n--b--", `${MULTIPART}; boundary=b; boundary=c`, "no multipart/form-data"],
  ] as const)
    it(`that can't be read are refused with the reason: ${reason} of ${type}`, async () => {
      expect(await post(body, type)).to.match(/^422 \{"ok":false,"error":"invalid_payload",/);
      expect(seen.text).to.contain(reason);
      expect(posts).to.have.length(0);
    });

  it("are known by their key, or by a forge's delivery", async () => {
    for (const [name, value] of [
      ["idempotency-key", "k"],
      ["x-github-delivery", "d"],
      ["webhook-id", "w"],
      ["x-none", ""],
      ["idempotency-key", "k".repeat(300)],
    ] as const)
      await post("a", { [name]: value });
    expect(posts.map(({ key }) => key)).to.deep.equal(["k", "d", "w", undefined, undefined]);
  });

  it("are charged to the hook by their size, packed or not, also if they can't be read", async () => {
    await post("hello");
    await post(gzipSync("x".repeat(2000)), PACKED);
    await post('{"a":', JSON_TYPE);
    expect(charged).to.deep.equal([5, 2000, 5]);
  });

  /** Posts to a hook with a key. @returns the status */
  const signed = async (body: string, type: string, name: string, value: string): Promise<number> => {
    there = hook({ signatureKey: KEY });
    await post(body, { "content-type": type, [name]: value });
    return seen.status;
  };
  const [SIGNATURE, FORM_BODY] = [signatureOf("{}"), "payload=%7B%7D"];

  for (const [what, status, body, type, name, value] of [
    ["no signature", 403, "{}", JSON_TYPE, "x-none", ""],
    ["an empty signature", 403, "{}", JSON_TYPE, "x-hub-signature-256", ""],
    ["a name alone", 403, "{}", JSON_TYPE, "x-hub-signature-256", "sha256="],
    ["a long signature", 403, "{}", JSON_TYPE, "x-hub-signature-256", `sha256=${SIGNATURE}0`],
    ["a wrong signature", 403, "{}", JSON_TYPE, "x-hub-signature-256", `sha256=${"0".repeat(64)}`],
    ["a signature", 200, "{}", JSON_TYPE, "x-hub-signature-256", SIGNATURE],
    ["a named signature", 200, "{}", JSON_TYPE, "x-hub-signature-256", `sha256=${SIGNATURE}`],
    ["Gitea's signature", 200, "{}", JSON_TYPE, "x-gitea-signature", SIGNATURE],
    ["GitHub's of a form", 200, FORM_BODY, FORM, "x-hub-signature-256", signatureOf(FORM_BODY)],
    ["Gitea's of the JSON in a form", 200, FORM_BODY, FORM, "x-hub-signature-256", SIGNATURE],
    ["a signature of less", 403, `${FORM_BODY}+`, FORM, "x-gitea-signature", SIGNATURE],
    ["GitLab's token", 200, "{}", JSON_TYPE, "x-gitlab-token", KEY],
    ["a longer token", 403, "{}", JSON_TYPE, "x-gitlab-token", `${KEY}x`],
    ["a shorter token", 403, "{}", JSON_TYPE, "x-gitlab-token", KEY.slice(1)],
  ] as const)
    it(`with ${what} are answered ${status} if the hook has a key`, async () => {
      expect(await signed(body, type, name, value)).to.equal(status);
      expect(counted).to.deep.equal(status === 403 ? ["signature"] : []);
    });

  it("are read only as far as they are signed", async () => {
    const json = '{"a":1}';
    const form = "payload=%7B%22a%22%3A1%7D";
    const forged = [`{"text":"forged","x":"&${form}&y"}`, `text=forged&${form}`, `${form}&payload=%7B%7D`];
    for (const body of [form, ...forged])
      expect(await signed(body, FORM, "x-gitea-signature", signatureOf(json))).to.equal(200);
    for (const { posted, body } of posts) {
      expect([posted.json, posted.text]).to.deep.equal([{ value: { a: 1 } }, undefined]);
      expect(body.toString()).to.equal(json);
    }
  });

  it("may be of a size, announced or not, packed or not", async () => {
    const large = "x".repeat(3000);
    expect(await post(large)).to.match(/^413 /);
    expect(await post(gzipSync(large), PACKED)).to.match(/^413 .*"too_large"/);
    there = hook({ limits: { rate: undefined, bodyBytes: 3000 } });
    expect(await post(large)).to.equal(ACCEPTED);
    expect(await post(`${large}x`)).to.contain("3000 bytes allowed (hook set)");
  });

  it("are refused with the time to retry if there are too many, or memory is short", async () => {
    excess = new HookFault("fast", "too many", 7);
    expect(await post("hi")).to.equal('429 {"ok":false,"error":"rate_limited","message":"too many"}');
    expect(seen.headers.get("retry-after")).to.equal("7");
    // Alertmanager posts again after 5xx alone.
    expect(await post("hi", { "user-agent": "Alertmanager/0.28.1" })).to.match(/^503 /);
    expect(counted).to.deep.equal(["fast", "unavailable"]);
    excess = undefined;
    memory.isShort = () => true;
    expect(await post("hi")).to.match(/^503 /);
  });

  it("of Slack's programs get Slack's answers, with its status codes", async () => {
    for (const [kind, answer] of [
      ["payload", "400 invalid_payload"],
      ["attachments", "400 too_many_attachments"],
      ["empty", "400 no_text"],
      ["missing", "404 channel_not_found"],
      ["gone", "410 channel_is_archived"],
      ["forbidden", "403 action_prohibited"],
      ["template", "422 template_error"],
    ] as const) {
      outcome = () => Promise.resolve(new HookFault(kind, "why"));
      expect(await post('{"text":"hi"}', JSON_TYPE)).to.equal(answer);
    }
    outcome = () => Promise.resolve({ id: "m1", delivery: "confirmed" });
    expect(await post('{"text":"hi"}', JSON_TYPE)).to.equal("200 ok");
    expect(seen.headers.get("x-qtalk-message-id")).to.equal("m1");
  });

  it("are asked after by the message's id", async () => {
    expect(await get(`${ADDRESS}/messages/m1`)).to.equal(
      '200 {"ok":true,"message_id":"m1","state":"bounced","condition":"gone"}',
    );
    expect(await get(`${ADDRESS}/messages/m2`)).to.match(/^404 /);
    expect(await get(ADDRESS)).to.match(/^405 /);
    expect(seen.headers.get("allow")).to.equal("POST, PUT");
  });

  it("are refused once the service stops, and those that run are waited for", async () => {
    let finish: () => void = () => undefined;
    outcome = () => new Promise((resolve) => (finish = () => resolve({ id: "m1", delivery: "queued" })));
    const running = post("hi");
    while (posts.length === 0) await new Promise(setImmediate);
    const drained = http.server.drain(10_000);
    expect(await post("late")).to.match(/^503 /);
    finish();
    expect(await running).to.equal(ACCEPTED);
    await drained;
  });
});
