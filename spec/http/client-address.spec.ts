/** Where a call comes from, also through proxies. */
import { expect } from "chai";
import { isWithin, clientNetworkOf, requestSourceOf } from "../../http/client-address.js";
import { httpConfig } from "../../http/config.js";

describe("A client's address", () => {
  const networks = (...proxies: string[]) => httpConfig.parse({ proxies }).proxies;
  const from = (peer: string, forwarded?: string, trusted = networks("127.0.0.1", "10.1.0.0/16")) =>
    requestSourceOf(
      {
        socket: { remoteAddress: peer },
        headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
      } as unknown as Parameters<typeof requestSourceOf>[0],
      trusted,
    ).address;

  it("is the connection's if no proxy is trusted", () => {
    expect(from("192.0.2.7", "10.9.9.9", [])).to.equal("192.0.2.7");
    expect(from("192.0.2.7", "10.9.9.9")).to.equal("192.0.2.7");
    expect(from("::ffff:192.0.2.7")).to.equal("192.0.2.7");
    expect(from("::ffff:c000:207")).to.equal("::ffff:c000:207");
  });

  it("is within a network of its own family, or is the single one that is named", () => {
    for (const [address, all, isInside] of [
      ["2001:db8::1", "2001:db8::1", true],
      ["2001:db8::2", "10.0.0.1 2001:db8::1", false],
      ["10.0.0.1", "10.0.0.1", true],
      ["10.0.0.2", "10.0.0.1 ::/0", false],
      ["::ffff:10.0.0.1", "10.0.0.0/8", true],
      ["", "0.0.0.0/0 ::/0", false],
    ] as const)
      expect(isWithin(address, networks(...all.split(" "))), address).to.equal(isInside);
  });

  it("is what trusted proxies say, also with a port, and not what was sent to them", () => {
    for (const [forwarded, address] of [
      ["192.0.2.7", "192.0.2.7"],
      ["1.2.3.4, 192.0.2.7, 10.1.2.3", "192.0.2.7"],
      ["nonsense, 192.0.2.7", "192.0.2.7"],
      ["10.1.2.3", "10.1.2.3"],
      [undefined, "127.0.0.1"],
      ["8.8.8.8:99", "8.8.8.8"],
      ["1.2.3.4, [2001:db8::1]:99", "2001:db8::1"],
      ["[2001:db8::1]", "2001:db8::1"],
    ] as const)
      expect(from("127.0.0.1", forwarded), forwarded).to.equal(address);
  });

  it("is unknown if a proxy names an invalid one, and not the proxy's", () => {
    const none = ["unknown", "", " ", "1.2.3.4, nonsense", "1.2.3.4,", "_hidden", "127.1", "0x7f.0.0.1"];
    for (const header of [...none, "[8.8.8.8]:99", "8.8.8.8:", "2001:db8::1:x", "unknown, 10.1.2.3"])
      expect(from("127.0.0.1", header), header).to.equal(undefined);
  });

  it("counts as its whole network if it is IPv6: one machine has very many there", () => {
    expect(clientNetworkOf("2001:db8:1:2:3:4:5:6")).to.equal(clientNetworkOf("2001:db8:1:2::9"));
    expect(clientNetworkOf("2001:db8:1:2::9")).to.not.equal(clientNetworkOf("2001:db8:1:3::9"));
    expect(clientNetworkOf("::ffff:192.0.2.7")).to.equal("192.0.2.7");
    expect(clientNetworkOf("")).to.equal("");
  });
});
