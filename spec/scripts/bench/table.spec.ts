import { expect } from "chai";
import {
  alone,
  brief,
  compare,
  format,
  median,
  MEGABYTES,
  MILLISECONDS,
  PER_SECOND,
  type Line,
} from "../../../scripts/bench/table.js";

/** The cells of the only line below the headings. */
function cells(line: Line): string[] {
  const [, , row = ""] = format([line]).split("\n");
  return row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe("The benchmarks' table", () => {
  const rates = { ours: [9_000, 12_000, 1_000], peer: [6_000, 5_000, 7_000], peerName: "the peer" };

  it("shows medians, which one slow round doesn't move", () => {
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([9, 1, 5, 7])).to.equal(6);
    expect(median([])).to.be.NaN;
  });

  it("names the peer, and says how many times better we are, round by round, and whether that is enough", () => {
    const sends = (target: number): Line => compare({ work: "sending", unit: PER_SECOND, ...rates, target });
    expect(cells(sends(1.5))).to.deep.equal([
      "sending",
      "9,000/s",
      "6,000/s the peer",
      "1.50 (0.14–2.40)",
      "≥ 1.50",
      "yes",
    ]);
    expect(cells(sends(1.51)).at(-1)).to.equal("no");
  });

  it("has ratios above 1 if less time is needed, and no target without one", () => {
    const times = { ours: [2], peer: [5], peerName: "the peer" };
    const line = compare({ work: "waiting", unit: MILLISECONDS, ...times });
    expect(cells(line).slice(3)).to.deep.equal(["2.50 (2.50–2.50)", "", ""]);
  });

  it("shows a limit if there is no peer", () => {
    expect(cells(alone("memory", MEGABYTES, [95, 91, 89], 90))).to.deep.equal([
      "memory",
      "91 MB",
      "",
      "",
      "< 90 MB",
      "no",
    ]);
    expect(cells(alone("memory", MEGABYTES, [89], 90)).at(-1)).to.equal("yes");
  });

  it("prints no more digits than mean something", () => {
    const printed = [12_345.6, 123.4, 12.34, 1.234, 2].map(brief);
    expect(printed).to.deep.equal(["12,346", "123", "12.3", "1.23", "2"]);
  });
});
