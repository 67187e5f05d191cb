/** Moderation of messages: with slixmpp's own plugin. */
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { componentOn, onServer } from "../support/servers.js";
import { needsSlixmpp, SlixmppClient } from "../support/slixmpp.js";
import { call, errorIn, Person } from "./rooms-people.js";

const MODERATE = "urn:xmpp:message-moderate:1";
const RETRACT = "urn:xmpp:message-retract:1";

describe("Moderating a room", () => {
  needsSlixmpp();

  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);

    it("everybody sees that a message is retracted, and it is gone for good, also after a crash", async () => {
      const component = running();
      const { domain } = stage;
      const room = `bulletin@${domain}`;
      const account = await stage.account("moderator");
      const jid = `${account.username}@${account.host}`;
      const client = await stage.client("juliet");
      const juliet = new Person(client, room, "Juliet");
      const nurse = new Person(await stage.client("nurse"), room, "Nurse");
      const port = stage.server.clientPort;
      const moderator = await SlixmppClient.login({ jid, password: account.password, port });
      try {
        const call_ = { muc_id: "bulletin", muc_owner: jid, muc_domain: domain };
        await call(component, "create_muc", call_);
        await call(component, "add_muc_user", {
          ...call_,
          muc_member: [client.bareJid, nurse.client.bareJid],
        });
        moderator.does("join", { room, nick: "Guard" });
        await moderator.hears("joined");
        await juliet.enters();
        const info = await juliet.iq("get", xml("query", { xmlns: "http://jabber.org/protocol/disco#info" }));
        const features = info.getChild("query")?.getChildren("feature") ?? [];
        expect(features.map(({ attrs }) => attrs.var)).to.include(MODERATE);

        // Juliet writes a message to be moderated, and may not retract others' messages.
        const id = stanzaId(await juliet.says("free potions"));
        await juliet.says("sorry");
        moderator.does("say", { room, body: "behave" });
        const warning = await client.next((stanza) => stanza.getChildText("body") === "behave");
        const refused = await juliet.iq("set", request(stanzaId(warning)));
        expect(errorIn(refused)).to.equal("auth/forbidden");

        // The moderator's client finds the message's id, and retracts it.
        const heard = await moderator.hears("message", { body: "free potions" });
        expect(heard.id).to.equal(id);
        moderator.does("moderate", { room, id, reason: "Spells" });
        const by = `${room}/Guard`;
        const seen = await moderator.hears("moderated", { room, id, by, reason: "Spells" });
        expect(seen.occupant).to.be.a("string").that.is.not.equal("");
        await moderator.hears("done");
        const told = await client.next((stanza) => stanza.getChild("retract", RETRACT) !== undefined);
        expect(told.attrs).to.include({ from: room, type: "groupchat" });
        expect(told.getChild("retract", RETRACT)?.getChild("moderated", MODERATE)?.attrs.by).to.equal(by);

        // The message is gone from the archive, also after a crash.
        await component.end("SIGKILL");
        component.launch();
        await component.ready();
        const history = (await nurse.enters()).filter((stanza) => stanza.getChild("delay") !== undefined);
        const texts = history.flatMap((stanza) =>
          stanza.is("message") ? [stanza.getChildText("body")] : [],
        );
        expect(texts).to.deep.equal(["sorry", "behave"]);
        moderator.does("archive", { room });
        expect(await moderator.hears("archive")).to.deep.include({
          bodies: ["", "sorry", "behave", ""],
          moderators: [by],
        });

        // Another moderator uses the same request.
        moderator.does("affiliation", { room, jid: client.bareJid, affiliation: "admin" });
        await moderator.hears("done");
        const answer = await juliet.iq("set", request(stanzaId(warning)));
        expect(answer.attrs.type).to.equal("result");
        await moderator.hears("moderated", { id: stanzaId(warning), by: juliet.address, reason: "" });
        moderator.does("moderate", { room, id: "1" });
        await moderator.hears("refused", { condition: "item-not-found" });
      } finally {
        await moderator.close();
      }
    });
  });
});

function stanzaId(message: Element): string {
  return message.getChild("stanza-id", "urn:xmpp:sid:0")?.attrs.id ?? "none";
}

function request(id: string): Element {
  return xml("moderate", { xmlns: MODERATE, id }, xml("retract", { xmlns: RETRACT }));
}
