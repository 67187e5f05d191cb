/** The history that newcomers are told, and what bounds it (XEP-0045 §7.2.13). */
import { expect } from "chai";
import { crone, Play, wiccarocks } from "../play.js";

describe("the history that newcomers are told", () => {
  let play: Play;
  const begin = async (rooms: object = {}): Promise<void> => {
    play = await new Play({ rooms }).ready();
    await play.coven();
    for (const text of ["one", "two", "three"]) await play.says(crone, text, text);
  };
  afterEach(() => play.close());

  const given = async (): Promise<string[]> =>
    (await play.enters(wiccarocks, "wicca")).flatMap((stanza) => stanza.getChildText("body") ?? []);

  it("has no more characters than the operator allows: the latest are told", async () => {
    await begin({ history_bytes: 1200 });
    const bodies = await given();
    expect(bodies.length).to.be.within(1, 2);
    expect(bodies.at(-1)).to.equal("three");
  });

  it("is none where the operator wants none", async () => {
    await begin({ history_bytes: 0 });
    expect(await given()).to.deep.equal([]);
  });

  it("is the rest where one of it, from before a restart, can't be read", async () => {
    await begin();
    play.db.exec("UPDATE archive SET stanza = '<two' WHERE stanza LIKE '%>two<%'");
    play.close();
    play = await new Play({ db: play.db }).ready();
    expect(await given()).to.deep.equal(["one", "three"]);
  });

  it("says when each was said, by the room", async () => {
    const before = new Date().toISOString();
    await begin();
    const told = (await play.enters(wiccarocks, "wicca")).flatMap((stanza) =>
      stanza.getChildText("body") === null ? [] : (stanza.getChild("delay", "urn:xmpp:delay") ?? []),
    );
    expect(told).to.have.length(3);
    for (const { attrs } of told) {
      expect(attrs.from).to.equal("coven@conference.qtalk.test.org");
      expect(attrs.stamp).to.satisfy((stamp: string) => stamp >= before && stamp <= new Date().toISOString());
    }
  });
});
