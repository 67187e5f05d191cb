import { expect } from "chai";
import { decoderOf, readLines } from "../../../scripts/import/lines.js";
import { Folder } from "../../support/folder.js";

describe("Reading a file line by line", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  it("gives the offset of each line's end, so that an import can continue there", () => {
    const path = folder.file("a", "一\r\n\n二三\n四");
    const lines = [...readLines(path)];
    expect(lines.map(({ text }) => text)).to.deep.equal(["一", "", "二三", "四"]);
    expect(lines.map(({ end }) => end)).to.deep.equal([5, 6, 13, 16]);
    expect([...readLines(path, 6)]).to.deep.equal(lines.slice(2));
    expect([...readLines(path, 16)]).to.deep.equal([]);
  });

  it("joins lines and characters that a chunk's end cuts", () => {
    const long = "好".repeat(400_000);
    const path = folder.file("a", `${long}\nx\n${long}${long}\n`);
    expect([...readLines(path)].map(({ text }) => text)).to.deep.equal([long, "x", long + long]);
  });

  it("finds the bytes that are no text, line by line", () => {
    const path = folder.file("a", Buffer.from("61 0a b2 e2 0a 62".replaceAll(" ", ""), "hex"));
    expect([...readLines(path)].map(({ text }) => text)).to.deep.equal(["a", undefined, "b"]);
    const chinese = [...readLines(path, 0, decoderOf("gb18030"))].map(({ text }) => text);
    expect(chinese).to.deep.equal(["a", "测", "b"]);
  });
});
