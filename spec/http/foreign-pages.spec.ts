/** Pages of other sites, and names that were made to lead to this machine (DNS rebinding). */
import { hostname } from "node:os";
import { expect } from "chai";
import { httpConfig } from "../../http/config.js";
import { Interface, sha256 } from "../support/interface.js";
import { DONE, interfaceWith, says } from "./talk.js";

const WEB = { name: "web", token_sha256: sha256("t"), metrics: true };
const KEY = "auth_uk?u=test&k=1";

describe("A request by another name than this machine's", () => {
  interfaceWith({ config: { hosts: ["IM.example.org"] } }).scenes(`
    is refused if every process of this machine may call: a web page could be behind it
      for $path in ${KEY} /qtalk/auth_uk/?u=test&k=1 none /metrics /docs /openapi.json /
        GET $path (host: evil.com) = 403 6 the request's Host *
    is accepted for health checks and pictures, which are public
      GET /healthz (host: pod-7.cluster) = 200
      GET /readyz (host: pod-7.cluster) = 200
      GET /file/avatar/none.png (host: im.example.com) = 404 *there is no such picture*
    is heard by this machine's names, by any address, and by the names that are configured
      for $host in localhost LOCALHOST:1 127.0.0.1:10050 [::1]:10050 192.0.2.7 ${hostname()}
        GET ${KEY} (host: $host) = ok
      for $host in im.example.org IM.example.org.:80
        GET ${KEY} (host: $host) = ok
      for $host in im.example.org.evil.com evil.com#localhost 127.0.0.1.evil.com 0x7f.1
        GET ${KEY} (host: $host) = 403
      for $host in example.org [evil.com] localhost:80:80
        GET ${KEY} (host: $host) = 403
    isn't accepted as a page's own site while no callers are named, whatever the token
      GET ${KEY} as t (host: im.example.org; origin: http://im.example.org) = 403
  `);
  interfaceWith({ config: { callers: [WEB] } }).scenes(`
    reads no metrics by being on this machine, if callers are named
      GET /metrics (host: localhost) = 200
      GET /metrics (host: evil.com) = 401
      GET /metrics as t (host: evil.com) = 200
  `);
  interfaceWith({ config: { callers: [WEB, { name: "legacy", addresses: ["127.0.0.1"] }] } }).scenes(`
    is heard by any name from programs that are known by a token or by their address
      GET ${KEY} as t (host: qtalk.corp.example) = ok
      GET ${KEY} (host: qtalk.corp.example) = ok
      GET /docs (host: qtalk.corp.example) = 200
  `);

  it("can be allowed while it runs, and is heard without a name only in HTTP/1.0, as no browser does", async () => {
    const http = await Interface.open({ runs: DONE });
    http.server.configure(httpConfig.parse({ hosts: ["im.example.org"] }));
    await says(http, `GET ${KEY} (host: im.example.org) = ok`);
    expect(await http.raw(`GET /qtalk/${KEY} HTTP/1.0\r\n\r\n`)).to.match(/^HTTP\/1\.1 200 /);
    const nameless = `GET /qtalk/${KEY} HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n`;
    expect(await http.raw(nameless)).to.match(/^HTTP\/1\.1 403 /);
    await http.close();
  });
});

describe("A web page", () => {
  interfaceWith({ config: { callers: [WEB] } }).scenes(`
    of the same site is heard with a token, as the one at /docs sends it; of another site it isn't
      POST get_user_nick {ID: test} as t (host: im.example.org; origin: http://im.example.org) = ok
      POST get_user_nick {ID: test} (host: im.example.org; origin: http://im.example.org) = 403
      for $origin in https://evil.example null
        POST get_user_nick {ID: test} as t (host: im.example.org; origin: $origin) = 403
  `);
  interfaceWith().scenes(`
    of another site reads no metrics, though every process of this machine may
      GET /metrics = 200
      GET /metrics (origin: https://evil.example) = 401
    of another site is refused while no callers are configured
      for $origin in http://localhost:3000 http://127.0.0.1:10050 http://[::1]:10050
        GET ${KEY} (origin: $origin) = ok
      for $origin in https://evil.example http://localhost.evil.example null
        GET ${KEY} (origin: $origin) = 403 6 pages of other sites may not call
    of another site can't call by a picture or a link either, for which browsers name no origin
      for $path in send_notice_vcard?muc_name=dev ${KEY}
        GET $path (sec-fetch-site: cross-site) = 403
      for $site in none same-origin same-site
        GET send_notice_vcard?muc_name=dev (sec-fetch-site: $site) = ok
  `);
});
