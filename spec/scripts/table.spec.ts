import { expect } from "chai";
import { fitted, table } from "../../scripts/table.js";

describe("A table", () => {
  it("has each row on one line that reads as it is written, whatever others wrote in it", () => {
    const cells = ["a\nb\u001b[31m", "\u202egnp.x\u202c", "\u2067y\u2069\u200f"];
    expect(table(["1", "2", "3"], [cells])).to.equal("1         2      3\na b [31m  gnp.x  y");
  });
});

/** Returns a line's width: Han characters, full-width punctuation and emoji are two columns wide. */
const columnsOf = (line: string): number =>
  [...new Intl.Segmenter().segment(line)].reduce(
    (sum, { segment }) =>
      sum + (/[\p{Script=Han}\p{Emoji_Presentation}\uff00-\uff60]/u.test(segment) ? 2 : 1),
    0,
  );

function tableOf(...given: Parameters<typeof fitted>): string[] {
  const { headings, rows } = fitted(...given);
  return table(headings, rows).split("\n");
}

describe("A table on a terminal", () => {
  it("shows names whole, and leaves out the last columns instead", () => {
    const headings = ["name", "posts to", "format", "sent as", "posts", "refused", "last post", "created"];
    const name = "alerts-of-the-harbour";
    const row = [
      name,
      "ops@rooms.x.test",
      "alertmanager",
      "alerts@x.test",
      "12",
      "0",
      "2026-12-02 10:00",
      "2026-12-01",
    ];
    const isLong = (): boolean => false;
    const at = (width: number): ReturnType<typeof fitted> => fitted(headings, [row], { width, isLong });
    expect(at(200)).to.deep.equal({ headings, rows: [row], omitted: [] });
    for (const width of [40, 60, 80]) {
      expect(at(width).rows[0]?.[0]).to.equal(name);
      expect(at(width).omitted).to.include("created").and.not.include("posts to");
      for (const line of tableOf(headings, [row], { width, isLong }))
        expect(line.length).to.be.at.most(width);
    }
    expect(at(12)).to.deep.equal({
      headings: ["name"],
      rows: [["alerts-of-t…"]],
      omitted: headings.slice(1),
    });
  });

  it("has one line for each row: what may be long is cut first", () => {
    const headings = ["id", "stanza", "reason"];
    const rows = [
      ["1", "x".repeat(500), "r".repeat(20)],
      ["2", "<a>\n</a>", "short"],
    ];
    const at = (width: number): string[] =>
      tableOf(headings, rows, { width, isLong: (column) => column === 1 });
    for (const width of [40, 80, 120]) {
      const lines = at(width);
      expect(lines).to.have.length(3);
      expect(Math.max(...lines.map(({ length }) => length))).to.equal(width);
    }
    expect(at(80)[1]).to.contain("r".repeat(20)).and.contain("x…");
    expect(at(30)[1]).to.contain("r…");
    expect(at(1000)[1]).to.contain("x".repeat(500));
  });

  it("counts a Chinese character as two columns, and cuts none in half", () => {
    const headings = ["id", "to", "reason", "end"];
    const rows = [
      ["1", "张三@例子.测试", `服务器拒绝了这条消息：${"很长".repeat(60)}`, "a"],
      ["2", "b@x.test", "👩‍👩‍👧 and 𠮷".repeat(20), "b"],
    ];
    for (const width of [50, 79, 80, 81]) {
      const isLong = (column: number): boolean => column === 2;
      const lines = tableOf(headings, rows, { width, isLong });
      expect(lines).to.have.length(3);
      expect(lines[1]).to.match(/^1 {3}张三@例子\.测试 {2}服务器.*… {2,3}a$/);
      expect(lines[2]).to.match(/^2 {3}b@x\.test {8}👩‍👩‍👧 and .*… {2,3}b$/u);
      for (const line of lines) expect(columnsOf(line), line).to.be.at.most(width);
      expect(new Set(lines.slice(1).map((line) => columnsOf(line))).size, "aligned").to.equal(1);
    }
  });
});
