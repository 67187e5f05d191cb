/** What exactly is changed, and who is told of it, where lists, roles and options are changed. */
import { expect } from "chai";
import { CRONE, crone, errorOf, HAG, hag, itemOf, onStage, WICCA, wiccarocks, outcomeOf } from "../play.js";

const NEW = "new@qtalk.test.org";

describe("a change of a room", () => {
  const play = onStage({}, (play) => play.coven([wiccarocks, "wicca"]));

  const item = (jid: string, affiliation: string, more = "", inside = ""): string =>
    `<item affiliation="${affiliation}" jid="${jid}" ${more}>${inside}</item>`;
  const change = async (...items: string[]): Promise<string> => {
    const answer = await play.administers(hag, items.join(""));
    return outcomeOf(answer);
  };
  /** What is stored of an account. */
  const stored = (jid: string): unknown =>
    play.db.prepare("SELECT affiliation, nick, reason FROM affiliations WHERE jid = ?").get(jid);

  it("of somebody outside is told with what they are now, and why", async () => {
    await change(item(NEW, "member", "", "<reason>so</reason>"));
    const [made] = play.hears(hag);
    expect(itemOf(made)).to.include({ affiliation: "member", role: "none", jid: NEW });
    expect(made?.getChild("x")?.getChild("item")?.getChildText("reason")).to.equal("so");
    await change(item(NEW, "none"));
    const [taken] = play.hears(hag);
    expect(itemOf(taken)).to.include({ affiliation: "none", jid: NEW });
    expect(taken?.getChild("x")?.getChild("item")?.children).to.deep.equal([]);
  });

  it("to what is so already is told to nobody", async () => {
    await change(item(CRONE, "member"), item(NEW, "member", 'nick="nova"'));
    play.hush();
    for (const same of [item(CRONE, "member"), item(NEW, "member"), item(NEW, "member", 'nick="nova"')])
      expect(await change(same), same).to.equal("result");
    for (const same of [item(CRONE, "member", 'nick=""'), item("other@qtalk.test.org", "none")])
      expect(await change(same), same).to.equal("result");
    for (const who of [hag, crone]) play.told(who);
    expect(stored(NEW)).to.include({ affiliation: "member", nick: "nova" });
  });

  it("of a whole domain leaves those alone who are something of their own", async () => {
    await change(item(CRONE, "member"));
    play.hush();
    expect(await change(item("qtalk.test.org", "outcast"))).to.equal("result");
    play.told(crone, "presence coven/wicca unavailable outcast/none 301");
    expect(play.hears(hag)).to.have.length(1);
  });

  it("to a member leaves somebody a moderator who was made one", async () => {
    await change(`<item nick="crone" role="moderator"/>`);
    play.hush();
    await change(item(CRONE, "member"));
    play.told(wiccarocks, "presence coven/crone member/moderator");
  });

  it("of more than a hundred is of each what it says, and told for those inside alone", async () => {
    await change(item("old@qtalk.test.org", "member"), item("same@qtalk.test.org", "member", 'nick="same"'));
    play.hush();
    const many = Array.from({ length: 100 }, (_, at) => item(`m${at}@qtalk.test.org`, "member"));
    const reason = "<reason>so</reason>";
    const others = [
      ...[
        item("nick@qtalk.test.org", "member", 'nick="nicky"'),
        item("why@qtalk.test.org", "member", "", reason),
      ],
      ...[
        item("boss@qtalk.test.org", "admin"),
        item("bad@qtalk.test.org", "outcast"),
        item("evil.test", "outcast"),
      ],
      ...[item("old@qtalk.test.org", "none"), item("nobody@qtalk.test.org", "none"), item(CRONE, "member")],
      ...[
        item("same@qtalk.test.org", "member"),
        item("m1@qtalk.test.org", "none"),
        item("m2@qtalk.test.org", "member"),
      ],
    ];
    expect(await change(...many, ...others)).to.equal("result");
    play.told(hag, "presence coven/crone member/participant");
    const is = (affiliation: string, more: object = {}): object => ({
      affiliation,
      nick: null,
      reason: null,
      ...more,
    });
    expect(stored("m0@qtalk.test.org")).to.deep.equal(is("member"));
    expect(stored("nick@qtalk.test.org")).to.deep.equal(is("member", { nick: "nicky" }));
    expect(stored("why@qtalk.test.org")).to.deep.equal(is("member", { reason: "so" }));
    expect(stored("boss@qtalk.test.org")).to.deep.equal(is("admin"));
    for (const bad of ["bad@qtalk.test.org", "evil.test"]) expect(stored(bad)).to.deep.equal(is("outcast"));
    for (const gone of ["old@qtalk.test.org", "nobody@qtalk.test.org"])
      expect(stored(gone)).to.equal(undefined);
    expect(stored("same@qtalk.test.org")).to.deep.equal(is("member", { nick: "same" }));
    expect(await change(item("evil.test", "none"), ...many)).to.equal("result");
    expect(stored("evil.test")).to.equal(undefined);
  });

  it("bans and kicks the same one in one go, who is told once", async () => {
    expect(await change(`<item nick="crone" role="none"/>`, item(CRONE, "outcast"))).to.equal("result");
    play.told(crone, "presence coven/crone unavailable outcast/none 301 110");
    expect(play.hears(wiccarocks)).to.have.length(1);
  });

  it("is listed with its reason, and with the nickname that was reserved", async () => {
    await change(
      item(WICCA, "outcast", "", "<reason>Treason</reason>"),
      item(CRONE, "member", 'nick="third"'),
    );
    const list = async (affiliation: string): Promise<string | undefined> => {
      const query = `<query xmlns="http://jabber.org/protocol/muc#admin"><item affiliation="${affiliation}"/></query>`;
      return (await play.asks(hag, "get", query)).getChild("query")?.getChild("item")?.toString();
    };
    expect(await list("outcast")).to.equal(
      `<item affiliation="outcast" jid="${WICCA}"><reason>Treason</reason></item>`,
    );
    expect(await list("member")).to.equal(`<item affiliation="member" jid="${CRONE}" nick="third"/>`);
    expect(await list("owner")).to.equal(`<item affiliation="owner" jid="${HAG}"/>`);
  });

  it("is theirs under their nickname who make it, from whichever of their sessions", async () => {
    const items = `<item nick="crone" role="none"/>`;
    expect((await play.administers("hag66@qtalk.test.org/phone", items)).attrs.type).to.equal("result");
    const actor = play.hears(wiccarocks)[0]?.getChild("x")?.getChild("item")?.getChild("actor");
    expect(actor?.attrs.nick).to.equal("hag");
  });

  it("may name the nickname that is reserved already, of whoever ranks as high", async () => {
    await change(item(CRONE, "owner", 'nick="third"'));
    expect(await change(item(CRONE, "member", 'nick="other"'))).to.equal("cancel/not-allowed by coven");
    expect(await change(item(CRONE, "member", 'nick="third"'))).to.equal("result");
  });

  it("reserves a nickname from all that look like it, though nobody of it is inside", async () => {
    await change(item(NEW, "member", 'nick="hare"'));
    const lookalike = "h\u0430re";
    expect((await play.enters("guest@qtalk.test.org/a", lookalike)).map(errorOf)).to.deep.equal([
      "cancel/conflict by coven",
    ]);
    expect((await play.entry(`${NEW}/a`, lookalike)).join()).to.contain(" 110");
  });

  it("cuts a reason that is too long", async () => {
    await change(`<item nick="crone" role="none"><reason>${"x".repeat(2_001)}</reason></item>`);
    const reason = play.hears(crone)[0]?.getChild("x")?.getChild("item")?.getChildText("reason");
    expect(reason).to.equal("x".repeat(2_000));
  });

  it("makes a temporary room of one that nobody is in: it goes", async () => {
    await play.configures(hag, { "muc#roomconfig_persistentroom": "1" });
    for (const who of [hag, crone, wiccarocks]) await play.leaves(who);
    expect(play.service.rooms.count).to.equal(1);
    await play.configures(hag, { "muc#roomconfig_roomname": "Cave" });
    expect(play.service.rooms.count).to.equal(1);
    await play.configures(hag, { "muc#roomconfig_persistentroom": "0" });
    expect(play.service.rooms.count).to.equal(0);
  });

  it("of several options is told by all their codes, in order", async () => {
    const both = { "muc#roomconfig_whois": "anyone", "muc#roomconfig_enablelogging": "1" };
    await play.configures(hag, { "muc#roomconfig_roomname": "Cave", ...both });
    expect(play.lines(crone)[0]).to.equal("message coven groupchat 104 170 172");
  });

  it("of a list of roles is made though some of them stay", async () => {
    const BROADCAST = "muc#roomconfig_presencebroadcast";
    await play.configures(hag, { [BROADCAST]: ["moderator", "participant"] });
    await play.configures(hag, { [BROADCAST]: ["moderator", "visitor"] });
    expect((await play.form(hag))[BROADCAST]).to.equal("moderator\nvisitor");
  });
});
