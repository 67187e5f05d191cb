/** Users' pictures: cached for good, and nothing but pictures to a browser. */
import { expect } from "chai";
import type { OperationContext } from "../../component/operations/context.js";
import { Interface } from "../support/interface.js";

const image = { name: "a.png", type: "image/png", bytes: Buffer.from("picture") };

describe("Users' pictures", () => {
  let http: Interface;
  before(async () => {
    const directory = { image: (name: string) => (name === image.name ? image : undefined) };
    http = await Interface.open({ context: { directory } as OperationContext });
  });
  after(() => http.close());
  const ask = (headers: Record<string, string> = {}, method = "GET") =>
    http.request("/file/avatar/a.png", { method, headers });

  it("are cached without end", async () => {
    const { status, text, headers } = await ask();
    expect([status, text, headers.get("content-type")]).to.deep.equal([200, "picture", "image/png"]);
    expect(headers.get("cache-control")).to.contain("immutable");
    const etag = headers.get("etag") ?? "";
    for (const known of [etag, `"x", ${etag}`, `W/${etag}`, "*"]) {
      // Without this header, fetch asks for a new copy.
      const revalidate = { "if-none-match": known, "cache-control": "max-age=0" };
      expect((await ask(revalidate)).status, known).to.equal(304);
    }
    expect((await ask({ "if-none-match": '"x"' })).status).to.equal(200);
    const head = await ask({}, "HEAD");
    expect([head.status, head.text, head.headers.get("content-length")]).to.deep.equal([200, "", "7"]);
    expect((await http.request("/file/avatar/b.png")).status).to.equal(404);
  });

  it("run nothing, whatever users uploaded", async () => {
    const { headers } = await ask();
    expect(headers.get("x-content-type-options")).to.equal("nosniff");
    expect(headers.get("content-security-policy")).to.equal("default-src 'none'");
  });
});
