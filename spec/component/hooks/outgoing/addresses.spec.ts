/** Which addresses outgoing webhooks may have, and which texts they get. */
import type { LookupAddress } from "node:dns";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import fc from "fast-check";
import {
  guardedLookup,
  InnerAddress,
  mayReach,
  innerNetworkOf,
  refuseLiteral,
} from "../../../../component/hooks/outgoing/inner-network.js";
import { matcherOf } from "../../../../component/hooks/outgoing/pattern.js";

describe("The internal network", () => {
  const closed =
    `127.0.0.1 127.9.9.9 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 224.0.0.1
    255.255.255.255 192.0.0.1 198.18.0.1 ::1 :: fe80::1 fe80::1%lo fc00::1 fd12::1 ff02::1 ::ffff:127.0.0.1
    ::ffff:10.0.0.1 ::ffff:7f00:1 64:ff9b::7f00:1 2002:7f00:1:: 2001:db8::1 ::7f00:1 ::127.0.0.1 ::ffff:0:7f00:1
    64:ff9b:1::7f00:1 2001:0:7f00:1:: fec0::1 4000::1`.split(/\s+/);
  for (const address of closed)
    it(`is closed to hooks at ${address}`, () => expect(mayReach(address, [])).to.equal(false));

  for (const address of ["1.1.1.1", "::ffff:1.1.1.1", "2606:4700::1111"])
    it(`doesn't hold ${address}`, () => expect(mayReach(address, [])).to.equal(true));

  it("is open for addresses and networks that an operator allows", () => {
    expect(mayReach("10.1.2.3", ["10.1.2.3"])).to.equal(true);
    expect(mayReach("::ffff:10.1.2.3", ["10.0.0.0/8"])).to.equal(true);
    expect(mayReach("10.1.2.4", ["10.1.2.3", "::1", "fd00::/8"])).to.equal(false);
    expect(mayReach("fd00::7", ["10.0.0.0/8", "fd00::/8"])).to.equal(true);
    expect(mayReach("no address", ["0.0.0.0/0"])).to.equal(false);
    const networks = ["10.0.0.0/33", "x", "", "10.0.0.0/8"].map((text) => innerNetworkOf(text) !== undefined);
    expect(networks).to.deep.equal([false, false, false, true]);
  });

  it("is closed to addresses in any notation of a URL", () => {
    for (const url of ["http://0x7f.1/", "http://2130706433/", "http://[::ffff:7f00:1]/", "http://[::1]:80/"])
      expect(refuseLiteral(new URL(url).hostname, []), url).to.be.instanceOf(InnerAddress);
    expect(refuseLiteral("example.org", [])).to.equal(undefined);
    expect(refuseLiteral("[::1]", ["::1"])).to.equal(undefined);
  });

  const lookUp = (host: string, allowed: readonly string[], all: boolean): Promise<unknown> =>
    new Promise((resolve) => {
      guardedLookup(allowed)(host, { all }, (error: Error | null, address: string | LookupAddress[]) =>
        resolve(error ?? address),
      );
    });

  it("is closed to names that resolve to its addresses", async () => {
    expect(await lookUp("localhost", [], true)).to.be.instanceOf(InnerAddress);
    expect(await lookUp("localhost", ["127.0.0.1", "::1"], false)).to.be.oneOf(["127.0.0.1", "::1"]);
    expect(await lookUp("localhost", ["127.0.0.1"], true)).to.satisfy((found: unknown) =>
      Array.isArray(found) ? found.every(({ address }: LookupAddress) => address === "127.0.0.1") : false,
    );
  });
});

describe("A pattern", () => {
  for (const [pattern, text, matches] of [
    ["!deploy*", "!Deploy now", true],
    ["*@bot*", "hello @Bot, how are you?", true],
    ["hi", "HI", true],
    ["hi", "hi there", false],
    ["", "x", false],
  ] as const)
    it(`${JSON.stringify(pattern)} ${matches ? "takes" : "leaves"} ${JSON.stringify(text)}`, () =>
      expect(matcherOf(pattern)(text)).to.equal(matches));

  it("matches like the equivalent regular expression", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 6 });
    const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
    fc.assert(
      fc.property(word, text, (pattern, said) => {
        const expected = new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(said);
        return matcherOf(pattern)(said) === expected;
      }),
    );
  });

  it("is matched in linear time", () => {
    const matches = matcherOf(`${"*a".repeat(50)}*c`);
    // Whoever reads it again for each of its characters is at this for hours.
    const reading = { matches, text: "a".repeat(1_000_000) };
    expect(runInNewContext("matches(text)", reading, { timeout: 10_000 })).to.equal(false);
  });
});
