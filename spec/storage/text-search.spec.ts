import { expect } from "chai";
import fc from "fast-check";
import { fold, gramsOf, hasWords, wordsOf } from "../../storage/text-search.js";

describe("searching words in texts", () => {
  const finds = (query: string, text: string): boolean => hasWords(fold(text), wordsOf(query));

  it("ignores case, width and the number of spaces, and finds phrases", () => {
    const text = "Deploy  the\nＳerver ①";
    for (const query of ["deploy", "SERVER", "ｓｅｒｖｅｒ", '"the server"', "eploy serv", "1"])
      expect(finds(query, text), query).to.equal(true);
    expect(finds('"server the"', text)).to.equal(false);
    expect(wordsOf('  a "b  c" a "" " " d" ')).to.deep.equal(["a", "b c", "d"]);
  });

  it("has every pair of a word's characters in the index of texts with the word", () => {
    const units = ["会", "议", "a", "B", "ß", "１", " ", ",", '"', "𠮷", "é", "e\u0301", "ﬁ", "\u0301"];
    const some = fc.string({ unit: fc.constantFrom(...units) });
    fc.assert(
      fc.property(some, some, some, (before, word, after) => {
        const text = fold(`${before}${word}${after}`);
        const words = wordsOf(word);
        if (!hasWords(text, words)) return;
        const grams = new Set(gramsOf(text));
        for (const one of words) expect([...grams]).to.include.members(gramsOf(one));
      }),
      { numRuns: 2_000 },
    );
  });
});
