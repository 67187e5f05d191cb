/** Operators who look at rooms of a running component and change them. */
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { operate } from "../support/command-line.js";
import { componentOn, onServer } from "../support/servers.js";
import { call, codesOf, Person } from "./rooms-people.js";

const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';

describe("An operator", () => {
  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);

    const operator = (...args: string[]): Promise<string> => operate(running(), "room", ...args);

    it("sees a room's occupants and messages from the command line, and nothing once it is destroyed", async () => {
      const component = running();
      const muc_domain = stage.domain;
      const [owner, guest] = await Promise.all([stage.client("owner"), stage.client("guest")]);
      const room = {
        muc_id: "watched",
        muc_owner: owner.username,
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
      expect(await operator("list", "夜班")).to.include(juliet.room);
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
      expect(await call(component, "destroy_muc", room)).to.equal(SUCCESS);
      expect(await operator("list")).not.to.include(juliet.room);
      const error = await operator("show", "watched").catch((failed: unknown) => failed);
      expect(error).to.include({
        code: 65,
        stderr: `room: there is no room ${juliet.room}.\n`,
      });
    });

    it("changes a room from the command line, while people are inside", async () => {
      const { domain } = stage;
      const [owner, guest] = await Promise.all([stage.client("owner"), stage.client("guest")]);
      const room = `plan@${domain}`;
      expect(
        await operator("make", "plan", "--owner", owner.bareJid, "--title", "项目", "whois=moderators"),
      ).to.equal(`The room ${room} was made; its owner is ${owner.bareJid}.\n`);
      await owner.next((stanza) => stanza.getChild("x", "jabber:x:conference")?.attrs.jid === room);
      await operator("member", "plan", guest.bareJid);
      const juliet = new Person(owner, room, "Juliet");
      const romeo = new Person(guest, room, "罗密欧");
      await juliet.enters();
      await romeo.enters();
      await operator("set", "plan", "moderatedroom=yes");
      await guest.next((stanza) => codesOf(stanza).includes("104"));
      await operator("announce", "plan", "Maintenance at ten");
      await guest.next((stanza) => stanza.getChildText("body") === "Maintenance at ten");
      await operator("kick", "plan", "罗密欧", "--reason", "Out");
      await guest.next((stanza) => codesOf(stanza).includes("307"));
      const refused = await operator("expel", "plan", owner.bareJid).catch((failed: unknown) => failed);
      expect(refused).to.include({ code: 65 });
      expect(refused)
        .to.have.property("stderr")
        .that.matches(/^users: /);
      await operator("hand-over", "plan", guest.bareJid);
      expect(await operator("users", "plan", "--affiliation", "owner")).to.include(guest.bareJid);
      await operator("destroy", "plan", "--yes", "--alternate", "other", "--reason", "Moved");
      const gone = await owner.next(
        (stanza) => stanza.attrs.type === "unavailable" && destroyed(stanza) !== undefined,
      );
      expect(destroyed(gone)?.attrs.jid).to.equal(`other@${domain}`);
    });
  });
});

function destroyed(stanza: Element): Element | undefined {
  return stanza.getChild("x", "http://jabber.org/protocol/muc#user")?.getChild("destroy");
}
