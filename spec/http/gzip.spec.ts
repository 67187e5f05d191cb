import { gzipSync } from "node:zlib";
import { expect } from "chai";
import createMuc from "../../http/endpoints/create-muc.js";
import { Interface } from "../support/interface.js";

const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';

describe("Bodies of the gateway's calls", () => {
  const LIMIT = 64 * 1024;
  const body = JSON.stringify(createMuc.example);
  let http: Interface;
  let made: string[];
  beforeEach(async () => {
    made = [];
    http = await Interface.open({
      config: { also: ["gateway"], body_limit: LIMIT },
      runs: {
        create_muc: ({ muc_id }: { readonly muc_id: string }) => {
          made.push(muc_id);
          return { delivery: "confirmed" };
        },
      },
    });
  });
  afterEach(() => http.close());

  const post = async (bytes: Uint8Array, headers: Record<string, string> = {}): Promise<string> =>
    (await http.request("/create_muc", { method: "POST", body: new Uint8Array(bytes), headers })).text;
  const fault = (text: string): string => (JSON.parse(text) as { errmsg: string }).errmsg;

  it("may come gzipped, whether they say so or not", async () => {
    expect(await post(gzipSync(body), { "content-encoding": "gzip" })).to.equal(SUCCESS);
    expect(await post(gzipSync(body), { "content-encoding": "X-GZIP" })).to.equal(SUCCESS);
    expect(await post(gzipSync(body))).to.equal(SUCCESS);
    expect(await post(Buffer.from(body))).to.equal(SUCCESS);
    expect(await post(Buffer.from(body), { "content-encoding": "gzip" })).to.equal(SUCCESS);
    expect(made).to.have.length(5);
  });

  it("are refused when they can't be unpacked, or are cut off, or are packed otherwise", async () => {
    const cannot = "the request's body is not valid gzip";
    expect(fault(await post(gzipSync(body).subarray(0, 40)))).to.equal(cannot);
    expect(fault(await post(Buffer.from("1f8b0800", "hex")))).to.equal(cannot);
    expect(fault(await post(Buffer.from(body), { "content-encoding": "br" }))).to.match(
      /Content-Encoding br/,
    );
    expect(fault(await post(gzipSync(Buffer.from([0x22, 0xff, 0x22]))))).to.match(/not UTF-8/);
    expect(made).to.deep.equal([]);
  });

  it("count unpacked against the bodies that are read at once, for as long as they are unpacked", async () => {
    await http.close();
    http = await Interface.open({
      config: { also: ["gateway"], body_limit: LIMIT, bodies_limit: LIMIT },
      runs: { create_muc: () => ({ delivery: "confirmed" }) },
    });
    const large = gzipSync(body.padEnd(LIMIT - 1));
    for (let i = 0; i < 5; i++) expect(await post(large)).to.equal(SUCCESS);
    const together = await Promise.all(Array.from({ length: 5 }, () => post(large)));
    for (const text of together.filter((each) => each !== SUCCESS))
      expect(fault(text)).to.equal("too many large requests at once; nothing was accepted");
    expect(await post(large)).to.equal(SUCCESS);
  });

  it("are refused when they grow beyond the limit, before memory does", async () => {
    const packed = gzipSync(Buffer.alloc(32 * 1024 ** 2, " "));
    const before = process.memoryUsage().arrayBuffers;
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(packed)));
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(16 * 1024 ** 2);
    for (const answer of answers)
      expect(fault(answer)).to.equal(
        `the request's body has more than the ${LIMIT} bytes allowed (http.body_limit)`,
      );
    expect(made).to.deep.equal([]);
  });
});
