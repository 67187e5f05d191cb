import { expect } from "chai";
import { openDatabase } from "../../storage/database.js";
import { VcardStore, type Image } from "../../storage/vcard-store.js";

const image = (name: string): Image => ({ name, type: "image/png", bytes: Buffer.from(name) });
const vcard = (expiresAt: number) => ({ name: "测试", avatar: "", expiresAt });

describe("The store of vCards", () => {
  it("keeps a picture as long as somebody has it", () => {
    const store = new VcardStore(openDatabase(":memory:"));
    store.put("a@x.test", vcard(10), image("one.png"));
    store.put("b@x.test", vcard(10), image("one.png"));
    store.put("a@x.test", vcard(10), image("two.png"));
    expect(store.image("one.png")?.bytes.toString()).to.equal("one.png");
    store.put("b@x.test", vcard(10), undefined);
    expect(store.image("one.png")).to.equal(undefined);
    expect(store.image("two.png")).to.deep.equal(image("two.png"));
  });

  it("remembers that there is nobody", () => {
    const store = new VcardStore(openDatabase(":memory:"));
    store.put("a@x.test", { name: undefined, avatar: "", expiresAt: 10 }, undefined);
    expect(store.find("a@x.test")).to.deep.equal({
      name: undefined,
      avatar: "",
      image: undefined,
      expiresAt: 10,
    });
    expect(store.find("b@x.test")).to.equal(undefined);
  });

  it("forgets what has expired in slices, and its pictures with it", () => {
    const store = new VcardStore(openDatabase(":memory:"));
    for (let i = 0; i < 250; i += 1) store.put(`u${i}@x.test`, vcard(10), image(`${i}.png`));
    store.put("good@x.test", vcard(30), image("0.png"));
    expect([store.prune(20), store.prune(20)]).to.deep.equal([true, false]);
    expect(store.find("u7@x.test")).to.equal(undefined);
    expect(store.image("7.png")).to.equal(undefined);
    expect(store.image("0.png"), "another's, too").to.not.equal(undefined);
    expect(store.find("good@x.test")?.name).to.equal("测试");
  });
});
