import { expect } from "chai";
import { Jid } from "../../../component/addresses/address.js";

const text = (address: string, host?: string): string | undefined => Jid.parse(address, host)?.text;

describe("An address", () => {
  it("is normalised: the id's case, width and composition, and the domain's case", () => {
    expect(text("Test1@QTalk.Test.Org")).to.equal("test1@qtalk.test.org");
    expect(text("Ｔｅｓｔ@example.org")).to.equal("test@example.org");
    expect(text("e\u0301@example.org")).to.equal("\u00e9@example.org");
    expect(text("张三@例子.公司")).to.equal("张三@例子.公司");
  });

  it("keeps the case and the spaces of its resource", () => {
    expect(text("a@b.org/My Phone 📱")).to.equal("a@b.org/My Phone 📱");
    expect(text("room@b.org/a@b/c")).to.equal("room@b.org/a@b/c");
  });

  it("is completed with the default host if it is a bare id", () => {
    expect(text("test1", "qtalk.test.org")).to.equal("test1@qtalk.test.org");
    expect(text("test1@other.org", "qtalk.test.org")).to.equal("test1@other.org");
  });

  const refused = {
    "without a part": ["", "@b.org", "a@", "a@b.org/", "a@b..org"],
    "with a character that a localpart excludes": ["a b@c.org", "a@b@c.org", 'a"@b.org', "a&b@c.org"],
    "with control characters, lone surrogates, invisible characters or mixed directions": [
      ...["a\u0000@b.org", "a\u200b@b.org", "a\u202e@b.org", "\ud800@b.org", "a\u05d0@b.org"],
      ...["a@b.org/x\u0007", "a@b.org/\ud800"],
    ],
  };
  for (const [what, all] of Object.entries(refused)) {
    it(`isn't valid ${what}`, () => {
      for (const bad of all) expect(text(bad), JSON.stringify(bad)).to.equal(undefined);
    });
  }

  it("can't be longer than RFC 7622 allows", () => {
    expect(text(`${"a".repeat(1024)}@b.org`)).to.equal(undefined);
    expect(text(`${"好".repeat(342)}@b.org`)).to.equal(undefined);
    expect(text(`${"a".repeat(1023)}@b.org`)).to.not.equal(undefined);
  });
});
