/** What a room answers where there is little to say. */
import { expect } from "chai";
import { CRONE, crone, errorOf, hag, Play, ROOM, WICCA } from "../play.js";

describe("what a room answers", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.coven();
  });
  afterEach(() => play.close());

  const info = (attrs = ""): string => `<query xmlns="http://jabber.org/protocol/disco#info"${attrs}/>`;

  it("to who asks for the items of a part of it, or for the nickname that they haven't reserved: none", async () => {
    const items = `<query xmlns="http://jabber.org/protocol/disco#items" node="part"/>`;
    const answer = (await play.asks(crone, "get", items)).getChild("query");
    expect([answer?.attrs.node, answer?.children]).to.deep.equal(["part", []]);
    const nick = (await play.asks(crone, "get", info(' node="x-roomuser-item"'))).getChild("query");
    expect(nick?.children).to.deep.equal([]);
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}" nick="crone"/>`);
    const reserved = (await play.asks(crone, "get", info(' node="x-roomuser-item"'))).getChild("query");
    expect(reserved?.getChild("identity")?.attrs.name).to.equal("crone");
  });

  it("to an occupant who asks another what their client can do is what that client says", async () => {
    const answer = play.asks(crone, "get", info(), `${ROOM}/hag`);
    const question = await play.until(() =>
      play.link.written.find(({ name, attrs }) => name === "iq" && attrs.from === `${ROOM}/crone`),
    );
    const said = `<iq to="${ROOM}/crone" type="result" id="${question.attrs.id}">${info()}</iq>`;
    await play.sends(hag, said);
    expect((await answer).attrs.type).to.equal("result");
    expect(errorOf(await play.asks(`${WICCA}/x`, "get", info(), `${ROOM}/hag`))).to.equal(
      "modify/bad-request by coven",
    );
  });

  it("by itself where it can do something else holds no picture where it has none", async () => {
    play.hears(crone, "all");
    await play.configures(hag, { "muc#roomconfig_membersonly": "1", "muc#roomconfig_roomname": "Coven" });
    const own = play
      .hears(hag, "all")
      .filter(({ name, attrs }) => name === "presence" && attrs.from === ROOM);
    expect(own.map(({ children }) => children.length)).to.deep.equal([1]);
  });
});
