/** A room's life, from the first call to the last, with two ordinary clients in it. */
import { expect } from "chai";
import { componentOn, onEachServer } from "../support/servers.js";
import { call, Person } from "./rooms-people.js";

const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';

describe("A room made by calls, with two people in it", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);

    it("lives through everything that calls, clients and crashes do to it", async () => {
      const component = running();
      const muc_domain = stage.domain;
      const muc_id = "test-8470e92d33304a27a847ddcbc3b9ae2b";
      const [julietsClient, romeosClient] = await Promise.all([
        stage.client("juliet"),
        stage.client("romeo"),
      ]);
      const muc_owner = julietsClient.username;
      const romeosId = romeosClient.username;
      const juliet = new Person(julietsClient, `${muc_id}@${muc_domain}`, "Juliet");
      const romeo = new Person(romeosClient, juliet.room, "罗密欧");
      const room = { muc_id, muc_owner, muc_domain, system: "test" };
      const speak = (text: string): Promise<string> =>
        call(component, "send_thirdmessage", {
          from: julietsClient.bareJid,
          to: juliet.room,
          message: `<message type="groupchat" to="${juliet.room}" from="${julietsClient.bareJid}" client_ver='0'><body id="watcher-${text.length}" maType='20' msgType="1">${text}</body></message>`,
        });

      // The room is made, and both are invited.
      expect(await call(component, "create_muc", room)).to.equal(SUCCESS);
      expect((await juliet.isInvitedDirectly()).attrs.from).to.equal(muc_domain);
      expect(await call(component, "add_muc_user", { ...room, muc_member: [romeosId] })).to.equal(SUCCESS);
      expect((await romeo.isInvitedDirectly()).attrs.from).to.equal(julietsClient.bareJid);
      expect(await call(component, "create_muc", room)).to.equal(SUCCESS);

      // Both come in.
      await juliet.enters();
      await romeo.enters();
      await juliet.sees(romeo.nick);

      // They talk, and programs talk to them.
      await juliet.says("what's in a name?");
      expect(await romeo.hears("what's in a name?")).to.equal("Juliet");
      await romeo.says("that which we call a rose");
      expect(await juliet.hears("that which we call a rose")).to.equal("罗密欧");
      expect(await speak("来自程序")).to.equal(SUCCESS);
      for (const person of [juliet, romeo]) expect(await person.hears("来自程序")).to.equal("Juliet");
      const sendMessage = {
        From: romeosId,
        To: [{ User: muc_id }],
        Body: "from afar",
        Type: "groupchat",
        Msg_Type: "1",
        Host: stage.server.host,
        Domain: muc_domain,
        Extend_Info: "",
      };
      expect(await call(component, "send_message", sendMessage)).to.equal(
        '{"ret":true,"errcode":0,"errmsg":"success"}',
      );
      for (const person of [juliet, romeo]) expect(await person.hears("from afar")).to.equal("罗密欧");

      // A returning occupant gets the history.
      await romeo.leaves();
      await juliet.sees(romeo.nick, "unavailable");
      const heard = await romeo.enters();
      const texts = heard.flatMap((stanza) => stanza.getChildText("body") ?? []);
      expect(texts).to.deep.equal([
        "what's in a name?",
        "that which we call a rose",
        "来自程序",
        "from afar",
      ]);
      await juliet.sees(romeo.nick);

      // The component is killed and started again; the occupants stay.
      await component.end("SIGKILL");
      component.launch();
      await component.ready();
      await juliet.says("are you still here?");
      expect(await romeo.hears("are you still here?")).to.equal("Juliet");
      await romeo.says("I am");
      expect(await juliet.hears("I am")).to.equal("罗密欧");
      expect(await speak("after the crash")).to.equal(SUCCESS);
      expect(await romeo.hears("after the crash")).to.equal("Juliet");

      // A planned restart is noticed no more.
      expect(await component.end("SIGTERM")).to.equal(0);
      component.launch();
      await component.ready();
      await romeo.says("what was that?");
      expect(await juliet.hears("what was that?")).to.equal("罗密欧");

      const members = JSON.parse(await call(component, "muc_users", room)) as {
        data: { U: string; N: string }[];
      };
      expect(members.data.map(({ U }) => U)).to.deep.equal([muc_owner, romeosId]);

      // One is taken out, and both see it.
      expect(await call(component, "del_muc_user", { ...room, muc_member: [romeosId] })).to.equal(SUCCESS);
      await romeo.sees(romeo.nick, "unavailable", "321");
      await juliet.sees(romeo.nick, "unavailable", "321");

      // The end.
      expect(await call(component, "destroy_muc", room)).to.equal(SUCCESS);
      const last = await juliet.sees(juliet.nick, "unavailable");
      expect(last.getChild("x")?.getChild("destroy")).not.to.equal(undefined);
      expect(await call(component, "muc_users", room)).to.equal(
        `{"ret":false,"errcode":4,"errmsg":"there is no room ${juliet.room}","data":[]}`,
      );
    });

    it("finds those who left while the component was away", async () => {
      const component = running();
      const muc_domain = stage.domain;
      const [staying, leaving] = await Promise.all([stage.client("staying"), stage.client("leaving")]);
      const muc_owner = staying.username;
      const room = { muc_id: "roll-call", muc_owner, muc_domain };
      expect(await call(component, "create_muc", room)).to.equal(SUCCESS);
      const member = { ...room, muc_member: [leaving.bareJid] };
      expect(await call(component, "add_muc_user", member)).to.equal(SUCCESS);
      const here = new Person(staying, `roll-call@${muc_domain}`, "here");
      const gone = new Person(leaving, here.room, "gone");
      await here.enters();
      await gone.enters();
      await here.sees("gone");
      await component.end("SIGKILL");
      await leaving.close();
      component.launch();
      await component.ready();
      await here.sees("gone", "unavailable", "333");
      await here.says("alone");
    });

    it("goes on after the server was restarted", async () => {
      const component = running();
      const muc_domain = stage.domain;
      const account = await stage.account("returning");
      const before = await stage.client(account, "one");
      const room = { muc_id: "after-all", muc_owner: account.username, muc_domain };
      expect(await call(component, "create_muc", room)).to.equal(SUCCESS);
      await new Person(before, `after-all@${muc_domain}`, "me").enters();
      await stage.server.kill();
      await before.close().catch(() => undefined);
      const kept = call(component, "send_message", {
        From: account.username,
        To: [{ User: "after-all" }],
        Body: "said meanwhile",
        Type: "groupchat",
        Domain: muc_domain,
      });
      expect(await kept).to.equal('{"ret":true,"errcode":0,"errmsg":"success"}');
      await stage.server.restart();
      await stage.server.addAccounts(account);
      await component.ready();
      const after = await stage.client(account, "two");
      const me = new Person(after, `after-all@${muc_domain}`, "me");
      const texts = (await me.enters()).flatMap((stanza) => stanza.getChildText("body") ?? []);
      expect(texts).to.deep.equal(["said meanwhile"]);
      await me.says("back again");
    });
  });
});
