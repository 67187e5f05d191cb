import { expect } from "chai";
import { openDatabase } from "../../storage/database.js";
import { HookLinks } from "../../storage/hook-links.js";

const DAY = 24 * 3600_000;

describe("Short links of hooks' messages", () => {
  it("lead where they led first, as long as messages had them lately", () => {
    const db = openDatabase(":memory:");
    const links = new HookLinks(db);
    links.put({ id: "a", url: "https://one.example.org" }, 0, 0);
    links.put({ id: "a", url: "https://other.example.org" }, DAY, 0);
    links.put({ id: "b", url: "https://two.example.org" }, 0, 0);
    expect([links.find("a"), links.find("b")]).to.deep.equal([
      "https://one.example.org",
      "https://two.example.org",
    ]);
    links.put({ id: "c", url: "https://three.example.org" }, 2 * DAY, 1);
    expect([links.find("a"), links.find("b")]).to.deep.equal(["https://one.example.org", undefined]);
    db.close();
  });

  it("are forgotten a hundred at a time, so that no post waits for many", () => {
    const db = openDatabase(":memory:");
    const links = new HookLinks(db);
    for (let n = 0; n < 150; n += 1) links.put({ id: `old${n}`, url: "https://one.example.org" }, 0, 0);
    const count = (): unknown => db.prepare("SELECT count(*) FROM hook_links").pluck().get();
    links.put({ id: "new", url: "https://two.example.org" }, DAY, 1);
    expect(count()).to.equal(51);
    links.put({ id: "new", url: "https://two.example.org" }, DAY, 1);
    expect(count()).to.equal(1);
    db.close();
  });

  it("are bounded in number, however fast alerts come: those go that weren't told for longest", () => {
    const db = openDatabase(":memory:");
    const links = new HookLinks(db, 50);
    const put = (id: string, at: number): void =>
      links.put({ id, url: `https://x.example.org/${id}` }, at, 0);
    put("first", 0);
    put("told again", 1);
    for (let n = 0; n < 500; n += 1) {
      put(`flood${n}`, 2 + n);
      if (n % 10 === 0) put("told again", 2 + n);
      const count = db.prepare<[], number>("SELECT count(*) FROM hook_links").pluck().get();
      expect(count).to.be.at.most(50 + 16);
    }
    expect([links.find("first"), links.find("flood0")]).to.deep.equal([undefined, undefined]);
    for (const id of ["told again", "flood499", "flood460"])
      expect(links.find(id), id).to.match(new RegExp(`${id}$`));
    db.close();
  });
});
