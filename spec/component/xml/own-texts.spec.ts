/** What is kept of a stanza keeps nothing else of it in memory. */
import { expect } from "chai";
import { Jid } from "../../../component/addresses/address.js";
import { xml, type Element } from "../../../component/xml/builder.js";
import { ownText, withOwnTexts } from "../../../component/xml/own-texts.js";
import { parseXml } from "../../../component/xml/parse.js";
import { heapAfter } from "../../support/heap.js";

const COUNT = 200;
/** If parts were views, COUNT of them would keep 12 MB. */
const MOST_BYTES = 1e6;
const PADDING = "x".repeat(60_000);
const views = (number: number): ((text: string) => string) => {
  const text = `user-with-a-name-${number}@example.org/${PADDING}`;
  return (part) => text.slice(text.indexOf(part), text.indexOf(part) + part.length);
};

describe("Texts of elements", () => {
  it("are equal to the texts before, of any characters", () => {
    for (const text of ["", "short", "longer than a view 张三 😀", "\ud800".repeat(20)])
      expect(ownText(text)).to.equal(text);
  });

  it("keep nothing of the stream in memory", () => {
    const stanza = (number: number): Element => {
      const view = views(number);
      const inside = xml(
        "name-with-letters",
        { attribute: view("user-with-a-name-") },
        view("@example.org/xxxxx"),
      );
      return withOwnTexts(xml("message", { from: view(`user-with-a-name-${number}@example.org`) }, inside));
    };
    const all = heapAfter(() => Array.from({ length: COUNT }, (_, number) => stanza(number)));
    expect(all).to.be.below(MOST_BYTES);
  });

  it("keep nothing of a caller's XML in memory", () => {
    const text = (number: number): string =>
      `<message realfrom="user-with-a-name-${number}@example.org"><body xmlns="urn:example:namespace">a text of some length ${number}</body><pad>${PADDING}</pad></message>`;
    const kept = (number: number): unknown => {
      const parsed = parseXml(text(number)) as Element;
      const body = parsed.getChild("body");
      return [
        parsed.attrs.realfrom,
        Jid.parse(parsed.attrs.realfrom ?? ""),
        body?.getText(),
        body?.attrs.xmlns,
      ];
    };
    expect(heapAfter(() => Array.from({ length: COUNT }, (_, number) => kept(number)))).to.be.below(
      MOST_BYTES,
    );
  });

  it("are reached however deep they are", () => {
    const root = xml("message");
    let inner = root;
    for (let depth = 0; depth < 50_000; depth++) {
      const child = xml("a");
      inner.append(child);
      inner = child;
    }
    inner.attrs.id = "an id that is long enough";
    expect(withOwnTexts(root)).to.equal(root);
    expect(inner.attrs.id).to.equal("an id that is long enough");
  });
});
