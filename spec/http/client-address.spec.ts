/** Where a call comes from, also through proxies. */
import { expect } from "chai";
import { clientAddress, isWithin, networkOf } from "../../http/client-address.js";
import { httpConfig } from "../../http/config.js";

describe("A client's address", () => {
  const { proxies } = httpConfig.parse({ proxies: ["127.0.0.1", "10.1.0.0/16"] });
  const from = (peer: string, forwarded?: string, trusted = proxies): string | undefined =>
    clientAddress(
      {
        socket: { remoteAddress: peer },
        headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
      } as unknown as Parameters<typeof clientAddress>[0],
      trusted,
    );

  it("is the connection's if no proxy is trusted", () => {
    expect(from("192.0.2.7", "10.9.9.9", [])).to.equal("192.0.2.7");
    expect(from("192.0.2.7", "10.9.9.9")).to.equal("192.0.2.7");
    expect(from("::ffff:192.0.2.7")).to.equal("192.0.2.7");
    expect(from("::ffff:c000:207")).to.equal("::ffff:c000:207");
  });

  it("is within a network of its own family, or is the single one that is named", () => {
    const within = (address: string, ...networks: string[]): boolean =>
      isWithin(address, httpConfig.parse({ proxies: networks }).proxies);
    expect(within("2001:db8::1", "2001:db8::1")).to.equal(true);
    expect(within("2001:db8::2", "10.0.0.1", "2001:db8::1")).to.equal(false);
    expect(within("10.0.0.1", "10.0.0.1")).to.equal(true);
    expect(within("10.0.0.2", "10.0.0.1", "::/0")).to.equal(false);
    expect(within("::ffff:10.0.0.1", "10.0.0.0/8")).to.equal(true);
    expect(within("", "0.0.0.0/0", "::/0")).to.equal(false);
  });

  it("is what trusted proxies say, and not what was sent to them", () => {
    expect(from("127.0.0.1", "192.0.2.7")).to.equal("192.0.2.7");
    expect(from("127.0.0.1", "1.2.3.4, 192.0.2.7, 10.1.2.3")).to.equal("192.0.2.7");
    expect(from("127.0.0.1", "nonsense, 192.0.2.7")).to.equal("192.0.2.7");
    expect(from("127.0.0.1", "10.1.2.3")).to.equal("10.1.2.3");
    expect(from("127.0.0.1")).to.equal("127.0.0.1");
  });

  it("may come with a port", () => {
    expect(from("127.0.0.1", "8.8.8.8:99")).to.equal("8.8.8.8");
    expect(from("127.0.0.1", "1.2.3.4, [2001:db8::1]:99")).to.equal("2001:db8::1");
    expect(from("127.0.0.1", "[2001:db8::1]")).to.equal("2001:db8::1");
  });

  it("is unknown if a proxy names an invalid one, and not the proxy's", () => {
    const none = ["unknown", "", " ", "1.2.3.4, nonsense", "1.2.3.4,", "_hidden", "127.1", "0x7f.0.0.1"];
    for (const header of [...none, "[8.8.8.8]:99", "8.8.8.8:", "2001:db8::1:x", "unknown, 10.1.2.3"]) {
      expect(from("127.0.0.1", header), header).to.equal(undefined);
    }
  });

  it("counts as its whole network if it is IPv6: one machine has very many there", () => {
    expect(networkOf("2001:db8:1:2:3:4:5:6")).to.equal(networkOf("2001:db8:1:2::9"));
    expect(networkOf("2001:db8:1:2::9")).to.not.equal(networkOf("2001:db8:1:3::9"));
    expect(networkOf("::ffff:192.0.2.7")).to.equal("192.0.2.7");
    expect(networkOf("")).to.equal("");
  });
});
