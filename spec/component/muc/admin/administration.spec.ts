import { expect } from "chai";
import { CRONE, crone, HAG, hag, item, onStage, lineOf, WICCA, wiccarocks } from "../play.js";

describe("roles and affiliations", () => {
  const play = onStage({}, (play) => play.coven([wiccarocks, "wicca"]));

  it("kicks an occupant with 307, the actor and the reason, before the answer", async () => {
    await play.administers(hag, `<item nick="crone" role="none"><reason>Avaunt</reason></item>`);
    const [kicked] = play.hears(crone);
    expect(lineOf(kicked!)).to.equal("presence coven/crone unavailable none/none 307 110");
    const why = kicked?.getChild("x")?.getChild("item");
    expect(why?.getChild("actor")?.attrs).to.deep.equal({ nick: "hag" });
    expect(why?.getChildText("reason")).to.equal("Avaunt");
    play.receives(wiccarocks, "presence coven/crone unavailable none/none 307");
    expect(play.link.written.at(-1)?.name).to.equal("iq");
  });

  it("bans a user with 301, also for later, and frees the nickname reserved for them", async () => {
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}" nick="crone"/>`);
    play.hush();
    await play.administers(hag, `<item affiliation="outcast" jid="${crone}"><reason>Treason</reason></item>`);
    play.receives(crone, "presence coven/crone unavailable outcast/none 301 110");
    play.receives(wiccarocks, "presence coven/crone unavailable outcast/none 301");
    await play.isRefused(crone, "crone", "auth/forbidden by coven");
    expect(await play.entry("new@qtalk.test.org/a", "crone")).to.include(
      "presence coven/crone none/participant 110",
    );
  });

  it("gives and takes membership; in a members-only room, who loses it leaves with 321", async () => {
    await play.affiliates(hag, CRONE, "member");
    play.receives(crone, "presence coven/crone member/participant 110");
    await play.affiliates(hag, CRONE, "none");
    play.receives(crone, "presence coven/crone none/participant 110");
    await play.affiliates(hag, CRONE, "member");
    await play.affiliates(hag, WICCA, "member");
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    play.hush();
    await play.affiliates(hag, CRONE, "none");
    play.receives(crone, "presence coven/crone unavailable none/none 321 110");
    play.receives(wiccarocks, "presence coven/crone unavailable none/none 321");
  });

  it("makes administrators moderators until they lose the affiliation", async () => {
    await play.affiliates(hag, CRONE, "admin");
    play.receives(wiccarocks, "presence coven/crone admin/moderator");
    await play.affiliates(hag, CRONE, "none");
    play.receives(wiccarocks, "presence coven/crone none/participant");
  });

  it("makes several changes completely or not at all", async () => {
    const items = item(CRONE, "admin") + item(HAG, "none");
    expect(await play.outcome(hag, items)).to.equal("cancel/conflict by coven");
    expect(await play.outcome(hag, `${item(CRONE, "admin")}<item nick="nobody" role="none"/>`)).to.equal(
      "cancel/item-not-found by coven",
    );
    play.receives(crone);
    expect(await play.outcome(hag, item(CRONE, "owner") + item(HAG, "none"))).to.equal("result");
    play.receives(crone, "presence coven/crone owner/moderator 110", "presence coven/hag none/participant");
  });

  for (const [who, items, error] of [
    ["a participant", `<item nick="hag" role="none"/>`, "auth/forbidden"],
    ["a participant", item(WICCA, "member"), "auth/forbidden"],
    ["an administrator", item(HAG, "none"), "cancel/not-allowed"],
    ["an administrator", item(WICCA, "admin"), "auth/forbidden"],
    ["an administrator", item(WICCA, "owner"), "auth/forbidden"],
    ["an administrator", `<item nick="hag" role="none"/>`, "cancel/not-allowed"],
    ["an administrator", `<item nick="hag" role="visitor"/>`, "cancel/not-allowed"],
    ["an administrator", item(CRONE, "outcast"), "cancel/conflict"],
    ["a moderator", `<item nick="wicca" role="moderator"/>`, "auth/forbidden"],
    ["a moderator", item(WICCA, "member"), "auth/forbidden"],
    ["a moderator", `<item nick="hag" role="none"/>`, "cancel/not-allowed"],
    ["an owner", item(HAG, "outcast"), "cancel/conflict"],
    ["an owner", item(HAG, "admin"), "cancel/conflict"],
    ["an owner", `<item nick="hag" role="participant"/>`, "cancel/not-allowed"],
    ["an owner", `<item nick="crone" role="visitor" affiliation="member"/>`, "modify/bad-request"],
    ["an owner", `<item nick="crone" role="king"/>`, "modify/bad-request"],
    ["an owner", `<item affiliation="member" jid="@"/>`, "modify/jid-malformed"],
    ["an owner", `<item affiliation="member" jid="qtalk.test.org"/>`, "modify/jid-malformed"],
    ["an owner", "", "modify/bad-request"],
    ["an owner", `<item role="visitor"/>`, "modify/bad-request"],
    ["an owner", `<item jid="${CRONE}"/>`, "modify/bad-request"],
    ["an owner", item(CRONE, "king"), "modify/bad-request"],
    ["an owner", `<item affiliation="member"/>`, "cancel/item-not-found"],
    ["an owner", item("a b@@", "outcast"), "modify/jid-malformed"],
  ] as const) {
    it(`answers ${who} with ${error} for ${items.slice(0, 60)}`, async () => {
      if (who === "an administrator") await play.affiliates(hag, CRONE, "admin");
      if (who === "a moderator") {
        await play.affiliates(hag, CRONE, "member");
        await play.gives(hag, "crone", "moderator");
      }
      play.hush();
      expect(await play.outcome(who === "an owner" ? hag : crone, items)).to.equal(`${error} by coven`);
      for (const one of [hag, crone, wiccarocks]) play.receives(one);
    });
  }

  describe("reserved nicknames", () => {
    const named = (jid: string, affiliation: string, nick: string): string =>
      item(jid, affiliation, `nick="${nick}"`);
    const nicksOf = (...jids: readonly string[]): unknown[] =>
      jids.map((jid) => (play.stored(jid) as { nick: unknown }).nick);

    beforeEach(async () => {
      const items = named(HAG, "owner", "queen") + named(CRONE, "admin", "") + named(WICCA, "member", "bee");
      expect(await play.outcome(hag, items)).to.equal("result");
      await play.leaves(hag);
    });

    it("are set by the member and by users with a higher affiliation", async () => {
      expect(await play.outcome(crone, named(WICCA, "member", "drone"))).to.equal("result");
      expect(await play.outcome(crone, named(CRONE, "admin", "third witch"))).to.equal("result");
      expect(await play.outcome(hag, named(CRONE, "admin", "last witch"))).to.equal("result");
      expect(nicksOf(WICCA, CRONE, HAG)).to.deep.equal(["drone", "last witch", "queen"]);
    });

    it("can't be set or taken by users with the same or a lower affiliation", async () => {
      const [other, peer] = ["other@qtalk.test.org", "peer@qtalk.test.org"];
      await play.administers(hag, named(other, "admin", "other") + named(peer, "owner", "peer"));
      for (const [who, jid, affiliation, nick] of [
        [crone, HAG, "owner", "drone"],
        [crone, HAG, "owner", ""],
        [crone, other, "admin", "drone"],
        [hag, peer, "owner", "drone"],
      ] as const)
        expect(await play.outcome(who, named(jid, affiliation, nick))).to.equal(
          "cancel/not-allowed by coven",
        );
      expect(nicksOf(HAG, other, peer)).to.deep.equal(["queen", "other", "peer"]);
    });

    it("are taken away by an empty nickname, which frees them", async () => {
      expect(await play.outcome(crone, named(WICCA, "member", ""))).to.equal("result");
      expect(nicksOf(WICCA)).to.deep.equal([null]);
      expect(await play.entry("new@qtalk.test.org/a", "bee")).to.include(
        "presence coven/bee none/participant 110",
      );
    });

    it("belong to one member, even if one request reserves one for two", async () => {
      const [one, two] = ["one@qtalk.test.org", "two@qtalk.test.org"];
      await play.administers(hag, named(one, "member", "twin") + named(two, "member", "Twin"));
      expect(nicksOf(one, two)).to.deep.equal(["twin", null]);
    });

    it("can't be the nickname of another occupant", async () => {
      await play.enters("new@qtalk.test.org/a", "hare");
      expect(await play.outcome(hag, named(CRONE, "member", "hare"))).to.equal("result");
      expect(nicksOf(CRONE)).to.deep.equal([null]);
    });
  });

  describe("lists", () => {
    beforeEach(async () => {
      await play.affiliates(hag, CRONE, "admin");
      await play.administers(hag, item("z@qtalk.test.org", "member") + item("a@qtalk.test.org", "member"));
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

    it("of roles are for moderators", async () => {
      expect(await play.list(hag, `role="moderator"`)).to.equal("hag crone");
      expect(await play.list(crone, `role="participant"`)).to.equal("wicca");
      expect(await play.list(wiccarocks, `role="participant"`)).to.equal("auth/forbidden by coven");
    });
  });

  it("gives newcomers to a moderated room their affiliation's role", async () => {
    await play.configures(hag, { "muc#roomconfig_moderatedroom": "1" });
    await play.administers(hag, item("m@qtalk.test.org", "member") + item("a@qtalk.test.org", "admin"));
    for (const [nick, shown] of [
      ["n", "none/visitor"],
      ["m", "member/participant"],
      ["a", "admin/moderator"],
    ] as const)
      expect(await play.entry(`${nick}@qtalk.test.org/r`, nick)).to.include(
        `presence coven/${nick} ${shown} 110`,
      );
  });
});
