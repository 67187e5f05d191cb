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
});
