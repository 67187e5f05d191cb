import { expect } from "chai";
import { openDatabase } from "../../storage/database.js";
import { DirectoryStore } from "../../storage/directory-store.js";

function store(): DirectoryStore {
  return new DirectoryStore(openDatabase(":memory:"));
}

describe("The directory's store", () => {
  it("separates users with the same id on different hosts", () => {
    const people = store();
    people.save({ local: "test", host: "a.test", name: "一" });
    people.save({ local: "test", host: "b.test", name: "二" });
    expect(people.nameOf("test", "a.test")).to.equal("一");
    expect(people.nameOf("test", "b.test")).to.equal("二");
    expect(people.nameOf("test", "c.test")).to.equal(undefined);
    expect(people.namesOf(["nobody", "test"], "b.test")).to.deep.equal([undefined, "二"]);
    expect(people.namesOf(["test"], "c.test")).to.deep.equal([undefined]);
    expect(people.namesOf([], "a.test")).to.deep.equal([]);
    expect(people.remove("test", "a.test")).to.equal(true);
    expect(people.remove("test", "a.test")).to.equal(false);
    expect(people.find("test", "b.test")?.name).to.equal("二");
  });

  it("keeps a host's description", () => {
    const people = store();
    people.addHost("a.test", "公司");
    people.save({ local: "test", host: "a.test" });
    people.addHost("a.test");
    expect(people.hosts()).to.deep.equal([{ name: "a.test", description: "公司" }]);
  });
});
