/** What rooms leave behind and are given: hats, the addresses of destroyed ones, options, subjects and ids. */
import { expect } from "chai";
import { Jid, type AccountJid, type BareJid } from "../../../../component/address.js";
import { roomsConfig } from "../../../../component/config.js";
import { DestroyedRooms, goneError, mayMakeAgain } from "../../../../component/muc/room/destroyed-rooms.js";
import { Hats } from "../../../../component/muc/room/hats.js";
import { optionsOfEntered, readOptions } from "../../../../component/muc/room/options.js";
import { occupantIdOf, stanzaId, StanzaIds } from "../../../../component/muc/room/stable-ids.js";
import { readSubject, subjectText } from "../../../../component/muc/room/subject.js";
import type { HatConfig } from "../../../../component/rooms-policy.js";
import type { RoomsDestroyed } from "../../../../storage/rooms-destroyed.js";

const jid = (text: string): Jid => Jid.parse(text)!;

describe("Hats", () => {
  const company = {
    listed: ({ text }: BareJid) =>
      text === "it@h" ? { name: "I", department: "/IT/Support" } : { name: "O", department: "/ITX" },
  };
  const NONE: HatConfig = { title: "T", uri: "urn:t", users: [], departments: [] };
  const worn = (who: string, ...hats: Partial<HatConfig>[]): string | undefined =>
    new Hats(
      hats.map((hat) => ({ ...NONE, ...hat })),
      company,
    )
      .of(jid(who) as BareJid)
      ?.toString();

  it("are worn by the accounts, and the departments with those below, for which they are configured", () => {
    const [users, departments] = [{ users: ["it@h"] }, { departments: ["/IT/"] }];
    expect(worn("it@h", users)).to.contain('title="T"').and.not.to.contain("hue");
    expect([worn("other@h", users), worn("it@h")]).to.deep.equal([undefined, undefined]);
    expect(worn("it@h", departments)).to.contain("<hat ");
    expect(worn("other@h", departments), "a name that begins alike").to.equal(undefined);
    for (const exact of [["/IT/Support"], ["/Sales", "/ITX"]]) {
      const found = [worn("it@h", { departments: exact }), worn("other@h", { departments: exact })];
      expect(found.filter(Boolean)).to.have.length(1);
    }
    expect(worn("it@h", { ...users, hue: 327 }, departments))
      .to.contain('hue="327"')
      .and.match(/<hat .*<hat /);
  });

  it("are there where any is configured", () => {
    expect([[], [NONE]].map((hats) => new Hats(hats, company).areThere)).to.deep.equal([false, true]);
  });
});

describe("A destroyed room's address", () => {
  const DAY = 24 * 3600 * 1000;
  const room = {
    name: "coven",
    destroyedAt: Date.now() - 3 * DAY,
    owners: ["hag@h"],
    alternative: undefined,
    reason: undefined,
  };
  const pruned: number[] = [];
  const rooms = (days: number, count = 0) =>
    new DestroyedRooms(
      {
        find: () => room,
        prune: (before: number) => (pruned.push(before), count),
      } as unknown as RoomsDestroyed,
      { tombstone_days: days },
    );

  it("is kept for so many days, or not at all", () => {
    expect([rooms(4).areKept, rooms(4).find("coven"), rooms(2).find("coven")]).to.deep.equal([
      true,
      room,
      undefined,
    ]);
    expect([rooms(0).areKept, rooms(0).find("coven")]).to.deep.equal([false, undefined]);
    expect([rooms(4, 500).slice(10 * DAY), rooms(4, 499).slice(10 * DAY), pruned]).to.deep.equal([
      true,
      false,
      [6 * DAY, 6 * DAY],
    ]);
  });

  it("is given again to who owned it, or administers the service", () => {
    const may = (who: string, admin = ""): boolean =>
      mayMakeAgain(room, [jid("other@h"), jid(who)], { has: ({ bare }) => bare.text === admin });
    expect([may("hag@h/pda"), may("crone@h"), may("crone@h", "crone@h")]).to.deep.equal([true, false, true]);
  });

  it("says why, and where to go instead, as far as that was said", () => {
    const said = goneError(jid("coven@r") as AccountJid, { ...room, reason: "over", alternative: "new@r" });
    expect([said.message, said.details.elsewhere]).to.deep.equal(["over", "xmpp:new@r?join"]);
    const unsaid = goneError(jid("coven@r") as AccountJid, room);
    expect([unsaid.message, unsaid.details.elsewhere]).to.deep.equal(["The room was destroyed.", undefined]);
  });
});

describe("What is stored of a room", () => {
  it("has the usual options where none is stored", () => {
    const config = roomsConfig.parse({});
    expect(readOptions('{"name":"Cave"}', config)).to.deep.equal({
      ...optionsOfEntered(config),
      name: "Cave",
    });
  });

  it("has the subject in its first language", () => {
    const subject = (xml: string) => subjectText(readSubject(JSON.stringify({ xml, nick: "hag", at: 1 })));
    expect(subject("<subject>Brew</subject><subject xml:lang='de'>Sud</subject>")).to.equal("Brew");
    expect([subject(""), subject("<broken")]).to.deep.equal(["", ""]);
  });

  it("has ids that nobody can tell from outside, and that are the same for all of an account's nicknames", () => {
    const [one, other] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)];
    const id = (secret: Buffer, who: string): string => occupantIdOf(secret, jid(who) as BareJid);
    expect(id(one, "hag@h"))
      .to.equal(id(one, "hag@h"))
      .and.not.to.equal(id(other, "hag@h"))
      .and.not.to.equal(id(one, "crone@h"));
    expect([
      stanzaId(jid("coven@r"), 7, true).attrs.id,
      stanzaId(jid("coven@r"), 7, false).attrs.id,
    ]).to.deep.equal(["7", "7e"]);
  });

  it("is numbered in the order in which it happens, also by the next process with a clock that was set back", () => {
    const ids = new StanzaIds(0);
    const first = ids.next();
    expect(first).to.be.closeTo(Date.now() * 1_000, 60_000_000);
    const later = new StanzaIds(first + 10 ** 12);
    expect(later.next()).to.equal(first + 10 ** 12 + 1);
  });
});
