import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { callsOn } from "../api/calling.js";
import { crone, CRONE, DOMAIN, errorOf, hag, onStage, ROOM, lineOf, wiccarocks } from "../play.js";

const OWNER = "http://jabber.org/protocol/muc#owner";
const PERSISTENT = { "muc#roomconfig_persistentroom": "1" };

describe("the address of a destroyed room", () => {
  const play = onStage();
  beforeEach(() => begin());

  const begin = async (rooms: object = {}): Promise<void> => {
    await play.begins({ rooms });
    await play.coven();
    await play.configures(hag, PERSISTENT);
  };
  const destroy = (inside = "", jid = ""): Promise<Element> =>
    play.asks(hag, "set", `<query xmlns="${OWNER}"><destroy${jid}>${inside}</destroy></query>`);
  const enters = async (who: string): Promise<Element | undefined> =>
    (await play.enters(who, "somebody")).at(-1);
  const { create } = callsOn(() => play);
  const errorElement = (stanza: Element | undefined, name: string): Element | undefined =>
    stanza?.getChild("error")?.getChild(name, "urn:ietf:params:xml:ns:xmpp-stanzas");
  const later = (days: number): void => {
    play.db
      .prepare("UPDATE room_tombstones SET destroyed_at = destroyed_at - ?")
      .run(days * 24 * 3600 * 1000);
  };

  it("answers gone with the reason and the alternative to others who enter", async () => {
    await destroy("<reason>Macbeth doth come.</reason>", ` jid="heath@${DOMAIN}"`);
    for (const who of [crone, wiccarocks]) {
      play.hears(who);
      const answer = await enters(who);
      expect(answer && lineOf(answer)).to.equal("presence coven/somebody error cancel/gone by coven");
      expect(errorElement(answer, "gone")?.getText()).to.equal(`xmpp:heath@${DOMAIN}?join`);
      expect(errorElement(answer, "text")?.getText()).to.equal("Macbeth doth come.");
    }
    expect(play.service.rooms.count).to.equal(0);
  });

  it("answers gone as soon as the room is being destroyed", async () => {
    play.hears(crone);
    const presence = `<presence to="${ROOM}/x"><x xmlns="http://jabber.org/protocol/muc"/></presence>`;
    await Promise.all([destroy(), play.sends(crone, presence)]);
    expect(play.lines(crone)).to.include("presence coven/x error cancel/gone by coven");
  });

  it("answers gone to disco#info, and not-acceptable to self-ping", async () => {
    await destroy();
    const info = await play.asks(crone, "get", `<query xmlns="http://jabber.org/protocol/disco#info"/>`);
    expect(errorOf(info)).to.equal("cancel/gone by coven");
    expect(errorElement(info, "gone")?.getText()).to.equal("");
    const ping = await play.asks(crone, "get", `<ping xmlns="urn:xmpp:ping"/>`, `${ROOM}/crone`);
    expect(errorOf(ping)).to.match(/^cancel\/not-acceptable/);
  });

  it("can be used again by a program for the former owner, and for no other user", async () => {
    await destroy();
    expect(await create({ actor: "crone1" })).to.match(/^3 /);
    expect(await create()).to.equal("done");
    expect(play.count("room_tombstones")).to.equal(0);
    play.hears(hag);
    expect((await play.entry(hag, "hag")).at(-2)).to.equal("presence coven/hag owner/moderator 100 110");
  });

  it("can be used again by a program in the former owner's name, or for the former owner by muc_true_owner", async () => {
    for (const [actor, trueOwner, owner] of [
      ["hag66", "crone1", "crone1"],
      ["wiccarocks", "hag66", "hag66"],
    ] as const) {
      await begin();
      expect((await destroy()).attrs.type).to.equal("result");
      expect(await create({ actor: "wiccarocks" })).to.match(/^3 /);
      expect(await create({ actor, trueOwner })).to.equal("done");
      expect(await create({ actor: owner })).to.equal("done");
    }
  });

  it("can be used again by its owner at once, again and again", async () => {
    for (let i = 0; i < 3; i++) {
      expect((await destroy()).attrs.type).to.equal("result");
      play.hears(hag);
      expect((await play.entry(hag, "hag"))[0]).to.equal("presence coven/hag owner/moderator 201 110");
      expect((await play.configures(hag, PERSISTENT)).attrs.type).to.equal("result");
    }
    await destroy();
    expect(errorOf((await enters(crone))!)).to.equal("cancel/gone by coven");
  });

  it("can be used again by a service administrator and their programs", async () => {
    await begin({ admins: [CRONE] });
    await destroy();
    expect(await create({ actor: "crone1" })).to.equal("done");
    await play.destroys(crone);
    play.hears(crone);
    expect((await play.entry(crone, "crone"))[0]).to.contain("201");
  });

  it("stays reserved over a restart, for as many days as the operator configures", async () => {
    for (const [days, rooms] of [
      [30, {}],
      [3, { tombstone_days: 3 }],
    ] as const) {
      await play.begins({ rooms });
      await play.coven();
      await play.configures(hag, PERSISTENT);
      await destroy();
      await play.restarts({ rooms });
      later(days - 1);
      expect(errorOf((await enters(crone))!)).to.equal("cancel/gone by coven");
      later(2);
      expect((await play.entry(crone, "crone"))[0]).to.contain("owner/moderator 201 110");
    }
  });

  it("is free at once if the room was temporary or was never configured", async () => {
    await play.configures(hag, { "muc#roomconfig_persistentroom": "0" });
    await destroy();
    await play.coven();
    for (const who of [crone, hag]) await play.leaves(who);
    play.hears(crone);
    expect((await play.entry(crone, "crone"))[0]).to.contain("201");
    await play.asks(crone, "set", `<query xmlns="${OWNER}"><x xmlns="jabber:x:data" type="cancel"/></query>`);
    expect((await play.entry(wiccarocks, "wicca"))[0]).to.contain("201");
  });
});
