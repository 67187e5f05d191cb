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
});
