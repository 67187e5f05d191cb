/** Occupants' real addresses in presence, which the room shows to moderators only. */
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { CRONE, crone, hag, itemOf, onStage, ROOM, wiccarocks } from "../play.js";

describe("an occupant's real address", () => {
  const play = onStage({}, (play) => play.coven([wiccarocks, "wicca"]));

  const addressesIn = (heard: readonly Element[]): (string | undefined)[] =>
    heard
      .filter(({ name, attrs }) => name === "presence" && attrs.from === `${ROOM}/crone`)
      .map((presence) => itemOf(presence).jid);
  const told = (): unknown[] => [hag, wiccarocks].map((who) => addressesIn(play.hears(who)));

  for (const [what, happens] of Object.entries({
    "a change of their presence": () => play.appears(crone, "crone", "<show>away</show>"),
    "another role": () => play.gives(hag, "crone", "visitor"),
    "another affiliation": () => play.affiliates(hag, CRONE, "member"),
    "their leaving": () => play.leaves(crone),
    "their being put out": () => play.gives(hag, "crone", "none"),
    "another nickname": () => play.appears(crone, "other"),
  })) {
    it(`is shown to moderators only with ${what}`, async () => {
      await happens();
      expect(told()).to.deep.equal([[crone], [undefined]]);
    });
  }

  it("is shown to moderators only on entering, whoever enters", async () => {
    await play.leaves(crone);
    play.hush();
    await play.enters(crone, "crone");
    expect(told()).to.deep.equal([[crone], [undefined]]);
    await play.leaves(wiccarocks);
    play.hears(wiccarocks);
    expect(addressesIn(await play.enters(wiccarocks, "wicca"))).to.deep.equal([undefined]);
  });

  it("is shown to everybody if the room shows addresses", async () => {
    await play.configures(hag, { "muc#roomconfig_whois": "anyone" });
    play.hush();
    await play.appears(crone, "crone", "<show>away</show>");
    expect(told()).to.deep.equal([[crone], [crone]]);
  });
});
