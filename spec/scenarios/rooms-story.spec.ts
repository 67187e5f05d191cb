/** A room's life, from the first call to the last, with two ordinary clients in it. */
import { expect } from "chai";
import { componentOn, onEachServer } from "../support/servers.js";
import { call, CalledRoom, crash, Person, SUCCESS } from "./rooms-people.js";

const SENT = '{"ret":true,"errcode":0,"errmsg":"success"}';

describe("A room made by calls, with two people in it", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    /** Makes a call that speaks in the room as programs' users do. */
    const sends = (From: string, room: string, Body: string): Promise<string> =>
      call(running(), "send_message", {
        ...{ From, To: [{ User: room.split("@")[0] }], Body, Type: "groupchat", Msg_Type: "1" },
        ...{ Host: stage.server.host, Domain: stage.domain, Extend_Info: "" },
      });

    it("lives through everything that calls, clients and crashes do to it", async () => {
      const component = running();
      const [julietsClient, romeosClient] = [await stage.client("juliet"), await stage.client("romeo")];
      const muc_owner = julietsClient.username;
      const muc_member = [romeosClient.username];
      const muc_id = "test-8470e92d33304a27a847ddcbc3b9ae2b";
      const room = new CalledRoom(component, { muc_id, muc_owner, muc_domain: stage.domain });
      const juliet = new Person(julietsClient, room.address, "Juliet");
      const romeo = new Person(romeosClient, room.address, "罗密欧");
      /** Says something, which the other hears. */
      const tells = async (one: Person, other: Person, text: string): Promise<void> => {
        await one.says(text);
        expect(await other.hears(text)).to.equal(one.nick);
      };

      // The room is made, and both are invited.
      expect(await room.call("create_muc")).to.equal(SUCCESS);
      expect((await juliet.isInvitedDirectly()).attrs.from).to.equal(stage.domain);
      expect(await room.call("add_muc_user", { muc_member })).to.equal(SUCCESS);
      expect((await romeo.isInvitedDirectly()).attrs.from).to.equal(julietsClient.bareJid);
      expect(await room.call("create_muc")).to.equal(SUCCESS);

      // Both come in.
      await juliet.enters();
      await romeo.enters();
      await juliet.sees(romeo.nick);

      // They talk, and programs talk to them.
      await tells(juliet, romeo, "what's in a name?");
      await tells(romeo, juliet, "that which we call a rose");
      expect(await room.says("来自程序")).to.equal(true);
      expect(await sends(romeosClient.username, room.address, "from afar")).to.equal(SENT);
      for (const person of [juliet, romeo]) {
        expect(await person.hears("来自程序")).to.equal("Juliet");
        expect(await person.hears("from afar")).to.equal("罗密欧");
      }

      // A returning occupant gets the history.
      await romeo.leaves();
      await juliet.sees(romeo.nick, "unavailable");
      const texts = (await romeo.enters()).flatMap((stanza) => stanza.getChildText("body") ?? []);
      expect(texts).to.deep.equal([
        "what's in a name?",
        "that which we call a rose",
        "来自程序",
        "from afar",
      ]);
      await juliet.sees(romeo.nick);

      // The component is killed and started again; the occupants stay.
      await crash(component);
      await tells(juliet, romeo, "are you still here?");
      await tells(romeo, juliet, "I am");
      expect(await room.says("after the crash")).to.equal(true);
      expect(await romeo.hears("after the crash")).to.equal("Juliet");

      // A planned restart is noticed no more.
      expect(await component.end("SIGTERM")).to.equal(0);
      component.launch();
      await component.ready();
      await tells(romeo, juliet, "what was that?");

      const { data } = JSON.parse(await room.call("muc_users")) as { data: { U: string }[] };
      expect(data.map(({ U }) => U)).to.deep.equal([muc_owner, ...muc_member]);

      // One is taken out, and both see it.
      expect(await room.call("del_muc_user", { muc_member })).to.equal(SUCCESS);
      for (const person of [juliet, romeo]) await person.sees(romeo.nick, "unavailable", "321");

      // The end.
      expect(await room.call("destroy_muc")).to.equal(SUCCESS);
      const last = await juliet.sees(juliet.nick, "unavailable");
      expect(last.getChild("x")?.getChild("destroy")).not.to.equal(undefined);
      expect(await room.call("muc_users")).to.equal(
        `{"ret":false,"errcode":4,"errmsg":"there is no room ${room.address}","data":[]}`,
      );
    });

    it("finds those who left while the component was away", async () => {
      const [staying, leaving] = [await stage.client("staying"), await stage.client("leaving")];
      const room = await CalledRoom.make(running(), ["roll-call", stage.domain], staying, leaving);
      const here = await room.admits(staying);
      const gone = await room.admits(leaving);
      await here.sees(gone.nick);
      await crash(running(), () => leaving.close());
      await here.sees(gone.nick, "unavailable", "333");
      await here.says("alone");
    });

    it("goes on after the server was restarted", async () => {
      const account = await stage.account("returning");
      const before = await stage.client(account, "one");
      const room = await CalledRoom.make(running(), ["after-all", stage.domain], before);
      await room.admits(before, "me");
      await stage.server.kill();
      await before.close().catch(() => undefined);
      expect(await sends(account.username, room.address, "said meanwhile")).to.equal(SENT);
      await stage.server.restart();
      await stage.server.addAccounts(account);
      await running().ready();
      const me = await room.admits(await stage.client(account, "two"), "me");
      expect(me.said.map(({ text }) => text)).to.deep.equal(["said meanwhile"]);
      await me.says("back again");
    });
  });
});
