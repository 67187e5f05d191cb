import { expect } from "chai";
import { CRONE, crone, errorOf, HAG, hag, onStage, stranger, lineOf, wiccarocks, WICCA } from "../play.js";

describe("nicknames", () => {
  const play = onStage();
  const last = async (who: string, nick: string): Promise<string> => {
    play.hears(who);
    return (await play.entry(who, nick)).join("\n");
  };

  describe("chosen by users", () => {
    beforeEach(async () => {
      await play.begins();
      await play.coven();
    });

    it("can't look like another occupant's, in any script", async () => {
      for (const nick of ["сrоnе", "CRОNE"])
        expect(await last(wiccarocks, nick)).to.equal(
          `presence coven/${nick} error cancel/conflict by coven`,
        );
      await play.appears(crone, "сове");
      expect(play.lines(crone)).to.include("presence coven/сове none/participant 110");
      expect(await last(wiccarocks, "cobe")).to.contain("coven/cobe none/participant 110");
      expect(await last(stranger, "coвe")).to.contain("cancel/conflict");
      expect(await last(stranger, "сrоnе")).to.contain("coven/сrоnе none/participant 110");
    });

    it("can't look like a reserved one", async () => {
      await play.administers(hag, `<item affiliation="member" jid="${WICCA}" nick="сова"/>`);
      expect(await last(stranger, "coва")).to.contain("cancel/conflict");
      expect(await last(wiccarocks, "coва")).to.contain("coven/coва member/participant 110");
    });

    it("are free again once the occupant with a similar one changes it", async () => {
      for (const nick of ["сrоnе", "witch"]) await play.appears(crone, nick);
      expect(await last(wiccarocks, "crone")).to.contain("coven/crone none/participant 110");
    });

    it("can be varied by their own user", async () => {
      expect(await last(crone.replace("desktop", "phone"), "crone")).to.contain("coven/crone");
      await play.appears(crone, "сrone");
      expect(play.lines(crone).join()).to.contain("coven/сrone");
    });
  });

  describe("from the directory", () => {
    const people = {
      [HAG]: { name: "张伟", department: "" },
      [CRONE]: { name: "张伟", department: "" },
    };
    beforeEach(async () => {
      await play.begins({ rooms: { names: "directory" }, people });
      const [made] = await play.enters(hag, "boss");
      expect(made && lineOf(made)).to.equal("presence coven/张伟 owner/moderator 201 210 110");
      await play.configures(hag, {});
    });

    it("are the directory's names, with the id if two are the same", async () => {
      const heard = await last(crone, "admin");
      expect(heard).to.contain("presence coven/张伟 (crone1) none/participant 210 110");
      expect(await last(crone.replace("desktop", "phone"), "张伟 (crone1)")).to.contain(
        "presence coven/张伟 (crone1) none/participant 110",
      );
    });

    it("end in a number if even the address is another user's name", async () => {
      const borrowed = ["张伟 (crone1)", `张伟 (${CRONE})`, "张伟 (2)"];
      play.close();
      const named: Record<string, { name: string; department: string }> = { ...people };
      for (const [at, name] of borrowed.entries())
        named[`user${at}@qtalk.test.org`] = { name, department: "" };
      await play.begins({ rooms: { names: "directory" }, people: named });
      await play.enters(hag, "boss");
      await play.configures(hag, {});
      for (const at of borrowed.keys()) await play.enters(`user${at}@qtalk.test.org/x`, "any");
      expect(await last(crone, "crone")).to.contain("coven/张伟 (3) none/participant 210 110");
    });

    it("are the ids of unknown users, and the addresses of users from elsewhere", async () => {
      expect(await last(wiccarocks, "张伟")).to.contain("presence coven/wiccarocks none/participant 210 110");
      expect(await last(stranger, "张伟")).to.contain(
        "presence coven/stranger@elsewhere.test none/participant 210 110",
      );
    });

    for (const [what, id, shown] of [
      ["too long", "\u0441".repeat(505), "\u0441".repeat(200)],
      ["with marks piled up", `h${"\u0301".repeat(9)}`, "?"],
    ] as const) {
      it(`end in a number if the address can't be a nickname: ${what}`, async () => {
        const from = `${id}@elsewhere.test/x`;
        expect(await last(from, "any")).to.contain(`presence coven/${shown} (2) none/participant 210 110`);
      });
    }

    it("can't be changed by occupants or by registration", async () => {
      play.hears(hag);
      await play.appears(hag, "other", "<show>away</show>");
      play.receives(hag, "presence coven/张伟 owner/moderator 210 110");
      expect((await play.entry(hag, "other"))[0]).to.equal("presence coven/张伟 owner/moderator 210 110");
      const register = (nick: string) =>
        play.asks(hag, "set", `<query xmlns="jabber:iq:register"><username>${nick}</username></query>`);
      expect(errorOf(await register("other"))).to.equal("modify/not-acceptable by coven");
      expect((await register("张伟")).attrs.type).to.equal("result");
    });

    it("stay the same while an occupant of the same name leaves", async () => {
      await play.enters(crone, "x");
      await play.leaves(hag);
      play.hears(crone);
      await play.appears(crone, "张伟 (crone1)", "<show>away</show>");
      play.receives(crone, "presence coven/张伟 (crone1) none/participant 110");
    });

    it("are proposed to clients, and used for calls", async () => {
      const query = `<query xmlns="http://jabber.org/protocol/disco#info" node="x-roomuser-item"/>`;
      const answer = await play.asks(crone, "get", query);
      expect(answer.getChild("query")?.getChild("identity")?.attrs.name).to.equal("张伟 (crone1)");
      play.hears(hag);
      await play.speaks(CRONE, "hello");
      play.receives(hag, 'message coven/张伟 (crone1) groupchat "hello"');
    });
  });
});
