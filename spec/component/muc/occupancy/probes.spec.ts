/** Presence probes of occupants (XEP-0045 §17.3). */
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, CRONE, hag, itemOf, onStage, ROOM, stranger, lineOf, wiccarocks } from "../play.js";

describe("a presence probe", () => {
  const play = onStage({}, (play) => play.coven());

  const probes = async (from: string, to: string): Promise<Element[]> => {
    await play.sends(from, `<presence to="${to}" type="probe"/>`);
    return play.hears(from);
  };

  it("is answered with the occupant's presence, as the asker may see it", async () => {
    await play.appears(crone, "crone", "<show>away</show>");
    play.hush();
    const [seen, ...more] = await probes(hag, `${ROOM}/crone`);
    expect(more).to.deep.equal([]);
    expect(lineOf(seen!)).to.equal("presence coven/crone none/participant");
    expect(seen?.getChildText("show")).to.equal("away");
    expect(itemOf(seen).jid).to.equal(crone);
    const spelt = await probes(hag, `${ROOM}/CRONE`);
    expect(spelt.map(lineOf), "in any case").to.deep.equal(["presence coven/crone none/participant"]);
    const [hidden] = await probes(crone, `${ROOM}/hag`);
    expect(itemOf(hidden).jid).to.equal(undefined);
    expect((await probes(crone, `${ROOM}/crone`)).map(lineOf)).to.deep.equal([
      "presence coven/crone none/participant 110",
    ]);
    play.receives(hag);
  });

  it("is answered to a server that asks for the account", async () => {
    expect((await probes(CRONE, `${ROOM}/hag`)).map(lineOf)).to.deep.equal([
      "presence coven/hag owner/moderator",
    ]);
  });

  it("is answered by the room with its own presence", async () => {
    const [presence] = await probes(crone, ROOM);
    expect(lineOf(presence!)).to.equal("presence coven");
    expect(presence?.getChild("x", "vcard-temp:x:update")).not.to.equal(undefined);
  });

  it("is answered with unavailable for absent and invisible occupants", async () => {
    await play.enters(wiccarocks, "wicca");
    await play.configures(hag, { "muc#roomconfig_presencebroadcast": "moderator" });
    play.hears(crone);
    for (const nick of ["nobody", "wicca"]) {
      expect((await probes(crone, `${ROOM}/${nick}`)).map(lineOf)).to.deep.equal([
        `presence coven/${nick} unavailable none/none`,
      ]);
    }
    expect((await probes(crone, `${ROOM}/crone`)).map(lineOf).join()).to.contain("110");
  });

  it("isn't answered to users outside, and changes nothing", async () => {
    for (const from of [stranger, wiccarocks, "crone1@qtalk.test.org/elsewhere"]) {
      for (const to of [ROOM, `${ROOM}/hag`, "nowhere@conference.qtalk.test.org/hag"])
        expect(await probes(from, to)).to.deep.equal([]);
    }
    play.receives(hag);
  });

  it("counts as presence: too many are not answered", async () => {
    await play.begins({ rooms: { presences_per_second: 0.1 } });
    await play.coven();
    const answers = await Promise.all(Array.from({ length: 20 }, () => probes(crone, `${ROOM}/hag`)));
    expect(answers.flat().length).to.be.below(3);
  });
});
