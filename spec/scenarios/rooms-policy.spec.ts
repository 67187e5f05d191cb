/** An operator's policy as ordinary clients meet it: what people are called, and their hats. */
import { expect } from "chai";
import { xml } from "../../scripts/lab/client.js";
import { operate } from "../support/command-line.js";
import { onServer, ownComponentOn } from "../support/servers.js";
import { codesOf, MUC, Person } from "./rooms-people.js";

const HAT = { title: "值班", uri: "https://example.org/hats#duty" };

describe("An operator's policy for rooms", () => {
  onServer("prosody", {}, (stage) => {
    const rooms = { names: "directory", hats: [{ ...HAT, departments: ["/运维"] }], make_public: "api" };
    const running = ownComponentOn(stage, { rooms });

    it("holds for names, hats, the search by command and the room's form", async () => {
      const [boss, guest] = [await stage.client("boss"), await stage.client("guest")];
      await operate(running(), "user", "set", boss.bareJid, "--name", "张伟", "--department", "/运维/网络");
      const room = `policy@${stage.server.component().domain}`;
      await boss.send(xml("presence", { to: `${room}/whoever` }, xml("x", { xmlns: MUC })));
      const juliet = new Person(boss, room, "张伟");
      expect(codesOf(await juliet.sees("张伟"))).to.deep.equal(["201", "210", "110"]);
      expect((await juliet.configures({ publicroom: "1" })).attrs.type).to.equal("error");
      expect((await juliet.configures()).attrs.type).to.equal("result");

      await guest.send(xml("presence", { to: `${room}/张伟` }, xml("x", { xmlns: MUC })));
      const romeo = new Person(guest, room, guest.username);
      const seen = await romeo.sees("张伟");
      expect(seen.getChild("hats", "urn:xmpp:hats:0")?.getChild("hat")?.attrs).to.deep.include(HAT);
      expect(codesOf(await romeo.sees(romeo.nick))).to.deep.equal(["210", "110"]);
      await juliet.says("今天的会议改到三点");
      expect(await operate(running(), "room", "grep", room, "三点")).to.match(
        new RegExp(`^\\d{4}-.* 张伟 \\(${boss.bareJid}\\) +今天的会议改到三点$`, "m"),
      );
    });
  });
});
