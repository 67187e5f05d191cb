/** People and their keys, as operators see and change them in the console. */
import { expect } from "chai";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { KeysStore } from "../../../storage/keys-store.js";
import { ConsoleStage, faultOf } from "./stage.js";

const HOST = "qtalk.test.org";

describe("The console's list of people", () => {
  let stage: ConsoleStage;
  beforeEach(async () => {
    stage = await ConsoleStage.open();
  });
  afterEach(() => stage.close());

  it("are searched by id, name and spelling, and gone through page by page", async () => {
    const directory = new DirectoryStore(stage.desk.play.db);
    for (let i = 0; i < 1200; i += 1)
      directory.save({ local: `u${10_000 + i}`, host: "a.test", name: `Nobody ${i}` });
    directory.save({ local: "zs", host: "b.test", name: "张三", pinyin: "zhangsan|zs", department: "/x" });
    for (let i = 0; i < 5; i += 1) directory.save({ local: `u1000v${i}`, host: "c.test" });
    expect(await stage.pages("people", "people", 200)).to.have.length(1206);
    expect(await stage.pages("people?search=u1000", "people", 4), "of two hosts").to.have.length(15);
    expect(await stage.pages("people?search=u1049", "people", 200), "each once").to.have.length(10);
    for (const text of ["zhang san", "张", "ZS"]) {
      expect((await stage.asks(`people?search=${encodeURIComponent(text)}`)).json, text).to.eql({
        people: [{ user: "zs@b.test", name: "张三", department: "/x", isEmployed: true }],
        next: null,
      });
    }
  });

  it("show a user's keys, and revoke them", async () => {
    const keys = new KeysStore(stage.desk.play.db);
    const jid = `li@${HOST}`;
    for (const resource of ["phone", "desk", "old"]) {
      const expiresAt = resource === "old" ? 1 : Date.now() + 60_000;
      keys.put({ jid, resource, hash: Buffer.from(resource), issuedAt: 1, expiresAt }, 5);
    }
    const { json } = await stage.asks("people/li");
    expect(json).to.deep.include({ user: jid, directory: null, vcard: null });
    const shown = json.keys as { resource: string; isExpired: boolean }[];
    expect(shown.map(({ resource, isExpired }) => [resource, isExpired])).to.eql([
      ["phone", false],
      ["desk", false],
      ["old", true],
    ]);
    expect(JSON.stringify(json)).not.to.contain("hash");
    const one = await stage.changes("keys/revoke", { user: "li", resource: "phone" });
    expect(one.json.message).to.equal(`1 key of ${jid} revoked for "phone".`);
    expect((await stage.changes("keys/revoke", { user: "li" })).json.message).to.equal(
      `2 keys of ${jid} revoked.`,
    );
    expect(faultOf(await stage.changes("keys/revoke", { user: "li" }))).to.eql([404, "missing", "user"]);
    expect(faultOf(await stage.asks("people/li"))).to.eql([404, "missing", "user"]);
  });
});
