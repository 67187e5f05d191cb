import { expect } from "chai";
import { UNUSUAL } from "../fields.js";
import { CRONE, crone, errorOf, HAG, hag, onStage, ROOM, lineOf, wiccarocks, outcomeOf } from "../play.js";

const OWNER = "http://jabber.org/protocol/muc#owner";
const TYPE = `<field var="FORM_TYPE"><value>http://jabber.org/protocol/muc#roomconfig</value></field>`;

describe("creating, configuring and destroying a room", () => {
  const play = onStage();

  const form = (inside: string): string => `<query xmlns="${OWNER}">${inside}</query>`;
  const submit = (fields = ""): string => form(`<x xmlns="jabber:x:data" type="submit">${fields}</x>`);
  const cancel = form(`<x xmlns="jabber:x:data" type="cancel"/>`);
  const outcome = async (from: string, payload: string): Promise<string> =>
    outcomeOf(await play.asks(from, "set", payload));
  const shown = async (name: string): Promise<string | undefined> => (await play.form(hag))[name];

  it("unlocks the room by an empty submit", async () => {
    expect((await play.entry(hag, "hag"))[0]).to.contain(" 201 ");
    expect(await outcome(hag, submit())).to.equal("result");
    play.receives(hag);
    expect(await play.enters(crone, "crone")).to.have.length(3);
  });

  it("destroys the room by the first cancel, and does nothing by a later one", async () => {
    await play.enters(hag, "hag");
    expect(await outcome(hag, cancel)).to.equal("result");
    play.receives(hag, "presence coven/hag unavailable none/none 110");
    expect(await outcome(hag, cancel)).to.equal("cancel/item-not-found by coven");
    await play.roomOf(hag, "hag");
    expect(await outcome(hag, cancel)).to.equal("result");
    play.receives(hag);
  });

  it("destroys a locked room when its creator leaves", async () => {
    await play.enters(hag, "hag");
    await play.leaves(hag);
    expect((await play.entry(crone, "crone"))[0]).to.contain(" 201 ");
  });

  it("is for owners only", async () => {
    await play.roomOf(hag, "hag");
    await play.affiliates(hag, CRONE, "admin");
    for (const payload of [submit(), cancel, form("<destroy/>")]) {
      expect(await outcome(crone, payload)).to.equal("auth/forbidden by coven");
    }
    expect(errorOf(await play.asks(crone, "get", form("")))).to.equal("auth/forbidden by coven");
  });

  it("answers first, then sends 104 to everybody, which isn't in the history", async () => {
    await play.roomOf(hag, "hag");
    await play.enters(crone, "crone");
    play.hears(crone);
    await play.configures(hag, { "muc#roomconfig_roomname": "A Dark Cave" });
    const [answer, ...changed] = play.link.withoutPings.slice(-5);
    expect(answer?.name).to.equal("iq");
    expect(changed.map(({ name }) => name)).to.deep.equal(["message", "message", "presence", "presence"]);
    expect(answer?.attrs.from).to.equal(ROOM);
    play.receives(crone, "message coven groupchat 104");
    expect((await play.entry(wiccarocks, "w")).filter((line) => line.includes("104"))).to.deep.equal([]);
  });

  it("sends 170 to 173 if public logging or the visibility of addresses changes, and all codes of several changes", async () => {
    await play.roomOf(hag, "hag");
    for (const [field, value, code] of [
      ["enablelogging", "1", 170],
      ["enablelogging", "0", 171],
      ["mam", "0", 104],
      ["whois", "anyone", 172],
      ["whois", "moderators", 173],
    ] as const) {
      await play.configures(hag, { [`muc#roomconfig_${field}`]: value });
      play.receives(hag, `message coven groupchat ${code}`);
    }
    const both = { "muc#roomconfig_whois": "anyone", "muc#roomconfig_enablelogging": "1" };
    await play.configures(hag, { "muc#roomconfig_roomname": "Cave", ...both });
    play.receives(hag, "message coven groupchat 104 170 172");
  });

  it("stores every field, keeps fields that aren't submitted, and ignores unknown ones", async () => {
    await play.roomOf(hag, "hag");
    const fields: Record<string, string> = {
      ...UNUSUAL,
      "muc#roomconfig_roomname": "Name",
      "muc#roomconfig_roomdesc": "Description",
      "muc#roomconfig_passwordprotectedroom": "1",
      "muc#roomconfig_roomsecret": "cauldron",
      "muc#roomconfig_roomowners": "hag66@qtalk.test.org",
      "muc#roomconfig_roomadmins": CRONE,
    };
    expect((await play.configures(hag, { ...fields, invented: "1" })).attrs.type).to.equal("result");
    expect(await play.form(hag)).to.include(fields);
    await play.configures(hag, { "muc#roomconfig_roomname": "Other" });
    expect(await shown("muc#roomconfig_roomdesc")).to.equal("Description");
    expect(await shown("muc#roomconfig_roomadmins")).to.equal(CRONE);
  });

  it("accepts the longest name, several lines, true and false, none as the upper limit, and nothing as the default", async () => {
    await play.roomOf(hag, "hag");
    for (const [name, value, wanted] of [
      ["roomname", "x".repeat(255), "x".repeat(255)],
      ["roomname", "one</value><value>two", "one\ntwo"],
      ["membersonly", "true", "1"],
      ["membersonly", "false", "0"],
      ["maxusers", "none", "1000"],
      ["historylength", "none", "100"],
      ["historylength", "", "20"],
    ] as const) {
      await play.configures(hag, { [`muc#roomconfig_${name}`]: value });
      expect(await shown(`muc#roomconfig_${name}`), name).to.equal(wanted);
    }
  });

  it("changes nothing if the form is submitted as it was shown", async () => {
    await play.roomOf(hag, "hag");
    const shown = (await play.asks(hag, "get", form(""))).getChild("query")?.getChild("x");
    const fields = (shown?.getChildren("field") ?? []).map(String).join("");
    expect(await outcome(hag, submit(fields))).to.equal("result");
    play.receives(hag);
  });

  it("clears a list by an empty one, but not the last owner", async () => {
    await play.roomOf(hag, "hag");
    await play.affiliates(hag, CRONE, "admin");
    await play.configures(hag, { "muc#roomconfig_roomadmins": [] });
    expect(await shown("muc#roomconfig_roomadmins")).to.equal("");
    const answer = await play.configures(hag, { "muc#roomconfig_roomowners": [] });
    expect(errorOf(answer)).to.equal("cancel/conflict by coven");
    expect(await shown("muc#roomconfig_roomowners")).to.equal("hag66@qtalk.test.org");
  });

  it("puts out non-members with 322 when the room becomes members-only", async () => {
    await play.roomOf(hag, "hag");
    await play.enters(crone, "crone");
    await play.affiliates(hag, "wiccarocks@qtalk.test.org", "member");
    await play.enters(wiccarocks, "wicca");
    play.hush();
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    play.receives(crone, "message coven groupchat 104", "presence coven/crone unavailable none/none 322 110");
    expect(play.lines(wiccarocks).at(-1)).to.equal("presence coven/crone unavailable none/none 322");
  });

  for (const [what, payload] of [
    ["no form", form("")],
    ["a form of another kind", submit(`<field var="FORM_TYPE"><value>jabber:iq:search</value></field>`)],
    ["fields without FORM_TYPE", submit(`<field var="a"><value>1</value></field>`)],
    ["a field without name", submit(`${TYPE}<field><value>1</value></field>`)],
    ["a field twice", submit(`${TYPE}<field var="a"/><field var="a"/>`)],
    [
      "hundreds of fields",
      submit(TYPE + Array.from({ length: 300 }, (_, n) => `<field var="a${n}"/>`).join("")),
    ],
    ["a form that is none", form(`<x xmlns="jabber:x:data" type="result"/>`)],
  ] as const) {
    it(`answers a bad request to ${what}, and announces nothing`, async () => {
      await play.roomOf(hag, "hag");
      expect(await outcome(hag, payload)).to.equal("modify/bad-request by coven");
      play.receives(hag);
    });
  }

  for (const [name, value] of [
    ["muc#roomconfig_membersonly", "perhaps"],
    ["muc#roomconfig_whois", "nobody"],
    ["muc#roomconfig_maxusers", "-1"],
    ["muc#roomconfig_maxusers", "0"],
    ["muc#roomconfig_getmemberlist", "owner"],
    ["muc#roomconfig_lang", "zh_TW"],
    ["muc#roomconfig_maxusers", "1000000"],
    ["muc#roomconfig_historylength", "1.5"],
    ["muc#roomconfig_presencebroadcast", "everybody"],
    ["muc#roomconfig_passwordprotectedroom", "1"],
    ["muc#roomconfig_lang", "<en>"],
    ["muc#roomconfig_roomname", "x".repeat(256)],
  ] as const) {
    it(`refuses ${value.slice(0, 20)} for ${name}, and changes nothing`, async () => {
      await play.roomOf(hag, "hag");
      const before = (await play.form(hag))[name];
      const escaped = value.replaceAll("<", "&lt;");
      const answer = await play.configures(hag, { "muc#roomconfig_roomdesc": "changed", [name]: escaped });
      expect(errorOf(answer)).to.equal("modify/not-acceptable by coven");
      expect((await play.form(hag))[name]).to.equal(before);
      expect(await shown("muc#roomconfig_roomdesc")).to.equal("");
      play.receives(hag);
    });
  }

  it("sends each occupant the alternative and the reason, then answers the owner", async () => {
    await play.roomOf(hag, "hag");
    await play.enters(crone, "crone");
    await play.says(hag, "last words");
    play.hush();
    const payload = `<destroy jid="new@conference.qtalk.test.org"><reason>Macbeth doth come</reason></destroy>`;
    expect(await outcome(hag, form(payload))).to.equal("result");
    const [seen, ...more] = play.hears(crone);
    expect(lineOf(seen!)).to.equal("presence coven/crone unavailable none/none 110");
    expect(more).to.deep.equal([]);
    const destroy = seen?.getChild("x")?.getChild("destroy");
    expect(destroy?.attrs.jid).to.equal("new@conference.qtalk.test.org");
    expect(destroy?.getChildText("reason")).to.equal("Macbeth doth come");
    play.receives(hag, "presence coven/hag unavailable none/none 110");
    expect(play.link.written.at(-1)?.name).to.equal("iq");
    for (const table of ["rooms", "affiliations", "occupants", "archive"]) {
      expect(play.db.prepare(`SELECT count(*) AS n FROM ${table}`).get(), table).to.deep.equal({ n: 0 });
    }
  });

  it("sends the alternative's password, and nothing that wasn't given", async () => {
    await play.begins({ rooms: { tombstone_days: 0 } });
    const destruction = async (inside: string): Promise<string | undefined> => {
      await play.roomOf(hag, "hag");
      play.hears(hag);
      expect(await outcome(hag, form(inside))).to.equal("result");
      return play.hears(hag).at(-1)?.getChild("x")?.getChild("destroy")?.toString();
    };
    expect(await destruction("<destroy/>")).to.equal("<destroy/>");
    expect(await destruction('<destroy jid=""/>')).to.equal("<destroy/>");
    expect(await destruction("<destroy jid='new@x.test'><password>p</password></destroy>")).to.equal(
      '<destroy jid="new@x.test"><password>p</password></destroy>',
    );
    await play.roomOf(hag, "hag");
    expect(await outcome(hag, form("<destroy jid='a b@@'/>"))).to.equal("modify/jid-malformed by coven");
    expect(play.service.rooms.count).to.equal(1);
  });

  it("ignores blanks in the list of owners, and refuses anything else that is no account", async () => {
    await play.roomOf(hag, "hag");
    const submits = async (...owners: readonly string[]): Promise<string> =>
      outcomeOf(await play.configures(hag, { "muc#roomconfig_roomowners": [HAG, ...owners] }));
    expect(await submits("", CRONE)).to.equal("result");
    for (const wrong of ["qtalk.test.org", "a b@@"])
      expect(await submits(wrong), wrong).to.equal("modify/jid-malformed by coven");
    expect(play.count("affiliations WHERE affiliation = 'owner'")).to.equal(2);
  });

  it("lets anybody create a room of the same name at once if the operator configures no tombstones", async () => {
    await play.begins({ rooms: { tombstone_days: 0 } });
    await play.roomOf(hag, "hag");
    const gone = play.asks(hag, "set", form("<destroy/>"));
    const entered = play.enters(crone, "crone");
    await gone;
    expect((await entered).map(lineOf)[0]).to.contain("coven/crone owner/moderator 201 110");
    await play.configures(crone, {});
    expect(await play.enters(wiccarocks, "wicca")).to.have.length(3);
  });

  it("limits the number of rooms", async () => {
    await play.begins({ rooms: { max_rooms: 1 } });
    await play.roomOf(hag, "hag");
    const refused = await play.enters(hag, "hag", "", "second@conference.qtalk.test.org");
    expect(refused.map(errorOf)).to.deep.equal(["wait/resource-constraint by second"]);
  });
});
