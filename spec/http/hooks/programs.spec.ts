/** Programs written for other servers: where they put the hook's secret, and the answers they get. */
import { expect } from "chai";
import { Captures } from "../../../component/hooks/captures/captures.js";
import { parseRawPost } from "../../../component/hooks/captures/raw-post.js";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Payload } from "../../../component/hooks/formats/format.js";
import type { Hook } from "../../../component/hooks/hook.js";
import type { Post } from "../../../component/hooks/hooks.js";
import { payloadIn } from "../../../http/hooks/operators-post.js";
import { Interface, type Seen } from "../../support/interface.js";
import { hook, hooksApi, SECRET } from "./parts.js";

const ID = "01990000-0000-7000-8000-000000000000";
const JSON_TYPE = { "content-type": "application/json" };
const MESSAGE = JSON.stringify({ title: "t", message: "m", priority: 8 });
const TOPIC = (topic: string): string => JSON.stringify({ topic, title: "t", message: "m" });

describe("Programs for other servers", () => {
  let http: Interface;
  let posts: Post[];
  let there: Hook;
  let fault: HookFault | undefined;
  let seen: Seen;
  let captures: Captures;

  beforeEach(async () => {
    posts = [];
    captures = new Captures();
    there = hook();
    fault = undefined;
    const hooks = hooksApi({
      find: (id, secret) => (id === "abc" && secret === SECRET ? there : undefined),
      captures,
      receive: (_hook, post) => {
        posts.push(post);
        return Promise.resolve(fault ?? { id: ID, delivery: "confirmed" });
      },
      retract: (_hook, key) =>
        Promise.resolve(key === "backup" ? { id: ID, delivery: "confirmed" } : undefined),
    });
    http = await Interface.open({ hooks });
  });
  afterEach(() => http.close());

  /** Posts to a path. @returns the status */
  const post = async (path: string, body: string, headers: object = JSON_TYPE, method = "POST") => {
    seen = await http.request(path, { method, body, headers: { ...headers } });
    return seen.status;
  };
  const answer = (): unknown => JSON.parse(seen.text);

  for (const [what, path, body, headers] of [
    ["Gotify's below the URL, with any token", `/hooks/abc/${SECRET}/message?token=any`, MESSAGE, {}],
    ["Gotify's with the secret as X-Gotify-Key", "/hooks/abc/message", MESSAGE, { "x-gotify-key": SECRET }],
    ["Gotify's with the secret in the query", `/hooks/abc/message?token=${SECRET}`, MESSAGE, {}],
    ["Gotify's with a bearer token", "/hooks/abc/message", MESSAGE, { authorization: `Bearer ${SECRET}` }],
    ["ntfy's with the secret as topic", `/hooks/abc`, TOPIC(SECRET), {}],
    ["ntfy's with a slash at the server's end", `/hooks/abc/`, TOPIC(SECRET), {}],
    ["ntfy's to a host, with the secret as token", "/", TOPIC("abc"), { authorization: `Bearer ${SECRET}` }],
    [
      "ntfy's to a host, with a password",
      "/",
      TOPIC("abc"),
      { authorization: `Basic ${Buffer.from(`juliet:${SECRET}`).toString("base64")}` },
    ],
    [
      "ntfy's to a host, with the whole header in the query",
      `/?auth=${Buffer.from(`Basic ${Buffer.from(`juliet:${SECRET}`).toString("base64")}`).toString("base64url")}`,
      TOPIC("abc"),
      {},
    ],
    ["ntfy's to a topic of a host", "/abc?title=t", TOPIC("abc"), { authorization: `Bearer ${SECRET}` }],
    ["Mattermost's, joined by a dot", `/hooks/abc.${SECRET}`, '{"text":"m"}', {}],
  ] as const)
    it(`reach the hook: ${what}`, async () => {
      expect(await post(path, body, { ...JSON_TYPE, ...headers })).to.equal(200);
      expect(posts).to.have.length(1);
      expect(JSON.stringify(posts[0]?.posted)).not.to.contain(
        path.includes(SECRET) ? "\0" : `"topic":"${SECRET}"`,
      );
      expect(JSON.stringify(http.log.lines)).not.to.contain(SECRET);
    });

  for (const [what, path, body, headers] of [
    ["a wrong token", "/hooks/abc/message", MESSAGE, { "x-gotify-key": "wr0ng" }],
    ["a wrong topic", "/hooks/abc", TOPIC("wr0ng"), {}],
    ["no topic", "/hooks/abc", '{"message":"m"}', {}],
    ["a topic that is no text", "/hooks/abc", '{"topic":{"a":1},"message":"m"}', {}],
    ["a body that is no JSON", "/hooks/abc", "{", {}],
    ["a large body", "/hooks/abc", TOPIC(SECRET) + " ".repeat(17_000), {}],
    ["the secret as topic, to a host", "/", TOPIC(SECRET), { authorization: "Bearer wr0ng" }],
    ["a wrong second part", "/hooks/abc.wr0ng", '{"text":"m"}', {}],
  ] as const)
    it(`don't reach a hook with ${what}`, async () => {
      expect(await post(path, body, { ...JSON_TYPE, ...headers })).to.equal(404);
      expect(seen.text.trim()).to.equal("no_service");
      expect(posts).to.have.length(0);
    });

  it("leave the root to the other requests if they have no token", async () => {
    expect(await post("/", TOPIC("abc"))).to.equal(404);
    expect(seen.text).to.contain("not found");
  });

  it("learn which paths there are below a URL", async () => {
    expect(await post(`/hooks/abc/${SECRET}/slak`, "{}")).to.equal(404);
    expect(answer()).to.have.property("error", "unknown_path");
    for (const path of ["/message", "/slack", "/github", "/api/v1/chat.postMessage", "/messages/KEY"])
      expect(seen.text).to.contain(path);
  });

  it("for Gotify get the message with a number as id", async () => {
    await post(`/hooks/abc/${SECRET}/message`, MESSAGE);
    const { date, ...rest } = answer() as { date: string };
    expect(rest).to.deep.equal({ id: 0x019900000000, appid: 1, message: "m", title: "t", priority: 8 });
    expect(Date.parse(date)).to.be.greaterThan(0);
    expect(seen.headers.get("x-qtalk-message-id")).to.equal(ID);
  });

  it("for ntfy get the message without the secret", async () => {
    await post("/hooks/abc", TOPIC(SECRET));
    expect(answer()).to.deep.include({ id: ID, event: "message", topic: "abc", message: "m" });
    await post(`/hooks/abc/${SECRET}`, "full", { title: "Disk", "content-type": "text/plain" }, "PUT");
    expect(answer()).to.deep.include({ event: "message", message: "full" });
  });

  it("for ntfy correct and retract the message of a sequence by the path, and by the header", async () => {
    const text = { "content-type": "text/plain" };
    for (const method of ["PUT", "POST"])
      expect(await post(`/hooks/abc/${SECRET}/backup`, "50 %", text, method)).to.equal(200);
    expect(posts.map(({ name }) => name)).to.deep.equal(["backup", "backup"]);
    expect(posts[0]?.posted).to.deep.include({ text: "50 %" }).and.not.have.property("suffix");
    expect(answer()).to.deep.include({ event: "message", sequence_id: "backup", message: "50 %" });
    expect(await post(`/hooks/abc/${SECRET}/backup`, TOPIC("x"), JSON_TYPE, "PUT")).to.equal(200);
    const path = `/hooks/abc/${SECRET}`;
    seen = await http.request(`${path}/backup`, { method: "DELETE" });
    expect(answer()).to.deep.include({ event: "message_delete", sequence_id: "backup" });
    expect((await http.request(`${path}/other`, { method: "DELETE" })).status).to.equal(404);
    expect(await post(`${path}/backup/clear`, "", {}, "PUT")).to.equal(422);
    expect(answer()).to.have.property("error").that.contains("DELETE");
    expect(posts).to.have.length(3);
  });

  it("for ntfy find no sequence below a URL with JSON, a form, nothing, or several segments, or of another format", async () => {
    const path = `/hooks/abc/${SECRET}`;
    const form = { "content-type": "application/x-www-form-urlencoded" };
    for (const [suffix, body, headers] of [
      ["mesage", MESSAGE, JSON_TYPE],
      ["mesage", "payload=%7B%7D", form],
      ["mesage", "", {}],
      ["a/b", "text", {}],
      ["a.b", "text", {}],
      ["k".repeat(65), "text", {}],
    ] as const)
      expect(await post(`${path}/${suffix}`, body, headers), suffix).to.equal(404);
    there = hook({ format: "slack" });
    expect(await post(`${path}/backup`, "text", {})).to.equal(404);
    expect((await http.request(`${path}/backup`, { method: "DELETE" })).status).to.equal(404);
    expect(posts).to.have.length(0);
  });

  it("for ntfy publish by GET, which others don't, unless it had to be signed", async () => {
    const path = `/hooks/abc/${SECRET}`;
    for (const last of ["publish", "send", "trigger"])
      expect((await http.request(`${path}/${last}?message=hi`)).status, last).to.equal(200);
    expect(posts.map(({ posted }) => posted.query?.get("message"))).to.deep.equal(["hi", "hi", "hi"]);
    expect((await http.request(`${path}/publish`, { method: "HEAD" })).status).to.equal(405);
    expect((await http.request(`${path}/message?message=hi`)).status).to.equal(405);
    there = hook({ signatureKey: "key" });
    expect((await http.request(`${path}/publish?message=hi`)).status).to.equal(403);
    expect(posts).to.have.length(3);
  });

  it("post by GET what Uptime Kuma says in its query, unless it had to be signed", async () => {
    // webhook.js: axios encodes the parameters, of which heartbeat and monitor are JSON; a test has the sentence alone.
    const kuma = { accept: "application/json, text/plain, */*", "user-agent": "axios/1.12.2" };
    const get = async (query: string): Promise<number> =>
      (await http.request(`/hooks/abc/${SECRET}?${query}`, { headers: kuma })).status;
    const down =
      "msg=[Shop]+[%F0%9F%94%B4+Down]+timeout&heartbeat=%7B%22monitorID%22:7,%22status%22:0,%22time%22:%222026-01-02+03:04:05.678%22,%22msg%22:%22timeout%22%7D&monitor=%7B%22id%22:7,%22name%22:%22Shop%22%7D";
    expect(await get(down)).to.equal(200);
    expect(await get("msg=Shop+Testing")).to.equal(200);
    expect(await get("msg=Shop&heartbeat=%7B&monitor=1")).to.equal(200);
    expect(posts.map(({ posted }) => posted.json?.value)).to.deep.equal([
      {
        heartbeat: { monitorID: 7, status: 0, time: "2026-01-02 03:04:05.678", msg: "timeout" },
        monitor: { id: 7, name: "Shop" },
        msg: "[Shop] [🔴 Down] timeout",
      },
      { heartbeat: null, monitor: null, msg: "Shop Testing" },
      { heartbeat: null, monitor: 1, msg: "Shop" },
    ]);
    // What programs push to Uptime Kuma itself, a person who opens the URL, and a preview of it are no posts.
    for (const query of ["status=up&msg=OK&ping=", "", "heartbeat=%7B%7D"])
      expect(await get(query), query).to.equal(405);
    there = hook({ format: "slack" });
    expect(await get(down)).to.equal(405);
    there = hook({ signatureKey: "key" });
    expect(await get(down)).to.equal(403);
    expect(posts).to.have.length(3);
  });

  it("for Discord get nothing, or the message if they wait for it", async () => {
    const body = '{"content":"hi"}';
    expect(await post(`/hooks/abc/${SECRET}`, body)).to.equal(204);
    expect(seen.text).to.equal("");
    expect(seen.headers.get("x-qtalk-delivery")).to.equal("confirmed");
    expect(await post(`/hooks/abc/${SECRET}?wait=true`, body)).to.equal(200);
    expect(answer()).to.deep.include({ type: 0, content: "hi", webhook_id: "abc" });
    // Zabbix fails without the message, and posts again.
    expect(await post(`/hooks/abc/${SECRET}?wait=True`, body)).to.equal(200);
  });

  it("for Teams get the status of a workflow", async () => {
    expect(await post(`/hooks/abc/${SECRET}`, '{"@type":"MessageCard","text":"hi"}')).to.equal(202);
  });

  it("for Slack, Mattermost and Rocket.Chat get what these answer", async () => {
    await post(`/hooks/abc/${SECRET}/slack`, '{"text":"hi"}');
    expect(seen.text).to.equal("ok");
    await post(`/hooks/abc/${SECRET}/api/v1/chat.postMessage`, '{"text":"hi"}', {
      ...JSON_TYPE,
      "x-auth-token": "any",
    });
    expect(answer()).to.have.property("success", true);
  });

  it("learn in their own form why a post was refused", async () => {
    fault = new HookFault("missing", "there is no room");
    for (const [path, body, status, expected] of [
      ["/message", MESSAGE, 404, { errorCode: 404, errorDescription: "there is no room" }],
      ["", TOPIC("x"), 404, { http: 404, error: "there is no room" }],
      ["", '{"content":"hi"}', 404, { message: "there is no room" }],
      ["", '{"@type":"MessageCard","text":"hi"}', 404, {}],
      ["/api/v1/chat.postMessage", '{"text":"hi"}', 404, { success: false, error: "there is no room" }],
    ] as const) {
      expect(await post(`/hooks/abc/${SECRET}${path}`, body)).to.equal(status);
      expect(answer()).to.deep.include(expected);
    }
  });

  it("are told in the dialect of the path if the body can't be read", async () => {
    expect(await post(`/hooks/abc/${SECRET}/message`, "{")).to.equal(422);
    expect(answer()).to.have.property("errorCode", 422);
    expect(await post(`/hooks/abc/${SECRET}/slack`, "{")).to.equal(400);
    expect(seen.text).to.equal("invalid_payload");
  });

  it("post what an operator can read afterwards, as it came, without the secret", async () => {
    captures.begin("abc");
    const token = { "x-gotify-key": SECRET, "X-Custom": "1" };
    await post(`/hooks/abc/message?token=${SECRET}&a=b`, MESSAGE, { ...JSON_TYPE, ...token });
    await post("/hooks/abc", TOPIC(SECRET));
    expect(await post(`/hooks/abc/${SECRET}`, '{"foo":1}')).to.equal(200);
    await post(`/hooks/abc/${SECRET}`, "{");
    await post(`/hooks/abc/wr0ng`, '{"text":"secret"}');
    const texts = [1, 2, 3, 4, 5].map((number) => captures.post("abc", number));
    expect(texts[0])
      .to.match(/^POST \/message\?token=removed&a=b\n/)
      .and.contain(`\n\n${MESSAGE}`);
    expect(texts[0]).to.contain("x-gotify-key: removed").and.contain("X-Custom: 1");
    expect(texts[1])
      .to.match(/^POST \/\n/)
      .and.contain('"topic":"removed"');
    expect(texts.slice(2).map((text) => text?.split("\n\n")[1])).to.deep.equal(['{"foo":1}', "{", undefined]);
    expect(texts.join()).not.to.contain(SECRET).and.not.contain("127.0.0.1");
    const again = await Promise.all(texts.slice(0, 3).map((text) => payloadIn(parseRawPost(text ?? "")!)));
    expect(again.map((posted) => (posted as Payload).json?.value)).to.deep.equal([
      JSON.parse(MESSAGE),
      JSON.parse(TOPIC("removed")),
      { foo: 1 },
    ]);
  });

  it("post files in forms, which are read with them", async () => {
    const body = [
      "--b",
      'Content-Disposition: form-data; name="message"',
      "",
      "see",
      "--b",
      'Content-Disposition: form-data; name="file01"; filename="door.png"',
      "Content-Type: image/png",
      "",
      "PNG",
      "--b--",
      "",
    ].join("\r\n");
    await post(`/hooks/abc/${SECRET}`, body, { "content-type": "multipart/form-data; boundary=b" });
    const [{ posted } = {}] = posts;
    expect(posted?.json?.value).to.deep.equal({ message: "see" });
    expect(posted?.files).to.deep.equal([{ name: "door.png", type: "image/png", bytes: Buffer.from("PNG") }]);
  });
});
