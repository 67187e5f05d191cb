/** Input that would result in a stanza that is too large for the server, or invalid. */
import { expect } from "chai";
import { limitsConfig } from "../../../component/config.js";
import { xml, type Element } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { crone, DOMAIN, errorOf, hag, onStage, ROOM, stranger } from "./play.js";

const { stanza_bytes } = limitsConfig.parse({});
/** Four times as many bytes once it is escaped. */
const BRACKETS = "&gt;".repeat(240_000);

describe("a stanza that is too large or invalid for others", () => {
  const play = onStage();
  beforeEach(async () => {
    await play.begins({ messageBytes: 1_000_000, avatarBytes: 256 * 1024 });
    await play.coven();
  });
  afterEach(() => {
    const largest = Math.max(...play.link.written.map((stanza) => Buffer.byteLength(serialise(stanza))));
    expect(largest).to.be.at.most(stanza_bytes);
    expect(play.log.about("could not be handled")).to.deep.equal([]);
    play.close();
  });

  it("is refused before anything is done", async () => {
    await play.appears(stranger, "stranger", `<status>${"x".repeat(stanza_bytes)}</status>`);
    play.refused(stranger, "modify/policy-violation");
    play.receives(hag);
  });

  it("is refused if its elements are nested too deep, without an error in the log", async () => {
    let deep = xml("a");
    for (let level = 0; level < 20_000; level++) deep = xml("a", {}, deep);
    await play.sends(crone, xml("message", { to: ROOM, type: "groupchat" }, xml("body", {}, "x"), deep));
    await play.sends(crone, xml("iq", { to: `${ROOM}/hag`, type: "get", id: "i" }, deep));
    const refused = play.link.written.filter(({ attrs }) => attrs.to === crone && attrs.type === "error");
    expect(refused.map(errorOf)).to.deep.equal(["modify/policy-violation", "modify/policy-violation"]);
    play.receives(hag);
  });

  it("isn't one with a large attribute within the limit", async () => {
    await play.posts(crone, `<body extendInfo="${"x".repeat(200_000)}">x</body>`);
    play.receives(hag, 'message coven/crone groupchat "x"');
  });

  it("is refused to the asker, be it the request or the answer", async () => {
    const query = (inside: string): string => `<query xmlns="urn:x">${inside}</query>`;
    expect(errorOf(await play.asks(crone, "get", query(BRACKETS), `${ROOM}/hag`))).to.equal(
      "modify/policy-violation",
    );
    const answer = play.asks(crone, "get", query(""), `${ROOM}/hag`);
    const question = await play.until(() =>
      play.link.written.find(({ attrs }) => attrs.to === hag && attrs.type === "get"),
    );
    await play.sends(
      hag,
      `<iq to="${ROOM}/crone" type="result" id="${question.attrs.id}">${query(BRACKETS)}</iq>`,
    );
    expect(errorOf(await answer)).to.equal("modify/policy-violation");
  });

  it("is not answered if its id alone is too large", async () => {
    const before = play.link.written.length;
    await play.sends(crone, `<iq to="${ROOM}" type="get" id="${BRACKETS}"><query xmlns="urn:x"/></iq>`);
    expect(play.link.written).to.have.length(before);
    expect(play.log.about("its id is too large")).to.have.length(1);
  });

  it("leaves room for later additions: accepted messages are in history and archive", async () => {
    const speaker = hag.split("/")[0] ?? "";
    const tooLong = await play.speaks(speaker, "x".repeat(stanza_bytes - 1_500)).catch(String);
    const [, bytes, most] =
      /message: the stanza has (\d+) bytes, more than the (\d+)/.exec(String(tooLong)) ?? [];
    await play.speaks(speaker, "x".repeat(stanza_bytes - 1_500 - Number(bytes) + Number(most)));
    const session = `wiccarocks@qtalk.test.org/${"'".repeat(1_000)}`;
    const heard = await play.enters(session, "wicca");
    expect(heard.filter((stanza) => stanza.getChild("body"))).to.have.length(1);
    await play.asks(session, "set", `<query xmlns="urn:xmpp:mam:2" queryid="${"q".repeat(256)}"/>`);
    expect(play.hears(session).filter((stanza) => stanza.getChild("result"))).to.have.length(1);
  });

  it("is refused as a vCard", async () => {
    const picture = Buffer.alloc(200 * 1024).toString("base64");
    const vcard = `<vCard xmlns="vcard-temp"><PHOTO><TYPE>image/png</TYPE><BINVAL>${picture}</BINVAL></PHOTO></vCard>`;
    expect(errorOf(await play.asks(hag, "set", vcard))).to.equal("modify/policy-violation");
  });

  it("isn't the form of a room with very many owners, which leaves them out and keeps them", async () => {
    const owners = Array.from({ length: 3_000 }, (_, n) => `owner-number-${n}@qtalk.test.org`);
    await play.configures(hag, { "muc#roomconfig_roomowners": [...owners, hag.split("/")[0] ?? ""] });
    const owner = `<query xmlns="http://jabber.org/protocol/muc#owner"/>`;
    const fields = (await play.asks(hag, "get", owner))
      .getChild("query")
      ?.getChild("x")
      ?.getChildren("field");
    const names = fields?.map(({ attrs }) => attrs.var);
    expect(names).to.include("muc#roomconfig_roomadmins").and.not.include("muc#roomconfig_roomowners");
    await play.configures(hag, { "muc#roomconfig_roomname": "many" });
    const count = `<item affiliation="owner"/><set xmlns="http://jabber.org/protocol/rsm"><max>0</max></set>`;
    const list = await play.asks(
      hag,
      "get",
      `<query xmlns="http://jabber.org/protocol/muc#admin">${count}</query>`,
    );
    expect(list.getChild("query")?.getChild("set")?.getChildText("count")).to.equal("3001");
  });

  const odd: [string, Element][] = [
    ["a name that servers don't know", xml("\u0451", "urn:x")],
    ["an attribute of such a name", xml("x", { xmlns: "urn:x", "\u0451": "1" })],
    ["a namespace with a space", xml("x", "a b")],
    ["a reserved namespace", xml("x", "http://www.w3.org/2000/xmlns/")],
    ["a prefix without a declaration", xml("x", { xmlns: "urn:x", "a:b": "1" })],
  ];
  for (const [what, child] of odd) {
    it(`is a bad request if it has ${what}, as a message, a request or on entering`, async () => {
      const inside = (): Element => xml(child.name, child.attrs);
      await play.sends(
        crone,
        xml("message", { to: ROOM, type: "groupchat" }, xml("body", {}, "x"), inside()),
      );
      play.refused(crone, "modify/bad-request");
      await play.sends(crone, xml("iq", { to: `${ROOM}/hag`, type: "get", id: "odd" }, inside()));
      const answer = play.link.written.find(({ attrs }) => attrs.id === "odd");
      expect(answer && errorOf(answer)).to.equal("modify/bad-request");
      const stranger = `stranger@${DOMAIN.replace("conference.", "")}/x`;
      const muc = xml("x", "http://jabber.org/protocol/muc");
      await play.sends(stranger, xml("presence", { to: `${ROOM}/s` }, muc, inside()));
      play.refused(stranger, "modify/bad-request");
      play.receives(hag);
    });
  }

  it("loses an invalid attribute of its own", async () => {
    await play.sends(
      crone,
      xml("message", { to: ROOM, type: "groupchat", "\u0451": "1" }, xml("body", {}, "x")),
    );
    const [heard] = play.hears(hag);
    expect([heard?.getChildText("body"), heard?.attrs.ё]).to.deep.equal(["x", undefined]);
  });
});
