import { expect } from "chai";
import { openDatabase } from "../../storage/database.js";
import { KeysStore } from "../../storage/keys-store.js";

const key = (jid: string, resource: string, issuedAt: number, expiresAt = issuedAt + 1000) => ({
  jid,
  resource,
  hash: Buffer.from(`${jid}/${resource} ${issuedAt}`),
  issuedAt,
  expiresAt,
});

describe("The store of keys", () => {
  it("keeps one key a session, and the newest of a user's sessions", () => {
    const store = new KeysStore(openDatabase(":memory:"));
    store.put(key("a@x.test", "phone", 1), 2);
    store.put(key("a@x.test", "desk", 2), 2);
    store.put(key("b@x.test", "phone", 2), 2);
    store.put(key("a@x.test", "phone", 3), 2);
    expect(store.of("a@x.test").map((k) => [k.resource, k.issuedAt])).to.deep.equal([
      ["desk", 2],
      ["phone", 3],
    ]);
    store.put(key("a@x.test", "web", 4), 2);
    expect(store.of("a@x.test").map((k) => k.resource)).to.deep.equal(["phone", "web"]);
    expect(store.of("b@x.test")).to.have.length(1);
  });

  it("takes away one session's key, or all of a user's", () => {
    const store = new KeysStore(openDatabase(":memory:"));
    for (const resource of ["1", "2", "3"]) store.put(key("a@x.test", resource, 1), 9);
    store.put(key("b@x.test", "1", 1), 9);
    expect(store.revokeOne("a@x.test", "2")).to.equal(true);
    expect(store.revokeOne("a@x.test", "2")).to.equal(false);
    expect(store.revoke("a@x.test")).to.equal(2);
    expect(store.list(10, 0).map((k) => k.jid)).to.deep.equal(["b@x.test"]);
  });

  it("forgets expired keys in slices, and no others", () => {
    const store = new KeysStore(openDatabase(":memory:"));
    for (let i = 0; i < 1200; i += 1) store.put(key(`u${i}@x.test`, "r", 0, 10), 9);
    store.put(key("good@x.test", "r", 0, 20), 9);
    const slices = [store.prune(15), store.prune(15), store.prune(15)];
    expect(slices).to.deep.equal([true, true, false]);
    expect(store.list(10, 0).map((k) => k.jid)).to.deep.equal(["good@x.test"]);
  });
});
