/** What is kept of posts for reading: everything that a test needs, and no secret. */
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { CAPTURE_MS, Captures, MOST } from "../../../component/hooks/captures/captures.js";
import { withoutSecrets } from "../../../component/hooks/captures/blanking.js";
import { parseRawPost, rawPostText, type RawPost } from "../../../component/hooks/captures/raw-post.js";

const SECRET = "s3cret-s3cret";

function post(more: Partial<Omit<RawPost, "body">> & { readonly body?: string | Buffer } = {}): RawPost {
  const { body = '{"a":1}', ...rest } = more;
  const headers = [["Content-Type", "application/json"]] as const;
  return { method: "POST", suffix: "", query: undefined, headers, ...rest, body: Buffer.from(body) };
}

describe("The text of a post", () => {
  const binary = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x00, 0xff]);
  const multipart = { headers: [["Content-Type", "multipart/form-data; boundary=b"]] as const };
  const part = '--b\r\nContent-Disposition: form-data; name="message"\r\n\r\n磁盘\r\n--b--\r\n';
  for (const [what, given] of [
    ["JSON", post({ body: '{\n  "a": "磁盘",\n\n  "b": ""\n}\n' })],
    ["a path and a query", post({ method: "PUT", suffix: "message", query: "token=x&a=b%20c" })],
    ["headers in UTF-8", post({ headers: [["Title", Buffer.from("磁盘").toString("latin1")]] })],
    ["a header with a colon", post({ headers: [["X-Alert", "a: b: c"]] })],
    ["a file", post({ headers: [["Content-Type", "image/png"]], body: binary })],
    ["a form with parts", post({ ...multipart, body: part })],
    ["a form with a file", post({ ...multipart, body: Buffer.concat([Buffer.from(part), binary]) })],
    ["a form with a bare line break", post({ ...multipart, body: `${part}\nx` })],
    ["a mail", post({ headers: [["Content-Type", "message/rfc822"]], body: "Subject: x\r\n\r\ny\r\n" })],
    ["nothing", post({ headers: [], body: "" })],
  ] as const)
    it(`is parsed to the same post: ${what}`, () => {
      const parsed = parseRawPost(rawPostText(given));
      expect({ ...parsed, body: parsed?.body.toString("hex") }).to.deep.equal({
        ...given,
        body: given.body.toString("hex"),
      });
    });

  it("is no post if it doesn't begin with a request line", () => {
    for (const text of ['{"text":"POST /"}', "DELETE /\n\n", "POST message\n\nx", "", "Deployed: POST /x"])
      expect(parseRawPost(text)).to.equal(undefined);
  });
});

describe("A captured post", () => {
  const blanked = (given: Parameters<typeof post>[0]): string => {
    const { query = "", headers, body } = withoutSecrets(post(given), [SECRET, "short"]);
    return [query, ...headers.map((each) => each.join(": ")), body.toString()].join("\n");
  };

  for (const [what, given, kept] of [
    [
      "the hook's, wherever it is",
      { query: `x=${SECRET}`, body: `{"topic":"${SECRET}"}` },
      '"topic":"removed"',
    ],
    ["a bearer token", { headers: [["Authorization", `Bearer ${SECRET}1`]] }, "Authorization: removed"],
    ["a header named like one", { headers: [["X-Gitlab-Token", "glpat-1"]] }, "X-Gitlab-Token: removed"],
    ["a signature", { headers: [["X-Hub-Signature-256", "sha256=abc"]] }, "X-Hub-Signature-256: removed"],
    ["a parameter", { query: "title=x&token=abcdef" }, "title=x&token=removed"],
    [
      "a field of JSON",
      { body: '{"a":{"db_password" : "p\\"w","user":"u"}}' },
      '"db_password" : "removed","user":"u"',
    ],
    [
      "a parameter of a URL in JSON",
      { body: '{"u":"https://x.test/?a=1\\u0026api_key=k1&b=2"}' },
      "api_key=removed&b=2",
    ],
    ["the user of a URL", { body: '{"u":"https://juliet:pw1@x.test/"}' }, "https://removed@x.test/"],
    ["a field of a form", { body: "password=pw1&message=hi" }, "password=removed&message=hi"],
    [
      "a part of a form",
      { body: '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\ntok1\r\n--b--' },
      'name="token"\r\n\r\nremoved\r\n',
    ],
  ] as const)
    it(`has no secret: ${what}`, () => {
      const text = blanked(given);
      expect(text).to.contain(kept);
      for (const secret of [SECRET, "glpat", "abc", "p\\", "k1", "pw1", "tok1"])
        expect(text).not.to.contain(secret);
    });

  it("keeps what says how it is read, and nothing about the network", () => {
    const headers = [
      ["Idempotency-Key", "1"],
      ["X-Alert-Key", "backup"],
      ["User-Agent", "Grafana"],
      ["Host", "inner.test"],
      ["X-Forwarded-For", "192.0.2.1"],
      ["Content-Length", "7"],
    ] as const;
    const text = blanked({ headers, body: '{"key":"routing","tokens":3,"short":"short"}' });
    expect(text).to.equal(
      '\nIdempotency-Key: 1\nX-Alert-Key: backup\nUser-Agent: Grafana\n{"key":"routing","tokens":3,"short":"short"}',
    );
  });

  it("keeps the bytes of files", () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    expect(withoutSecrets(post({ body: bytes }), [SECRET]).body.equals(bytes)).to.equal(true);
  });
});

describe("Captures", () => {
  let now: number;
  let captures: Captures;
  beforeEach(() => {
    now = Date.UTC(2026, 0, 2, 3, 4, 5);
    captures = new Captures(() => now);
  });
  const keep = (body = '{"text":"hi"}', hook = "a"): boolean => captures.keep(hook, () => post({ body }), []);
  const kept = (): { it: string; post: string }[] =>
    parseAllDocuments(captures.text("a", "ci") ?? "").flatMap(
      (each) => (each.toJS() as { it: string; post: string }[] | null) ?? [],
    );

  it("keep nothing unless asked to", () => {
    expect(keep()).to.equal(false);
    expect(captures.text("a", "ci")).to.equal(undefined);
  });

  it("are lists of posts as formats' tests have them", () => {
    captures.begin("a");
    keep('{"text":"a\\nb"}\n');
    keep("  磁盘: '#' \n\n- x\n");
    expect(kept().map(({ it: when }) => when)).to.deep.equal(
      Array(2).fill("came at 2026-01-02T03:04:05.000Z"),
    );
    const bodies = kept().map((each) => parseRawPost(each.post)?.body.toString());
    expect(bodies).to.deep.equal(['{"text":"a\\nb"}\n', "  磁盘: '#' \n\n- x\n"]);
    expect(captures.post("a", 2)).to.equal(kept()[1]?.post);
    expect(captures.post("a", 3)).to.equal(undefined);
  });

  it("are of the hook alone, and begin anew", () => {
    captures.begin("a");
    expect(keep("x", "b")).to.equal(false);
    keep();
    captures.begin("a");
    expect(kept()).to.have.length(0);
  });

  it("have a bound for posts, bytes and hooks, and say what they left out", () => {
    captures.begin("a");
    for (let each = 0; each < MOST.posts + 2; each += 1) keep();
    expect(kept()).to.have.length(MOST.posts);
    expect(captures.text("a", "ci")).to.contain("# 2 more posts: too many");
    captures.begin("a");
    keep("x".repeat(MOST.bytes - 1_000));
    keep("y".repeat(2_000));
    keep("z");
    expect(kept().map((each) => each.post.at(-1))).to.deep.equal(["x", "z"]);
    expect(captures.text("a", "ci")).to.contain("# 1 more post:");
    for (let each = 1; each < MOST.hooks; each += 1) expect(captures.begin(`hook ${each}`)).to.equal(true);
    expect(captures.begin("one more")).to.equal(false);
    expect(captures.begin("a")).to.equal(true);
  });

  it("keep posts for an hour, and forget them in another", () => {
    captures.begin("a");
    keep();
    now += CAPTURE_MS.open;
    expect(keep()).to.equal(false);
    expect(kept()).to.have.length(1);
    now += CAPTURE_MS.read - CAPTURE_MS.open;
    expect(captures.text("a", "ci")).to.equal(undefined);
  });
});
