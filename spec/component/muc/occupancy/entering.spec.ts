import { expect } from "chai";
import { crone, errorOf, hag, itemOf, onStage, ROOM, stranger, lineOf, wiccarocks } from "../play.js";

describe("entering a room", () => {
  const play = onStage();

  it("sends other occupants, the own presence, the history, then the subject", async () => {
    await play.roomOf(hag, "hag");
    await play.posts(hag, "<subject>Fire burn</subject>", "s");
    await play.says(hag, "Harpier cries", "m1");
    await play.enters(crone, "crone");
    play.hears(hag);
    const heard = await play.enters(wiccarocks, "wicca");
    expect(heard.map(lineOf)).to.deep.equal([
      "presence coven/hag owner/moderator",
      "presence coven/crone none/participant",
      "presence coven/wicca none/participant 110",
      'message coven/hag groupchat "Harpier cries" delayed',
      'message coven/hag groupchat "Fire burn" delayed',
    ]);
    play.receives(hag, "presence coven/wicca none/participant");
    expect(play.lines(crone).at(-1)).to.equal("presence coven/wicca none/participant");
  });

  it("echoes the client's stanza id, and relays its presence", async () => {
    await play.roomOf(hag, "hag");
    await play.sends(
      crone,
      `<presence to="${ROOM}/crone" id="n1"><x xmlns="http://jabber.org/protocol/muc"/><show>away</show>` +
        `<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="n" ver="v"/>` +
        `<x xmlns="http://jabber.org/protocol/muc#user"><item affiliation="owner" role="moderator"/></x></presence>`,
    );
    const self = play.hears(crone)[1];
    expect(self?.attrs.id).to.equal("n1");
    const [seen] = play.hears(hag);
    expect(seen?.getChildText("show")).to.equal("away");
    expect(seen?.getChild("c")?.attrs.ver).to.equal("v");
    expect(seen?.getChildren("x")).to.have.length(1);
    expect(itemOf(seen)).to.include({ affiliation: "none", role: "participant" });
  });

  it("sends the same occupant-id for every nickname, and another one in other rooms", async () => {
    await play.roomOf(hag, "hag");
    const [self] = await play.enters(crone, "crone");
    const id = (stanza = self) => stanza?.getChild("occupant-id", "urn:xmpp:occupant-id:0")?.attrs.id;
    await play.leaves(crone);
    play.hears(crone);
    const again = (await play.enters(crone, "witch")).find((stanza) => stanza.attrs.from === `${ROOM}/witch`);
    const seen = play.hears(hag);
    expect(id(again)).to.equal(id(seen[0])).and.be.a("string");
    const elsewhere = await play.enters(crone, "crone", "", "other@conference.qtalk.test.org");
    expect(id(elsewhere[0])).not.to.equal(id(again));
  });

  describe("is refused by the room, from the requested address", () => {
    const refused = async (from: string, nick: string, inside = ""): Promise<string> => {
      const [error, ...more] = await play.enters(from, nick, inside);
      expect(more).to.deep.equal([]);
      expect(error?.attrs.from).to.equal(`${ROOM}/${nick}`);
      expect(error?.getChild("x", "http://jabber.org/protocol/muc")).not.to.equal(undefined);
      return errorOf(error!);
    };
    const member = `<item affiliation="member" jid="crone1@qtalk.test.org"/>`;

    it("without a nickname", async () => {
      await play.sends(hag, `<presence to="${ROOM}"><x xmlns="http://jabber.org/protocol/muc"/></presence>`);
      play.receives(hag, "presence coven error modify/jid-malformed by coven");
    });

    it("to outcasts, and to users of a banned domain without an affiliation", async () => {
      await play.roomOf(hag, "hag");
      await play.affiliates(hag, "elsewhere.test", "outcast");
      await play.affiliates(hag, "crone1@qtalk.test.org", "outcast");
      expect(await refused(stranger, "who")).to.equal("auth/forbidden by coven");
      expect(await refused(crone, "crone")).to.equal("auth/forbidden by coven");
      await play.affiliates(hag, "stranger@elsewhere.test", "member");
      expect(await play.enters(stranger, "who")).to.have.length(3);
    });

    it("under an occupied or reserved nickname, in any spelling", async () => {
      await play.roomOf(hag, "Hag");
      for (const nick of ["Hag", "hag", "Hag ", "Ｈａｇ"]) {
        expect(await refused(crone, nick)).to.equal("cancel/conflict by coven");
      }
      await play.administers(
        hag,
        `<item affiliation="member" jid="wiccarocks@qtalk.test.org" nick="wicca"/>`,
      );
      expect(await refused(crone, "wicca")).to.equal("cancel/conflict by coven");
      expect(await play.enters(wiccarocks, "wicca")).to.have.length(3);
    });

    it("if the room is full, unless they administer it", async () => {
      await play.roomOf(hag, "hag", { "muc#roomconfig_maxusers": "1" });
      expect(await refused(crone, "crone")).to.equal("wait/service-unavailable by coven");
      await play.affiliates(hag, "crone1@qtalk.test.org", "admin");
      expect(await play.enters(crone, "crone")).to.have.length(3);
    });

    it("if the room is locked", async () => {
      await play.enters(hag, "hag");
      expect(await refused(crone, "crone")).to.equal("cancel/item-not-found by coven");
    });

    it("if they may not create rooms", async () => {
      expect(await refused(stranger, "who")).to.equal("cancel/not-allowed by coven");
    });

    it("in the order banned, members, password, conflict, full", async () => {
      await play.roomOf(hag, "hag", {
        "muc#roomconfig_membersonly": "1",
        "muc#roomconfig_passwordprotectedroom": "1",
        "muc#roomconfig_roomsecret": "cauldron",
        "muc#roomconfig_maxusers": "1",
      });
      await play.affiliates(hag, "crone1@qtalk.test.org", "outcast");
      expect(await refused(crone, "hag")).to.equal("auth/forbidden by coven");
      await play.affiliates(hag, "crone1@qtalk.test.org", "none");
      expect(await refused(crone, "hag")).to.equal("auth/registration-required by coven");
      await play.administers(hag, member);
      expect(await refused(crone, "hag")).to.equal("auth/not-authorized by coven");
      expect(await refused(crone, "hag", "<password>cauldron</password>")).to.equal(
        "cancel/conflict by coven",
      );
      expect(await refused(crone, "crone", "<password>cauldron</password>")).to.equal(
        "wait/service-unavailable by coven",
      );
    });

    for (const nick of ["o1d hag", "OId Hag", "0ld hag", "oldhag"]) {
      it(`under the nickname ${nick}, which looks like another's`, async () => {
        await play.roomOf(crone, "Old hag");
        expect(await refused(hag, nick)).to.equal("cancel/conflict by coven");
      });
    }

    for (const [what, nick] of [
      ["of blanks alone", "   "],
      ["with a control character", "ha\u0085g"],
      ["with a mark of direction", "hag\u202egah"],
      ["with an invisible character", "ha\u200bg"],
      ["with a space that only looks like one", "old\u00a0hag"],
      ["with a wide space", "old\u3000hag"],
      ["too long", "h".repeat(65)],
      ["of private characters", "\ue000"],
      ["with marks piled up", `h${"\u0301".repeat(9)}`],
    ] as const) {
      it(`under a nickname ${what}`, async () => {
        await play.roomOf(crone, "crone");
        await play.appears(hag, nick, `<x xmlns="http://jabber.org/protocol/muc"/>`);
        const heard = play.hears(hag);
        expect(heard.map(errorOf)[0]).to.match(/^modify\/jid-malformed/);
        play.receives(crone);
      });
    }
  });

  it("sends 210 if the nickname was changed", async () => {
    const heard = await play.enters(hag, " old  hag ");
    expect(lineOf(heard[0]!)).to.equal("presence coven/old hag owner/moderator 201 210 110");
  });

  it("accepts emoji and letters of all scripts in nicknames", async () => {
    await play.roomOf(hag, "hag");
    for (const [index, nick] of ["测试 一", "👩‍👩‍👧 family", "Ω", "क्‍ष", "❤️", "שלום"].entries()) {
      const heard = await play.enters(`user${index}@qtalk.test.org/a`, nick);
      expect(heard.map(lineOf).join("\n")).to.contain(" 110");
    }
  });

  it("replays everything to a session that enters again, without checks", async () => {
    await play.roomOf(hag, "hag");
    await play.enters(crone, "crone");
    await play.says(hag, "again");
    await play.configures(hag, {
      "muc#roomconfig_passwordprotectedroom": "1",
      "muc#roomconfig_roomsecret": "cauldron",
    });
    play.hears(crone);
    play.hears(hag);
    expect(await play.entry(crone, "crone")).to.deep.equal([
      "presence coven/hag owner/moderator",
      "presence coven/crone none/participant 110",
      'message coven/hag groupchat "again" delayed',
      'message coven groupchat ""',
    ]);
    play.receives(hag);
  });

  it("sends presence of a session outside back with 333, so that it enters again", async () => {
    await play.roomOf(hag, "hag");
    await play.appears(crone, "crone", "<show>away</show>");
    play.receives(crone, "presence coven/crone unavailable none/none 307 333 110");
    play.receives(hag);
  });

  it("treats presence to the room itself as an update", async () => {
    await play.roomOf(hag, "hag");
    await play.enters(crone, "crone");
    play.hears(hag);
    await play.sends(crone, `<presence to="${ROOM}"><show>dnd</show></presence>`);
    const [seen] = play.hears(hag);
    expect(seen?.getChildText("show")).to.equal("dnd");
    expect(play.lines(crone).at(-1)).to.equal("presence coven/crone none/participant 110");
  });

  describe("with several sessions of one account", () => {
    const phone = "crone1@qtalk.test.org/phone";
    beforeEach(async () => {
      await play.roomOf(hag, "hag");
      await play.enters(crone, "crone");
      await play.enters(phone, "crone");
      play.hush();
    });

    it("sends one item in a presence", async () => {
      const heard = await play.enters(wiccarocks, "wicca");
      const ofCrone = heard.filter((stanza) => stanza.attrs.from === `${ROOM}/crone`);
      expect(ofCrone).to.have.length(1);
      expect(ofCrone[0]?.getChild("x")?.getChildren("item")).to.have.length(1);
    });

    it("sends the leaving of one to that session only", async () => {
      await play.leaves(phone);
      play.receives(phone, "presence coven/crone unavailable none/none 110");
      play.receives(crone);
      play.receives(hag);
    });

    it("kicks all of them", async () => {
      await play.gives(hag, "crone", "none");
      for (const who of [crone, phone]) {
        play.receives(who, "presence coven/crone unavailable none/none 307 110");
      }
      play.receives(hag, "presence coven/crone unavailable none/none 307");
    });
  });
});
