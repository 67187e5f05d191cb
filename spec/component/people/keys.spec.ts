import { expect } from "chai";
import { Jid, type AccountJid } from "../../../component/addresses/address.js";
import { keysConfig } from "../../../component/config.js";
import { Keys, type KeyOwner } from "../../../component/people/keys.js";
import { openDatabase } from "../../../storage/database.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import { KeysStore } from "../../../storage/keys-store.js";

const USER = Jid.parse("juliet@x.test") as AccountJid;
const session = (text: string): KeyOwner => Jid.parse(text) as KeyOwner;

function bench(config = {}) {
  const db = openDatabase(":memory:");
  const directory = new DirectoryStore(db);
  const store = new KeysStore(db);
  const options = { hosts: ["x.test"], keys: keysConfig.parse(config) };
  return { db, directory, store, keys: new Keys(store, directory, new GroupCommit(db), options) };
}

describe("A key", () => {
  it("is valid for its owner for three days", async () => {
    const { keys, db } = bench();
    const { digits, issuedAt, expiresAt } = await keys.issue(session("juliet@x.test/balcony"));
    expect(digits).to.match(/^\d{32}$/);
    expect(expiresAt - issuedAt).to.equal(3 * 24 * 3600 * 1000);
    expect(keys.judge(USER, digits)).to.equal("good");
    db.prepare("UPDATE keys SET expires_at = ?").run(Date.now() - 1);
    expect(keys.judge(USER, digits)).to.equal("expired");
  });

  it("is not stored", async () => {
    const { keys, db } = bench();
    const { digits } = await keys.issue(session("juliet@x.test/balcony"));
    const row = JSON.stringify(db.prepare("SELECT *, hex(hash) FROM keys").get());
    expect(row).to.include("balcony");
    expect(row).to.not.include(digits);
  });

  it("replaces the last one of its session, and the oldest above per_user", async () => {
    const { keys } = bench({ per_user: 2 });
    const verdicts = [];
    for (const resources of [
      ["desk", "phone", "phone"],
      ["a", "b", "c"],
    ]) {
      const issued = [];
      for (const resource of resources) issued.push(await keys.issue(session(`juliet@x.test/${resource}`)));
      verdicts.push(issued.map(({ digits }) => keys.judge(USER, digits)));
    }
    expect(verdicts).to.deep.equal([
      ["good", "wrong", "good"],
      ["wrong", "good", "good"],
    ]);
  });

  it("is invalid after it is revoked", async () => {
    const { keys } = bench();
    const { digits } = await keys.issue(session("juliet@x.test/balcony"));
    expect(keys.revoke(USER)).to.equal(1);
    expect(keys.judge(USER, digits)).to.equal("wrong");
  });

  it("is deleted once it has expired, and no other is", async () => {
    const { keys, store, db } = bench();
    for (const resource of ["balcony", "chamber"]) await keys.issue(session(`juliet@x.test/${resource}`));
    db.exec("UPDATE keys SET expires_at = 1 WHERE resource = 'balcony'");
    while (store.prune(Date.now()));
    expect(store.of(USER.text).map(({ resource }) => resource)).to.deep.equal(["chamber"]);
  });

  it("is issued to sessions of the served hosts' users only", () => {
    const { keys } = bench();
    const others = ["juliet@x.test", "juliet@elsewhere.test/x", "room@conference.x.test/nick", "x.test/x"];
    const mayOwn = ["juliet@x.test/balcony", ...others].filter((text) => keys.mayOwn(Jid.parse(text)!));
    expect(mayOwn).to.deep.equal(["juliet@x.test/balcony"]);
  });

  it("is neither issued to nor valid for users who have left", async () => {
    const { keys, directory } = bench();
    const owner = session("juliet@x.test/balcony");
    const { digits } = await keys.issue(owner);
    directory.save({ local: "juliet", host: "x.test", employed: false });
    expect(keys.judge(USER, digits)).to.equal("expired");
    expect(keys.mayOwn(owner)).to.equal(false);
  });
});
