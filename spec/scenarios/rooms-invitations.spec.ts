/** Invitations into rooms, by calls and by messages, to users who come and go. */
import { expect } from "chai";
import { Client, xml, type Element } from "../../scripts/lab/client.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { call, Person } from "./rooms-people.js";

const MAM = "urn:xmpp:mam:2";
const DONE = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';

describe("invitations into rooms", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let rooms = 0;
    let owner: Person;
    let room: { readonly muc_id: string; readonly muc_owner: string; readonly muc_domain: string };

    beforeEach(async () => {
      const client = await stage.client("owner");
      const muc_domain = stage.domain;
      room = { muc_id: `r${++rooms}`, muc_owner: client.bareJid, muc_domain };
      owner = new Person(client, `${room.muc_id}@${muc_domain}`, "Owner");
      await call(running(), "create_muc", { ...room, muc_name: "研发群" });
      await owner.enters();
    });

    const adds = async (jid: string): Promise<void> => {
      expect(await call(running(), "add_muc_user", { ...room, muc_member: [jid] })).to.equal(DONE);
    };
    const person = (client: Client): Person => new Person(client, owner.room, client.username);
    /** The messages in a user's own archive. */
    const archived = async (client: Client): Promise<readonly Element[]> => {
      await client.iq("set", xml("query", { xmlns: MAM }));
      return client.received.filter((stanza) => stanza.getChild("result", MAM) !== undefined);
    };

    it("come once to a user who was offline, and are in no archive, whatever is written meanwhile", async () => {
      const account = await stage.account("offline");
      await adds(`${account.username}@${account.host}`);
      await owner.says("is anybody there?");
      const client = await stage.client(account);
      const late = person(client);
      const invitation = await late.isInvitedDirectly();
      expect(invitation.attrs.from).to.equal(owner.client.bareJid);
      expect(invitation.getChildText("body")).to.contain("研发群");
      expect(await archived(client)).to.deep.equal([]);
      expect(late.invitations).to.have.length(1);
      await late.enters();
    });

    it("don't come to a user who was inside and left, logged out or lost the connection", async () => {
      const account = await stage.account("guest");
      const jid = `${account.username}@${account.host}`;
      const first = person(await stage.client(account));
      await adds(jid);
      await first.isInvitedDirectly();
      await first.enters();
      await first.leaves();
      await owner.sees(first.nick, "unavailable");
      await owner.says("now that they are gone");
      await first.enters();
      expect(first.invitations).to.have.length(1);

      await first.client.close();
      await owner.sees(first.nick, "unavailable");
      await owner.says("they logged out");
      const second = person(await stage.client(account));
      await second.enters();
      second.client.cut();
      await owner.sees(second.nick, "unavailable");
      await owner.says("they were cut off");
      const third = person(await stage.client(account));
      await third.enters();
      expect([...second.invitations, ...third.invitations]).to.deep.equal([]);
    });
  });
});
