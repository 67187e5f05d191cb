/** Pages of other sites, and names that were made to lead to this machine (DNS rebinding). */
import { hostname } from "node:os";
import { expect } from "chai";
import { httpConfig } from "../../http/config.js";
import { Interface, sha256 } from "../support/interface.js";

const TOKEN = "t";

describe("A request by another name than this machine's", () => {
  let http: Interface;
  afterEach(() => http.close());

  const open = async (config: object = {}): Promise<void> => {
    http = await Interface.open({
      config,
      runs: {
        auth_uk: () => Promise.resolve({}),
        send_thirdmessage: () => Promise.resolve({ delivery: "confirmed" }),
      },
    });
  };
  /** The whole answer to a GET with this Host. */
  const get = (path: string, host: string, ...more: string[]): Promise<string> =>
    http.raw([`GET ${path} HTTP/1.1`, `Host: ${host}`, ...more, "Connection: close", "", ""].join("\r\n"));
  const statusOf = async (path: string, host: string, ...more: string[]): Promise<number> =>
    Number((await get(path, host, ...more)).slice(9, 12));

  const KEY = "/qtalk/auth_uk?u=test&k=1";
  const GUARDED = [
    KEY,
    "/qtalk/auth_uk/?u=test&k=1",
    "/qtalk/none",
    "/metrics",
    "/docs",
    "/openapi.json",
    "/",
  ];

  it("is refused if every process of this machine may call: a web page could be behind it", async () => {
    await open();
    for (const path of GUARDED) {
      const answer = await get(path, "evil.com");
      expect(answer, path).to.match(/^HTTP\/1\.1 403 /);
      expect(answer, path).to.match(
        /\{"ret":false,"errcode":6,"errmsg":"the request's Host [^"]+"(?:,"data":"")?\}$/,
      );
    }
  });

  it("is accepted for health checks and pictures, which are public", async () => {
    await open();
    expect(await statusOf("/healthz", "pod-7.cluster")).to.equal(200);
    expect(await statusOf("/readyz", "pod-7.cluster")).to.equal(200);
    expect(await get("/file/avatar/none.png", "im.example.org")).to.contain("there is no such picture");
  });

  it("is heard by this machine's names, by any address, and by the names that are configured", async () => {
    await open({ hosts: ["IM.example.org"] });
    const names = ["localhost", "LOCALHOST:1", "127.0.0.1:10050", "[::1]:10050", "192.0.2.7", hostname()];
    for (const host of [...names, "im.example.org", "IM.example.org.:80"]) {
      expect(await statusOf(KEY, host), host).to.equal(200);
    }
    const others = ["im.example.org.evil.com", "evil.com#localhost", "127.0.0.1.evil.com", "0x7f.1"];
    for (const host of [...others, "example.org", "[evil.com]", "localhost:80:80", ""]) {
      expect(await statusOf(KEY, host), host).to.equal(403);
    }
  });

  it("is heard without a name from programs that speak HTTP/1.0, as no browser does", async () => {
    await open();
    expect(await http.raw(`GET ${KEY} HTTP/1.0\r\n\r\n`)).to.match(/^HTTP\/1\.1 200 /);
  });

  it("is heard by any name from programs that are known by a token or by their address", async () => {
    await open({
      callers: [
        { name: "web", token_sha256: sha256(TOKEN) },
        { name: "legacy", addresses: ["127.0.0.1"] },
      ],
    });
    expect(await statusOf(KEY, "qtalk.corp.example", `Authorization: Bearer ${TOKEN}`)).to.equal(200);
    expect(await statusOf(KEY, "qtalk.corp.example")).to.equal(200);
    expect(await statusOf("/docs", "qtalk.corp.example")).to.equal(200);
  });

  it("reads no metrics by being on this machine, if callers are named", async () => {
    await open({ callers: [{ name: "web", token_sha256: sha256(TOKEN), metrics: true }] });
    expect(await statusOf("/metrics", "localhost")).to.equal(200);
    expect(await statusOf("/metrics", "evil.com")).to.equal(401);
    expect(await statusOf("/metrics", "evil.com", `Authorization: Bearer ${TOKEN}`)).to.equal(200);
  });

  it("isn't accepted as a page's own site while no callers are named, whatever the token", async () => {
    await open({ hosts: ["im.example.org"] });
    const origin = "Origin: http://im.example.org";
    expect(await statusOf(KEY, "im.example.org", origin, `Authorization: Bearer ${TOKEN}`)).to.equal(403);
  });

  it("can be allowed while it runs", async () => {
    await open();
    http.server.configure(httpConfig.parse({ hosts: ["im.example.org"] }));
    expect(await statusOf(KEY, "im.example.org")).to.equal(200);
  });
});

describe("A web page", () => {
  it("of the same site is heard with a token, as the one at /docs sends it; of another site it isn't", async () => {
    const http = await Interface.open({
      config: { callers: [{ name: "nick", token_sha256: sha256("n-token") }] },
      runs: { get_user_nick: () => ({ data: { Nick: "n", Vcard: "" } }) },
    });
    const post = async (origin: string, ...more: string[]): Promise<string> => {
      const head = [
        "POST /qtalk/get_user_nick HTTP/1.1",
        "Host: im.example.org",
        `Origin: ${origin}`,
        ...more,
      ];
      const tail = ["Connection: close", "Content-Length: 13", "", '{"ID":"test"}'];
      return (await http.raw([...head, ...tail].join("\r\n"))).slice(9, 12);
    };
    const token = "Authorization: Bearer n-token";
    expect(await post("http://im.example.org", token)).to.equal("200");
    expect(await post("http://im.example.org")).to.equal("403");
    expect(await post("https://evil.example", token)).to.equal("403");
    expect(await post("null", token)).to.equal("403");
    await http.close();
  });

  it("of another site reads no metrics, though every process of this machine may", async () => {
    const http = await Interface.open();
    const metrics = async (headers: Record<string, string>): Promise<number> =>
      (await http.request("/metrics", { headers })).status;
    expect(await metrics({})).to.equal(200);
    expect(await metrics({ origin: "https://evil.example" })).to.not.equal(200);
    await http.close();
  });

  it("of another site is refused while no callers are configured", async () => {
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

  it("of another site can't call by a picture or a link either, for which browsers name no origin", async () => {
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
});
