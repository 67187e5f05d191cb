/** Registering with a room (XEP-0045 §7.10), and unregistering (XEP-0077 §3.2). */
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, CRONE, hag, HAG, itemOf, onStage, WICCA, wiccarocks, outcomeOf } from "../play.js";

const FORM = { "muc#roomconfig_membersonly": "1", "muc#roomconfig_persistentroom": "1" };

describe("unregistering from a room", () => {
  const play = onStage();
  const begin = async (fields: Readonly<Record<string, string>>): Promise<void> => {
    await play.begins();
    await play.coven([wiccarocks, "wicca"]);
    await play.affiliates(hag, CRONE, "member");
    await play.affiliates(hag, "wiccarocks@qtalk.test.org", "member");
    await play.configures(hag, fields);
    play.hush();
  };

  const unregisters = async (who: string): Promise<string> =>
    outcomeOf(await play.asks(who, "set", `<query xmlns="jabber:iq:register"><remove/></query>`));

  it("ends the membership; in a members-only room the user leaves with 321", async () => {
    await begin(FORM);
    expect(await unregisters(crone)).to.equal("result");
    play.receives(crone, "presence coven/crone unavailable none/none 321 110");
    play.receives(wiccarocks, "presence coven/crone unavailable none/none 321");
    const mine = play.link.written.filter(({ attrs }) => attrs.to === crone);
    expect(mine.at(-1)?.name, "the answer comes last").to.equal("iq");
    await play.isRefused(crone, "crone", "auth/registration-required by coven");
    expect(await unregisters(crone)).to.equal("cancel/not-allowed by coven");
  });

  it("keeps the occupant in an open room, and announces the affiliation", async () => {
    await begin({});
    expect(await unregisters(crone)).to.equal("result");
    play.receives(wiccarocks, "presence coven/crone none/participant");
    expect(itemOf(play.hears(crone)[0])).to.include({ affiliation: "none", role: "participant" });
  });

  it("is possible from outside, and ends invitations by later messages", async () => {
    await begin(FORM);
    await play.leaves(crone);
    expect(await unregisters(crone)).to.equal("result");
    await play.says(hag, "Are you there?");
    for (const to of [crone, CRONE])
      expect(play.hears(to).filter(({ name }) => name === "message")).to.have.length(0);
    expect(play.lines(hag)).to.include('message coven/hag groupchat "Are you there?"');
  });

  it("keeps owners and administrators, but not their reserved nickname", async () => {
    await begin({});
    await play.administers(hag, `<item affiliation="owner" jid="${HAG}" nick="hag"/>`);
    expect(await unregisters(hag)).to.equal("result");
    expect(play.stored(HAG)).to.include({ affiliation: "owner", nick: null });
  });

  it("stops invitations of administrators who were never inside", async () => {
    await begin(FORM);
    await play.affiliates(hag, WICCA, "none");
    await play.affiliates(hag, `other@qtalk.test.org`, "admin");
    play.hears("other@qtalk.test.org");
    expect(await unregisters("other@qtalk.test.org/x")).to.equal("result");
    await play.says(hag, "Are you there?");
    expect(play.hears("other@qtalk.test.org")).to.have.length(0);
  });
});

describe("registering a nickname", () => {
  const REGISTER = "jabber:iq:register";
  const play = onStage({}, async (play) => {
    await play.coven();
    await play.affiliates(hag, CRONE, "member");
  });

  const registers = async (who: string, inside: string): Promise<string> =>
    outcomeOf(await play.asks(who, "set", `<query xmlns="${REGISTER}">${inside}</query>`));
  /** What one is shown: whether one is registered, and what the form's field holds. */
  const shown = async (who: string): Promise<unknown> => {
    const query = (await play.asks(who, "get", `<query xmlns="${REGISTER}"/>`)).getChild("query");
    const fields = query?.getChild("x", "jabber:x:data")?.getChildren("field") ?? [];
    const field = fields.find(({ attrs }) => attrs.var === "muc#register_roomnick");
    return {
      isRegistered: query?.getChild("registered") !== undefined,
      username: query?.getChildText("username"),
      values: field?.getChildren("value").map((value: Element) => value.getText()),
    };
  };

  it("has an empty form, which then shows the nickname", async () => {
    expect(await shown(crone)).to.deep.equal({ isRegistered: false, username: null, values: [] });
    const fields = `<field var="FORM_TYPE"><value>http://jabber.org/protocol/muc#register</value></field>`;
    const form = (nick: string): string =>
      `<x xmlns="jabber:x:data" type="submit">${fields}<field var="muc#register_roomnick"><value>${nick}</value></field></x>`;
    expect(await registers(crone, form("hag"))).to.equal("cancel/conflict by coven");
    expect(await registers(crone, form("\u202e"))).to.equal("modify/not-acceptable by coven");
    expect(await registers(crone, form("third witch"))).to.equal("result");
    await play.isRefused(wiccarocks, "Third Witch", "cancel/conflict by coven");
    expect(await shown(crone)).to.deep.equal({
      isRegistered: true,
      username: "third witch",
      values: ["third witch"],
    });
  });

  it("is possible without a form, and requires a nickname", async () => {
    for (const name of ["username", "nick"]) {
      expect(await registers(crone, `<${name}>${name} witch</${name}>`)).to.equal("result");
      expect(await shown(crone)).to.include({ username: `${name} witch` });
    }
    expect(await registers(crone, "")).to.equal("modify/not-acceptable by coven");
    expect(await shown(crone)).to.include({ username: "nick witch" });
  });

  it("refuses cancelled and other forms", async () => {
    for (const form of [
      `<x xmlns="jabber:x:data" type="cancel"/>`,
      `<x xmlns="jabber:x:data" type="submit"><field var="muc#register_roomnick"><value>x</value></field></x>`,
    ]) {
      expect(await registers(crone, form)).to.equal("modify/bad-request by coven");
    }
    expect(await shown(crone)).to.include({ isRegistered: false });
  });

  it("is for members, and not for outcasts", async () => {
    await play.affiliates(hag, WICCA, "outcast");
    expect(await registers(wiccarocks, "<nick>wicca</nick>")).to.equal("cancel/not-allowed by coven");
  });
});
