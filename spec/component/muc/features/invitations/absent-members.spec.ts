import { expect } from "chai";
import { callsOn } from "../../api/calling.js";
import {
  CRONE,
  crone,
  DOMAIN,
  HAG,
  hag,
  item,
  onStage,
  ROOM,
  WICCA,
  wiccarocks,
  errorXml,
} from "../../play.js";

const LINK = `xmpp:${ROOM}?join`;

describe("absent members", () => {
  const play = onStage();
  const { clear, del } = callsOn(() => play);

  /** A room with members whom nobody invited, one of them inside. */
  const absentMembers = async (fields: Readonly<Record<string, string>> = {}): Promise<void> => {
    await play.roomOf(hag, "hag", { "muc#roomconfig_persistentroom": "1", ...fields });
    await play.administers(hag, item(CRONE, "member") + item(WICCA, "member"));
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    await play.enters(crone, "crone");
  };
  /** A room that a program made, with two of its members inside. */
  const talking = async (): Promise<void> => {
    await play.makes("hag66", "crone1", "wiccarocks");
    await play.enters(crone, "crone");
    await play.enters(wiccarocks, "wicca");
    play.hears(WICCA);
  };
  const invitations = (jid: string): string[] =>
    play.hears(jid).map((message) => `${message.attrs.from}: ${message.getChildText("body")}`);

  it("are invited once with the first message, until they enter", async () => {
    await absentMembers({ "muc#roomconfig_whois": "anyone", "muc#roomconfig_roomname": "研发群" });
    await play.says(crone, "the first");
    await play.says(crone, "the second");
    await play.speaks(HAG, "the third");
    const [message, ...more] = play.hears(WICCA);
    expect(more).to.deep.equal([]);
    expect(message?.attrs.from).to.equal(CRONE);
    expect(message?.getChildText("body")).to.equal(`研发群 ${LINK}\ncrone: the first`);
    const { jid, reason } = message?.getChild("x", "jabber:x:conference")?.attrs ?? {};
    expect([jid, reason]).to.deep.equal([ROOM, "crone: the first"]);
    await play.enters(wiccarocks, "wicca");
    await play.says(crone, "the fourth");
    expect(invitations(WICCA)).to.deep.equal([]);
  });

  it("are invited by encrypted messages, and not by typing or unstored messages", async () => {
    await absentMembers();
    const sends = (children: string): Promise<void> => play.posts(crone, children);
    await sends(`<composing xmlns="http://jabber.org/protocol/chatstates"/>`);
    await sends(`<body>psst</body><no-store xmlns="urn:xmpp:hints"/>`);
    expect(invitations(WICCA)).to.deep.equal([]);
    await sends(`<encrypted xmlns="urn:xmpp:omemo:2"/>`);
    expect(invitations(WICCA)).to.deep.equal([`${DOMAIN}: coven ${LINK}\ncrone: `]);
  });

  it("get at most 500 characters of the message", async () => {
    for (const [length, end] of [
      [500, ""],
      [501, "…"],
    ] as const) {
      await play.begins();
      await absentMembers();
      await play.says(crone, "x".repeat(length));
      expect(invitations(WICCA)).to.deep.equal([`${DOMAIN}: coven ${LINK}\ncrone: ${"x".repeat(500)}${end}`]);
    }
  });

  it("aren't invited to open or temporary rooms", async () => {
    for (const field of ["membersonly", "persistentroom"]) {
      await play.begins();
      await absentMembers();
      await play.configures(hag, { [`muc#roomconfig_${field}`]: "0" });
      await play.says(crone, "hello");
      expect(invitations(WICCA)).to.deep.equal([]);
    }
  });

  it("don't get the sender's address if the room hides it", async () => {
    await absentMembers();
    await play.says(crone, "hello");
    expect(invitations(WICCA)).to.deep.equal([`${DOMAIN}: coven ${LINK}\ncrone: hello`]);
  });

  it("aren't invited again while an invitation is pending", async () => {
    await play.makes("hag66", "crone1", "wiccarocks");
    await play.enters(crone, "crone");
    play.hears(WICCA);
    await play.says(crone, "hello");
    await play.speaks(HAG, "hello again");
    expect(invitations(WICCA)).to.deep.equal([]);
    await play.adds("crone1", "wiccarocks");
    expect(invitations(WICCA)).to.have.length(1);
  });

  it("aren't invited by their own messages, nor if absent_members is off", async () => {
    await absentMembers();
    await play.speaks(WICCA, "from afar");
    expect(invitations(WICCA)).to.deep.equal([]);
    await play.begins({ rooms: { absent_members: "off" } });
    await absentMembers();
    await play.says(crone, "hello");
    expect(invitations(WICCA)).to.deep.equal([]);
  });

  it("aren't invited after they left, also after a restart, until they are added again", async () => {
    await talking();
    await play.leaves(wiccarocks);
    await play.says(crone, "and after");
    expect(invitations(WICCA)).to.deep.equal([]);
    await play.restarts();
    await play.says(crone, "and after a restart");
    expect(invitations(WICCA)).to.deep.equal([]);
    await play.adds("crone1", "wiccarocks");
    expect(invitations(WICCA)).to.have.length(1);
  });

  it("aren't invited after their session was lost, as their clients enter again", async () => {
    await talking();
    await play.says(crone, "hello");
    const error = errorXml("service-unavailable");
    await play.sends(wiccarocks, `<message type="error" id="m1" to="${ROOM}/crone">${error}</message>`);
    await play.says(crone, "anybody there?");
    expect(play.hears(WICCA)).to.deep.equal([]);
    await play.enters(wiccarocks, "wicca");
    await play.says(crone, "welcome back");
    expect(invitations(WICCA)).to.deep.equal([]);
  });

  it("aren't invited if they were inside before they became members", async () => {
    await play.roomOf(hag, "hag", { "muc#roomconfig_persistentroom": "1" });
    await play.enters(wiccarocks, "wicca");
    await play.affiliates(hag, WICCA, "member");
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    await play.leaves(wiccarocks);
    await play.says(hag, "hello");
    expect(invitations(WICCA)).to.deep.equal([]);
  });

  it("aren't invited after a kick", async () => {
    await talking();
    await play.enters(hag, "hag");
    await play.gives(hag, "wicca", "none");
    await play.says(crone, "good riddance");
    expect(invitations(WICCA)).to.deep.equal([]);
    await play.begins({ db: play.db });
    await play.says(crone, "still");
    expect(invitations(WICCA)).to.deep.equal([]);
  });

  it("aren't invited once they are removed, banned or cleared", async () => {
    for (const remove of [
      () => del("hag66", "wiccarocks"),
      () => play.affiliates(hag, WICCA, "outcast"),
      () => clear("wiccarocks"),
    ]) {
      await play.begins();
      await talking();
      await play.enters(hag, "hag");
      await remove();
      await play.says(crone, "hello");
      expect(invitations(WICCA)).to.deep.equal([]);
    }
  });
});
