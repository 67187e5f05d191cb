/** Users' keys, one a session. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { KeysStore } from "../../storage/keys-store.js";

describe("Stored keys", () => {
  let db: Database;
  let store: KeysStore;
  beforeEach(() => {
    db = openDatabase(":memory:");
    store = new KeysStore(db);
  });
  afterEach(() => db.close());

  const put = (
    jid: string,
    resource: string,
    issuedAt: number,
    { most = 9, expiresAt = issuedAt + 10 } = {},
  ): void => store.put({ jid, resource, hash: Buffer.from(`${jid} ${issuedAt}`), issuedAt, expiresAt }, most);
  const resources = (jid: string): string[] => store.of(jid).map(({ resource }) => resource);

  it("are one for each session, the oldest first, and the oldest beyond the limit go", () => {
    put("a@x", "desk", 1);
    put("a@x", "phone", 2);
    put("b@x", "desk", 1);
    put("a@x", "desk", 3);
    expect(resources("a@x")).to.deep.equal(["phone", "desk"]);
    expect(store.of("a@x")[1]).to.deep.include({ issuedAt: 3, expiresAt: 13, hash: Buffer.from("a@x 3") });
    put("a@x", "tablet", 3, { most: 2 });
    expect(resources("a@x"), "of two at the same time, the later one stays").to.deep.equal([
      "desk",
      "tablet",
    ]);
    expect(resources("b@x")).to.deep.equal(["desk"]);
  });

  it("are listed by user and time, in pages", () => {
    for (const [jid, resource, at] of [
      ["b@x", "one", 1],
      ["a@x", "late", 5],
      ["a@x", "early", 2],
    ] as const)
      put(jid, resource, at);
    const page = (limit: number, offset: number): string[] =>
      store.list(limit, offset).map(({ resource }) => resource);
    expect([page(2, 0), page(2, 2)]).to.deep.equal([["early", "late"], ["one"]]);
  });

  it("are revoked one by one, or all of a user", () => {
    for (const [jid, resource] of [
      ["a@x", "1"],
      ["a@x", "2"],
      ["a@x", "3"],
      ["b@x", "1"],
    ] as const)
      put(jid, resource, 1);
    expect([store.revokeOne("a@x", "1"), store.revokeOne("a@x", "1")]).to.deep.equal([true, false]);
    expect([store.revoke("a@x"), store.revoke("a@x")]).to.deep.equal([2, 0]);
    expect(resources("b@x")).to.deep.equal(["1"]);
  });

  it("are deleted some at a time once they have expired", () => {
    db.transaction(() => {
      for (let i = 0; i < 500; i += 1) put(`u${i}@x`, "r", 1, { expiresAt: 49 });
    })();
    put("edge@x", "r", 1, { expiresAt: 50 });
    expect([store.prune(50), store.prune(50)]).to.deep.equal([true, false]);
    expect(store.list(9, 0).map(({ jid }) => jid)).to.deep.equal(["edge@x"]);
  });
});
