/** Who is told somebody's real address with their presence, in a room that shows it to moderators alone. */
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { CRONE, crone, hag, itemOf, Play, ROOM, wiccarocks } from "../play.js";

describe("somebody's real address", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.coven([wiccarocks, "wicca"]);
  });
  afterEach(() => play.close());

  const addressesIn = (heard: readonly Element[]): (string | undefined)[] =>
    heard
      .filter(({ name, attrs }) => name === "presence" && attrs.from === `${ROOM}/crone`)
      .map((presence) => itemOf(presence).jid);
  const told = (): unknown[] => [hag, wiccarocks].map((who) => addressesIn(play.hears(who)));

  for (const [what, happens] of Object.entries({
    "a change of their presence": () =>
      play.sends(crone, `<presence to="${ROOM}/crone"><show>away</show></presence>`),
    "another role": () => play.administers(hag, `<item nick="crone" role="visitor"/>`),
    "another affiliation": () => play.administers(hag, `<item affiliation="member" jid="${CRONE}"/>`),
    "their leaving": () => play.sends(crone, `<presence to="${ROOM}" type="unavailable"/>`),
    "their being put out": () => play.administers(hag, `<item nick="crone" role="none"/>`),
    "another nickname": () => play.sends(crone, `<presence to="${ROOM}/other"/>`),
  })) {
    it(`is told to moderators, and not to others, with ${what}`, async () => {
      await happens();
      expect(told()).to.deep.equal([[crone], [undefined]]);
    });
  }

  it("is told to moderators, and not to others, when they come in, and when those come in", async () => {
    await play.sends(crone, `<presence to="${ROOM}" type="unavailable"/>`);
    for (const who of [hag, wiccarocks]) play.hears(who);
    await play.enters(crone, "crone");
    expect(told()).to.deep.equal([[crone], [undefined]]);
    await play.sends(wiccarocks, `<presence to="${ROOM}" type="unavailable"/>`);
    play.hears(wiccarocks);
    expect(addressesIn(await play.enters(wiccarocks, "wicca"))).to.deep.equal([undefined]);
  });

  it("is told to everybody where the room shows it to all", async () => {
    await play.configures(hag, { "muc#roomconfig_whois": "anyone" });
    for (const who of [hag, wiccarocks]) play.hears(who);
    await play.sends(crone, `<presence to="${ROOM}/crone"><show>away</show></presence>`);
    expect(told()).to.deep.equal([[crone], [crone]]);
  });
});
