/** Texts of others are shortened in a few ways, which never divide a character. */
import { expect } from "chai";
import { elided, quoted, shownUrl } from "../../component/wording.js";
import { cut } from "../../storage/unicode.js";

describe("A text that is too long", () => {
  it("is cut to store it, and never inside a character", () => {
    expect(cut("磁盘满了", 4)).to.equal("磁盘满了");
    expect(cut("磁盘满了", 2)).to.equal("磁盘");
    expect(cut("a😀b", 2)).to.equal("a");
    expect(cut("a😀b", 3)).to.equal("a😀");
  });

  it("ends with … where people read it, within the same length", () => {
    expect(elided("磁盘满了", 4)).to.equal("磁盘满了");
    expect(elided("磁盘满了吗", 4)).to.equal("磁盘满…");
    expect(elided("a😀bc", 3)).to.equal("a…");
  });

  it("is quoted with at most 80 characters", () => {
    expect(quoted('say "hi"\n')).to.equal('"say \\"hi\\"\\n"');
    expect(quoted("x".repeat(80))).to.equal(`"${"x".repeat(80)}"`);
    expect(quoted("x".repeat(81))).to.equal(`"${"x".repeat(79)}…"`);
    expect(quoted("x".repeat(41), 40)).to.equal(`"${"x".repeat(39)}…"`);
  });

  it("shows of a URL's path only the beginning, which holds no secret", () => {
    expect(shownUrl("https://u:p@x.test/hooks/ID/SECRET?token=t")).to.equal("https://x.test/hooks…");
    expect(shownUrl("https://x.test/SECRET")).to.equal("https://x.test/SECRE…");
    expect(shownUrl("https://x.test/a")).to.equal("https://x.test/a");
    expect(shownUrl("SECRET")).to.equal("…");
  });
});
