/** Cached vCards, and the pictures that several of them may share. */
import { expect } from "chai";
import { openDatabase, type Database } from "../../storage/database.js";
import { VcardStore, type Image } from "../../storage/vcard-store.js";

const image = (name: string): Image => ({ name, type: "image/png", bytes: Buffer.from(name) });

describe("Cached vCards", () => {
  let db: Database;
  let store: VcardStore;
  beforeEach(() => {
    db = openDatabase(":memory:");
    store = new VcardStore(db);
  });
  afterEach(() => db.close());

  const put = (jid: string, picture?: Image, expiresAt = 100): void =>
    store.put(jid, { name: jid, avatar: "", expiresAt }, picture);

  it("are found, also when they have expired, with their picture", () => {
    put("a@x", image("one"), 1);
    expect(store.find("a@x")).to.deep.equal({ name: "a@x", avatar: "", image: "one", expiresAt: 1 });
    expect(store.nameOf("a@x")).to.equal("a@x");
    expect(store.image("one")).to.deep.equal(image("one"));
    store.extend("a@x", { name: undefined, avatar: "url", image: "one", expiresAt: 9 });
    expect(store.find("a@x")).to.deep.equal({ name: undefined, avatar: "url", image: "one", expiresAt: 9 });
    expect(store.nameOf("a@x")).to.equal(undefined);
  });

  it("lose a picture with the last vCard that has it", () => {
    const one = image("one");
    for (const jid of ["a@x", "b@x"]) put(jid, one);
    put("a@x", one);
    expect(store.image("one"), "the same again").to.not.equal(undefined);
    put("a@x", image("two"));
    expect(store.image("one"), "b has it").to.not.equal(undefined);
    expect(store.remove("b@x")).to.equal(true);
    expect(store.image("one")).to.equal(undefined);
    put("a@x");
    expect([store.image("two"), store.find("a@x")?.image]).to.deep.equal([undefined, undefined]);
    expect([store.remove("a@x"), store.remove("a@x")]).to.deep.equal([true, false]);
  });

  it("are forgotten some at a time once they have expired, with their pictures", () => {
    db.transaction(() => {
      for (let i = 0; i < 200; i += 1) put(`u${i}@x`, i < 2 ? image(`p${i % 2}`) : undefined, 49);
    })();
    put("edge@x", image("p0"), 50);
    expect([store.prune(50), store.prune(50)]).to.deep.equal([true, false]);
    expect(store.find("u1@x")).to.equal(undefined);
    expect(store.find("edge@x")?.image).to.equal("p0");
    expect([store.image("p0") === undefined, store.image("p1") === undefined]).to.deep.equal([false, true]);
  });
});
