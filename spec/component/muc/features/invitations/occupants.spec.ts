/** What an invitation through the room says, and what comes of it (XEP-0045 §7.8.2). */
import { expect } from "chai";
import type { Element } from "../../../../../component/xml/builder.js";
import { crone, CRONE, errorOf, hag, HAG, itemOf, Play, ROOM, WICCA } from "../../play.js";

const USER = "http://jabber.org/protocol/muc#user";
const MEMBERS = { "muc#roomconfig_membersonly": "1", "muc#roomconfig_persistentroom": "1" };

describe("an invitation through the room", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.coven();
  });
  afterEach(() => play.close());

  const invites = (attributes: string, inside = ""): Promise<void> =>
    play.sends(
      hag,
      `<message to="${ROOM}"><x xmlns="${USER}"><invite ${attributes}>${inside}</invite></x></message>`,
    );
  const heard = (who = WICCA): Element | undefined => play.hears(who)[0];
  const inviteIn = (message: Element | undefined): Element | undefined =>
    message?.getChild("x", USER)?.getChild("invite");

  it("says in words who invites, and why if they say so", async () => {
    for (const [inside, why] of [
      ["", ""],
      ["<reason/>", ""],
      ["<reason>Hey!</reason>", "\nHey!"],
    ] as const) {
      await invites(`to="${WICCA}"`, inside);
      expect(heard()?.getChildText("body")).to.equal(
        `${ROOM}/hag invites you to coven: xmpp:${ROOM}?join${why}`,
      );
    }
  });

  it("holds no reason, thread or password where there is none", async () => {
    await invites(`to="${WICCA}"`);
    const message = heard();
    expect(
      message
        ?.getChild("x", USER)
        ?.getChildElements()
        .map(({ name }) => name),
    ).to.deep.equal(["invite"]);
    expect(inviteIn(message)?.children).to.deep.equal([]);
  });

  it("passes on the thread that goes on, and nothing that stands in it", async () => {
    await invites(`to="${WICCA}"`, `<continue thread="t" other="o"><x xmlns="urn:x"/></continue>`);
    const thread = inviteIn(heard())?.getChild("continue");
    expect(thread?.attrs).to.deep.equal({ thread: "t" });
    expect(thread?.children).to.deep.equal([]);
  });

  it("is refused where it names nobody", async () => {
    await invites("");
    expect(play.hears(hag).map(errorOf)).to.deep.equal(["modify/jid-malformed by coven"]);
  });

  it("leaves their office to those who have one, and those who see addresses are told of new members", async () => {
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}"/>`);
    await play.configures(hag, MEMBERS);
    for (const who of [hag, crone]) play.hears(who);
    await invites(`to="${WICCA}"`);
    expect(play.hears(crone), "who sees no addresses").to.deep.equal([]);
    expect(itemOf(heard(hag))).to.deep.equal({ affiliation: "member", role: "none", jid: WICCA });
    await play.administers(hag, `<item affiliation="admin" jid="${WICCA}"/>`);
    play.hears(hag);
    await invites(`to="${WICCA}"`);
    expect(play.hears(hag)).to.deep.equal([]);
    const { members } = play.service.rooms.get({ local: "coven" } as never);
    expect(members.get(WICCA)?.affiliation).to.equal("admin");
  });

  it("is the only one until they come in, whatever is said", async () => {
    await play.administers(hag, `<item affiliation="member" jid="${WICCA}"/>`);
    await play.configures(hag, MEMBERS);
    await invites(`to="${WICCA}"`);
    expect(play.hears(WICCA)).to.have.length(1);
    await play.says(hag, "Are you coming?");
    expect(play.hears(WICCA)).to.deep.equal([]);
  });

  it("is none without somebody to invite: the room says what it doesn't understand", async () => {
    const answer = async (inside: string): Promise<string[]> => {
      await play.sends(crone, `<message to="${ROOM}">${inside}</message>`);
      return play.hears(crone).map(errorOf);
    };
    for (const inside of ["<body>hello</body>", `<x xmlns="${USER}"/>`])
      expect(await answer(inside)).to.deep.equal(["cancel/service-unavailable"]);
    for (const who of [HAG, hag, CRONE]) expect(play.hears(who)).to.deep.equal([]);
  });

  it("is open to all or to administrators alone, and what a room says of itself says which", async () => {
    const isOpen = async (): Promise<string | null | undefined> => {
      const info = await play.asks(crone, "get", `<query xmlns="http://jabber.org/protocol/disco#info"/>`);
      const fields = info.getChild("query")?.getChild("x", "jabber:x:data")?.getChildren("field") ?? [];
      return fields.find(({ attrs }) => attrs.var === "muc#roomconfig_allowinvites")?.getChildText("value");
    };
    expect(await isOpen()).to.equal("1");
    await play.configures(hag, { "muc#roomconfig_allowinvites": "0" });
    expect(await isOpen()).to.equal("0");
  });
});
