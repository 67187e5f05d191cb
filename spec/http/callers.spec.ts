import { expect } from "chai";
import { exposure, httpConfig } from "../../http/config.js";
import { Interface } from "../support/interface.js";

const listening = (listen: string): string | undefined => exposure(httpConfig.parse({ listen }));

describe("Without configured callers, the component accepts", () => {
  it("every process of this machine, while no callers are configured; the log says so once", async () => {
    const http = await Interface.open({
      runs: { send_thirdmessage: () => Promise.resolve({ delivery: "confirmed" }) },
    });
    const call = { from: "a", to: "b", message: "c" };
    for (let i = 0; i < 2; i++) expect((await http.post("send_thirdmessage", call)).status).to.equal(200);
    expect(http.log.about("No callers are configured", "warn")).to.have.length(1);
    await http.close();
  });

  it("no web page of another site that a browser on this machine shows", async () => {
    const http = await Interface.open({
      runs: { send_thirdmessage: () => Promise.resolve({ delivery: "confirmed" }) },
    });
    const post = async (origin: string): Promise<number> =>
      (await http.post("send_thirdmessage", { from: "a", to: "b", message: "c" }, { origin })).status;
    for (const origin of ["http://localhost:3000", "http://127.0.0.1:10050", "http://[::1]:10050"]) {
      expect(await post(origin), origin).to.equal(200);
    }
    for (const origin of ["https://evil.example", "http://localhost.evil.example", "null"]) {
      expect(await post(origin), origin).to.equal(403);
    }
    const refused = await http.post("send_thirdmessage", "{}", { origin: "https://evil.example" });
    expect(refused.text).to.equal(
      '{"ret":false,"errcode":6,"errmsg":"pages of other sites may not call","data":""}',
    );
    await http.close();
  });

  it("no page of another site by a picture or a link either, for which browsers name no origin", async () => {
    let notices = 0;
    const http = await Interface.open({
      runs: {
        send_notice_vcard: () => {
          notices++;
          return Promise.resolve({ delivery: "confirmed" });
        },
      },
    });
    const get = async (site: string, path = "/qtalk/send_notice_vcard?muc_name=dev"): Promise<number> =>
      (await http.request(path, { headers: { "sec-fetch-site": site } })).status;
    for (const path of ["/qtalk/send_notice_vcard?muc_name=dev", "/qtalk/auth_uk?u=a&k=b"])
      expect(await get("cross-site", path), path).to.equal(403);
    expect(notices).to.equal(0);
    for (const site of ["none", "same-origin", "same-site"]) expect(await get(site), site).to.equal(200);
    await http.close();
  });

  it("no other machine before callers are configured: that is refused with the line to write", () => {
    for (const listen of ["127.0.0.1:10050", "127.9.9.9:1", "[::1]:10050", "localhost:0"]) {
      expect(listening(listen), listen).to.equal(undefined);
    }
    for (const listen of ["0.0.0.0:10050", "[::]:10050", "192.168.1.7:10050", "im.example.org:10050"]) {
      expect(listening(listen), listen).to.include('"listen: 127.0.0.1:10050"').and.include("http.callers");
    }
  });
});

describe("The address to listen on", () => {
  const parsed = (listen: string): unknown => {
    const result = httpConfig.safeParse({ listen });
    return result.success
      ? [result.data.listen.host, result.data.listen.port]
      : result.error.issues[0]?.message;
  };

  it("is an address and a port, with brackets around IPv6", () => {
    expect(parsed("127.0.0.1:10050")).to.deep.equal(["127.0.0.1", 10050]);
    expect(parsed("[::1]:10050")).to.deep.equal(["::1", 10050]);
    expect(parsed("localhost:0")).to.deep.equal(["localhost", 0]);
  });

  it("is nothing else", () => {
    for (const listen of [
      "10050",
      ":10050",
      "127.0.0.1",
      "::1:10050",
      "[::g]:1",
      "x:65536",
      "http://x:1",
      "",
    ]) {
      expect(parsed(listen), listen).to.equal("must be ADDRESS:PORT, such as 127.0.0.1:10050 or [::1]:10050");
    }
  });
});
