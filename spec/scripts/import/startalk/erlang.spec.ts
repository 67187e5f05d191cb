import { expect } from "chai";
import fc from "fast-check";
import { Atom, readTerm, Tuple, type Term } from "../../../../scripts/import/startalk/erlang.js";

const atom = (name: string): Atom => new Atom(name);
const tuple = (...items: Term[]): Tuple => new Tuple(items);

describe("A printed Erlang term", () => {
  const terms: [string, Term][] = [
    ["true", atom("true")],
    ["'quoted atom'", atom("quoted atom")],
    ["'it\\'s'", atom("it's")],
    ["42", 42],
    ["-7", -7],
    ["1.5e3", 1500],
    ["[]", []],
    ["{}", tuple()],
    ["[1,2|3]", [1, 2, 3]],
    ["#{a => 1}", [atom("a"), 1]],
    ["{a,[b,{c}]}", tuple(atom("a"), [atom("b"), tuple(atom("c"))])],
    ['"a string"', "a string"],
    ["<<>>", ""],
    ['<<"plain">>', "plain"],
    ["<<230,181,139,232,175,149>>", "测试"],
    ['<<"测试"/utf8>>', "测试"],
    ['<<"测试">>', "测试"],
    ['<<"a",230,181,139,"b">>', "a测b"],
    ['<<"\\346\\265\\213">>', "测"],
    ['<<"\\x{e6}\\x{b5}\\x{8b}">>', "测"],
    // é as its two bytes printed as Latin-1 characters, and as itself.
    ['<<"Ã©">>', "é"],
    ['<<"é">>', "é"],
    ['<<"a\\"b\\\\c\\nd">>', 'a"b\\c\nd'],
    ['<<"long text "\n  "in two pieces">>', "long text in two pieces"],
    ["  [ 1 ] ", [1]],
  ];
  for (const [text, term] of terms) {
    it(`is read: ${text.replaceAll("\n", "⏎")}`, () => {
      expect(readTerm(text)).to.deep.equal(term);
    });
  }

  it("is refused with the position of the error", () => {
    for (const text of ["", "[", "{a", '<<"x', "<<1", "[1,]", "a b", "'x", "{a,}", "<<x>>", "Var"]) {
      expect(() => readTerm(text), text).to.throw(SyntaxError, /at character \d+$/);
    }
    expect(() => readTerm("[".repeat(5000))).to.throw(SyntaxError);
  });

  it("never breaks the reader, whatever the text is", () => {
    const pieces = fc.constantFrom(...`<< >> " \\ { } [ ] , a 1 # ' /utf8 测 :`.split(" "));
    fc.assert(
      fc.property(fc.array(pieces), (texts) => {
        try {
          readTerm(texts.join(""));
        } catch (error) {
          expect(error).to.be.instanceOf(SyntaxError);
        }
      }),
    );
  });
});
