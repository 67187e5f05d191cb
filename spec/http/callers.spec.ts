import { expect } from "chai";
import { exposure, httpConfig } from "../../http/config.js";
import { Interface, sha256 } from "../support/interface.js";
import { DONE, says } from "./talk.js";

describe("Without configured callers, the component accepts", () => {
  it("every process of this machine, while no callers are configured; the log says so once", async () => {
    const http = await Interface.open({ runs: DONE });
    for (let i = 0; i < 2; i++) await says(http, "POST send_thirdmessage {from: a, to: b, message: c} = ok");
    expect(http.log.about("No callers are configured", "warn")).to.have.length(1);
    await http.close();
  });

  it("no other machine before callers are configured: that is refused with the line to write", () => {
    const listening = (listen: string): string | undefined => exposure(httpConfig.parse({ listen }));
    for (const listen of ["127.0.0.1:10050", "127.9.9.9:1", "[::1]:10050", "localhost:0"])
      expect(listening(listen), listen).to.equal(undefined);
    for (const listen of ["0.0.0.0:10050", "[::]:10050", "192.168.1.7:10050", "im.example.org:10050"])
      expect(listening(listen), listen).to.include('"listen: 127.0.0.1:10050"').and.include("http.callers");
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
