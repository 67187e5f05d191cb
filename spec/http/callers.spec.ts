import { expect } from "chai";
import { exposure, httpConfig } from "../../http/config.js";
import { Interface, sha256 } from "../support/interface.js";

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

describe("The configuration of callers", () => {
  const fault = (callers: unknown): string => {
    const result = httpConfig.safeParse({ callers });
    return result.success ? "none" : (result.error.issues[0]?.message ?? "");
  };

  it("names what is missing or wrong", () => {
    const token_sha256 = sha256("x");
    expect(fault([{ name: "a" }])).to.contain("token_sha256 or addresses");
    expect(fault([{ name: "a", token_sha256: "x" }])).to.contain("caller add");
    expect(fault([{ name: "a", addresses: ["10.0.0.0/99"] }])).to.contain("10.1.2.0/24");
    expect(fault([{ name: "a", token_sha256, endpoints: ["send_thridmessage"] }])).to.contain(
      "send_thirdmessage",
    );
    expect(
      fault([
        { name: "a", token_sha256 },
        { name: "b", token_sha256 },
      ]),
    ).to.contain("no other caller");
    expect(fault([{ name: "a", token_sha256 }])).to.equal("none");
    const addresses = ["10.0.0.1"];
    expect(
      fault([
        { name: "a", addresses },
        { name: "b", addresses },
      ]),
    ).to.equal("none");
    const twice = httpConfig.safeParse({ callers: ["a", "b", "b"].map((name) => ({ name, addresses })) });
    expect(twice.error?.issues.map(({ path }) => path)).to.deep.equal([["callers", 2, "name"]]);
  });
});
