/** Spaces that let a server's parser look at the last tags that it was sent. */
import { expect } from "chai";
import fc from "fast-check";
import { padded } from "../../../component/link/padding.js";
import { xml } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { inOneWrite } from "../../../component/xml/wire-text.js";

const bytes = (text: string): number => Buffer.byteLength(text);
/** Each tag of a text that is written, with the bytes that follow it. */
const tagsIn = (written: string) =>
  [...written.matchAll(/<[^>]*>/g)].map(({ 0: tag, index }) => ({
    length: bytes(tag),
    after: bytes(written.slice(index + tag.length)),
  }));

describe("What is written to a server that defers long tags", () => {
  const words = fc.constantFrom("x", "é", "告警", "🔴", "<&>");
  const long = fc.tuple(words, fc.nat(3_000)).map(([word, times]) => word.repeat(times));
  const stanza = fc
    .tuple(long, long)
    .map(([value, text]) =>
      serialise(xml("message", { to: "a@b.test" }, xml("x", { xmlns: "y", value }), text)),
    );

  it("has as many bytes after each tag as the tag has, and is the same but for spaces at its end", () => {
    let spaces = 0;
    fc.assert(
      fc.property(fc.array(stanza, { minLength: 1, maxLength: 3 }), (stanzas) => {
        const text = inOneWrite(stanzas);
        const written = padded(text);
        expect(written.startsWith(text)).to.equal(true);
        expect(written.slice(text.length)).to.match(/^ *$/);
        spaces += written.length - text.length;
        if (text.length > 1_024)
          expect(tagsIn(written).filter(({ length, after }) => after < length)).to.deep.equal([]);
      }),
      { seed: 1 },
    );
    expect(spaces, "padded at all").to.be.above(10_000);
  });

  it("is as it was if it is short", () => {
    const text = serialise(xml("message", { to: "a@b.test" }, xml("body", {}, "hi")));
    expect(padded(text)).to.equal(text);
  });
});
