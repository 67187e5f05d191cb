/** The versions of Node: package.json's "engines" decides, and whatever else names them agrees. */
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { nodeOf } from "../../scripts/doctor/running.js";
import { documentAt } from "../../scripts/docs/parts.js";
import { engines, inWords, supports } from "../../scripts/node-version.mjs";
import { guidePage, readme } from "../support/documents.js";

const RANGE = engines(pathToFileURL(documentAt("package.json")));

describe("The versions of Node", () => {
  it("are 20.19, 22.13 and 24 or later", () => {
    for (const version of ["20.19.0", "20.20.2", "22.13.0", "22.23.3", "24.0.0", "24.21.0", "26.12.1"])
      expect(supports(RANGE, version), version).to.equal(true);
    for (const version of ["18.20.4", "20.18.3", "21.7.3", "22.12.0", "23.11.1"])
      expect(supports(RANGE, version), version).to.equal(false);
  });

  it("are named by the README and the guide", () => {
    const oneLine = (text: string): string => text.replace(/\s+/g, " ");
    expect(oneLine(readme.text)).to.contain(`- Node.js ${inWords(RANGE)} - `);
    expect(oneLine(guidePage("setup").text)).to.contain(`needs Node.js ${inWords(RANGE)}.`);
  });

  it("are reported by doctor, if this Node is another one", () => {
    expect(nodeOf("24.21.0").state).to.equal("fine");
    const { state, todo } = nodeOf("21.7.3");
    expect(state).to.equal("doubtful");
    expect(todo).to.deep.equal([`Run the component with Node.js ${inWords(RANGE)}.`]);
  });
});
