import { expect } from "chai";
import { callsOn } from "../../api/calling.js";
import { CRONE, crone, DOMAIN, HAG, hag, item, onStage, ROOM, WICCA, wiccarocks } from "../../play.js";

describe("invitations", () => {
  const play = onStage();

  /** Where an invitation comes from, and what it says. */
  const invitations = (jid: string): string[] =>
    play.hears(jid).map((message) => {
      expect(message.getChild("x", "jabber:x:conference")?.attrs.jid).to.equal(ROOM);
      return `${message.attrs.from}: ${message.getChildText("body")}`;
    });

  describe("by a program", () => {
    it("is one direct invitation from the acting user, which servers store offline", async () => {
      await play.begins({ names: { [HAG]: "张三" } });
      await callsOn(() => play).create({ name: "研发群" });
      await play.adds("hag66", "crone1");
      const [message, ...more] = play.hears(CRONE);
      expect(more).to.deep.equal([]);
      expect(message?.attrs).to.include({ from: HAG, to: CRONE });
      expect(message?.attrs.type).to.equal(undefined);
      expect(message?.getChildText("body")).to.equal(`张三 invites you to 研发群: xmpp:${ROOM}?join`);
      const names = message?.getChildElements().map((child) => `${child.name} ${child.attrs.xmlns ?? ""}`);
      expect(names).to.deep.equal(["body ", "x jabber:x:conference", "no-permanent-store urn:xmpp:hints"]);
    });

    it("is in the language of messages.language", async () => {
      await play.begins({ names: { [HAG]: "张三" }, messages: { language: "zh" } });
      await play.makes("hag66", "crone1");
      expect(invitations(HAG)).to.deep.equal([`${DOMAIN}: 已为你创建群聊coven：xmpp:${ROOM}?join`]);
      expect(invitations(CRONE)).to.deep.equal([`${HAG}: 张三邀请你加入coven：xmpp:${ROOM}?join`]);
      await play.configures(hag, { "muc#roomconfig_roomadmins": [WICCA] });
      expect(invitations(WICCA)).to.deep.equal([`${HAG}: ${HAG}将你加为coven的成员：xmpp:${ROOM}?join`]);
    });

    it("has the room's password", async () => {
      await play.makes("hag66");
      await play.configures(hag, { "muc#roomconfig_roomsecret": "cauldron" });
      await play.adds("hag66", "crone1");
      const x = play.hears(CRONE)[0]?.getChild("x", "jabber:x:conference");
      expect(x?.attrs).to.deep.equal({ xmlns: "jabber:x:conference", jid: ROOM, password: "cauldron" });
    });

    it("comes from the service for a new room's owner, and isn't sent to the actor", async () => {
      await play.makes("hag66");
      expect(invitations(HAG)).to.deep.equal([
        `${DOMAIN}: The room coven was made for you: xmpp:${ROOM}?join`,
      ]);
      await play.adds("hag66", "hag66", "crone1");
      expect(invitations(HAG)).to.deep.equal([]);
      expect(invitations(CRONE)).to.have.length(1);
    });

    it("comes from the service if the acting user's host isn't served", async () => {
      await play.begins({ foreignSenders: true });
      await play.makes("boss@elsewhere.test", "crone1");
      expect(invitations(CRONE)).to.deep.equal([`${DOMAIN}: boss invites you to coven: xmpp:${ROOM}?join`]);
    });
  });

  describe("by a list of members (XEP-0045 §9.5)", () => {
    const makesMembers = async (...jids: string[]): Promise<void> => {
      await play.administers(hag, jids.map((jid) => item(jid, "member")).join(""));
    };

    it("is sent in members-only rooms, from the administrator, to new members", async () => {
      await play.roomOf(hag, "hag", { "muc#roomconfig_whois": "anyone", "muc#roomconfig_membersonly": "1" });
      await makesMembers(CRONE, WICCA);
      expect(invitations(CRONE)).to.deep.equal([`${HAG}: hag made you a member of coven: xmpp:${ROOM}?join`]);
      expect(invitations(WICCA)).to.have.length(1);
      await makesMembers(CRONE);
      await play.affiliates(hag, WICCA, "admin");
      expect([...invitations(CRONE), ...invitations(WICCA)]).to.deep.equal([]);
    });

    it("has no address if the room hides addresses", async () => {
      await play.roomOf(hag, "hag", { "muc#roomconfig_membersonly": "1" });
      await makesMembers(CRONE);
      expect(invitations(CRONE)).to.deep.equal([
        `${DOMAIN}: hag made you a member of coven: xmpp:${ROOM}?join`,
      ]);
    });

    it("names an administrator outside neither by address nor nickname", async () => {
      const fields = { "muc#roomconfig_membersonly": "1", "muc#roomconfig_persistentroom": "1" };
      await play.roomOf(hag, "hag", fields);
      await play.leaves(hag);
      await makesMembers(CRONE);
      expect(invitations(CRONE)).to.deep.equal([
        `${DOMAIN}: An administrator made you a member of coven: xmpp:${ROOM}?join`,
      ]);
    });

    it("is sent for the configuration's lists, too", async () => {
      await play.roomOf(hag, "hag", { "muc#roomconfig_whois": "anyone", "muc#roomconfig_membersonly": "1" });
      await play.configures(hag, { "muc#roomconfig_roomadmins": [CRONE] });
      expect(invitations(CRONE)).to.have.length(1);
    });

    it("isn't sent in open rooms, nor to occupants", async () => {
      await play.roomOf(hag, "hag");
      await play.enters(crone, "crone");
      await makesMembers(WICCA);
      await play.configures(hag, {
        "muc#roomconfig_membersonly": "1",
        "muc#roomconfig_roomadmins": [CRONE],
      });
      expect([...invitations(WICCA), ...invitations(CRONE)]).to.deep.equal([]);
    });
  });

  describe("through the room, by an occupant", () => {
    it("creates at most max_members members, and then invites nobody", async () => {
      await play.begins({ rooms: { max_members: 2 } });
      await play.roomOf(hag, "hag", { "muc#roomconfig_membersonly": "1" });
      await play.invites(hag, CRONE);
      expect(play.hears(CRONE)).to.have.length(1);
      play.hears(hag);
      await play.invites(hag, WICCA);
      play.refused(hag, "wait/resource-constraint by coven");
      play.receives(WICCA);
      await play.isRefused(wiccarocks, "wicca", "auth/registration-required by coven");
    });
  });
});
