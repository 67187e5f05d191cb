import { gzipSync } from "node:zlib";
import { expect } from "chai";
import createMuc from "../../http/endpoints/create-muc.js";
import { Interface } from "../support/interface.js";
import { DONE, interfaceWith } from "./talk.js";
import { program } from "../plays/program.js";
import { forEach } from "../plays/steps.js";

const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';
const LIMIT = 64 * 1024;
const body = JSON.stringify(createMuc.example);
const config = { also: ["gateway"], body_limit: LIMIT };

describe("Bodies of the gateway's calls", () => {
  const packed = gzipSync(body);
  const cut = packed.subarray(0, 40);
  const magic = Buffer.from("1f8b0800", "hex");
  const latin = gzipSync(Buffer.from([0x22, 0xff, 0x22]));
  interfaceWith({ config }).scenes({
    "may come gzipped, whether they say so or not": [
      forEach(["gzip", "X-GZIP", "identity"], (encoding) => [
        program.POST`/create_muc ${packed} (content-encoding: ${encoding}) = ok`,
      ]),
      program.POST`/create_muc ${body} = ok`,
      program.POST`/create_muc ${body} (content-encoding: gzip) = ok`,
    ],

    "are refused when they can't be unpacked, or are cut off, or are packed otherwise": [
      forEach([cut, magic], (broken) => [
        program.POST`/create_muc ${broken} = 1 the request's body is not valid gzip`,
      ]),
      program.POST`/create_muc ${body} (content-encoding: br) = 1 *Content-Encoding br*`,
      program.POST`/create_muc ${latin} = 1 *not UTF-8*`,
    ],
  });

  const post = async (http: Interface, bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
    (await http.request("/create_muc", { method: "POST", body: bytes })).text;
  const fault = (text: string): string => (JSON.parse(text) as { errmsg: string }).errmsg;

  it("count unpacked against the bodies that are read at once, for as long as they are unpacked", async () => {
    const http = await Interface.open({ config: { ...config, bodies_limit: LIMIT }, runs: DONE });
    const large = new Uint8Array(gzipSync(body.padEnd(LIMIT - 1)));
    for (let i = 0; i < 5; i++) expect(await post(http, large)).to.equal(SUCCESS);
    const together = await Promise.all(Array.from({ length: 5 }, () => post(http, large)));
    for (const text of together.filter((each) => each !== SUCCESS))
      expect(fault(text)).to.equal("too many large requests at once; nothing was accepted");
    expect(await post(http, large)).to.equal(SUCCESS);
    await http.close();
  });

  it("are refused when they grow beyond the limit, before memory does", async () => {
    const http = await Interface.open({ config, runs: DONE });
    const packed = new Uint8Array(gzipSync(Buffer.alloc(32 * 1024 ** 2, " ")));
    const before = process.memoryUsage().arrayBuffers;
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(http, packed)));
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(16 * 1024 ** 2);
    for (const answer of answers)
      expect(fault(answer)).to.equal(
        `the request's body has more than the ${LIMIT} bytes allowed (http.body_limit)`,
      );
    await http.close();
  });
});
