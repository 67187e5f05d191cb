/** Requests for voice (XEP-0045 §7.13), and moderators' answers. */
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, hag, onStage, ROOM, wiccarocks } from "../play.js";

const REQUEST = "http://jabber.org/protocol/muc#request";

describe("requesting voice", () => {
  const play = onStage({}, async (play) => {
    await play.coven([wiccarocks, "wicca"]);
    await play.gives(hag, "crone", "visitor");
    play.hush();
  });

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

  it("sends moderators a form with address and nickname that grants nothing by default", async () => {
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
    for (const who of [crone, wiccarocks]) play.receives(who);
  });

  it("reaches all moderators and their sessions", async () => {
    const phone = wiccarocks.replace("laptop", "phone");
    await play.enters(phone, "wicca");
    await play.gives(hag, "wicca", "moderator");
    play.hush();
    await asks(crone);
    for (const who of [hag, phone, wiccarocks]) expect(formIn(play.hears(who)[0])).not.to.equal(undefined);
  });

  it("is refused to participants, and in cancelled or other forms", async () => {
    await asks(wiccarocks);
    play.refused(wiccarocks, "cancel/not-allowed by coven");
    await submits(crone, {}, "cancel");
    await submits(crone, { FORM_TYPE: "urn:example:form" });
    play.refused(crone, "modify/bad-request by coven", "modify/bad-request by coven");
    play.receives(hag);
  });

  it("is approved for visitors only: approvals of others and denials do nothing", async () => {
    for (const nick of ["hag", "wicca", "nobody"]) {
      await submits(hag, { "muc#roomnick": nick, "muc#request_allow": "1" });
    }
    await submits(hag, { "muc#request_allow": "1" });
    await submits(hag, { "muc#roomnick": "crone", "muc#request_allow": "0" });
    for (const who of [hag, crone, wiccarocks]) play.receives(who);
    await submits(hag, { "muc#roomnick": "crone", "muc#request_allow": "1" });
    play.receives(wiccarocks, "presence coven/crone none/participant");
  });

  it("is approved by moderators only", async () => {
    await submits(wiccarocks, { "muc#roomnick": "crone", "muc#request_allow": "1" });
    play.refused(wiccarocks, "auth/forbidden by coven");
    play.receives(crone);
  });
});
