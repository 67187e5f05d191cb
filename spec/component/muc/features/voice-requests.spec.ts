/** Asking for voice (XEP-0045 §7.13): what moderators are told, and what their answers do. */
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, errorOf, hag, Play, ROOM, told, wiccarocks } from "../play.js";

const REQUEST = "http://jabber.org/protocol/muc#request";

describe("asking for voice", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.coven([wiccarocks, "wicca"]);
    await play.administers(hag, `<item nick="crone" role="visitor"/>`);
    for (const who of [hag, crone, wiccarocks]) play.hears(who);
  });
  afterEach(() => play.close());

  const submits = (
    from: string,
    fields: Readonly<Record<string, string>>,
    type = "submit",
  ): Promise<void> => {
    const all = Object.entries({ FORM_TYPE: REQUEST, ...fields }).map(
      ([name, value]) => `<field var="${name}"><value>${value}</value></field>`,
    );
    return play.sends(
      from,
      `<message to="${ROOM}"><x xmlns="jabber:x:data" type="${type}">${all.join("")}</x></message>`,
    );
  };
  const asks = (from: string): Promise<void> => submits(from, { "muc#role": "participant" });
  const formIn = (message: Element | undefined): Element | undefined =>
    message?.getChild("x", "jabber:x:data");

  it("tells moderators who asks, by address and nickname, in a form that grants nothing by itself", async () => {
    await asks(crone);
    const [message, ...more] = play.hears(hag);
    expect(more).to.deep.equal([]);
    expect(message?.attrs.from).to.equal(ROOM);
    const form = formIn(message);
    expect(form?.attrs.type).to.equal("form");
    const values = form?.getChildren("field").map((field) => [field.attrs.var, field.getChildText("value")]);
    expect(values).to.deep.equal([
      ["FORM_TYPE", REQUEST],
      ["muc#role", "participant"],
      ["muc#jid", crone],
      ["muc#roomnick", "crone"],
      ["muc#request_allow", "0"],
    ]);
    for (const who of [crone, wiccarocks]) expect(play.hears(who), "nobody else").to.deep.equal([]);
  });

  it("is told to all moderators, and to all their sessions", async () => {
    const phone = wiccarocks.replace("laptop", "phone");
    await play.enters(phone, "wicca");
    await play.administers(hag, `<item nick="wicca" role="moderator"/>`);
    for (const who of [hag, phone, wiccarocks]) play.hears(who);
    await asks(crone);
    for (const who of [hag, phone, wiccarocks]) expect(formIn(play.hears(who)[0])).not.to.equal(undefined);
  });

  it("is refused to those who have voice, and in a form that was cancelled or is another", async () => {
    await asks(wiccarocks);
    expect(play.hears(wiccarocks).map(errorOf)).to.deep.equal(["cancel/not-allowed by coven"]);
    await submits(crone, {}, "cancel");
    await submits(crone, { FORM_TYPE: "urn:example:form" });
    expect(play.hears(crone).map(errorOf)).to.deep.equal([
      "modify/bad-request by coven",
      "modify/bad-request by coven",
    ]);
    expect(play.hears(hag)).to.deep.equal([]);
  });

  it("is answered for those who still wait: nothing happens to others, or for nobody", async () => {
    for (const nick of ["hag", "wicca", "nobody"]) {
      await submits(hag, { "muc#roomnick": nick, "muc#request_allow": "1" });
    }
    await submits(hag, { "muc#request_allow": "1" });
    await submits(hag, { "muc#roomnick": "crone", "muc#request_allow": "0" });
    for (const who of [hag, crone, wiccarocks]) expect(play.hears(who).map(told)).to.deep.equal([]);
    await submits(hag, { "muc#roomnick": "crone", "muc#request_allow": "1" });
    expect(play.hears(wiccarocks).map(told)).to.deep.equal(["presence coven/crone none/participant"]);
  });

  it("is granted by moderators alone", async () => {
    await submits(wiccarocks, { "muc#roomnick": "crone", "muc#request_allow": "1" });
    expect(play.hears(wiccarocks).map(errorOf)).to.deep.equal(["auth/forbidden by coven"]);
    expect(play.hears(crone)).to.deep.equal([]);
  });
});
