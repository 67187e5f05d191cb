/** Lists of a room that are longer than a stanza may be (XEP-0059). */
import { expect } from "chai";
import { xml, type Element } from "../../../../component/xml/builder.js";
import { listed, type ListItem } from "../../../../component/muc/wire/lists.js";
import { StanzaError } from "../../../../component/stanza-error.js";
import { Play } from "../play.js";

const RSM = "http://jabber.org/protocol/rsm";
const OWNER = "hag@qtalk.test.org";
const hag = `${OWNER}/pda`;
/** Bytes of one stanza, for lists that are made up here. */
const SMALL = 20 * 1024;

function items(count: number): ListItem[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `id-${n}`,
    item: xml("item", { n: "x".repeat(100) }),
  }));
}

function asks(...inside: Element[]): Element {
  return xml("query", "urn:x", xml("set", RSM, ...inside));
}

function idsOf(elements: readonly Element[]): { count: number; first: string; last: string; index?: string } {
  const set = elements.at(-1);
  const text = (name: string): string => set?.getChildText(name) ?? "";
  const index = set?.getChild("first")?.attrs.index;
  return { count: elements.length - 1, first: text("first"), last: text("last"), ...(index && { index }) };
}

describe("A list in an answer", () => {
  const all = items(50);

  it("is whole where it fits, with nothing said of pages", () => {
    expect(listed(xml("query"), items(10), SMALL)).to.deep.equal(items(10).map(({ item }) => item));
  });

  it("is refused where it doesn't fit, and the refusal names the way to have it", () => {
    expect(() => listed(xml("query"), all, SMALL))
      .to.throw(StanzaError, "ask for pages of it (XEP-0059)")
      .with.property("condition", "policy-violation");
  });

  it("is given by pages, forwards, each as long as fits, each entry once", () => {
    const seen: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = listed(asks(...(after === undefined ? [] : [xml("after", {}, after)])), all, SMALL);
      const { count, first, last, index } = idsOf(page);
      if (count === 0) break;
      expect([first, index]).to.deep.equal([`id-${seen.length}`, `${seen.length}`]);
      for (let n = 0; n < count; n++) seen.push(`id-${seen.length}`);
      expect(last).to.equal(seen.at(-1));
      after = last;
    }
    expect(seen).to.have.length(50);
  });

  it("is given by pages backwards, and only counted where no items are wanted", () => {
    const last = idsOf(listed(asks(xml("before"), xml("max", {}, "5")), all, SMALL));
    expect(last).to.deep.equal({ count: 5, first: "id-45", last: "id-49", index: "45" });
    const before = idsOf(listed(asks(xml("before", {}, "id-45")), all, SMALL));
    expect(before.last).to.equal("id-44");
    const [counted, ...none] = listed(asks(xml("max", {}, "0")), all, SMALL);
    expect([counted?.getChildText("count"), none]).to.deep.equal(["50", []]);
  });

  it("can't be continued from what isn't there", () => {
    expect(() => listed(asks(xml("after", {}, "nobody")), all, SMALL))
      .to.throw(StanzaError)
      .with.property("condition", "item-not-found");
  });
});

describe("A room of ten thousand members", () => {
  let play: Play;
  before(async function () {
    this.timeout(20_000);
    play = await new Play().ready();
    await play.makes(OWNER, ...Array.from({ length: 9_900 }, (_, n) => `member-number-${n}@qtalk.test.org`));
  });
  after(() => play.close());

  const list = (inside: string): Promise<Element> =>
    play.asks(
      hag,
      "get",
      `<query xmlns="http://jabber.org/protocol/muc#admin"><item affiliation="member"/>${inside}</query>`,
    );

  it("refuses its list as a whole, and gives it by pages", async () => {
    const refused = await list("");
    expect(refused.getChild("error")?.getChild("policy-violation")).not.to.equal(undefined);
    expect(refused.toString()).to.contain("XEP-0059");
    const page = (await list(`<set xmlns="${RSM}"><max>100</max></set>`)).getChild("query");
    expect(page?.getChildren("item")).to.have.length(100);
    expect(page?.getChild("set", RSM)?.getChildText("count")).to.equal("9900");
  });
});
