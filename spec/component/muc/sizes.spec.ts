/** Input that would result in a stanza that is too large for the server, or invalid. */
import { expect } from "chai";
import { limitsConfig } from "../../../component/config.js";
import { xml, type Element } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { ROOM } from "./play.js";
import { onStage } from "./stage.js";
import { component, coven, db } from "../../plays/component.js";
import { HAG, crone, hag, newcomer, stranger, wicca } from "../../plays/people.js";
import { meanwhile } from "../../plays/steps.js";

const { stanza_bytes } = limitsConfig.parse({});
/** Four times as many bytes once it is escaped. */
const BRACKETS = "&gt;".repeat(240_000);

describe("a stanza that is too large or invalid for others", () => {
  const play = onStage({ messageBytes: 1_000_000, avatarBytes: 256 * 1024 }, [coven.meets()]);
  afterEach(() => {
    const largest = Math.max(...play.link.written.map((stanza) => Buffer.byteLength(serialise(stanza))));
    expect(largest).to.be.at.most(stanza_bytes);
    expect(play.log.about("could not be handled")).to.deep.equal([]);
  });

  play.scenes({
    "is refused before anything is done": [
      stranger.appears`<status>${"x".repeat(stanza_bytes)}</status>`,
      stranger.hears`presence coven/stranger error modify/policy-violation`,
      hag.hears`nothing`,
    ],

    "isn't one with a large attribute within the limit": [
      crone.posts`<body extendInfo="${"x".repeat(200_000)}">x</body>`,
      hag.hears`message coven/crone groupchat "x"`,
    ],

    "is refused to the asker, be it the request or the answer": [
      crone.asks`coven/hag <query xmlns="urn:x">${BRACKETS}</query> = modify/policy-violation`,
      meanwhile(crone.asks`coven/hag <query xmlns="urn:x"/> = modify/policy-violation`),
      hag.isAsked`query | <this id="$id"/>`,
      hag.sends`<iq to="coven/crone" type="result" id="$id"><query xmlns="urn:x">${BRACKETS}</query></iq>`,
    ],

    "is not answered if its id alone is too large": [
      crone.sends`<iq to="coven" type="get" id="${BRACKETS}"><query xmlns="urn:x"/></iq>`,
      component.logs`"its id is too large" = 1`,
    ],

    "is refused as a vCard": [
      hag.sets`<vCard xmlns="vcard"><PHOTO><BINVAL>${"A".repeat(273_068)}</BINVAL></PHOTO></vCard>
        = modify/policy-violation`,
    ],

    "isn't the form of a room with very many owners, which leaves them out and keeps them": [
      hag.configures`roomowners=HAG ${Array.from({ length: 3_000 }, (_, n) => `roomowners=owner-number-${n}@qtalk.test.org`).join(" ")}`,
      hag.asks`form | <field var="muc#roomconfig_roomadmins"/> !<field var="muc#roomconfig_roomowners"/>`,
      hag.configures`roomname=many`,
      db.has`affiliations WHERE affiliation = 'owner' = 3001`,
    ],
  });

  it("loses an invalid attribute of its own", async () => {
    const message = { to: ROOM, type: "groupchat", "\u0451": "1" };
    await play.sends(crone.address, xml("message", message, xml("body", {}, "x")));
    await play.acts([hag.hears`message coven/crone groupchat "x"`]);
    expect(play.link.written.join("")).not.to.contain("\u0451");
  });

  it("is refused if its elements are nested too deep, without an error in the log", async () => {
    let deep = xml("a");
    for (let level = 0; level < 20_000; level++) deep = xml("a", {}, deep);
    await play.sends(
      crone.address,
      xml("message", { to: ROOM, type: "groupchat" }, xml("body", {}, "x"), deep),
    );
    await play.sends(crone.address, xml("iq", { to: `${ROOM}/hag`, type: "get", id: "i" }, deep));
    await play.acts([
      component.wrote`2 = message crone, iq crone`,
      crone.hears`message coven error modify/policy-violation`,
      hag.hears`nothing`,
    ]);
  });

  it("leaves room for later additions: accepted messages are in history and archive", async () => {
    await play.acts([HAG.calls`say id=i1 ${"x".repeat(stanza_bytes - 1_500)} = $refusal`]);
    const [, bytes, most] =
      /message: the stanza has (\d+) bytes, more than the (\d+)/.exec(play.names.get("refusal") ?? "") ?? [];
    await play.acts([
      HAG.calls`say id=i1 ${"x".repeat(stanza_bytes - 1_500 - Number(bytes) + Number(most))}`,
    ]);
    const session = wicca.at("'".repeat(1_000));
    await play.acts([session.enters(), session.notices`message coven/hag groupchat "xxx`]);
    await play.asks(session.address, "set", `<query xmlns="urn:xmpp:mam:2" queryid="${"q".repeat(256)}"/>`);
    await play.acts([session.notices`message | <result><forwarded/></result>`]);
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
      const message = { to: ROOM, type: "groupchat" };
      const muc = xml("x", "http://jabber.org/protocol/muc");
      await play.sends(crone.address, xml("message", message, xml("body", {}, "x"), inside()));
      await play.sends("new@qtalk.test.org/pda", xml("presence", { to: `${ROOM}/new` }, muc, inside()));
      await play.sends(crone.address, xml("presence", { to: `${ROOM}/crone` }, inside()));
      await play.sends(crone.address, xml("iq", { to: `${ROOM}/hag`, type: "get", id: "odd" }, inside()));
      await play.acts([
        component.wrote`1 = iq crone`,
        crone.hears`message coven error modify/bad-request`,
        newcomer.hears`presence coven/new error modify/bad-request`,
        hag.hears`nothing`,
      ]);
    });
  }
});
