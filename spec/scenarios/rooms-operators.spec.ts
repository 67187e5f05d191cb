/** Operators who look at rooms of a running component. */
import { expect } from "chai";
import { xml } from "../../scripts/lab/client.js";
import { command, operate } from "../support/command-line.js";
import { componentOn, onServer } from "../support/servers.js";
import { CalledRoom, SUCCESS } from "./rooms-people.js";

describe("An operator", () => {
  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);
    const operator = (...args: string[]): Promise<string> => operate(running(), "room", ...args);

    it("sees a room's occupants and messages from the command line, and nothing once it is destroyed", async () => {
      const [owner, guest] = [await stage.client("owner"), await stage.client("guest")];
      const room = await CalledRoom.make(running(), ["watched", stage.domain], owner, guest);
      const { address } = room;
      const juliet = await room.admits(owner, "Juliet");
      const romeo = await room.admits(guest, "罗密欧");
      await romeo.says("anybody there?");
      await owner.send(xml("message", { to: address, type: "groupchat" }, xml("subject", {}, "夜班")));
      await guest.next((stanza) => stanza.getChildText("subject") === "夜班");
      await juliet.configures({ roomname: "夜班室", moderatedroom: "1" });

      const listed = new RegExp(`^${address} +2 +2 +no +yes +yes +夜班室$`, "m");
      expect(await operator("list", "--owner", owner.bareJid)).to.match(listed);
      expect(await operator("list", "夜班")).to.match(listed);
      expect(await operator("grep", "watched", "anybody")).to.match(
        new RegExp(`^\\d{4}-.* 罗密欧 \\(${guest.bareJid}\\) +anybody there\\?$`, "m"),
      );
      const shown = await operator("show", "watched");
      for (const words of [
        /^moderated +yes +Only occupants with voice may speak$/m,
        /^subject: 夜班\nsubject by: Juliet$/m,
        new RegExp(`^${owner.bareJid} +owner +yes$`, "m"),
        new RegExp(`^${guest.bareJid} +member +yes$`, "m"),
        /^sessions inside: 2$/m,
        new RegExp(`^Juliet +${owner.bareJid} +owner +moderator +1$`, "m"),
        /^罗密欧 .* participant +1$/m,
        /^messages in the archive: 2$/m,
      ])
        expect(shown).to.match(words);

      await romeo.leaves();
      expect(await operator("show", "watched")).to.include("sessions inside: 1\n");
      expect(await room.call("destroy_muc")).to.equal(SUCCESS);
      expect(await operator("list")).not.to.include(address);
      const { code, stderr } = await command(running(), "room", "show", "watched");
      expect([code, stderr]).to.deep.equal([65, `room: there is no room ${address}.\n`]);
    });
  });
});
