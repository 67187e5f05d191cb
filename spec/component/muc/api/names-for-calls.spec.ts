/** The nickname that programs use for a user, and that the user's client gets. */
import { expect } from "chai";
import { crone, CRONE, hag, onStage, WICCA, wiccarocks, type PlayOptions } from "../play.js";

const phone = `${CRONE}/phone`;

describe("the nickname of users in messages of programs", () => {
  const play = onStage();
  const begin = async (options: PlayOptions = {}, nick = "hag"): Promise<void> => {
    await play.begins(options);
    await play.roomOf(hag, nick);
  };
  /** Under which nickname hag hears it. */
  const nickOf = async (who: string): Promise<string | undefined> => {
    play.hears(hag);
    await play.speaks(who, "hello");
    return play.hears(hag)[0]?.attrs.from?.split("/")[1];
  };
  const take = async (...nicks: string[]): Promise<void> => {
    for (const nick of nicks) await play.enters(`user${Math.random()}@qtalk.test.org/x`, nick);
  };

  it("is that of the named session, or of any other session that is inside", async () => {
    await begin({ names: { [CRONE]: "name" } });
    await play.enters(crone, "crone");
    await play.enters(phone, "witch");
    for (const [who, nick] of [
      [phone, "witch"],
      [crone, "crone"],
      [CRONE, "crone"],
      [`${CRONE}/tv`, "crone"],
    ] as const)
      expect(await nickOf(who), who).to.equal(nick);
  });

  it("is the reserved one, or the first free of the user's names, id and address", async () => {
    const crones = ["\u202e", "hag", "wicca", "Old  Crone\u202e", "crone"];
    await begin({ names: { [WICCA]: "name", [CRONE]: crones } });
    await play.administers(hag, `<item affiliation="member" jid="${WICCA}" nick="wicca"/>`);
    expect(await nickOf(WICCA)).to.equal("wicca");
    expect(await nickOf(CRONE)).to.equal("Old Crone");
    await begin();
    expect(await nickOf(CRONE)).to.equal("crone1");
    await take("crone1");
    expect(await nickOf(CRONE)).to.equal(CRONE);
    await take(CRONE);
    expect(await nickOf(CRONE)).to.equal("crone1 (2)");
    await take("crone1 (2)", "crone1 (3)");
    expect(await nickOf(CRONE)).to.equal("crone1 (4)");
  });

  for (const [length, id, taken, short] of [
    [1, "crone1", ["c"], "c (2)"],
    [14, "crone1", ["crone1", "crone1@qtalk.t"], "cr (2)"],
    [1000, "\u0441".repeat(510), ["\u0441".repeat(510)], `${"\u0441".repeat(200)} (2)`],
  ] as const) {
    it(`exists even if nicknames have at most ${length} characters and the id has ${id.length}`, async () => {
      await begin({ rooms: { nick_length: length } }, "h");
      await take(...taken);
      expect(await nickOf(`${id}@qtalk.test.org`)).to.equal(short);
    });
  }
});

describe("the nickname that a client asks for (XEP-0045", () => {
  const play = onStage();
  const begin = async (names: Readonly<Record<string, string | readonly string[]>>): Promise<void> => {
    await play.begins({ names });
    await play.roomOf(hag, "hag");
  };
  const toldTo = async (from: string): Promise<string | undefined> => {
    const query = `<query xmlns="http://jabber.org/protocol/disco#info" node="x-roomuser-item"/>`;
    return (await play.asks(from, "get", query)).getChild("query")?.getChild("identity")?.attrs.name;
  };

  it("is for members the reserved one, or the one that programs use", async () => {
    await begin({ [CRONE]: ["钱二", "crone"], [WICCA]: "hag" });
    await play.adds("hag66", "crone1", "wiccarocks");
    expect(await toldTo(crone)).to.equal("钱二");
    expect(await toldTo(wiccarocks), "hag is taken").to.equal("wiccarocks");
    play.hears(hag);
    await play.speaks(CRONE, "hello");
    play.receives(hag, 'message coven/钱二 groupchat "hello"');
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}" nick="thirdwitch"/>`);
    expect(await toldTo(crone)).to.equal("thirdwitch");
  });

  it("isn't proposed to anybody else", async () => {
    await begin({ [CRONE]: "钱二" });
    expect(await toldTo(crone)).to.equal(undefined);
    await play.affiliates(hag, CRONE, "outcast");
    expect(await toldTo(crone)).to.equal(undefined);
  });
});
