/** The configuration of callers, and calls by pages in browsers. */
import { expect } from "chai";
import { httpConfig } from "../../http/config.js";
import { Interface, sha256 } from "../support/interface.js";

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
