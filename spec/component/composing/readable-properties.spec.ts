import { expect } from "chai";
import fc from "fast-check";
import { original, sent, urlOf } from "./sent-body.js";

describe("Any message of QTalk's types", () => {
  const types = "1 2 3 5 11 16 30 32 64 257 512 666 4096 8192 134217728".split(" ");
  const names = [
    ..."FileName FileSize HttpUrl FileUrl url title desc linkurl content Seconds".split(" "),
    ..."name adress latitude longitude Code data keyValues".split(" "),
  ];
  const text = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 2000 }),
    fc.string({ unit: "binary", maxLength: 50 }),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.constantFrom("</body><body>x", "]]>", "&lt;b&gt;", "\u202e", "[obj ", "https://x.test/ y", "```"),
  );
  const value = fc.oneof(
    text,
    fc.double(),
    fc.array(fc.dictionary(text, text, { maxKeys: 3 })),
    fc.object({ maxDepth: 2 }),
  );
  const body = fc.oneof(
    fc.dictionary(fc.constantFrom(...names), value).map((object) => JSON.stringify(object)),
    fc
      .array(fc.tuple(fc.constantFrom("url", "image", "emoticon", "tel", "x"), text, text), { maxLength: 5 })
      .map((objects) => objects.map(([type, v, t]) => `[obj type="${type}" value="${v}"]${t}`).join("")),
  );
  const carried = (s: string): boolean => !/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(s);

  it("has bounded text without markup, keeps the original, and links only complete URLs", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        body.filter(carried),
        body.filter(carried),
        (msgType, text, ext) => {
          const stanza = sent(text, { msgType, extendInfo: ext });
          const line = stanza.getChildText("body") ?? "";
          expect(stanza.getChildElements().map(({ name }) => name)).to.have.members([
            "body",
            "qtalk",
            "origin-id",
            ...(urlOf(stanza) === undefined ? [] : ["x"]),
          ]);
          expect(stanza.getChild("body")?.getChildElements()).to.deep.equal([]);
          expect(original(stanza) ?? line).to.equal(text);
          if (original(stanza) === undefined) return;
          if (!text.includes("[obj ")) {
            expect(line.length).to.be.lessThan(16_000);
            expect(line).to.not.match(/[\u202a-\u202e\u2066-\u2069\u0000-\u0008]/u);
          }
          const url = urlOf(stanza);
          if (url === undefined) return;
          expect(line).to.equal(url);
          expect(new URL(url).href).to.equal(url);
          expect(url).to.match(/^https?:\/\/[\x21-\x7e]+$/);
        },
      ),
      { numRuns: 400 },
    );
  });
});
