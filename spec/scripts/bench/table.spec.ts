import { expect } from "chai";
import {
  alone,
  brief,
  compare,
  MEGABYTES,
  MILLISECONDS,
  PER_SECOND,
} from "../../../scripts/bench/figures.js";
import { format, median, type Line } from "../../../scripts/bench/table.js";

const sends = compare({
  work: "sending",
  unit: PER_SECOND,
  ours: [9_000, 12_000, 1_000],
  peer: [6_000, 5_000, 7_000],
  peerName: "the peer",
  target: 1.5,
});

/** The cells of each line below the headings. */
function cells(...lines: Line[]): string[][] {
  const [, , ...rows] = format(lines).split("\n");
  return rows.map((row) => {
    return row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  });
}

describe("The benchmarks' table", () => {
  it("shows medians, which one slow round doesn't move", () => {
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([9, 1, 5, 7])).to.equal(6);
    expect(median([10, 9, 100])).to.equal(10);
    expect(median([])).to.be.NaN;
  });

  it("names the peer, and says how many times better we are and whether that is enough", () => {
    expect(cells(sends)).to.deep.equal([
      ["sending", "9,000/s", "6,000/s the peer", "1.50 (0.14–2.40)", "≥ 1.50", "yes"],
    ]);
    expect(cells({ ...sends, ratio: 1.49 })[0]?.at(-1)).to.equal("no");
  });

  it("shows how far apart the ratios of the rounds were, which pair by pair shared a moment", () => {
    const rounds = { ours: [90, 100, 110], peer: [100, 100, 100], peerName: "the peer" };
    const line = compare({ work: "sending", unit: PER_SECOND, ...rounds });
    expect(cells(line)[0]?.[3]).to.equal("1.00 (0.90–1.10)");
  });

  it("has ratios above 1 where less time is needed", () => {
    const times = { ours: [2], peer: [5], peerName: "the peer" };
    expect(compare({ work: "waiting", unit: MILLISECONDS, ...times }).ratio).to.equal(2.5);
  });

  it("says nothing of a target where there is none", () => {
    const { target, ...line } = sends;
    expect(target).to.equal(1.5);
    expect(cells(line)[0]?.slice(4)).to.deep.equal(["", ""]);
    expect(cells({ ...line, target: 0 })[0]?.slice(4)).to.deep.equal(["", ""]);
  });

  it("shows a limit where there is no peer to compare with", () => {
    expect(cells(alone("memory", MEGABYTES, [95, 91, 89], 90))).to.deep.equal([
      ["memory", "91 MB", "", "", "< 90 MB", "no"],
    ]);
    expect(cells(alone("memory", MEGABYTES, [89], 90))[0]?.at(-1)).to.equal("yes");
  });

  it("has columns of one width, as Markdown's formatter writes them", () => {
    const lines = format([sends, alone("memory", MEGABYTES, [89], 90)]).split("\n");
    expect(new Set(lines.map((line) => line.length)).size).to.equal(1);
    expect(lines[1]).to.match(/^\| -+ \| -+ \| -+ \| -+ \| -+ \| -+ \|$/);
  });

  it("prints no more digits than mean something", () => {
    expect([12_345.6, 123.4, 12.34, 1.234, 2].map(brief)).to.deep.equal([
      "12,346",
      "123",
      "12.3",
      "1.23",
      "2",
    ]);
  });
});
