/** Occupants' presence while they are inside. */
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, CRONE, hag, onStage, ROOM, lineOf, wiccarocks } from "../play.js";

const phone = "crone1@qtalk.test.org/phone";
const MUC = `<x xmlns="http://jabber.org/protocol/muc"/>`;

describe("presence of occupants", () => {
  const play = onStage({}, (play) => play.coven());

  /** What the others see. */
  const shows = async (who: string, children: string, to = `${ROOM}/crone`): Promise<Element[]> => {
    await play.sends(who, `<presence to="${to}">${children}</presence>`);
    return play.hears(hag);
  };
  const large = (bytes: number): string => `<x xmlns="urn:example:large">${"x".repeat(bytes)}</x>`;

  it("is relayed without large extensions, and bare if the status is large", async () => {
    const [whole] = await shows(crone, `<show>away</show>${large(16_000)}`);
    expect(whole?.getChild("x", "urn:example:large")).not.to.equal(undefined);
    const [cut] = await shows(crone, `<show>dnd</show><status>tea</status>${large(17_000)}`);
    expect([cut?.getChildText("show"), cut?.getChildText("status")]).to.deep.equal(["dnd", "tea"]);
    expect(cut?.getChild("x", "urn:example:large")).to.equal(undefined);
    const [bare] = await shows(crone, `<show>xa</show><status>${"x".repeat(17_000)}</status>`);
    expect([bare?.getChild("show"), bare?.getChild("status")]).to.deep.equal([undefined, undefined]);
  });

  it("is sent again completely if a session enters at the room's address", async () => {
    await play.sends(crone, `<presence to="${ROOM}">${MUC}</presence>`);
    expect(play.lines(crone)).to.include.members([
      "presence coven/hag owner/moderator",
      "presence coven/crone none/participant 110",
      'message coven groupchat ""',
    ]);
  });

  it("is announced if a session enters again with another presence, and not with the same", async () => {
    const [away] = await shows(crone, `${MUC}<show>away</show>`);
    expect(away?.getChildText("show")).to.equal("away");
    expect(await shows(crone, `${MUC}<show>away</show>`)).to.deep.equal([]);
  });

  it("is announced as often as it is sent", async () => {
    for (let times = 0; times < 2; times++) expect(await shows(crone, "<show>away</show>")).to.have.length(1);
  });

  it("changes the nickname if it is sent to the own nickname in another case", async () => {
    expect((await shows(crone, "", `${ROOM}/Crone`)).map(lineOf)).to.deep.equal([
      "presence coven/crone unavailable none/participant 303",
      "presence coven/Crone none/participant",
    ]);
  });

  it("is refused for the nickname of another session of the same account", async () => {
    await play.enters(phone, "witch");
    play.hush();
    expect(await shows(phone, "", `${ROOM}/crone`)).to.deep.equal([]);
    play.refused(phone, "cancel/conflict by coven");
  });

  it("changes no nickname that is only spelt otherwise", async () => {
    await shows(crone, "<show>away</show>", `${ROOM}/ crone `);
    play.receives(crone, "presence coven/crone none/participant 110");
  });

  it("isn't announced on entering and leaving if the role isn't broadcast", async () => {
    await play.configures(hag, { "muc#roomconfig_presencebroadcast": "moderator" });
    await play.enters(wiccarocks, "wicca");
    await play.leaves(wiccarocks);
    for (const who of [hag, crone]) expect(play.lines(who).join(), who).not.to.contain("coven/wicca");
  });

  it("isn't announced for a new nickname if the role isn't broadcast", async () => {
    await play.configures(hag, { "muc#roomconfig_presencebroadcast": "moderator" });
    play.hush();
    expect(await shows(crone, "", `${ROOM}/witch`)).to.deep.equal([]);
    play.receives(
      crone,
      "presence coven/crone unavailable none/participant 303 110",
      "presence coven/witch none/participant 110",
    );
  });

  it("reaches each session of an account once, and falls back to the remaining session's", async () => {
    await shows(crone, "<show>away</show>");
    play.hears(crone);
    await play.appears(phone, "crone", `${MUC}<show>chat</show>`);
    const own = (who: string): string[] =>
      play.hears(who).flatMap((stanza) => (lineOf(stanza).includes("110") ? [lineOf(stanza)] : []));
    for (const who of [crone, phone])
      expect(own(who)).to.deep.equal(["presence coven/crone none/participant 110"]);
    expect(play.hears(hag).map((stanza) => stanza.getChildText("show"))).to.deep.equal(["chat"]);
    await play.leaves(phone);
    expect(play.hears(hag).map((stanza) => stanza.getChildText("show"))).to.deep.equal(["away"]);
  });

  it("is refused from a bare address", async () => {
    await play.appears(CRONE, "crone", MUC);
    play.refused(CRONE, "modify/jid-malformed by coven");
    play.receives(hag);
  });

  it("destroys a temporary room once if its form puts out the last occupants", async () => {
    await play.leaves(hag);
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    expect(play.lines(crone).at(-1)).to.equal("presence coven/crone unavailable none/none 322 110");
    expect(play.service.rooms.count).to.equal(0);
  });
});
