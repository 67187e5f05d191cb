import { expect } from "chai";
import { openDatabase } from "../../storage/database.js";
import { DirectoryStore } from "../../storage/directory-store.js";

const ALL = { limit: 100, offset: 0 };

function store(): DirectoryStore {
  return new DirectoryStore(openDatabase(":memory:"));
}

function withPeople(): DirectoryStore {
  const people = store();
  people.save({ local: "zhangsan", host: "a.test", name: "张三", pinyin: "zhangsan|zs" });
  people.save({ local: "zhang.sanfeng", host: "a.test", name: "张三丰", pinyin: "zhangsanfeng|zsf" });
  people.save({ local: "lisi", host: "a.test", name: "李四", pinyin: "lisi|ls", employed: false });
  people.save({ local: "u100_5", host: "b.test", name: "王 100%", pinyin: "wang100|w1" });
  people.save({ local: "jsmith", host: "b.test", name: "John Smith", pinyin: "johnsmith|js" });
  return people;
}

const found = (people: DirectoryStore, text: string): string[] =>
  people.search(text, ALL).map(({ local }) => local);

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

  it("finds users by name, pinyin, initials and id, the best match first", () => {
    const people = withPeople();
    expect(found(people, "张三")).to.deep.equal(["zhangsan", "zhang.sanfeng"]);
    expect(found(people, "三")).to.have.members(["zhangsan", "zhang.sanfeng"]);
    expect(found(people, "zhangsan")).to.deep.equal(["zhangsan", "zhang.sanfeng"]);
    expect(found(people, "Zhang San")).to.include.members(["zhangsan", "zhang.sanfeng"]);
    expect(found(people, "zsf")).to.deep.equal(["zhang.sanfeng"]);
    expect(found(people, "john s")).to.deep.equal(["jsmith"]);
    expect(found(people, "nobody")).to.deep.equal([]);
  });

  it("searches wildcards of LIKE literally", () => {
    const people = withPeople();
    expect(found(people, "100%")).to.deep.equal(["u100_5"]);
    expect(found(people, "u100_")).to.deep.equal(["u100_5"]);
    expect(found(people, "_")).to.deep.equal(["u100_5"]);
    expect(found(people, "%")).to.deep.equal(["u100_5"]);
  });

  it("keeps a host's description", () => {
    const people = store();
    people.addHost("a.test", "公司");
    people.save({ local: "test", host: "a.test" });
    people.addHost("a.test");
    expect(people.hosts()).to.deep.equal([{ name: "a.test", description: "公司" }]);
  });
});
