import { expect } from "chai";
import { mucUsers } from "../../../../component/operations/members.js";
import { callsOn } from "./calling.js";
import { CRONE, crone, DOMAIN, HAG, hag, onStage, ROOM, WICCA, wiccarocks } from "../play.js";

describe("calls on rooms", () => {
  const play = onStage();

  const { outcome, create, add, del, destroy, users, send } = callsOn(() => play);
  /** Who invited somebody directly to the room, since they were last asked. */
  const invitedBy = (jid: string): (string | undefined)[] =>
    play.hears(jid).map((message) => {
      expect(message.getChild("x", "jabber:x:conference")?.attrs.jid).to.equal(ROOM);
      return message.attrs.from;
    });

  describe("create_muc", () => {
    it("creates a persistent, members-only, non-anonymous room, and invites its owner", async () => {
      expect(await create({ name: "测试群" })).to.equal("done");
      expect(invitedBy(HAG)).to.deep.equal([DOMAIN]);
      await play.isRefused(crone, "crone", "auth/registration-required by coven");
      expect((await play.entry(hag, "hag"))[0]).to.equal("presence coven/hag owner/moderator 100 110");
      const info = await play.asks(hag, "get", `<query xmlns="http://jabber.org/protocol/disco#info"/>`);
      const { features } = await play.info(hag);
      expect(features).to.include.members([
        "muc_persistent",
        "muc_membersonly",
        "muc_nonanonymous",
        "muc_hidden",
      ]);
      expect(info.getChild("query")?.getChild("identity")?.attrs.name).to.equal("测试群");
    });

    it("changes nothing if the owner repeats it, and refuses another owner", async () => {
      await create();
      play.hears(HAG);
      expect(await create({ name: "other" })).to.equal("done");
      play.receives(HAG);
      expect(await create({ actor: "crone1" })).to.equal(
        `3 the room ${ROOM} exists already, with another owner`,
      );
    });

    it("makes muc_true_owner the owner, whom the acting user invites", async () => {
      await create({ trueOwner: "crone1" });
      expect(await users()).to.deep.equal([{ user: "crone1", host: "qtalk.test.org", name: "crone1" }]);
      expect(invitedBy(CRONE)).to.deep.equal([HAG]);
    });

    it("refuses unserved domains, invalid ids, and owners of other hosts", async () => {
      expect(await create({ room: { id: "coven", domain: "conference.else.where" } })).to.equal(
        `1 muc_domain: "conference.else.where" is not served here; expected ${DOMAIN}`,
      );
      expect(await create({ room: { id: "a/b", domain: DOMAIN } })).to.equal(
        '1 muc_id: "a/b" is not a valid room id',
      );
      expect(await create({ actor: "a@else.where" })).to.match(/^2 muc_owner: "a@else.where" is not a user/);
    });

    it("accepts the aliases of the domain", async () => {
      await play.begins({ rooms: { aliases: ["conference.old.org"] } });
      expect(await create({ room: { id: "coven", domain: "conference.old.org" } })).to.equal("done");
      expect((await play.entry(hag, "hag"))[0]).to.contain("owner/moderator");
      expect(await send("hag66", "by its old name", { to: "coven@conference.old.org" })).to.equal("done");
      play.receives(hag, 'message coven/hag groupchat "by its old name"');
    });
  });

  describe("add_muc_user", () => {
    beforeEach(() => create());

    it("makes members, invites those who aren't inside, and demotes nobody", async () => {
      await play.enters(hag, "hag");
      play.hears(hag);
      play.hears(HAG);
      expect(await add("hag66", "crone1", WICCA, "hag66")).to.equal("done");
      expect(invitedBy(CRONE)).to.deep.equal([HAG]);
      expect(invitedBy(WICCA)).to.deep.equal([HAG]);
      expect(invitedBy(HAG)).to.deep.equal([]);
      expect(play.hears(hag)).to.have.length(2);
      expect(await users()).to.deep.equal(
        ["hag66", "crone1", "wiccarocks"].map((user) => ({ user, host: "qtalk.test.org", name: user })),
      );
      await play.enters(crone, "crone");
      expect(await add("crone1", "crone1", "wiccarocks")).to.equal("done");
      expect(invitedBy(CRONE)).to.deep.equal([]);
      expect(invitedBy(WICCA)).to.deep.equal([CRONE]);
    });

    it("refuses actors who aren't members, unknown rooms and banned users, and adds nobody", async () => {
      expect(await add("crone1", "wiccarocks")).to.equal("2 User not in Room");
      await play.enters(hag, "hag");
      await play.affiliates(hag, WICCA, "outcast");
      expect(await add("hag66", "crone1", "wiccarocks")).to.equal(
        `2 muc_member: ${WICCA} is banned from the room`,
      );
      expect(await add("hag66", "crone1", "a b@c")).to.match(/^1 muc_member\[1\]: /);
      expect(await users()).to.have.length(1);
      play.receives(CRONE);
      await destroy("hag66");
      expect(await add("hag66", "crone1")).to.equal(`4 there is no room ${ROOM}`);
    });
  });

  describe("del_muc_user", () => {
    beforeEach(async () => {
      await create();
      await add("hag66", "crone1", "wiccarocks");
      await play.enters(hag, "hag");
      await play.enters(crone, "crone");
      play.hush();
    });

    it("removes members, which everybody inside sees with 321", async () => {
      expect(await del("hag66", "crone1", "nobody")).to.equal("done");
      play.receives(crone, "presence coven/crone unavailable none/none 321 110");
      play.receives(hag, "presence coven/crone unavailable none/none 321");
      expect(await users()).to.have.length(2);
      expect(await del("hag66", "crone1")).to.equal("done");
      play.receives(hag);
    });

    it("removes occupants of open rooms, too", async () => {
      await play.configures(hag, { "muc#roomconfig_membersonly": "0" });
      play.hush();
      await del("hag66", "crone1");
      expect(play.lines(crone).at(-1)).to.equal("presence coven/crone unavailable none/none 321 110");
    });

    it("is for owners and administrators, and keeps the last owner and users of a higher rank", async () => {
      expect(await del("crone1", "wiccarocks")).to.equal("2 owner error");
      expect(await del("hag66", "hag66", "crone1")).to.equal(
        "2 muc_member: The room would have no owner left.",
      );
      await play.affiliates(hag, CRONE, "admin");
      expect(await del("crone1", "hag66")).to.match(/^2 muc_member: hag66@/);
      expect(await users()).to.have.length(3);
    });

    it("refuses users of an unserved host, unless they are members", async () => {
      expect(await del("hag66", CRONE, "crone1@qtalk.tset.org")).to.match(/^4 /);
      expect(play.stored(CRONE)).to.include({ affiliation: "member" });
      const foreign = "partner@partner.test";
      await add("hag66", foreign);
      expect(play.stored(foreign)).to.include({ affiliation: "member" });
      expect(await del("hag66", foreign)).to.equal("done");
      expect(play.stored(foreign)).to.equal(undefined);
    });

    it("keeps a ban", async () => {
      await play.affiliates(hag, WICCA, "outcast");
      expect(await del("hag66", "wiccarocks")).to.equal("done");
      await play.isRefused(wiccarocks, "w", "auth/forbidden by coven");
    });
  });

  it("destroy_muc is for owners, notifies occupants, and leaves nothing behind", async () => {
    await create();
    await add("hag66", "crone1");
    await play.enters(crone, "crone");
    await send("hag66", "last words");
    play.hears(crone);
    expect(await destroy("crone1")).to.equal("2 owner error");
    expect(await destroy("hag66")).to.equal("done");
    const [seen] = play.hears(crone);
    expect(seen?.getChild("x")?.getChild("destroy")).not.to.equal(undefined);
    expect(await destroy("hag66")).to.equal(`4 there is no room ${ROOM}`);
  });

  it("muc_users returns the directory's names", async () => {
    await play.begins({ names: { [CRONE]: "测试1" } });
    await create();
    await add("hag66", "crone1");
    expect(await users()).to.deep.equal([
      { user: "hag66", host: "qtalk.test.org", name: "hag66" },
      { user: "crone1", host: "qtalk.test.org", name: "测试1" },
    ]);
    expect(outcome(await mucUsers(play.context, { id: "none", domain: DOMAIN }))).to.equal(
      `4 there is no room none@${DOMAIN}`,
    );
  });

  it("add_muc_user and del_muc_user handle many users like few", async () => {
    await create();
    const many = Array.from({ length: 150 }, (_, n) => `user-${(n * 37) % 150}`);
    await add("hag66", "crone1");
    await play.enters(crone, "crone");
    play.hears(crone);
    expect(await add("hag66", ...many, "crone1", many[3] ?? "")).to.equal("done");
    play.receives(crone);
    expect(invitedBy(`${many[9] ?? ""}@qtalk.test.org`)).to.deep.equal([HAG]);
    const names = async (): Promise<string[]> =>
      ((await users()) as { user: string }[]).map(({ user }) => user);
    expect(await names()).to.deep.equal(["hag66", "crone1", ...many]);
    play.service.rooms.sweep(Infinity);
    expect(await names()).to.deep.equal(["hag66", "crone1", ...many]);
    expect(await del("hag66", ...many.slice(10), "crone1", "nobody")).to.equal("done");
    play.receives(crone, "presence coven/crone unavailable none/none 321 110");
    expect(await names()).to.deep.equal(["hag66", ...many.slice(0, 10)]);
    play.service.rooms.sweep(Infinity);
    expect(await names()).to.deep.equal(["hag66", ...many.slice(0, 10)]);
  });
});
