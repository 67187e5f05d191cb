/** What JSON of strangers may cost: its depth, values and different keys are bounded, in short texts as in long ones. */
import { expect } from "chai";
import { foreignJson } from "../../../component/limits/foreign-json.js";

const faultOf = (text: string, most?: number): string | undefined => {
  const read = foreignJson(text, most);
  return "fault" in read ? read.fault : undefined;
};
const nested = (depth: number, open = "[", close = "]"): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;
/** Makes a text too long to go uncounted. */
const long = (text: string): string => text + " ".repeat(10_000);

describe("JSON of strangers", () => {
  it("nests 32 levels at most, of lists and of objects", () => {
    for (const form of [(text: string) => text, long]) {
      expect(faultOf(form(nested(32)))).to.equal(undefined);
      expect(faultOf(form(nested(33)))).to.equal("nests deeper than 32 levels");
      expect(faultOf(form(nested(33, '{"a":', "}")))).to.equal("nests deeper than 32 levels");
      expect(faultOf(form(nested(17, '[{"a":', "}]")))).to.equal("nests deeper than 32 levels");
    }
  });

  it("may have any number of brackets that don't nest, or stand in texts", () => {
    for (const form of [(text: string) => text, long]) {
      expect(faultOf(form(`[${"[],".repeat(100)}{}]`))).to.equal(undefined);
      expect(faultOf(form(JSON.stringify("[".repeat(100))))).to.equal(undefined);
      expect(faultOf(form(JSON.stringify(`"${"{".repeat(100)}`)))).to.equal(undefined);
    }
  });

  it("has as many values as its reader allows, and 1,000 different keys", () => {
    const list = (count: number): string => long(`[${"1,".repeat(count - 1)}1]`);
    expect(faultOf(list(9_999), 10_000)).to.equal(undefined);
    expect(faultOf(list(10_001), 10_000)).to.equal("has more than the 10000 values allowed");
    const keys = (count: number): string =>
      long(`{${Array.from({ length: count }, (_, index) => `"k${index}":1`).join()}}`);
    expect(faultOf(keys(900))).to.equal(undefined);
    expect(faultOf(keys(2_000))).to.equal("has more than 1000 different keys");
    const same = Array.from({ length: 3_000 }, () => '{"k":1}').join();
    expect(faultOf(long(`[${same}]`))).to.equal(undefined);
  });

  it("that isn't valid says where it ends to be", () => {
    expect(faultOf('{"a":1,}')).to.match(/^is not valid JSON \(at character 7\)$/);
  });
});
