import { expect } from "chai";
import type { Element } from "../../../../../component/xml/builder.js";
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
  const { clear, create, del } = callsOn(() => play);

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

  const taken = new WeakSet<Element>();
  /** Waits for a stanza to somebody that wasn't waited for before. */
  const sent = (who: string, isIt: (stanza: Element) => boolean): Promise<Element> => {
    const isNew = (stanza: Element): boolean => stanza.attrs.to === who && !taken.has(stanza) && isIt(stanza);
    return play.until(() => {
      const found = play.link.written.find(isNew);
      if (found !== undefined) taken.add(found);
      return found;
    });
  };
  /** A stanza comes back from a session that is gone, or from a client that doesn't understand it. */
  const bounces = async (who: string, { name, attrs }: Element): Promise<void> => {
    const error = errorXml("service-unavailable");
    await play.sends(who, `<${name} type="error" id="${attrs.id}" to="${attrs.from}">${error}</${name}>`);
  };
  // Those that look for ghosts after a reconnect have other ids.
  const isPing = (stanza: Element): boolean =>
    stanza.getChild("ping") !== undefined && stanza.attrs.id?.startsWith("ask-") === true;
  const isPinged = (who: string): Promise<Element> => sent(who, isPing);
  const answers = async (who: string): Promise<void> => {
    const { id, from } = (await isPinged(who)).attrs;
    await play.sends(who, `<iq type="result" id="${id}" to="${from}"/>`);
  };
  /** What comes back from a session that is gone, first to last. */
  const isGone = async (who: string): Promise<void> => {
    await bounces(who, await isPinged(who));
    await bounces(who, await sent(who, ({ attrs }) => attrs.id?.startsWith("left-") === true));
    await bounces(who, await isPinged(who));
  };
  /** Waits until the disk has it that somebody is left alone. */
  const isLeftAlone = (jid: string): Promise<true> => {
    const invited = play.db
      .prepare<[string], number>("SELECT invited FROM affiliations WHERE jid = ?")
      .pluck();
    return play.until(() => (invited.get(jid) === 1 ? true : undefined));
  };

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
    await play.leaves(wiccarocks);
    await isGone(wiccarocks);
    await play.says(crone, "the fifth");
    await play.says(crone, "the sixth");
    expect(invitations(WICCA)).to.deep.equal([`${CRONE}: 研发群 ${LINK}\ncrone: the fifth`]);
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

  it("aren't invited after leaving on purpose, also after a restart, until they enter or are added", async () => {
    await talking();
    await play.leaves(wiccarocks);
    await play.says(crone, "before it is known why");
    await answers(wiccarocks);
    await isLeftAlone(WICCA);
    await play.says(crone, "and after");
    play.close();
    expect(invitations(WICCA)).to.deep.equal([]);
    await play.begins({ db: play.db });
    await play.says(crone, "and after a restart");
    expect(invitations(WICCA)).to.deep.equal([]);
    await play.adds("crone1", "wiccarocks");
    expect(invitations(WICCA)).to.have.length(1);
  });

  it("aren't invited after leaving on purpose with a client without pings", async () => {
    await talking();
    await play.leaves(wiccarocks);
    await bounces(wiccarocks, await isPinged(wiccarocks));
    await bounces(wiccarocks, await isPinged(wiccarocks));
    await isLeftAlone(WICCA);
    await play.says(crone, "hello");
    expect(invitations(WICCA)).to.deep.equal([]);
  });

  it("are invited after a lost connection, with the first message since", async () => {
    await talking();
    await play.leaves(wiccarocks);
    await play.says(crone, "at once");
    await play.says(crone, "a little later");
    expect(invitations(WICCA)).to.deep.equal([]);
    await isGone(wiccarocks);
    const invited = await play.until(() => invitations(WICCA).at(0));
    expect(invited).to.equal(`${CRONE}: coven ${LINK}\ncrone: at once`);
    await play.says(crone, "later");
    expect(invitations(WICCA)).to.deep.equal([]);
  });

  it("are judged by their last session, and not invited after a ban", async () => {
    const phone = `${WICCA}/phone`;
    await talking();
    await play.leaves(wiccarocks);
    await play.says(crone, "before they were back");
    await play.enters(phone, "wicca");
    await play.leaves(phone);
    await isGone(wiccarocks);
    await answers(phone);
    await isLeftAlone(WICCA);
    expect(invitations(WICCA)).to.deep.equal([]);
    await play.enters(wiccarocks, "wicca");
    await play.leaves(wiccarocks);
    await play.says(crone, "before they were banned");
    await play.enters(hag, "hag");
    await play.affiliates(hag, WICCA, "outcast");
    await isGone(wiccarocks);
    await play.says(crone, "and after");
    expect(invitations(WICCA)).to.deep.equal([]);
  });

  it("are invited after a lost connection even if they left on purpose before", async () => {
    await talking();
    await play.leaves(wiccarocks);
    const { id, from } = (await isPinged(wiccarocks)).attrs;
    const error = errorXml("feature-not-implemented");
    await play.sends(wiccarocks, `<iq type="error" id="${id}" to="${from}">${error}</iq>`);
    await isLeftAlone(WICCA);
    await play.enters(wiccarocks, "wicca");
    await play.leaves(wiccarocks);
    await play.says(crone, "hello");
    await isGone(wiccarocks);
    expect(await play.until(() => invitations(WICCA).at(0))).to.equal(
      `${CRONE}: coven ${LINK}\ncrone: hello`,
    );
  });

  it("are invited after their session was found to be gone", async () => {
    await talking();
    await play.says(crone, "hello");
    await bounces(wiccarocks, await sent(wiccarocks, ({ attrs }) => attrs.id === "m1"));
    await play.says(crone, "anybody there?");
    expect(invitations(WICCA)).to.deep.equal([`${CRONE}: coven ${LINK}\ncrone: anybody there?`]);
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

  it("are pinged once for all rooms that a session leaves at a time", async () => {
    await talking();
    await create({ room: { id: "heath", domain: DOMAIN }, actor: "wiccarocks" });
    await play.enters(wiccarocks, "wicca", "", `heath@${DOMAIN}`);
    await play.leaves(wiccarocks);
    await play.sends(wiccarocks, `<presence to="heath@${DOMAIN}" type="unavailable"/>`);
    await answers(wiccarocks);
    await isLeftAlone(WICCA);
    expect(play.link.written.filter(isPing)).to.have.length(1);
  });
});
