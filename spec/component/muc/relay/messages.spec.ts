import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, errorOf, hag, onStage, ROOM, lineOf, wiccarocks, DOMAIN, errorXml } from "../play.js";

const SID = "urn:xmpp:sid:0";

describe("messages in a room", () => {
  const play = onStage({}, (play) => play.coven());

  const idIn = (message: Element | undefined): string | undefined =>
    message?.getChild("stanza-id", SID)?.attrs.id;

  it("are sent to everybody including the sender, with id, attributes and children", async () => {
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

  it("are refused from outside, from visitors, and if they are too long", async () => {
    await play.begins({ messageBytes: 2000 });
    await play.coven();
    await play.says(wiccarocks, "let me in");
    play.refused(wiccarocks, "modify/not-acceptable by coven");
    await play.gives(hag, "crone", "visitor");
    play.hush();
    await play.says(crone, "may I?");
    play.refused(crone, "auth/forbidden by coven");
    await play.gives(hag, "crone", "participant");
    play.hush();
    const long = `<body>${"x".repeat(2001)}</body>`;
    await play.posts(crone, long);
    await play.sends(crone, `<message to="${ROOM}/hag" type="chat">${long}</message>`);
    play.refused(crone, "modify/policy-violation by coven", "modify/policy-violation by coven");
    play.receives(hag);
  });

  it("have increasing ids, also in the history", async () => {
    await play.says(crone, "one");
    await play.says(hag, "two");
    const ids = play.hears(hag).map(idIn);
    expect(Number(ids[0])).to.be.below(Number(ids[1]));
    const replayed = (await play.enters(wiccarocks, "wicca")).filter((stanza) => stanza.getChild("body"));
    expect(replayed.map(idIn)).to.deep.equal(ids);
    expect(replayed.map(lineOf)).to.deep.equal([
      'message coven/crone groupchat "one" delayed',
      'message coven/hag groupchat "two" delayed',
    ]);
    expect(replayed[0]?.getChild("delay")?.attrs.from).to.equal(ROOM);
    expect(replayed[0]?.getChild("occupant-id")?.attrs.id).to.be.a("string");
  });

  it("are limited per user, which affects nobody else", async () => {
    await play.begins({ rooms: { messages_per_second: 1 } });
    await play.coven();
    await Promise.all(Array.from({ length: 6 }, () => play.says(hag, "hubble")));
    const heard = play.lines(hag);
    expect(heard).to.include("message coven error wait/resource-constraint by coven");
    expect(heard.filter((line) => line.includes("hubble")).length).to.be.within(2, 5);
    await play.says(crone, "bubble");
    play.receives(hag, 'message coven/crone groupchat "bubble"');
  });

  describe("in private", () => {
    it("reach all sessions of the occupant, with a mark, and aren't stored", async () => {
      const phone = "crone1@qtalk.test.org/phone";
      await play.enters(phone, "crone");
      play.hush();
      await play.sends(hag, `<message to="${ROOM}/crone" type="chat" id="p1"><body>psst</body></message>`);
      for (const who of [crone, phone]) {
        const [message] = play.hears(who);
        expect(lineOf(message!)).to.equal('message coven/hag chat "psst"');
        expect(message?.attrs.id).to.equal("p1");
        expect(message?.getChild("x", "http://jabber.org/protocol/muc#user")).not.to.equal(undefined);
        expect(idIn(message)).to.equal(undefined);
      }
      play.receives(hag);
      expect(play.count("archive")).to.equal(0);
    });

    it("are refused as groupchat, to absent occupants, and from outside", async () => {
      const refused = async (from: string, to: string, type: string): Promise<string | undefined> => {
        await play.sends(from, `<message to="${ROOM}/${to}" type="${type}"><body>psst</body></message>`);
        return play.hears(from).map(errorOf)[0];
      };
      expect(await refused(hag, "crone", "groupchat")).to.equal("modify/bad-request by coven");
      expect(await refused(hag, "nobody", "chat")).to.equal("cancel/item-not-found by coven");
      expect(await refused(wiccarocks, "crone", "chat")).to.equal("modify/not-acceptable by coven");
    });
  });
});

describe("a stanza to a room", () => {
  const play = onStage({}, (play) => play.coven());

  it("is refused if it is of no known kind", async () => {
    for (const to of [ROOM, DOMAIN]) {
      await play.sends(crone, `<message to="${to}"><body>psst</body></message>`);
      play.refused(crone, "cancel/service-unavailable");
    }
    play.receives(hag);
  });

  it("isn't relayed or answered if it is an error", async () => {
    const error = errorXml("feature-not-implemented");
    for (const stanza of ["message", "presence"]) {
      for (const to of [ROOM, `${ROOM}/hag`])
        await play.sends(crone, `<${stanza} to="${to}" type="error"><body>psst</body>${error}</${stanza}>`);
    }
    for (const who of [hag, crone]) play.receives(who);
  });

  it("gets a higher archive id than all before, even if the clock was put back", async () => {
    await play.says(crone, "one");
    play.db.exec("UPDATE archive SET id = id + 3600000000");
    await play.restarts();
    await play.says(crone, "two");
    const texts = play.db.prepare("SELECT stanza FROM archive ORDER BY id").pluck().all().join("\n");
    expect(texts).to.match(/>one<[^]*>two</);
  });
});
