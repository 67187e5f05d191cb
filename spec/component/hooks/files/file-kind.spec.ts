/** What files of posts are to those who get them, and which pictures are fetched. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { fetchPicture, FETCH_HOST, mayFetch } from "../../../../component/hooks/files/fetching.js";
import { fileLine, isPicture, namedFile } from "../../../../component/hooks/files/file-kind.js";
import { urlOfFile } from "../../../../component/hooks/files/own-files.js";

const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(32)]);
const TEXT = Buffer.from("hello");

describe("A file of a post", () => {
  const named = (name: string, type = "", bytes = TEXT): string[] => {
    const file = namedFile({ name, type, bytes });
    return [file.name, file.type];
  };

  it("has a type that nothing runs; only bytes make a picture", () => {
    for (const [declared, type] of [
      ["text/plain", "text/plain"],
      ["text/csv", "text/csv"],
      ["application/pdf", "application/pdf"],
      ["application/json", "application/json"],
      ["audio/mpeg", "audio/mpeg"],
      ["video/mp4", "video/mp4"],
      ["text/html", "application/octet-stream"],
      ["image/svg+xml", "application/octet-stream"],
      ["image/png", "application/octet-stream"],
      ["text/plain; charset=utf-8", "application/octet-stream"],
      ["", "application/octet-stream"],
    ] as const)
      expect(named("a.bin", declared), declared).to.deep.equal(["a.bin", type]);
    expect(named("a.png", "text/html", PNG)).to.deep.equal(["a.png", "image/png"]);
  });

  it("has a name that is one on all systems, with the ending of its picture", () => {
    for (const [given, name] of [
      ["../../etc/passwd", "passwd"],
      ["C:\\temp\\a.txt", "a.txt"],
      ["  .hidden ", "hidden"],
      ['a"b*c:d<e>f?g|h.txt', "abcdefgh.txt"],
      ["a\u202egpj.exe", "agpj.exe"],
      ["a\u0000b", "ab"],
      ["", "file"],
      ["...", "file"],
      ["会议.txt", "会议.txt"],
    ] as const)
      expect(named(given)[0], JSON.stringify(given)).to.equal(name);
    expect(
      ["", "door", "door.jpg", "door.PNG", "door.gif"].map((name) => named(name, "", PNG)[0]),
    ).to.deep.equal(["picture.png", "door.png", "door.jpg", "door.PNG", "door.gif.png"]);
  });

  it("keeps the beginning and the ending of a long name", () => {
    expect(named(`${"x".repeat(96)}.txt`)[0]).to.equal(`${"x".repeat(96)}.txt`);
    expect(named(`${"x".repeat(97)}.txt`)[0]).to.equal(`${"x".repeat(96)}.txt`);
    expect(named("x".repeat(300))[0]).to.equal("x".repeat(100));
    expect(named(`${"x".repeat(99)}😀`)[0], "no half of a character").to.equal("x".repeat(99));
  });

  it("is named with its size in messages", () => {
    const line = (size: number, name = "a.txt", type = "text/plain"): string =>
      fileLine({ name, type }, size);
    expect([line(1023), line(1024), line(1025)]).to.deep.equal([
      "📎 a.txt, 1023 B",
      "📎 a.txt, 1 KiB",
      "📎 a.txt, 2 KiB",
    ]);
    expect([line(1, ""), line(1, "", "")]).to.deep.equal(["📎 text/plain, 1 B", "📎 file, 1 B"]);
    expect(["image/png", "image/webp", "image/svg+xml", "text/plain"].map(isPicture)).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
    expect(urlOfFile("https://x.test", { id: "i", name: "a b/ü.txt" })).to.equal(
      "https://x.test/files/i/a%20b%2F%C3%BC.txt",
    );
  });
});

describe("A picture at a URL", () => {
  let server: Server;
  let base: string;
  let answer: readonly [status: number, body: Buffer] | undefined;
  beforeEach(async () => {
    server = createServer((request, response) => {
      expect(request.headers.accept).to.equal("image/*");
      if (answer !== undefined) response.writeHead(answer[0]).end(answer[1]);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const fetched = (most = 1_000, signal = new AbortController().signal) =>
    fetchPicture(`http://${base}/a/graph.png?x=1`, most, signal);

  it("is fetched with the name in its path, and the type of its bytes", async () => {
    answer = [200, PNG];
    expect(await fetched()).to.deep.equal({ name: "graph.png", type: "image/png", bytes: PNG });
  });

  for (const [what, given, reason] of [
    ["isn't there", [404, TEXT], "can't be fetched: HTTP 404"],
    ["is elsewhere", [302, TEXT], "can't be fetched: HTTP 302; redirects are not followed"],
    ["is none", [200, TEXT], "is no PNG, JPEG, GIF or WebP"],
    [
      "is too large",
      [200, Buffer.concat([PNG, Buffer.alloc(1_000)])],
      "has more than the 1000 bytes allowed",
    ],
  ] as const)
    it(`isn't fetched if it ${what}, and that is said`, async () => {
      answer = given;
      expect(await fetched()).to.deep.equal({ reason: `the picture from ${base} ${reason}` });
    });

  it("isn't waited for any longer than is wanted", async () => {
    answer = undefined;
    const ended = new AbortController();
    const waiting = fetched(1_000, ended.signal);
    ended.abort();
    expect(await waiting).to.deep.equal({
      reason: `the picture from ${base} can't be fetched: it takes too long`,
    });
  });

  it("is fetched only from the hosts that a hook lists", () => {
    const hosts = ["Grafana.test", "10.0.0.1:3000"];
    for (const [url, may] of [
      ["https://grafana.test/a.png", true],
      ["http://GRAFANA.test/a.png", true],
      ["https://grafana.test:8443/a.png", false],
      ["http://10.0.0.1:3000/a.png", true],
      ["http://10.0.0.1/a.png", false],
      ["https://evil.test/grafana.test", false],
      ["ftp://grafana.test/a.png", false],
      ["grafana.test/a.png", false],
      ["https://[", false],
    ] as const)
      expect(mayFetch(url, hosts), url).to.equal(may);
    expect(mayFetch("https://grafana.test/a.png", undefined)).to.equal(false);
    expect(
      ["a.test", "a.test:80", "[::1]:80", "a.test/x", "*.test", ""].map((host) => FETCH_HOST.test(host)),
    ).to.deep.equal([true, true, true, false, false, false]);
  });
});
