/** Operators who look at rooms beside the running component, while people are in them. */
import { expect } from "chai";
import { operate } from "../support/command-line.js";
import { componentOn, onServer } from "../support/servers.js";
import { call, Person } from "./rooms-people.js";
import { xml } from "../../scripts/lab/client.js";

const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';

describe("An operator who looks at a room while people are in it", () => {
  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);

    const operator = (...args: string[]): Promise<string> => operate(running(), "room", ...args);

    it("sees the occupants and messages, and nothing once the room is destroyed", async function () {
      const component = running();
      const muc_domain = stage.domain;
      const [owner, guest] = await Promise.all([stage.client("owner"), stage.client("guest")]);
      const room = {
        muc_id: "watched",
        muc_owner: owner.bareJid.split("@")[0],
        muc_domain,
        muc_name: "值班室",
      };
      expect(await call(component, "create_muc", room)).to.equal(SUCCESS);
      const member = { ...room, muc_member: [guest.bareJid] };
      expect(await call(component, "add_muc_user", member)).to.equal(SUCCESS);
      const juliet = new Person(owner, `watched@${muc_domain}`, "Juliet");
      const romeo = new Person(guest, juliet.room, "罗密欧");
      await juliet.enters();
      await romeo.enters();
      await romeo.says("anybody there?");
      await owner.send(xml("message", { to: juliet.room, type: "groupchat" }, xml("subject", {}, "夜班")));
      await romeo.client.next((stanza) => stanza.getChildText("subject") === "夜班");
      await juliet.configures({ roomname: "夜班室", moderatedroom: "1" });

      expect(await operator("list", "--owner", owner.bareJid)).to.match(
        new RegExp(`^${juliet.room} +2 +2 +no +yes +yes +夜班室$`, "m"),
      );
      expect(await operator("search", "夜班")).to.include(juliet.room);
      const shown = await operator("show", "watched");
      for (const words of [
        "Only occupants with voice may speak: yes",
        "Subject: 夜班 (Juliet, ",
        `Owners: 1\n    ${owner.bareJid}\n`,
        `Members: 1\n    ${guest.bareJid}\n`,
        "Sessions inside: 2\n",
        "(moderator): Juliet\n",
        "(participant): 罗密欧\n",
        "Messages in the archive: 2, from ",
      ])
        expect(shown).to.include(words);

      await romeo.leaves();
      expect(await operator("show", "watched")).to.include("Sessions inside: 1\n");
      expect(await call(component, "destroy_muc", room)).to.equal(SUCCESS);
      expect(await operator("list")).not.to.include(juliet.room);
      const error = await operator("show", "watched").catch((failed: unknown) => failed);
      expect(error).to.include({
        code: 65,
        stderr: `There is no room ${juliet.room}: run "room search" to find it.\n`,
      });
    });
  });
});
