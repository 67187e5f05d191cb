import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, CRONE, HAG, hag, onStage } from "../play.js";

const HATS = "urn:xmpp:hats:0";
const duty = { title: "值班", uri: "https://example.org/hats#duty", hue: 120.5, users: [HAG] };
const it_ = { title: "IT", uri: "urn:example:it", departments: ["/IT/"] };

describe("hats", () => {
  const play = onStage();
  let people: Record<string, { name: string; department: string }>;
  const begin = async (hats: object[]): Promise<void> => {
    people = {
      [HAG]: { name: "Hag", department: "/IT/Support" },
      [CRONE]: { name: "Crone", department: "/ITALY" },
    };
    await play.begins({ rooms: { hats } as never, people });
    await play.roomOf(hag, "hag");
  };
  const worn = (presence: Element | undefined): unknown[] =>
    presence
      ?.getChild("hats", HATS)
      ?.getChildElements()
      .map(({ attrs }) => attrs) ?? [];
  const isDeclared = async (): Promise<boolean> => (await play.info(hag)).features.includes(HATS);

  it("are given by the operator to users and departments", async () => {
    await begin([duty, it_]);
    const both = [
      { title: "值班", uri: "https://example.org/hats#duty", hue: "120.5" },
      { title: "IT", uri: "urn:example:it" },
    ];
    const [others, own] = await play.enters(crone, "crone");
    expect(worn(others)).to.deep.equal(both);
    expect(worn(own)).to.deep.equal([]);
    await play.appears(hag, "hag", "<show>away</show>");
    expect(worn(play.hears(crone).at(-1))).to.deep.equal(both);
    expect(worn(play.hears(hag).at(-1))).to.deep.equal(both);
    await play.leaves(hag);
    expect(worn(play.hears(crone).at(-1))).to.deep.equal([]);
    expect(await isDeclared()).to.equal(true);
  });

  it("aren't accepted from clients", async () => {
    await begin([it_]);
    await play.enters(crone, "crone");
    play.hears(hag);
    const own = `<hats xmlns="${HATS}"><hat title="Boss" uri="urn:boss"/></hats>`;
    await play.appears(crone, "crone", own);
    expect(worn(play.hears(hag).at(-1))).to.deep.equal([]);
  });

  it("follow the directory with the next presence", async () => {
    await begin([it_]);
    await play.enters(crone, "crone");
    people[CRONE] = { name: "Crone", department: "/IT" };
    play.hears(hag);
    await play.appears(crone, "crone");
    expect(worn(play.hears(hag).at(-1))).to.deep.equal([{ title: "IT", uri: "urn:example:it" }]);
  });

  it("aren't advertised if there are none", async () => {
    await begin([]);
    expect(await isDeclared()).to.equal(false);
  });
});
