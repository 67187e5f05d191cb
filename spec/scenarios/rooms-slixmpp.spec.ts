/** A room seen by slixmpp's own group-chat plugin. */
import { expect } from "chai";
import { componentOn, onServer } from "../support/servers.js";
import { needsSlixmpp, SlixmppClient } from "../support/slixmpp.js";
import { call, Person } from "./rooms-people.js";

describe("slixmpp in a room", () => {
  needsSlixmpp();

  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);

    it("is invited, enters, talks, whispers, reads the archive, moderates, is kicked and leaves", async () => {
      const component = running();
      const { domain } = stage;
      const account = await stage.account("slix");
      const jid = `${account.username}@${account.host}`;
      const port = stage.server.clientPort;
      const juliet = await stage.client("juliet");
      const room = `balcony@${domain}`;
      const romeo = await SlixmppClient.login({ jid, password: account.password, port });
      try {
        const call_ = { muc_id: "balcony", muc_owner: juliet.bareJid, muc_domain: domain };
        await call(component, "create_muc", call_);
        const owner = new Person(juliet, room, "Juliet");
        await owner.enters();
        await owner.says("before");

        romeo.does("join", { room, nick: "Romeo" });
        await romeo.hears("refused", { condition: "registration-required" });
        await call(component, "add_muc_user", { ...call_, muc_member: [jid] });
        await romeo.hears("directly-invited", { room, by: juliet.bareJid });
        romeo.does("join", { room, nick: "Juliet" });
        await romeo.hears("refused", { condition: "conflict" });
        romeo.does("join", { room, nick: "Romeo" });
        const joined = await romeo.hears("joined");
        // Bots that hear all rooms are occupants, too.
        expect(joined.occupants).to.include.members(["Juliet", "Romeo"]);
        expect(joined).to.deep.include({ history: ["before"] });
        await owner.sees("Romeo");

        romeo.does("say", { room, body: "it is the east" });
        expect(await owner.hears("it is the east")).to.equal("Romeo");
        await romeo.hears("message", { nick: "Romeo", body: "it is the east" });
        await owner.says("ay me");
        await romeo.hears("message", { nick: "Juliet", body: "ay me", delayed: false });
        romeo.does("whisper", { room, nick: "Juliet", body: "psst" });
        await juliet.next(
          (stanza) => stanza.attrs.from === `${room}/Romeo` && stanza.getChildText("body") === "psst",
        );
        romeo.does("ping", { room, nick: "Romeo" });
        await romeo.hears("inside");

        romeo.does("archive", { room, max: 2 });
        expect(await romeo.hears("archive")).to.deep.include({
          bodies: ["before", "it is the east", "ay me"],
        });
        romeo.does("subject", { room, text: "mine" });
        romeo.does("affiliations", { room, affiliation: "owner" });
        expect(await romeo.hears("list")).to.deep.include({ jids: [juliet.bareJid] });

        await owner.administers({ affiliation: "owner", jid });
        await romeo.hears("presence", { nick: "Romeo", affiliation: "owner", role: "moderator" });
        romeo.does("configure", { room, values: { roomname: "The balcony", persistentroom: true } });
        await romeo.hears("done");
        await owner.client.next((stanza) => stanza.getChild("x")?.getChild("status")?.attrs.code === "104");
        romeo.does("subject", { room, text: "stars" });
        await owner.client.next((stanza) => stanza.getChildText("subject") === "stars");
        romeo.does("nick", { room, nick: "Montague" });
        await owner.sees("Romeo", "unavailable", "303");
        await owner.sees("Montague");
        romeo.does("role", { room, nick: "Juliet", role: "none", reason: "no" });
        await romeo.hears("done");
        await owner.sees("Juliet", "unavailable", "307");
        await owner.enters();

        await owner.administers({ affiliation: "member", jid });
        await owner.administers({ nick: "Montague", role: "none" }, "banishment");
        await romeo.hears("presence", { nick: "Montague", type: "unavailable", codes: [110, 307] });
        romeo.does("ping", { room, nick: "Montague" });
        await romeo.hears("outside", { condition: "not-acceptable" });
        romeo.does("join", { room, nick: "Romeo" });
        await romeo.hears("joined", { subject: "stars" });
        romeo.does("leave", { room, nick: "Romeo", reason: "good night" });
        const gone = await owner.sees("Romeo", "unavailable");
        expect(gone).not.to.equal(undefined);
      } finally {
        await romeo.close();
      }
    });
  });
});
