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
});
