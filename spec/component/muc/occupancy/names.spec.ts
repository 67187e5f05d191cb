import { expect } from "chai";
import { CRONE, crone, errorOf, HAG, hag, onStage, stranger, told, wiccarocks, WICCA } from "../play.js";

describe("nicknames that nobody can borrow", () => {
  const play = onStage();
  const last = async (who: string, nick: string): Promise<string> => {
    play.hears(who);
    return (await play.entry(who, nick)).join("\n");
  };

  describe("where people are called as they like", () => {
    beforeEach(async () => {
      await play.begins();
      await play.coven();
    });

    it("aren't those that look like another's, in whatever script", async () => {
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

    it("aren't those that look like one that is reserved", async () => {
      await play.administers(hag, `<item affiliation="member" jid="${WICCA}" nick="сова"/>`);
      expect(await last(stranger, "coва")).to.contain("cancel/conflict");
      expect(await last(wiccarocks, "coва")).to.contain("coven/coва member/participant 110");
    });

    it("are free again once whoever had one that looks like it takes another", async () => {
      for (const nick of ["сrоnе", "witch"]) await play.appears(crone, nick);
      expect(await last(wiccarocks, "crone")).to.contain("coven/crone none/participant 110");
    });

    it("are one's own in all scripts", async () => {
      expect(await last(crone.replace("desktop", "phone"), "crone")).to.contain("coven/crone");
      await play.appears(crone, "сrone");
      expect(play.lines(crone).join()).to.contain("coven/сrone");
    });
  });

  describe("where people are called as the directory has it", () => {
    const people = {
      [HAG]: { name: "张伟", department: "" },
      [CRONE]: { name: "张伟", department: "" },
    };
    beforeEach(async () => {
      await play.begins({ rooms: { names: "directory" }, people });
      const [made] = await play.enters(hag, "boss");
      expect(made && told(made)).to.equal("presence coven/张伟 owner/moderator 201 210 110");
      await play.configures(hag, {});
    });

    it("are the directory's, whatever was asked for; namesakes are told apart by their ids", async () => {
      const heard = await last(crone, "admin");
      expect(heard).to.contain("presence coven/张伟 (crone1) none/participant 210 110");
      expect(await last(crone.replace("desktop", "phone"), "张伟 (crone1)")).to.contain(
        "presence coven/张伟 (crone1) none/participant 110",
      );
    });

    it("end in a number where even an address is somebody's name", async () => {
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

    it("are the ids of those whom it doesn't have, and the addresses of those from elsewhere", async () => {
      expect(await last(wiccarocks, "张伟")).to.contain("presence coven/wiccarocks none/participant 210 110");
      expect(await last(stranger, "张伟")).to.contain(
        "presence coven/stranger@elsewhere.test none/participant 210 110",
      );
    });

    for (const [what, id, shown] of [
      ["too long", "\u0441".repeat(505), "\u0441".repeat(200)],
      ["with marks piled up", `h${"\u0301".repeat(9)}`, "?"],
    ] as const) {
      it(`end in a number where an address can't be one: ${what}`, async () => {
        const from = `${id}@elsewhere.test/x`;
        expect(await last(from, "any")).to.contain(`presence coven/${shown} (2) none/participant 210 110`);
      });
    }

    it("can't be changed inside, nor reserved otherwise; who tries is told", async () => {
      play.hears(hag);
      await play.appears(hag, "other", "<show>away</show>");
      play.told(hag, "presence coven/张伟 owner/moderator 210 110");
      expect((await play.entry(hag, "other"))[0]).to.equal("presence coven/张伟 owner/moderator 210 110");
      const register = (nick: string) =>
        play.asks(hag, "set", `<query xmlns="jabber:iq:register"><username>${nick}</username></query>`);
      expect(errorOf(await register("other"))).to.equal("modify/not-acceptable by coven");
      expect((await register("张伟")).attrs.type).to.equal("result");
    });

    it("stay as they are while a namesake leaves", async () => {
      await play.enters(crone, "x");
      await play.leaves(hag);
      play.hears(crone);
      await play.appears(crone, "张伟 (crone1)", "<show>away</show>");
      play.told(crone, "presence coven/张伟 (crone1) none/participant 110");
    });

    it("are told to clients that ask which they would have, and used by calls", async () => {
      const query = `<query xmlns="http://jabber.org/protocol/disco#info" node="x-roomuser-item"/>`;
      const answer = await play.asks(crone, "get", query);
      expect(answer.getChild("query")?.getChild("identity")?.attrs.name).to.equal("张伟 (crone1)");
      play.hears(hag);
      await play.speaks(CRONE, "hello");
      play.told(hag, 'message coven/张伟 (crone1) groupchat "hello"');
    });
  });
});
