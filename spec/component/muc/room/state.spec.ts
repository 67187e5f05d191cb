/** A room's state, apart from all that tells of it: who is what, who is inside, and what everything is named. */
import { expect } from "chai";
import { Jid, type BareJid, type FullJid } from "../../../../component/address.js";
import {
  compareAffiliations,
  isAffiliation,
  isRole,
  usualRole,
} from "../../../../component/muc/room/affiliation.js";
import { Members, type Member } from "../../../../component/muc/room/members.js";
import { Occupants } from "../../../../component/muc/room/occupants.js";
import { keyOf, readNick, type Nick } from "../../../../component/nick.js";

const jid = (text: string): Jid => Jid.parse(text)!;
const bare = (text: string): BareJid => jid(text) as BareJid;
const full = (text: string): FullJid => jid(text) as FullJid;
/** It looks like another. */
const CYRILLIC = "\u04bbag";
const nick = (text: string): Nick => readNick(text, 64)!;

describe("Affiliations and roles", () => {
  it("are the words of the specification, and no others", () => {
    for (const word of ["owner", "admin", "member", "none", "outcast"])
      expect(isAffiliation(word), word).to.equal(true);
    for (const word of ["moderator", "participant", "visitor", "none"])
      expect(isRole(word), word).to.equal(true);
    for (const word of ["king", "", "toString", undefined])
      expect([isAffiliation(word), isRole(word)]).to.deep.equal([false, false]);
    expect(compareAffiliations("owner", "outcast")).to.be.above(0);
    expect(
      ["owner", "admin", "member", "none", "outcast"].map((one) => usualRole(one as never)),
    ).to.deep.equal([...["moderator", "moderator", "participant", "participant", "none"]]);
  });
});

describe("Who is what to a room", () => {
  let members: Members;
  const member = (
    text: string,
    affiliation: Member["affiliation"],
    since: number,
    more: Partial<Member> = {},
  ): Member => ({
    ...{ jid: text, affiliation, since, nick: undefined, reason: undefined, invited: false },
    ...more,
  });
  beforeEach(() => {
    members = new Members([
      member("hag@h", "owner", 5, { nick: "Hag" }),
      member("crone@h", "member", 3),
      member("bad.test", "outcast", 4),
      member("wicca@h", "member", 1),
      member("good@bad.test", "member", 2),
    ]);
  });

  it("is told by affiliation, in the order in which they came", () => {
    expect(members.ofAffiliation("member").map((one) => one.jid)).to.deep.equal([
      "wicca@h",
      "good@bad.test",
      "crone@h",
    ]);
    expect(members.atLeastMembers().map((one) => one.jid)).to.deep.equal([
      ...["wicca@h", "good@bad.test", "crone@h", "hag@h"],
    ]);
    expect([members.size, members.owners, [...members.all()].length]).to.deep.equal([5, 1, 5]);
  });

  it("is what an account has, or its whole domain, or none", () => {
    const of = (text: string) => members.affiliationOf(jid(text));
    expect([of("hag@h/pda"), of("any@bad.test"), of("good@bad.test"), of("new@h")]).to.deep.equal([
      ...["owner", "outcast", "member", "none"],
    ]);
  });

  it("goes with the nickname that is reserved for it, which is nobody else's meanwhile", () => {
    const free = (who: string) => members.isFreeFor(keyOf("hag"), bare(who));
    expect([members.reserver(keyOf("HAG")), free("hag@h"), free("crone@h")]).to.deep.equal([
      "hag@h",
      true,
      false,
    ]);
    members.put(member("crone@h", "member", 3, { nick: CYRILLIC }));
    expect(members.lookalikes.holder("hag"), "it looks the same").to.equal("crone@h");
    members.put(member("crone@h", "member", 3));
    members.put(member("hag@h", "admin", 5, { nick: "queen" }));
    expect([free("crone@h"), members.reserver(keyOf("queen")), members.owners]).to.deep.equal([
      true,
      "hag@h",
      0,
    ]);
    expect(members.lookalikes.holder("hag")).to.equal(undefined);
    members.delete("hag@h");
    expect([members.reserver(keyOf("queen")), members.get("hag@h"), members.size]).to.deep.equal([
      undefined,
      undefined,
      4,
    ]);
    members.put(member("hag@h", "owner", 9));
    members.delete("nobody@h");
    members.delete("hag@h");
    expect(members.owners).to.equal(0);
  });
});

describe("Who is inside a room", () => {
  let inside: Occupants;
  beforeEach(() => (inside = new Occupants()));
  let made = 0;
  const enters = (session: string, name: string, presence = "") =>
    inside.seat(full(session), ++made, { nick: nick(name), role: "participant", presence }, () => ({
      ...{
        jid: full(`room@r/${name}`),
        affiliation: "none",
        id: () => `id of ${session}`,
        hats: () => undefined,
      },
    }));
  const nicks = () => [...inside.byNick.values()].map((one) => one.nick.text);

  it("is known by nickname, by session and by account, with each session once", () => {
    const hag = enters("hag@h/pda", "Hag");
    expect(inside.recipients).to.deep.equal(["hag@h/pda"]);
    expect(enters("hag@h/phone", "hag")).to.equal(hag);
    const other = enters("hag@h/desk", "other");
    expect(nicks()).to.deep.equal(["Hag", "other"]);
    expect([inside.bySession.get("hag@h/phone"), inside.byAccount.get("hag@h")]).to.deep.equal([
      hag,
      [hag, other],
    ]);
    expect(inside.recipients).to.deep.equal(["hag@h/pda", "hag@h/phone", "hag@h/desk"]);
    expect(hag.id).to.equal("id of hag@h/pda");
    inside.unseat("hag@h/pda");
    expect([nicks(), inside.recipients]).to.deep.equal([
      ["Hag", "other"],
      ["hag@h/phone", "hag@h/desk"],
    ]);
    inside.unseat("hag@h/phone");
    expect([nicks(), inside.byAccount.get("hag@h")]).to.deep.equal([["other"], [other]]);
    for (let times = 0; times < 2; times++) inside.unseat("hag@h/desk");
    expect([inside.byAccount.size, inside.recipients]).to.deep.equal([0, []]);
  });

  it("is seen by the presence that came last, of whichever session, and by the one before when that session goes", () => {
    const hag = enters("hag@h/pda", "hag", "<show>away</show>");
    expect(hag.presence).to.equal("<show>away</show>");
    enters("hag@h/phone", "hag", "<show>dnd</show>");
    expect(hag.presence).to.equal("<show>dnd</show>");
    inside.appear(hag, { jid: full("hag@h/pda"), presence: "<show>chat</show>", presentAt: 9 });
    expect([hag.presence, [...hag.sessions.keys()]]).to.deep.equal([
      "<show>chat</show>",
      ["hag@h/phone", "hag@h/pda"],
    ]);
    inside.unseat("hag@h/pda");
    expect(hag.presence).to.equal("<show>dnd</show>");
  });

  it("is told anew where something of them has changed", () => {
    const hag = enters("hag@h/pda", "hag");
    const isForgotten = (change: () => void): boolean => {
      hag.texts.open = "<presence/>" as never;
      change();
      return !("open" in hag.texts);
    };
    expect(isForgotten(() => inside.change(hag, { role: "visitor" }))).to.equal(true);
    expect(
      isForgotten(() => inside.appear(hag, { jid: full("hag@h/pda"), presence: "", presentAt: 1 })),
    ).to.equal(true);
    expect(isForgotten(() => inside.rename(hag, nick("queen"), full("room@r/queen")))).to.equal(true);
    expect([hag.role, hag.jid.text, nicks()]).to.deep.equal(["visitor", "room@r/queen", ["queen"]]);
  });

  it("holds the names that look like theirs", () => {
    const hag = enters("hag@h/pda", CYRILLIC);
    const holder = (): string | undefined => inside.lookalikes.holder("hag");
    expect(holder()).to.equal("hag@h");
    inside.rename(hag, nick("queen"), full("room@r/queen"));
    expect(holder()).to.equal(undefined);
    inside.rename(hag, nick(CYRILLIC), full("room@r/hag"));
    expect(holder()).to.equal("hag@h");
    inside.unseat("hag@h/pda");
    expect(holder()).to.equal(undefined);
  });

  it("is concerned by what an account is, or its whole domain", () => {
    const [hag, crone] = [enters("hag@h/pda", "hag"), enters("crone@h/1", "crone")];
    enters("other@i/1", "other");
    const concerned = (text: string) => [...inside.concernedBy(bare(text))];
    expect([concerned("hag@h"), concerned("h"), concerned("nobody@h")]).to.deep.equal([
      [hag],
      [hag, crone],
      [],
    ]);
  });

  it("is changed as long as they are inside", () => {
    const hag = enters("hag@h/pda", "hag");
    inside.unseat("hag@h/pda");
    expect(() => inside.change(hag, { role: "visitor" })).to.throw("is no occupant any more");
  });
});
