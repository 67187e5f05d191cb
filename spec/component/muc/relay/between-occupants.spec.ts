import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, errorOf, hag, Play, ROOM, told, wiccarocks } from "../play.js";

describe("between occupants", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.roomOf(hag, "hag", { "muc#roomconfig_moderatedroom": "1" });
    await play.enters(crone, "crone");
    for (const who of [hag, crone]) play.hears(who);
  });
  afterEach(() => play.close());

  describe("questions", () => {
    const asked = (name: string): Promise<Element> =>
      play.until(() => play.link.written.find((iq) => iq.name === "iq" && iq.getChild(name) !== undefined));

    it("are asked and answered through the room: nobody learns a real address", async () => {
      const answer = play.asks(crone, "get", `<query xmlns="jabber:iq:version"/>`, `${ROOM}/hag`);
      const question = await asked("query");
      expect(question.attrs).to.include({ from: `${ROOM}/crone`, to: hag, type: "get" });
      await play.sends(
        hag,
        `<iq to="${ROOM}/crone" type="result" id="${question.attrs.id}"><query xmlns="jabber:iq:version"><name>Broom</name></query></iq>`,
      );
      const given = await answer;
      expect(given.attrs).to.include({ from: `${ROOM}/hag`, to: crone, type: "result" });
      expect(given.getChild("query")?.getChildText("name")).to.equal("Broom");
    });

    it("for a vCard are asked of the account", async () => {
      const answer = play.asks(crone, "get", `<vCard xmlns="vcard-temp"/>`, `${ROOM}/hag`);
      const question = await asked("vCard");
      expect(question.attrs.to).to.equal("hag66@qtalk.test.org");
      const error = `<error type="cancel"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`;
      await play.sends(
        "hag66@qtalk.test.org",
        `<iq to="${ROOM}/crone" type="error" id="${question.attrs.id}">${error}</iq>`,
      );
      expect(errorOf(await answer)).to.equal("cancel/item-not-found");
      expect(play.hears(crone)).to.deep.equal([]);
    });

    it("are for those inside, and about somebody who is", async () => {
      const ask = async (from: string, nick: string): Promise<string> =>
        errorOf(await play.asks(from, "get", `<query xmlns="jabber:iq:version"/>`, `${ROOM}/${nick}`));
      expect(await ask(wiccarocks, "hag")).to.equal("modify/not-acceptable by coven");
      expect(await ask(crone, "nobody")).to.equal("cancel/item-not-found by coven");
    });
  });

  describe("voice", () => {
    const form = (...fields: [string, string][]): string => {
      const all = [["FORM_TYPE", "http://jabber.org/protocol/muc#request"], ...fields].map(
        ([name, value]) => `<field var="${name}"><value>${value}</value></field>`,
      );
      return `<message to="${ROOM}"><x xmlns="jabber:x:data" type="submit">${all.join("")}</x></message>`;
    };

    it("is asked for by a visitor, and granted by a moderator", async () => {
      await play.sends(crone, form(["muc#role", "participant"]));
      const [request] = play.hears(hag);
      const fields = request?.getChild("x", "jabber:x:data")?.getChildren("field") ?? [];
      expect(fields.map(({ attrs }) => attrs.var)).to.include.members([
        "muc#jid",
        "muc#roomnick",
        "muc#request_allow",
      ]);
      await play.sends(hag, form(["muc#roomnick", "crone"], ["muc#request_allow", "true"]));
      expect(play.hears(crone).map(told)).to.deep.equal(["presence coven/crone none/participant 110"]);
    });

    it("isn't granted by anybody else, nor asked for by those who have it", async () => {
      await play.sends(crone, form(["muc#roomnick", "crone"], ["muc#request_allow", "1"]));
      expect(play.hears(crone).map(errorOf)).to.deep.equal(["auth/forbidden by coven"]);
      await play.sends(hag, form(["muc#role", "participant"]));
      expect(play.hears(hag).map(errorOf)).to.deep.equal(["cancel/not-allowed by coven"]);
      await play.sends(hag, form(["muc#roomnick", "crone"], ["muc#request_allow", "0"]));
      expect(play.hears(crone)).to.deep.equal([]);
    });
  });

  describe("a nickname", () => {
    const REGISTER = "jabber:iq:register";
    const register = async (from: string, nick: string): Promise<string> => {
      const type = `<field var="FORM_TYPE"><value>http://jabber.org/protocol/muc#register</value></field>`;
      const field = `<field var="muc#register_roomnick"><value>${nick}</value></field>`;
      const form = `<x xmlns="jabber:x:data" type="submit">${type}${field}</x>`;
      const answer = await play.asks(from, "set", `<query xmlns="${REGISTER}">${form}</query>`);
      return answer.attrs.type === "result" ? "result" : errorOf(answer);
    };

    it("is registered by members, and then is theirs", async () => {
      expect(await register(crone, "third witch")).to.equal("cancel/not-allowed by coven");
      await play.administers(hag, `<item affiliation="member" jid="crone1@qtalk.test.org"/>`);
      expect(await register(crone, "hag")).to.equal("cancel/conflict by coven");
      expect(await register(crone, "\u202e")).to.equal("modify/not-acceptable by coven");
      expect(await register(crone, "third witch")).to.equal("result");
      const shown = (await play.asks(crone, "get", `<query xmlns="${REGISTER}"/>`)).getChild("query");
      expect(shown?.getChild("registered")).not.to.equal(undefined);
      expect(shown?.getChildText("username")).to.equal("third witch");
      expect((await play.enters(wiccarocks, "Third Witch")).map(errorOf)).to.deep.equal([
        "cancel/conflict by coven",
      ]);
      await play.asks(crone, "set", `<query xmlns="${REGISTER}"><remove/></query>`);
      expect((await play.enters(wiccarocks, "Third Witch")).map(told).join()).to.contain(" 110");
    });
  });
});
