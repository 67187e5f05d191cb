/** The nickname under which a program speaks for a user, and which their client is told. */
import { expect } from "chai";
import { Jid, type AccountJid } from "../../../../component/address.js";
import { nickFor } from "../../../../component/muc/occupancy/assigned-nick.js";
import { crone, CRONE, hag, Play, ROOM, told, WICCA, wiccarocks } from "../play.js";

const phone = `${CRONE}/phone`;

describe("the nickname with which a program speaks for somebody", () => {
  let play: Play;
  afterEach(() => play.close());
  const begin = async (): Promise<void> => {
    play = await new Play().ready();
    await play.roomOf(hag, "hag");
  };
  const nickOf = (who: string, ...names: string[]): string => {
    const { context } = play.service;
    const room = context.rooms.get(Jid.parse(ROOM) as AccountJid);
    return nickFor(context, { namesOf: () => names }, room, Jid.parse(who)!).text;
  };
  const take = async (...nicks: string[]): Promise<void> => {
    for (const nick of nicks) await play.enters(`user${Math.random()}@qtalk.test.org/x`, nick);
  };

  it("is that of the session that is named, else that of any of theirs that is inside", async () => {
    await begin();
    await play.enters(crone, "crone");
    await play.enters(phone, "witch");
    expect([nickOf(phone, "name"), nickOf(crone), nickOf(CRONE), nickOf(`${CRONE}/tv`)]).to.deep.equal([
      ...["witch", "crone", "crone", "crone"],
    ]);
  });

  it("is the one reserved for them, else the first of their names that is free, their id, their address", async () => {
    await begin();
    await play.administers(hag, `<item affiliation="member" jid="${WICCA}" nick="wicca"/>`);
    expect(nickOf(WICCA, "name")).to.equal("wicca");
    expect(nickOf(CRONE, "\u202e", "hag", "wicca", "Old Crone", "crone")).to.equal("Old Crone");
    expect(nickOf(CRONE)).to.equal("crone1");
    await take("crone1");
    expect(nickOf(CRONE, "hag")).to.equal(CRONE);
    expect(nickOf("bot.example.org")).to.equal("bot.example.org");
  });

  it("ends in the first number that is free where all those are others'", async () => {
    await begin();
    await take("crone1", CRONE);
    expect(nickOf(CRONE)).to.equal("crone1 (2)");
    await take("crone1 (2)", "crone1 (3)");
    expect(nickOf(CRONE)).to.equal("crone1 (4)");
    await take("bot.example.org");
    expect(nickOf("bot.example.org")).to.equal("bot.example.org (2)");
  });

  for (const [length, taken, short] of [
    [1, ["c"], "c (2)"],
    [14, ["crone1", "crone1@qtalk.t"], "cr (2)"],
  ] as const) {
    it(`is found also where nicknames have ${length} characters at most`, async () => {
      play = await new Play({ rooms: { nick_length: length } }).ready();
      await play.roomOf(hag, "h");
      await take(...taken);
      expect(nickOf(CRONE)).to.equal(short);
    });
  }

  it("is found also where the id nearly fills an address, in a script of many bytes, and is another's", async () => {
    play = await new Play({ rooms: { nick_length: 1000 } }).ready();
    await play.roomOf(hag, "hag");
    const id = "\u0441".repeat(510);
    await take(id);
    expect(nickOf(`${id}@qtalk.test.org`)).to.equal(`${"\u0441".repeat(200)} (2)`);
  });
});

describe("the nickname to enter under (XEP-0045 §7.12)", () => {
  let play: Play;
  afterEach(() => play.close());
  const begin = async (names: Readonly<Record<string, string | readonly string[]>>): Promise<void> => {
    play = await new Play({ names }).ready();
    await play.roomOf(hag, "hag");
  };
  const toldTo = async (from: string): Promise<string | undefined> => {
    const query = `<query xmlns="http://jabber.org/protocol/disco#info" node="x-roomuser-item"/>`;
    return (await play.asks(from, "get", query)).getChild("query")?.getChild("identity")?.attrs.name;
  };

  it("is told members: the reserved one, else the one under which programs speak for them", async () => {
    await begin({ [CRONE]: ["钱二", "crone"], [WICCA]: "hag" });
    await play.adds("hag66", "crone1", "wiccarocks");
    expect(await toldTo(crone)).to.equal("钱二");
    expect(await toldTo(wiccarocks), "hag is taken").to.equal("wiccarocks");
    play.hears(hag);
    await play.speaks(CRONE, "hello");
    expect(play.hears(hag).map(told)).to.deep.equal(['message coven/钱二 groupchat "hello"']);
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}" nick="thirdwitch"/>`);
    expect(await toldTo(crone)).to.equal("thirdwitch");
  });

  it("is told nobody else, as they choose their own", async () => {
    await begin({ [CRONE]: "钱二" });
    expect(await toldTo(crone)).to.equal(undefined);
    await play.administers(hag, `<item affiliation="outcast" jid="${CRONE}"/>`);
    expect(await toldTo(crone)).to.equal(undefined);
  });
});
