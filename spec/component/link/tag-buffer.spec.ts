import { expect } from "chai";
import fc from "fast-check";
import { TagBuffer } from "../../../component/link/tag-buffer.js";

describe("what the parser of a stream is given", () => {
  it("is all that came, in order, through the last tag that is whole", () => {
    const chunks = fc.array(fc.string({ unit: fc.constantFrom("<a>", ">", "<", "x", "汉", " ", "</a>") }));
    fc.assert(
      fc.property(chunks, (texts) => {
        const tags = new TagBuffer();
        let came = "";
        let given = "";
        for (const text of texts) {
          came += text;
          const whole = tags.push(text);
          if (whole !== "" && !whole.endsWith(">")) return false;
          given += whole;
          if (given !== came.slice(0, came.lastIndexOf(">") + 1)) return false;
        }
        return true;
      }),
    );
  });

  it("is a long text only once its end is there", () => {
    const tags = new TagBuffer();
    expect(tags.push("<message><body>xx")).to.equal("<message><body>");
    for (let i = 0; i < 3; i++) expect(tags.push("x".repeat(1000))).to.equal("");
    expect(tags.push("x</body></message>\n")).to.equal(`xx${"x".repeat(3001)}</body></message>`);
  });
});
