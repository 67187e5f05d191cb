import { expect } from "chai";
import { CRONE, crone, HAG, hag, itemOf, onStage, ROOM, told, WICCA, wiccarocks } from "../play.js";

describe("roles and affiliations", () => {
  const play = onStage({}, (play) => play.coven([wiccarocks, "wicca"]));

  const affiliate = (jid: string, affiliation: string): string =>
    `<item affiliation="${affiliation}" jid="${jid}"/>`;

  it("a kick takes the occupant out with 307, the actor and the reason; the answer comes after it", async () => {
    await play.administers(hag, `<item nick="crone" role="none"><reason>Avaunt</reason></item>`);
    const [kicked] = play.hears(crone);
    expect(told(kicked!)).to.equal("presence coven/crone unavailable none/none 307 110");
    const item = kicked?.getChild("x")?.getChild("item");
    expect(item?.getChild("actor")?.attrs).to.deep.include({ nick: "hag" });
    expect(item?.getChild("actor")?.attrs.jid).to.equal(undefined);
    expect(item?.getChildText("reason")).to.equal("Avaunt");
    play.told(wiccarocks, "presence coven/crone unavailable none/none 307");
    expect(play.link.written.at(-1)?.name).to.equal("iq");
  });

  it("voice is granted and revoked", async () => {
    await play.gives(hag, "crone", "visitor");
    play.told(wiccarocks, "presence coven/crone none/visitor");
    await play.says(crone, "mmh");
    expect(play.lines(crone).at(-1)).to.contain("auth/forbidden");
    await play.gives(hag, "crone", "participant");
    play.told(wiccarocks, "presence coven/crone none/participant");
  });

  it("a ban takes them out with 301, for good, and the nickname reserved for them", async () => {
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}" nick="crone"/>`);
    play.hush();
    await play.administers(hag, `<item affiliation="outcast" jid="${crone}"><reason>Treason</reason></item>`);
    play.told(crone, "presence coven/crone unavailable outcast/none 301 110");
    play.told(wiccarocks, "presence coven/crone unavailable outcast/none 301");
    await play.barred(crone, "crone", "auth/forbidden by coven");
    expect((await play.enters("new@qtalk.test.org/a", "crone")).at(-2)?.attrs.from).to.equal(`${ROOM}/crone`);
  });

  it("a domain's ban takes out all of it", async () => {
    const other = "one@elsewhere.test/a";
    await play.enters(other, "one");
    play.hush();
    await play.affiliates(hag, "elsewhere.test", "outcast");
    play.told(hag, "presence coven/one unavailable outcast/none 301");
  });

  it("membership is granted and taken: 321 in a room of members, where they leave", async () => {
    await play.affiliates(hag, CRONE, "member");
    play.told(crone, "presence coven/crone member/participant 110");
    await play.affiliates(hag, CRONE, "none");
    play.told(crone, "presence coven/crone none/participant 110");
    await play.affiliates(hag, CRONE, "member");
    await play.affiliates(hag, WICCA, "member");
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    play.hush();
    await play.affiliates(hag, CRONE, "none");
    play.told(crone, "presence coven/crone unavailable none/none 321 110");
    play.told(wiccarocks, "presence coven/crone unavailable none/none 321");
  });

  it("administrators become moderators, and stop being it with the affiliation", async () => {
    await play.affiliates(hag, CRONE, "admin");
    play.told(wiccarocks, "presence coven/crone admin/moderator");
    await play.affiliates(hag, CRONE, "none");
    play.told(wiccarocks, "presence coven/crone none/participant");
  });

  it("several changes are made whole or not at all", async () => {
    const items = affiliate(CRONE, "admin") + affiliate(HAG, "none");
    expect(await play.outcome(hag, items)).to.equal("cancel/conflict by coven");
    expect(await play.outcome(hag, `${affiliate(CRONE, "admin")}<item nick="nobody" role="none"/>`)).to.equal(
      "cancel/item-not-found by coven",
    );
    play.told(crone);
    expect(await play.outcome(hag, affiliate(CRONE, "owner") + affiliate(HAG, "none"))).to.equal("result");
    play.told(crone, "presence coven/crone owner/moderator 110", "presence coven/hag none/participant");
  });

  for (const [who, items, error] of [
    ["a participant", `<item nick="hag" role="none"/>`, "auth/forbidden"],
    ["a participant", affiliate(WICCA, "member"), "auth/forbidden"],
    ["an administrator", affiliate(HAG, "none"), "cancel/not-allowed"],
    ["an administrator", affiliate(WICCA, "admin"), "auth/forbidden"],
    ["an administrator", affiliate(WICCA, "owner"), "auth/forbidden"],
    ["an administrator", `<item nick="hag" role="none"/>`, "cancel/not-allowed"],
    ["an administrator", `<item nick="hag" role="visitor"/>`, "cancel/not-allowed"],
    ["an administrator", affiliate(CRONE, "outcast"), "cancel/conflict"],
    ["a moderator", `<item nick="wicca" role="moderator"/>`, "auth/forbidden"],
    ["a moderator", affiliate(WICCA, "member"), "auth/forbidden"],
    ["a moderator", `<item nick="hag" role="none"/>`, "cancel/not-allowed"],
    ["an owner", affiliate(HAG, "outcast"), "cancel/conflict"],
    ["an owner", affiliate(HAG, "admin"), "cancel/conflict"],
    ["an owner", `<item nick="hag" role="participant"/>`, "cancel/not-allowed"],
    ["an owner", `<item nick="crone" role="visitor" affiliation="member"/>`, "modify/bad-request"],
    ["an owner", `<item nick="crone" role="king"/>`, "modify/bad-request"],
    ["an owner", `<item affiliation="member" jid="@"/>`, "modify/jid-malformed"],
    ["an owner", `<item affiliation="member" jid="qtalk.test.org"/>`, "modify/jid-malformed"],
    ["an owner", "", "modify/bad-request"],
    ["an owner", affiliate("a@b", "member").repeat(1001), "modify/not-acceptable"],
  ] as const) {
    it(`${who} is told ${error} for ${items.slice(0, 60)}`, async () => {
      if (who === "an administrator") await play.affiliates(hag, CRONE, "admin");
      if (who === "a moderator") await play.gives(hag, "crone", "moderator");
      play.hush();
      expect(await play.outcome(who === "an owner" ? hag : crone, items)).to.equal(`${error} by coven`);
      for (const one of [hag, crone, wiccarocks]) play.told(one);
    });
  }

  describe("nicknames", () => {
    const named = (jid: string, affiliation: string, nick: string): string =>
      `<item affiliation="${affiliation}" jid="${jid}" nick="${nick}"/>`;
    const nickOf = (jid: string): unknown =>
      play.db.prepare("SELECT nick FROM affiliations WHERE jid = ?").pluck().get(jid);

    beforeEach(async () => {
      const items = named(HAG, "owner", "queen") + named(CRONE, "admin", "") + named(WICCA, "member", "bee");
      expect(await play.outcome(hag, items)).to.equal("result");
      await play.leaves(hag);
    });

    it("are set by oneself, and by those who outrank", async () => {
      expect(await play.outcome(crone, named(WICCA, "member", "drone"))).to.equal("result");
      expect(await play.outcome(crone, named(CRONE, "admin", "third witch"))).to.equal("result");
      expect(await play.outcome(hag, named(CRONE, "admin", "last witch"))).to.equal("result");
      expect([nickOf(WICCA), nickOf(CRONE), nickOf(HAG)]).to.deep.equal(["drone", "last witch", "queen"]);
    });

    it("of those who rank as high, or higher, are theirs: nobody sets or takes them", async () => {
      const other = "other@qtalk.test.org";
      await play.administers(
        hag,
        named(other, "admin", "other") + named("peer@qtalk.test.org", "owner", "peer"),
      );
      for (const [jid, affiliation, nick] of [
        [HAG, "owner", "drone"],
        [HAG, "owner", ""],
        [other, "admin", "drone"],
      ] as const) {
        expect(await play.outcome(crone, named(jid, affiliation, nick))).to.equal(
          "cancel/not-allowed by coven",
        );
      }
      expect(await play.outcome(hag, named("peer@qtalk.test.org", "owner", "drone"))).to.equal(
        "cancel/not-allowed by coven",
      );
      expect([nickOf(HAG), nickOf(other), nickOf("peer@qtalk.test.org")]).to.deep.equal([
        "queen",
        "other",
        "peer",
      ]);
    });

    it("are taken away by an empty one, and are free then", async () => {
      expect(await play.outcome(crone, named(WICCA, "member", ""))).to.equal("result");
      expect(nickOf(WICCA)).to.equal(null);
      const heard = await play.enters("new@qtalk.test.org/a", "bee");
      expect(heard.map(told).join()).to.contain("presence coven/bee none/participant 110");
    });

    it("are one person's, also where one request gives them to two", async () => {
      const [one, two] = ["one@qtalk.test.org", "two@qtalk.test.org"];
      await play.administers(hag, named(one, "member", "twin") + named(two, "member", "Twin"));
      expect([nickOf(one), nickOf(two)]).to.deep.equal(["twin", null]);
    });
  });

  describe("lists", () => {
    beforeEach(async () => {
      await play.affiliates(hag, CRONE, "admin");
      await play.administers(
        hag,
        affiliate("z@qtalk.test.org", "member") + affiliate("a@qtalk.test.org", "member"),
      );
      await play.affiliates(hag, "bad@qtalk.test.org", "outcast");
    });

    it("of outcasts and members are for administrators, of administrators and owners for owners", async () => {
      expect(await play.list(crone, `affiliation="outcast"`)).to.equal("bad@qtalk.test.org");
      expect(await play.list(crone, `affiliation="member"`)).to.equal("z@qtalk.test.org a@qtalk.test.org");
      expect(await play.list(crone, `affiliation="admin"`)).to.equal("auth/forbidden by coven");
      expect(await play.list(hag, `affiliation="admin"`)).to.equal(CRONE);
      expect(await play.list(hag, `affiliation="owner"`)).to.equal(HAG);
      expect(await play.list(wiccarocks, `affiliation="member"`)).to.equal("auth/forbidden by coven");
    });

    it("are for members, too, in a room of members where addresses are visible", async () => {
      await play.affiliates(hag, WICCA, "member");
      await play.configures(hag, { "muc#roomconfig_membersonly": "1", "muc#roomconfig_whois": "anyone" });
      expect(await play.list(wiccarocks, `affiliation="owner"`)).to.equal(HAG);
      expect(await play.list(wiccarocks, `affiliation="outcast"`)).to.equal("auth/forbidden by coven");
    });

    it("of roles are for moderators", async () => {
      expect(await play.list(hag, `role="moderator"`)).to.equal("hag crone");
      expect(await play.list(crone, `role="participant"`)).to.equal("wicca");
      expect(await play.list(wiccarocks, `role="participant"`)).to.equal("auth/forbidden by coven");
    });
  });

  it("newcomers to a moderated room are visitors, members participants, administrators moderators", async () => {
    await play.configures(hag, { "muc#roomconfig_moderatedroom": "1" });
    await play.administers(
      hag,
      affiliate("m@qtalk.test.org", "member") + affiliate("a@qtalk.test.org", "admin"),
    );
    const role = async (jid: string, nick: string): Promise<string | undefined> =>
      itemOf((await play.enters(jid, nick)).find((stanza) => stanza.attrs.from === `${ROOM}/${nick}`)).role;
    expect(await role("n@qtalk.test.org/r", "n")).to.equal("visitor");
    expect(await role("m@qtalk.test.org/r", "m")).to.equal("participant");
    expect(await role("a@qtalk.test.org/r", "a")).to.equal("moderator");
  });
});
