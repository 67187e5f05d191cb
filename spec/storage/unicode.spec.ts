/** A text of others may be one long run of combining marks, whose normalisation takes quadratic time. */
import { expect } from "chai";
import { Jid } from "../../component/addresses/address.js";
import { parseNick } from "../../component/addresses/nick.js";
import { namedFile } from "../../component/hooks/files/file-kind.js";
import { parseVcard } from "../../component/people/vcard.js";
import { xml } from "../../component/xml/builder.js";
import { fold, wordsOf } from "../../storage/text-search.js";

const MARKS = `a${"\u0301\u0323".repeat(64 * 1024)}`;

/** Returns the longest text that was normalised meanwhile, in UTF-16 units. */
function longestIn(act: () => unknown): number {
  const real = Object.getOwnPropertyDescriptor(String.prototype, "normalize")!;
  const normalize = real.value as (this: string, form?: string) => string;
  let longest = 0;
  const value = function (this: string, form?: string): string {
    longest = Math.max(longest, this.length);
    return normalize.call(this.slice(0, 4096), form);
  };
  Object.defineProperty(String.prototype, "normalize", { ...real, value });
  try {
    act();
  } finally {
    Object.defineProperty(String.prototype, "normalize", real);
  }
  return longest;
}

describe("A text of 256 KiB of combining marks", () => {
  const acts: Readonly<Record<string, () => unknown>> = {
    "an address": () => {
      for (const part of [`a@b.org/${MARKS}`, `${MARKS}@b.org`, MARKS])
        expect(Jid.parse(part)).to.equal(undefined);
    },
    "a nickname": () => expect(parseNick(MARKS, 20)).to.equal(undefined),
    "a vCard's name": () => parseVcard(xml("vCard", {}, xml("FN", {}, MARKS)), 1000),
    "a file's name": () => namedFile({ name: MARKS, type: "text/plain", bytes: Buffer.of(1) }),
    "a query": () => [fold(MARKS), wordsOf(MARKS)],
  };
  for (const [what, act] of Object.entries(acts))
    it(`as ${what} is cut or refused before it is normalised, to what takes a few milliseconds`, () => {
      expect(longestIn(act)).to.be.at.most(4 * 1024);
    });

  it("keeps other text, and as many marks on a character as anybody writes", () => {
    const written = `${"e\u0323\u0301".repeat(1_000)} ${"z\u0323\u0301\u0316".repeat(1_000)}`;
    expect(fold(written)).to.equal(written.normalize("NFKC"));
  });

  it("isn't confused with a long resource, which is composed", () => {
    const decomposed = "e\u0301".repeat(511);
    expect(Jid.parse(`a@b.org/${decomposed}`)?.resource).to.equal("\u00e9".repeat(511));
  });
});
