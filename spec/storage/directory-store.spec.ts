import { expect } from "chai";
import { openDatabase } from "../../storage/database.js";
import { DirectoryStore } from "../../storage/directory-store.js";

describe("The directory's store", () => {
  it("removes a user of one host, and keeps a host's description", () => {
    const people = new DirectoryStore(openDatabase(":memory:"));
    people.addHost("a.test", "公司");
    for (const host of ["a.test", "b.test"]) people.save({ local: "test", host });
    people.addHost("a.test");
    expect(people.hosts()[0]).to.deep.equal({ name: "a.test", description: "公司" });
    expect([people.remove("test", "a.test"), people.remove("test", "a.test")]).to.deep.equal([true, false]);
    expect(people.find("test", "b.test")?.name).to.equal("test");
  });

  it("lists people in pages: of a host by name, and employed ones of some hosts by address", () => {
    const people = new DirectoryStore(openDatabase(":memory:"));
    for (const local of ["c", "a", "b"]) people.save({ local, host: "x.test", name: local.toUpperCase() });
    people.save({ local: "a", host: "y.test" });
    people.save({ local: "a", host: "z.test" });
    people.save({ local: "gone", host: "x.test", employed: false });
    const listed = (after: string, limit: number): string[] =>
      people.listAfter("x.test", after, limit).map(({ local }) => local);
    expect([listed("", 2), listed("b", 9)]).to.deep.equal([
      ["a", "b"],
      ["c", "gone"],
    ]);
    const hosts = ["y.test", "x.test"];
    expect(people.employedAfter(hosts, "", 9)).to.deep.equal([
      "a@x.test",
      "a@y.test",
      "b@x.test",
      "c@x.test",
    ]);
    expect(people.employedAfter(hosts, "a@x.test", 2)).to.deep.equal(["a@y.test", "b@x.test"]);
    expect(people.namesOf(["b", "none", "a"], "x.test")).to.deep.equal(["B", undefined, "A"]);
    expect(people.hosts().map(({ name }) => name)).to.deep.equal(["x.test", "y.test", "z.test"]);
    expect(people.save({ local: "a", host: "x.test", name: "A" })).to.equal("unchanged");
    expect(people.save({ local: "a", host: "x.test", name: "Ann" })).to.equal("changed");
    expect([people.count(), people.nameOf("a", "x.test")]).to.deep.equal([6, "Ann"]);
  });
});
