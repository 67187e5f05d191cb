import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, errorOf, hag, onStage, Play, ROOM, told, wiccarocks } from "../play.js";

const SID = "urn:xmpp:sid:0";

describe("talking in a room", () => {
  const play = onStage({}, (play) => play.coven());

  const idIn = (message: Element | undefined): string | undefined =>
    message?.getChild("stanza-id", SID)?.attrs.id;

  it("tells everybody, the speaker too, keeping the id and what else the message holds", async () => {
    await play.sends(
      crone,
      `<message to="${ROOM}" type="groupchat" id="m1" xml:lang="en" client_ver="1"><body msgType="1">Thrice</body>` +
        `<active xmlns="http://jabber.org/protocol/chatstates"/><origin-id xmlns="${SID}" id="o1"/></message>`,
    );
    for (const who of [hag, crone]) {
      const [message, ...more] = play.hears(who);
      expect(more).to.deep.equal([]);
      expect(message?.attrs).to.include({
        from: `${ROOM}/crone`,
        to: who,
        id: "m1",
        "xml:lang": "en",
        client_ver: "1",
      });
      expect(message?.getChild("body")?.attrs.msgType).to.equal("1");
      expect(message?.getChild("active", "http://jabber.org/protocol/chatstates")).not.to.equal(undefined);
      expect(message?.getChild("origin-id", SID)?.attrs.id).to.equal("o1");
      expect(message?.getChild("stanza-id", SID)?.attrs.by).to.equal(ROOM);
      expect(message?.getChild("occupant-id", "urn:xmpp:occupant-id:0")?.attrs.id).to.be.a("string");
    }
  });

  it("rewrites prefixes, so that no message depends on what was declared outside of it", async () => {
    await play.sends(
      crone,
      `<message to="${ROOM}" type="groupchat" xmlns:a="urn:a"><body>x</body><a:b a:c="1"><a:d/></a:b></message>`,
    );
    expect(play.hears(hag)[0]?.toString()).to.contain('<b xmlns="urn:a" xmlns:a="urn:a" a:c="1"><d/></b>');
  });

  it("refuses those outside, visitors, and what is too long or too deep: nothing reaches the room", async () => {
    const small = await new Play({ messageBytes: 2000 }).ready();
    await small.roomOf(hag, "hag", { "muc#roomconfig_moderatedroom": "1" });
    await small.enters(crone, "crone");
    for (const who of [hag, crone]) small.hears(who);
    await small.says(wiccarocks, "let me in");
    small.refused(wiccarocks, "modify/not-acceptable by coven");
    await small.says(crone, "may I?");
    small.refused(crone, "auth/forbidden by coven");
    await small.administers(hag, `<item nick="crone" role="participant"/>`);
    for (const who of [hag, crone]) small.hears(who);
    await small.says(crone, "x".repeat(2001));
    small.refused(crone, "modify/policy-violation by coven");
    small.told(hag);
    small.close();
  });

  it("gives every message an id of its own, in order, and keeps it in the history", async () => {
    await play.says(crone, "one");
    await play.says(hag, "two");
    const ids = play.hears(hag).map(idIn);
    expect(Number(ids[0])).to.be.below(Number(ids[1]));
    const replayed = (await play.enters(wiccarocks, "wicca")).filter((stanza) => stanza.getChild("body"));
    expect(replayed.map(idIn)).to.deep.equal(ids);
    expect(replayed.map(told)).to.deep.equal([
      'message coven/crone groupchat "one" delayed',
      'message coven/hag groupchat "two" delayed',
    ]);
    expect(replayed[0]?.getChild("delay")?.attrs.from).to.equal(ROOM);
    expect(replayed[0]?.getChild("occupant-id")?.attrs.id).to.be.a("string");
  });

  it("lets a user send only so much", async () => {
    const slow = await new Play({ rooms: { messages_per_second: 1 } }).ready();
    await slow.roomOf(hag, "hag");
    await slow.enters(crone, "crone");
    slow.hears(hag);
    await Promise.all(Array.from({ length: 6 }, () => slow.says(hag, "hubble")));
    const heard = slow.lines(hag);
    expect(heard).to.include("message coven error wait/resource-constraint by coven");
    expect(heard.filter((line) => line.includes("hubble")).length).to.be.within(2, 5);
    await slow.says(crone, "bubble");
    slow.told(hag, 'message coven/crone groupchat "bubble"');
    slow.close();
  });

  it("lets a user enter only so many rooms", async () => {
    const slow = await new Play({ rooms: { presences_per_second: 0.1 } }).ready();
    await slow.enters(hag, "hag");
    await slow.enters(hag, "hag", "", "second@conference.qtalk.test.org");
    const heard = await slow.enters(hag, "hag", "", "third@conference.qtalk.test.org");
    expect(heard.map(errorOf)).to.deep.equal(["wait/resource-constraint by third"]);
    slow.close();
  });

  describe("privately", () => {
    it("reaches all sessions of the one, with a mark, and is stored nowhere", async () => {
      const phone = "crone1@qtalk.test.org/phone";
      await play.enters(phone, "crone");
      play.hush();
      await play.sends(hag, `<message to="${ROOM}/crone" type="chat" id="p1"><body>psst</body></message>`);
      for (const who of [crone, phone]) {
        const [message] = play.hears(who);
        expect(told(message!)).to.equal('message coven/hag chat "psst"');
        expect(message?.attrs.id).to.equal("p1");
        expect(message?.getChild("x", "http://jabber.org/protocol/muc#user")).not.to.equal(undefined);
        expect(idIn(message)).to.equal(undefined);
      }
      play.told(hag);
      expect(play.count("archive")).to.equal(0);
    });

    it("is refused as groupchat, to nobody, and from outside", async () => {
      const refused = async (from: string, to: string, type: string): Promise<string | undefined> => {
        await play.sends(from, `<message to="${ROOM}/${to}" type="${type}"><body>psst</body></message>`);
        return play.hears(from).map(errorOf)[0];
      };
      expect(await refused(hag, "crone", "groupchat")).to.equal("modify/bad-request by coven");
      expect(await refused(hag, "nobody", "chat")).to.equal("cancel/item-not-found by coven");
      expect(await refused(wiccarocks, "crone", "chat")).to.equal("modify/not-acceptable by coven");
    });
  });

  describe("about a subject", () => {
    it("is told to everybody, and stays out of the history", async () => {
      await play.posts(hag, "<subject>Fire Burn and Cauldron Bubble!</subject>");
      play.told(crone, 'message coven/hag groupchat "Fire Burn and Cauldron Bubble!"');
      const heard = await play.enters(wiccarocks, "wicca");
      expect(heard.map(told).slice(-2)).to.deep.equal([
        "presence coven/wicca none/participant 110",
        'message coven/hag groupchat "Fire Burn and Cauldron Bubble!" delayed',
      ]);
    });

    it("can be emptied", async () => {
      await play.posts(hag, "<subject>something</subject>");
      await play.posts(hag, "<subject/>");
      expect((await play.entry(wiccarocks, "wicca")).at(-1)).to.equal(
        'message coven/hag groupchat "" delayed',
      );
    });

    it("is refused to those who may not", async () => {
      await play.posts(crone, "<subject>mine</subject>");
      play.refused(crone, "auth/forbidden by coven");
      await play.configures(hag, { "muc#roomconfig_changesubject": "1" });
      play.hush();
      await play.posts(crone, "<subject>mine</subject>");
      play.told(hag, 'message coven/crone groupchat "mine"');
    });

    it("isn't changed by a message that has a body or a thread as well", async () => {
      await play.posts(crone, "<subject>re: brew</subject><body>text</body>");
      await play.posts(crone, "<subject>re: brew</subject><thread>t</thread>");
      expect(play.hears(crone).filter(({ attrs }) => attrs.type === "error")).to.deep.equal([]);
      expect((await play.entry(wiccarocks, "wicca")).at(-1)).to.equal('message coven groupchat ""');
    });
  });

  describe("the history given on entering", () => {
    beforeEach(async () => {
      for (const text of ["one", "two", "three"]) await play.says(hag, text);
    });
    const given = async (history: string): Promise<string[]> => {
      await play.leaves(wiccarocks);
      play.hears(wiccarocks);
      const heard = await play.enters(wiccarocks, "wicca", history);
      return heard.flatMap((stanza) => stanza.getChildText("body") ?? []);
    };

    it("is as long as the room says", async () => {
      await play.configures(hag, { "muc#roomconfig_historylength": "1" });
      expect(await given("")).to.deep.equal(["three"]);
      await play.configures(hag, { "muc#roomconfig_historylength": "0" });
      expect(await given("")).to.deep.equal([]);
    });

    it("is there without an archive, too, and no longer than the room says", async () => {
      await play.configures(hag, {
        "muc#roomconfig_enablearchiving": "0",
        "muc#roomconfig_historylength": "2",
      });
      for (const text of ["four", "five", "six"]) await play.says(hag, text);
      expect(await given("")).to.deep.equal(["five", "six"]);
      expect(play.count("archive WHERE kept = 0")).to.equal(2);
    });
  });
});
