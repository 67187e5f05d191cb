/** What the servers themselves decide for rooms: lost connections, and invitations to users who come and go. */
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { archiveOf, CalledRoom, codesOf, errorIn, Person, USER } from "./rooms-people.js";

describe("Rooms for ordinary clients", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    let rooms = 0;
    let room: CalledRoom;
    let owner: Person;
    beforeEach(async () => {
      const client = await stage.client("owner");
      room = await CalledRoom.make(running(), [`r${++rooms}`, stage.domain], client);
      owner = await room.admits(client);
    });
    const person = (client: Client): Person => new Person(client, room.address, client.username);

    it("invite a user who was offline once, and no archive has it, whatever is written meanwhile", async () => {
      const account = await stage.account("offline");
      await room.adds(`${account.username}@${account.host}`);
      await owner.says("is anybody there?");
      const client = await stage.client(account);
      const late = person(client);
      const invitation = await late.isInvitedDirectly();
      expect(invitation.attrs.from).to.equal(owner.client.bareJid);
      expect(await archiveOf(client)).to.deep.equal([]);
      expect(late.invitations).to.have.length(1);
      await late.enters();
    });

    it("don't invite a user who was inside and left, logged out or lost the connection", async () => {
      const account = await stage.account("guest");
      const first = person(await stage.client(account));
      await room.adds(first.client);
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

    it("notice who loses their connection, also of those who were refused something before", async () => {
      const client = await stage.client("crone");
      await room.adds(client);
      const crone = await room.admits(client);
      await client.send(xml("presence", { to: owner.address }));
      expect(errorIn(await crone.sees(owner.nick, "error"))).to.equal("cancel/conflict");
      await client.send(xml("message", { to: `${room.address}/nobody`, type: "chat" }, xml("body", {}, "x")));
      await client.next((stanza) => errorIn(stanza) === "cancel/item-not-found");
      client.cut();
      expect(codesOf(await owner.sees(crone.nick, "unavailable"))).to.deep.equal([]);
    });

    it("pass invitations of occupants on, also to those who are offline, and their declines", async () => {
      const absent = await stage.account("absent");
      const to = `${absent.username}@${absent.host}`;
      const sends = (client: Client, child: Element): Promise<void> =>
        client.send(xml("message", { to: room.address }, xml("x", { xmlns: USER }, child)));
      await sends(owner.client, xml("invite", { to }, xml("reason", {}, "come")));
      // Comes behind the invitation: the server has stored it.
      await owner.says("the absent are invited, too");
      const back = person(await stage.client(absent));
      const inviter = await back.isInvited();
      expect(inviter).to.equal(owner.client.bareJid);
      await sends(back.client, xml("decline", { to: inviter }, xml("reason", {}, "busy")));
      const declineIn = (stanza: Element) => stanza.getChild("x", USER)?.getChild("decline");
      const passed = await owner.client.next((stanza) => declineIn(stanza) !== undefined);
      expect(declineIn(passed)?.attrs.from).to.equal(to);
    });
  });
});
