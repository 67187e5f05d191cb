import { expect } from "chai";
import { httpConfig } from "../../http/config.js";
import { ANYBODY } from "../../scripts/lab/callers.js";
import { Interface, sha256 } from "../support/interface.js";
import { interfaceWith } from "./talk.js";
import { program } from "../plays/program.js";
import { forEach } from "../plays/steps.js";

const CLOSED = "QTalk's calls are closed: no callers are configured (http.callers)";
const OPEN_IT = "qtalk-component caller add NAME --addresses 127.0.0.1 --senders '*'";

describe("Without configured callers, calls", () => {
  interfaceWith({ config: { callers: [], metrics_local: false } }).scenes({
    "are refused, from wherever they come, with the command that opens them": [
      program.POST`send_thirdmessage ${{ from: "a", to: "b" }} = 401 6 ${CLOSED}. To let a program call from 127.0.0.1: ${OPEN_IT}`,
      program.sees`www-authenticate: Bearer`,
      program.POST`send_thirdmessage ${{ from: "a", to: "b" }} as guess = 401 6 *`,
      program.GET`auth_uk?u=a&k=b (host: 127.0.0.1:10050) = 401 6 ${CLOSED}*`,
      program.POST`send_thirdmessage ${{ from: "a", to: "b" }} (x-forwarded-for: 192.0.2.7) = 401 6 *http.proxies*`,
    ],

    "aren't needed for health checks, documentation and pictures, which are public": [
      forEach(["/healthz", "/readyz", "/docs", "/openapi.json"], (path) => [
        program.GET`${path} (host: pod-7.cluster) = 200`,
      ]),
      program.GET`/file/avatar/none.png = 404 *there is no such picture*`,
    ],

    "read no metrics either, unless this machine may": [program.GET`/metrics = 401 *http.metrics_local*`],
  });
  interfaceWith({ config: { callers: [], metrics_local: true } }).scenes({
    "read metrics on this machine if the configuration says so, and through no proxy": [
      program.GET`/metrics = 200`,
      program.GET`/metrics (x-forwarded-for: 192.0.2.7) = 401`,
      program.GET`/metrics (via: 1.1 proxy) = 401`,
    ],
  });

  it("are said to be closed when the component starts, with the command that opens them", async () => {
    for (const [callers, lines] of [
      [[], 1],
      [[ANYBODY], 0],
    ] as const) {
      const http = await Interface.open({ config: { callers } });
      expect(http.log.about(`${CLOSED}. To let a program call: ${OPEN_IT}`, "warn")).to.have.length(lines);
      await http.close();
    }
  });
});

describe("A caller known by its address", () => {
  const proxies = ["127.0.0.1", "10.1.0.0/16"];
  const afar = { ...ANYBODY, addresses: ["192.0.2.7"] };
  const strict = { name: "strict", token_sha256: sha256("s"), addresses: ["127.0.0.1"] };
  interfaceWith({ config: { callers: [ANYBODY, strict] } }).scenes({
    "isn't known by a proxy's, unless the configuration names the proxy": [
      program.POST`get_user_nick ${{ ID: "test" }} = ok`,
      program.POST`get_user_nick ${{ ID: "test" }} as s = ok`,
      forEach(
        ["x-forwarded-for: 192.0.2.7", "forwarded: for=192.0.2.7", "via: 1.1 proxy", "x-real-ip: 192.0.2.7"],
        (header) => [
          program.POST`get_user_nick ${{ ID: "test" }} (${header}) = 401 6 *a proxy forwarded the request*127.0.0.1, in http.proxies`,
          program.POST`get_user_nick ${{ ID: "test" }} as s (${header}) = 403 6 *strict may not call from 127.0.0.1: a proxy*http.proxies`,
        ],
      ),
      program.POST`get_user_nick ${{ ID: "test" }} (x-forwarded-host: im.example.org) = 401 6 *`,
    ],
  });
  interfaceWith({ config: { callers: [afar], proxies } }).scenes({
    "is known through named proxies, but through no others behind them": [
      forEach(["192.0.2.7", "192.0.2.7, 10.1.2.3", "192.0.2.7, 127.0.0.1, 10.1.2.3"], (addresses) => [
        program.POST`get_user_nick ${{ ID: "test" }} (x-forwarded-for: ${addresses}) = ok`,
      ]),
      program.POST`get_user_nick ${{ ID: "test" }} (x-forwarded-for: 192.0.2.7; x-forwarded-host: x; via: 1.1 named) = ok`,
      forEach(
        ["192.0.2.8", "192.0.2.7, 192.0.2.8", "192.0.2.8, 192.0.2.7", "192.0.2.7, 10.2.0.1"],
        (addresses) => [program.POST`get_user_nick ${{ ID: "test" }} (x-forwarded-for: ${addresses}) = 401`],
      ),
      program.POST`get_user_nick ${{ ID: "test" }} (forwarded: for=192.0.2.7) = 401`,
    ],
  });
});

describe("The configuration", () => {
  const fault = (config: object): string => {
    const { error } = httpConfig.safeParse(config);
    return error === undefined ? "none" : `${error.issues[0]?.path.join(".")}: ${error.issues[0]?.message}`;
  };

  it("has an address and a port to listen on, with brackets around IPv6", () => {
    for (const [listen, host, port] of [
      ["127.0.0.1:10050", "127.0.0.1", 10050],
      ["[::1]:10050", "::1", 10050],
      ["localhost:0", "localhost", 0],
    ] as const)
      expect(httpConfig.parse({ listen }).listen).to.deep.equal({ text: listen, host, port });
    const wrong = "10050 :10050 127.0.0.1 ::1:10050 [::g]:1 x:65536 http://x:1".split(" ");
    for (const listen of [...wrong, ""])
      expect(fault({ listen }), listen).to.contain("must be ADDRESS:PORT, such as 127.0.0.1:10050");
  });

  it("of callers is refused with what is missing or wrong", () => {
    const token_sha256 = sha256("x");
    const [token, addresses] = [{ token_sha256 }, { addresses: ["10.0.0.1"] }];
    for (const [callers, message] of [
      [[{}], "token_sha256 or addresses"],
      [[{ token_sha256: "x" }], "caller add"],
      [[{ addresses: ["10.0.0.0/99"] }], "10.1.2.0/24"],
      [[{ ...token, endpoints: ["send_thridmessage"] }], "send_thirdmessage"],
      [[token, { ...token, name: "b" }], "callers.1.token_sha256: must be one that no other caller has"],
      [[addresses, { ...addresses, name: "b" }, addresses], "callers.2.name: must be one that no other"],
      [[token], "none"],
      [[addresses, { ...addresses, name: "b" }], "none"],
    ] as const)
      expect(fault({ callers: callers.map((caller) => ({ name: "a", ...caller })) })).to.contain(message);
  });
});
