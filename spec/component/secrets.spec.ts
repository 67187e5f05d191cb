/** Secrets are found by comparing them with all that are known. */
import { expect } from "chai";
import { hashOf, isRight, isSameHash, newSecret, ownerOfSecret } from "../../component/secrets.js";

describe("A secret", () => {
  const owners = ["juliet", "romeo", "nurse"].map((name) => ({ name, secret: newSecret() }));
  const hashes = new Map(owners.map(({ name, secret }) => [name, hashOf(secret)]));
  const names = [...hashes.keys(), "nobody"];

  it("tells whose it is, whoever else has one or has none", () => {
    for (const { name, secret } of owners)
      expect(ownerOfSecret(secret, names, (one) => hashes.get(one))).to.equal(name);
    expect(ownerOfSecret(newSecret(), names, (one) => hashes.get(one))).to.equal(undefined);
    expect(ownerOfSecret("", ["nobody"], (one) => hashes.get(one))).to.equal(undefined);
    expect(ownerOfSecret("", [], (one: string) => hashes.get(one))).to.equal(undefined);
  });

  it("is compared with all, wherever the right one is", () => {
    for (const { secret } of owners) {
      const compared: string[] = [];
      ownerOfSecret(secret, names, (one) => {
        compared.push(one);
        return hashes.get(one);
      });
      expect(compared).to.deep.equal(names);
    }
  });

  it("is wrong, and no error, if the hash isn't one", () => {
    expect(isRight("a", hashOf("a"))).to.equal(true);
    expect(isRight("a", hashOf("b"))).to.equal(false);
    expect(isRight("a", hashOf("a").subarray(1))).to.equal(false);
    expect(isSameHash(Buffer.from(""), Buffer.from("a"))).to.equal(false);
  });

  it("begins with no dash, as it would be an option of a command", () => {
    const secrets = Array.from({ length: 500 }, () => newSecret());
    expect(secrets.filter((one) => !/^[\w][\w-]{42}$/.test(one))).to.deep.equal([]);
    expect(new Set(secrets).size).to.equal(500);
  });
});
