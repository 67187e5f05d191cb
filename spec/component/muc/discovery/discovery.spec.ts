import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, DOMAIN, errorOf, hag, onStage, ROOM, stranger, WICCA, wiccarocks } from "../play.js";

const INFO = `<query xmlns="http://jabber.org/protocol/disco#info"/>`;
const ITEMS = `<query xmlns="http://jabber.org/protocol/disco#items"/>`;
const USER = "http://jabber.org/protocol/muc#user";

describe("what can be found out about rooms", () => {
  const play = onStage();

  const items = (answer: Element): string[] =>
    (answer.getChild("query")?.getChildren("item") ?? []).map(({ attrs }) => `${attrs.jid} ${attrs.name}`);

  it("the service is one of group chat", async () => {
    const answer = await play.asks(hag, "get", INFO, DOMAIN);
    expect(answer.getChild("query")?.getChild("identity")?.attrs).to.include({
      category: "conference",
      type: "text",
    });
    expect((await play.info(hag, DOMAIN)).features).to.include.members([
      "http://jabber.org/protocol/muc",
      "http://jabber.org/protocol/muc#stable_id",
      "http://jabber.org/protocol/disco#info",
      "http://jabber.org/protocol/disco#items",
      "urn:xmpp:occupant-id:0",
    ]);
  });

  it("the service lists its public rooms, in pages where asked", async () => {
    for (const name of ["a", "b", "c"]) {
      const room = `${name}@${DOMAIN}`;
      await play.enters(hag, "hag", "", room);
      await play.configures(hag, { "muc#roomconfig_publicroom": name === "b" ? "0" : "1" }, room);
    }
    await play.configures(hag, { "muc#roomconfig_roomname": "Cave" }, `a@${DOMAIN}`);
    expect(items(await play.asks(crone, "get", ITEMS, DOMAIN))).to.deep.equal([
      `a@${DOMAIN} Cave`,
      `c@${DOMAIN} c`,
    ]);
    const rsm = (inside: string): string =>
      ITEMS.replace("/>", `><set xmlns="http://jabber.org/protocol/rsm">${inside}</set></query>`);
    const setIn = async (query: string): Promise<Element | undefined> =>
      (await play.asks(crone, "get", query, DOMAIN)).getChild("query")?.getChild("set");
    expect([await setIn(ITEMS), (await setIn(rsm("")))?.getChildText("count")]).to.deep.equal([
      undefined,
      "2",
    ]);
    const page = await play.asks(crone, "get", rsm("<max>1</max>"), DOMAIN);
    expect(items(page)).to.deep.equal([`a@${DOMAIN} Cave`]);
    expect(page.getChild("query")?.getChild("set")?.getChildText("count")).to.equal("2");
    const next = await play.asks(crone, "get", rsm(`<max>1</max><after>a@${DOMAIN}</after>`), DOMAIN);
    expect(items(next)).to.deep.equal([`c@${DOMAIN} c`]);
    const given = async (inside: string): Promise<string> =>
      items(await play.asks(crone, "get", rsm(inside), DOMAIN)).join();
    expect(await given("<max>1</max><before/>")).to.equal(`c@${DOMAIN} c`);
    expect(await given(`<max>1</max><before>c@${DOMAIN}</before>`)).to.equal(`a@${DOMAIN} Cave`);
    expect(await given("<before/>")).to.equal(`a@${DOMAIN} Cave,c@${DOMAIN} c`);
    expect(await given(`<before>a@${DOMAIN}</before>`)).to.equal("");
    const both = rsm(`<before>c@${DOMAIN}</before><after>a@${DOMAIN}</after>`);
    expect(errorOf(await play.asks(crone, "get", both, DOMAIN))).to.equal("modify/bad-request");
  });

  it("a room tells what it is", async () => {
    await play.roomOf(hag, "hag", { "muc#roomconfig_roomname": "Cave", "muc#roomconfig_roomdesc": "Dark" });
    const answer = await play.asks(crone, "get", INFO);
    expect(answer.getChild("query")?.getChild("identity")?.attrs.name).to.equal("Cave");
    const { features, fields } = await play.info(crone);
    expect(features).to.include.members([
      ...["muc_hidden", "muc_temporary", "muc_open", "muc_unmoderated", "muc_semianonymous", "muc_unsecured"],
      "http://jabber.org/protocol/muc#stable_id",
      "http://jabber.org/protocol/muc#self-ping-optimization",
      ...["urn:xmpp:mam:2", "urn:xmpp:sid:0", "urn:xmpp:occupant-id:0"],
    ]);
    expect(fields).to.include({
      FORM_TYPE: "http://jabber.org/protocol/muc#roominfo",
      "muc#roominfo_description": "Dark",
      "muc#roominfo_occupants": "1",
      "muc#roominfo_subject": "",
      "muc#roomconfig_roomname": "Cave",
      "muc#roominfo_changesubject": "0",
      "muc#roomconfig_allowinvites": "1",
      "muc#roomconfig_allowpm": "anyone",
    });
    await play.configures(hag, {
      "muc#roomconfig_publicroom": "1",
      "muc#roomconfig_persistentroom": "1",
      "muc#roomconfig_membersonly": "1",
      "muc#roomconfig_moderatedroom": "1",
      "muc#roomconfig_whois": "anyone",
      "muc#roomconfig_roomsecret": "x",
    });
    expect((await play.info(crone)).features).to.include.members([
      "muc_public",
      "muc_persistent",
      "muc_membersonly",
      "muc_moderated",
      "muc_nonanonymous",
      "muc_passwordprotected",
    ]);
  });

  it("no such room is item-not-found; an occupant's address asked from outside bad-request", async () => {
    expect(errorOf(await play.asks(crone, "get", INFO))).to.equal("cancel/item-not-found by coven");
    await play.roomOf(hag, "hag");
    expect(errorOf(await play.asks(crone, "get", INFO, `${ROOM}/hag`))).to.equal(
      "modify/bad-request by coven",
    );
  });

  it("occupants are listed by public rooms, and to those inside", async () => {
    await play.roomOf(hag, "hag");
    expect(items(await play.asks(crone, "get", ITEMS))).to.deep.equal([]);
    expect(items(await play.asks(hag, "get", ITEMS))).to.deep.equal([`${ROOM}/hag hag`]);
    await play.configures(hag, { "muc#roomconfig_publicroom": "1" });
    expect(items(await play.asks(crone, "get", ITEMS))).to.deep.equal([`${ROOM}/hag hag`]);
  });

  it("questions nobody knows get an error", async () => {
    await play.roomOf(hag, "hag");
    for (const to of [ROOM, DOMAIN]) {
      expect(errorOf(await play.asks(hag, "get", `<query xmlns="urn:unknown"/>`, to))).to.contain(
        "service-unavailable",
      );
      expect(errorOf(await play.asks(hag, "set", `<a xmlns="u"/><b xmlns="u"/>`, to))).to.contain(
        "bad-request",
      );
    }
  });
});

describe("invitations", () => {
  const play = onStage();
  beforeEach(async () => {
    await play.begins();
    await play.coven();
  });

  const invite = (from: string, to = WICCA): Promise<void> =>
    play.sends(
      from,
      `<message to="${ROOM}"><x xmlns="${USER}"><invite to="${to}"><reason>Hey!</reason><continue thread="t"/></invite></x></message>`,
    );

  it("go out from the room with who invites, the reason and the password, for every kind of client", async () => {
    await play.configures(hag, {
      "muc#roomconfig_roomsecret": "cauldron",
      "muc#roomconfig_roomname": "Cave",
    });
    play.hears(hag);
    await invite(hag);
    const [message] = play.hears(WICCA);
    expect(message?.attrs.from).to.equal(ROOM);
    const x = message?.getChild("x", USER);
    expect(x?.getChild("invite")?.attrs.from).to.equal(`${ROOM}/hag`);
    expect(x?.getChild("invite")?.getChildText("reason")).to.equal("Hey!");
    expect(x?.getChild("invite")?.getChild("continue")?.attrs.thread).to.equal("t");
    expect(x?.getChildText("password")).to.equal("cauldron");
    expect(message?.getChild("x", "jabber:x:conference")?.attrs).to.include({
      jid: ROOM,
      password: "cauldron",
    });
    expect(message?.getChildText("body")).to.contain("Cave");
  });

  it("say the inviter's real address where it is visible anyway", async () => {
    await play.configures(hag, { "muc#roomconfig_whois": "anyone" });
    await invite(hag);
    expect(play.hears(WICCA)[0]?.getChild("x", USER)?.getChild("invite")?.attrs.from).to.equal(
      "hag66@qtalk.test.org",
    );
  });

  it("make the invited a member in a room of members", async () => {
    await play.affiliates(hag, "crone1@qtalk.test.org", "member");
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    await invite(crone);
    expect((await play.entry(wiccarocks, "wicca")).at(-2)).to.contain("member/participant");
  });

  it("are refused from outside, to outcasts, to nobody, and to those who may not invite", async () => {
    const refused = async (from: string, to?: string): Promise<string[]> => {
      await invite(from, to);
      return play.hears(from).map(errorOf);
    };
    expect(await refused(wiccarocks)).to.deep.equal(["modify/not-acceptable by coven"]);
    expect(await refused(hag, "@")).to.deep.equal(["modify/jid-malformed by coven"]);
    await play.affiliates(hag, WICCA, "outcast");
    play.hears(hag);
    expect(await refused(hag)).to.deep.equal(["cancel/not-allowed by coven"]);
    await play.configures(hag, { "{http://prosody.im/protocol/muc}roomconfig_allowmemberinvites": "0" });
    play.hears(crone);
    expect(await refused(crone)).to.deep.equal(["auth/forbidden by coven"]);
    play.told(WICCA);
  });

  describe("are declined", () => {
    const decline = (from: string, to: string): Promise<void> =>
      play.sends(
        from,
        `<message to="${ROOM}"><x xmlns="${USER}"><decline to="${to}"><reason>Sorry</reason></decline></x></message>`,
      );
    const heard = (who: string): string[] =>
      play
        .hears(who)
        .flatMap((message) => message.getChild("x", USER)?.getChild("decline") ?? [])
        .map(({ attrs, ...element }) => `${attrs.from}: ${String(element.children[0])}`);

    it("from outside, once, to whoever invited, under the name they had", async () => {
      await invite(hag);
      await play.appears(hag, "oldhag");
      play.hears(hag);
      await decline(wiccarocks, `${ROOM}/hag`);
      await decline(wiccarocks, `${ROOM}/hag`);
      expect(heard(hag)).to.deep.equal([`${WICCA}: <reason>Sorry</reason>`]);
      expect(heard(wiccarocks)).to.deep.equal([]);
    });

    it("also where the inviter has left, and by their real address where it was told", async () => {
      await play.configures(hag, { "muc#roomconfig_whois": "anyone" });
      await invite(crone);
      await play.leaves(crone);
      await decline(wiccarocks, "crone1@qtalk.test.org");
      expect(heard("crone1@qtalk.test.org")).to.have.length(1);
    });

    it("also after a restart", async () => {
      await invite(hag);
      await play.restarts();
      await decline(wiccarocks, `${ROOM}/hag`);
      expect(heard(hag)).to.have.length(1);
    });

    it("by nobody who wasn't invited, and to nobody else: in silence, whoever is of the room or inside", async () => {
      await invite(hag);
      play.hush();
      for (const from of [stranger, wiccarocks]) {
        const others = [`${ROOM}/crone`, "crone1@qtalk.test.org", crone, "anybody@elsewhere.test", "@", ""];
        for (const to of from === stranger ? [...others, `${ROOM}/hag`, hag] : others) {
          await decline(from, to);
          expect(play.hears(from), `${from} ${to}`).to.deep.equal([]);
        }
      }
      await play.sends(
        stranger,
        `<message to="nowhere@${DOMAIN}"><x xmlns="${USER}"><decline to="${hag}"/></x></message>`,
      );
      play.told(stranger);
      for (const who of [hag, crone, "crone1@qtalk.test.org", "anybody@elsewhere.test"]) {
        expect(heard(who)).to.deep.equal([]);
      }
    });

    it("by nobody who was banned since", async () => {
      await invite(hag);
      await play.affiliates(hag, WICCA, "outcast");
      await decline(wiccarocks, `${ROOM}/hag`);
      expect(heard(hag)).to.deep.equal([]);
    });

    it("as long as they are among the newest thousand", async () => {
      await invite(hag);
      const put = play.db.prepare("INSERT INTO invitations VALUES (1, ?, 'a@b', 'a@b', ?)");
      for (let at = 0; at < 1001; at++) put.run(`${at}@b`, at);
      await invite(crone);
      const left = play.count("invitations");
      expect(left).to.equal(1000);
      await decline(wiccarocks, `${ROOM}/hag`);
      expect(heard(hag)).to.have.length(1);
    });

    it("no more when the room is gone", async () => {
      await invite(hag);
      await play.destroys(hag);
      expect(play.count("invitations")).to.equal(0);
    });
  });
});
