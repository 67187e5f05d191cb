/** What changes of affiliations, roles and options store and announce. */
import { expect } from "chai";
import { CRONE, crone, HAG, hag, item, itemOf, onStage, WICCA, wiccarocks } from "../play.js";

const NEW = "new@qtalk.test.org";

describe("changes of a room", () => {
  const play = onStage({}, (play) => play.coven([wiccarocks, "wicca"]));

  const change = (...items: readonly string[]): Promise<string> => play.outcome(hag, items.join(""));

  it("of a user outside are announced with the new affiliation and the reason", async () => {
    await change(item(NEW, "member", "", "<reason>so</reason>"));
    const [made] = play.hears(hag);
    expect(itemOf(made)).to.include({ affiliation: "member", role: "none", jid: NEW });
    expect(made?.getChild("x")?.getChild("item")?.getChildText("reason")).to.equal("so");
    await change(item(NEW, "none"));
    const [taken] = play.hears(hag);
    expect(itemOf(taken)).to.include({ affiliation: "none", jid: NEW });
    expect(taken?.getChild("x")?.getChild("item")?.children).to.deep.equal([]);
  });

  it("that change nothing are announced to nobody", async () => {
    await change(item(CRONE, "member"), item(NEW, "member", 'nick="nova"'));
    play.hush();
    for (const same of [item(CRONE, "member"), item(NEW, "member"), item(NEW, "member", 'nick="nova"')])
      expect(await change(same), same).to.equal("result");
    for (const same of [item(CRONE, "member", 'nick=""'), item("other@qtalk.test.org", "none")])
      expect(await change(same), same).to.equal("result");
    for (const who of [hag, crone]) play.receives(who);
    expect(play.stored(NEW)).to.include({ affiliation: "member", nick: "nova" });
  });

  it("of a whole domain leave users with an affiliation of their own alone", async () => {
    await change(item(CRONE, "member"));
    play.hush();
    expect(await change(item("qtalk.test.org", "outcast"))).to.equal("result");
    play.receives(crone, "presence coven/wicca unavailable outcast/none 301");
    expect(play.hears(hag)).to.have.length(1);
  });

  it("of an affiliation leave a moderator a moderator", async () => {
    await change(`<item nick="crone" role="moderator"/>`);
    play.hush();
    await change(item(CRONE, "member"));
    play.receives(wiccarocks, "presence coven/crone member/moderator");
  });

  it("of more than a hundred affiliations store each, and are announced for occupants only", async () => {
    const at = (local: string): string => `${local}@qtalk.test.org`;
    await change(item(at("old"), "member"), item(at("same"), "member", 'nick="same"'));
    play.hush();
    const many = Array.from({ length: 100 }, (_, n) => item(at(`m${n}`), "member"));
    const others = [
      item(at("nick"), "member", 'nick="nicky"'),
      item(at("why"), "member", "", "<reason>so</reason>"),
      item(at("boss"), "admin"),
      item("evil.test", "outcast"),
      item(at("old"), "none"),
      item(at("nobody"), "none"),
      item(CRONE, "member"),
      item(at("same"), "member"),
    ];
    expect(await change(...many, ...others)).to.equal("result");
    play.receives(hag, "presence coven/crone member/participant");
    const nothing = { nick: null, reason: null };
    for (const [jid, stored] of [
      [at("m0"), { ...nothing, affiliation: "member" }],
      [at("nick"), { ...nothing, affiliation: "member", nick: "nicky" }],
      [at("why"), { ...nothing, affiliation: "member", reason: "so" }],
      [at("boss"), { ...nothing, affiliation: "admin" }],
      ["evil.test", { ...nothing, affiliation: "outcast" }],
      [at("old"), undefined],
      [at("nobody"), undefined],
      [at("same"), { ...nothing, affiliation: "member", nick: "same" }],
    ] as const)
      expect(play.stored(jid), jid).to.deep.equal(stored);
    expect(await change(item("evil.test", "none"), ...many)).to.equal("result");
    expect(play.stored("evil.test")).to.equal(undefined);
  });

  it("that kick and ban a user together are announced once", async () => {
    expect(await change(`<item nick="crone" role="none"/>`, item(CRONE, "outcast"))).to.equal("result");
    play.receives(crone, "presence coven/crone unavailable outcast/none 301 110");
    expect(play.hears(wiccarocks)).to.have.length(1);
  });

  it("are listed with their reason and the reserved nickname", async () => {
    await change(
      item(WICCA, "outcast", "", "<reason>Treason</reason>"),
      item(CRONE, "member", 'nick="third"'),
    );
    const listed = async (affiliation: string) => {
      const query = `<query xmlns="http://jabber.org/protocol/muc#admin"><item affiliation="${affiliation}"/></query>`;
      const entry = (await play.asks(hag, "get", query)).getChild("query")?.getChild("item");
      return [entry?.attrs.jid, entry?.attrs.nick, entry?.getChildText("reason")];
    };
    expect(await listed("outcast")).to.deep.equal([WICCA, undefined, "Treason"]);
    expect(await listed("member")).to.deep.equal([CRONE, "third", null]);
    expect(await listed("owner")).to.deep.equal([HAG, undefined, null]);
  });

  it("name the actor's nickname, whichever of the actor's sessions makes them", async () => {
    const items = `<item nick="crone" role="none"/>`;
    expect((await play.administers("hag66@qtalk.test.org/phone", items)).attrs.type).to.equal("result");
    const actor = play.hears(wiccarocks)[0]?.getChild("x")?.getChild("item")?.getChild("actor");
    expect(actor?.attrs.nick).to.equal("hag");
  });

  it("may repeat the nickname that an equal has reserved, and not change it", async () => {
    await change(item(CRONE, "owner", 'nick="third"'));
    expect(await change(item(CRONE, "member", 'nick="other"'))).to.equal("cancel/not-allowed by coven");
    expect(await change(item(CRONE, "member", 'nick="third"'))).to.equal("result");
  });

  it("carry at most 2,000 characters of a reason", async () => {
    await change(`<item nick="crone" role="none"><reason>${"x".repeat(2_001)}</reason></item>`);
    const reason = play.hears(crone)[0]?.getChild("x")?.getChild("item")?.getChildText("reason");
    expect(reason).to.equal("x".repeat(2_000));
  });

  it("to a temporary room destroy it if nobody is inside", async () => {
    await play.configures(hag, { "muc#roomconfig_persistentroom": "1" });
    for (const who of [hag, crone, wiccarocks]) await play.leaves(who);
    expect(play.service.rooms.count).to.equal(1);
    await play.configures(hag, { "muc#roomconfig_roomname": "Cave" });
    expect(play.service.rooms.count).to.equal(1);
    await play.configures(hag, { "muc#roomconfig_persistentroom": "0" });
    expect(play.service.rooms.count).to.equal(0);
  });

  it("of a list of roles are made if some of the roles stay", async () => {
    const BROADCAST = "muc#roomconfig_presencebroadcast";
    await play.configures(hag, { [BROADCAST]: ["moderator", "participant"] });
    await play.configures(hag, { [BROADCAST]: ["moderator", "visitor"] });
    expect((await play.form(hag))[BROADCAST]).to.equal("moderator\nvisitor");
  });
});
