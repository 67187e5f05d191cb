/** Rooms seen by slixmpp's own plugins: group chat, archive, moderation, pictures. */
import { hash, randomBytes } from "node:crypto";
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { componentOn, onServer } from "../support/servers.js";
import { needsSlixmpp, SlixmppClient } from "../support/slixmpp.js";
import { CalledRoom, codesOf, crash, type Person } from "./rooms-people.js";

const PNG = Buffer.from("89504e470d0a1a0a", "hex");
/** As large as pictures of 512 by 512 points are. */
const PICTURE = Buffer.concat([PNG, randomBytes(120_000)]);
const sha1 = (bytes: Buffer): string => hash("sha1", bytes);

/** The hash of a picture that a presence tells; "" if there is none. */
const pictureOf = (stanza: Element): string | null | undefined =>
  stanza.getChild("x", "vcard-temp:x:update")?.getChildText("photo");
const seesPicture = ({ client, room }: Person, picture: string): Promise<Element> =>
  client.next((stanza) => stanza.attrs.from === room && pictureOf(stanza) === picture);

describe("slixmpp in a room", () => {
  needsSlixmpp();

  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);
    let client: Client;
    let room: CalledRoom;
    let juliet: Person;
    let romeo: SlixmppClient;
    /** Juliet is inside her room. */
    const begin = async (id: string): Promise<void> => {
      client = await stage.client("juliet");
      room = await CalledRoom.make(running(), [id, stage.domain], client);
      juliet = await room.admits(client, "Juliet");
      romeo = await SlixmppClient.login(stage, room.address);
    };
    afterEach(() => romeo.close());

    it("is invited, enters, talks, whispers, reads the archive, is kicked and leaves", async () => {
      await begin("balcony");
      await juliet.says("before");

      romeo.does("join", { nick: "Romeo" });
      await romeo.hears("refused", { condition: "registration-required" });
      await room.adds(romeo.jid);
      await romeo.hears("directly-invited", { room: room.address, by: client.bareJid });
      romeo.does("join", { nick: "Juliet" });
      await romeo.hears("refused", { condition: "conflict" });
      const joined = await romeo.asks("join", { nick: "Romeo" }, "joined");
      // Bots that hear all rooms are occupants, too.
      expect(joined.occupants).to.include.members(["Juliet", "Romeo"]);
      expect(joined).to.deep.include({ history: ["before"] });
      await juliet.sees("Romeo");

      romeo.does("say", { body: "it is the east" });
      expect(await juliet.hears("it is the east")).to.equal("Romeo");
      await romeo.hears("message", { nick: "Romeo", body: "it is the east" });
      await juliet.says("ay me");
      await romeo.hears("message", { nick: "Juliet", body: "ay me", delayed: false });
      romeo.does("whisper", { nick: "Juliet", body: "psst" });
      expect(await juliet.hears("psst")).to.equal("Romeo");
      await romeo.asks("ping", { nick: "Romeo" }, "inside");

      expect(await romeo.asks("archive", { max: 2 }, "archive")).to.deep.include({
        bodies: ["before", "it is the east", "ay me"],
      });
      romeo.does("subject", { text: "mine" });
      const owners = await romeo.asks("affiliations", { affiliation: "owner" }, "list");
      expect(owners).to.deep.include({ jids: [client.bareJid] });

      await juliet.administers({ affiliation: "owner", jid: romeo.jid });
      await romeo.hears("presence", { nick: "Romeo", affiliation: "owner", role: "moderator" });
      await romeo.asks("configure", { values: { roomname: "The balcony", persistentroom: true } });
      await client.next((stanza) => codesOf(stanza).includes("104"));
      romeo.does("subject", { text: "stars" });
      await client.next((stanza) => stanza.getChildText("subject") === "stars");
      romeo.does("nick", { nick: "Montague" });
      await juliet.sees("Romeo", "unavailable", "303");
      await juliet.sees("Montague");
      await romeo.asks("role", { nick: "Juliet", role: "none", reason: "no" });
      await juliet.sees("Juliet", "unavailable", "307");
      await juliet.enters();

      await juliet.administers({ affiliation: "member", jid: romeo.jid });
      await juliet.administers({ nick: "Montague", role: "none" }, "banishment");
      await romeo.hears("presence", { nick: "Montague", type: "unavailable", codes: [110, 307] });
      romeo.does("ping", { nick: "Montague" });
      await romeo.hears("outside", { condition: "not-acceptable" });
      romeo.does("join", { nick: "Romeo" });
      await romeo.hears("joined", { subject: "stars" });
      romeo.does("leave", { nick: "Romeo", reason: "good night" });
      await juliet.sees("Romeo", "unavailable");
    });

    it("moderates a message, which everybody sees retracted, and which is gone for good, also after a crash", async () => {
      await begin("bulletin");
      await room.adds(romeo.jid);
      await juliet.administers({ affiliation: "owner", jid: romeo.jid });
      await romeo.asks("join", { nick: "Guard" }, "joined");
      await juliet.says("free potions");
      await juliet.says("sorry");
      const { id } = await romeo.hears("message", { body: "free potions" });
      expect(id).to.equal(juliet.said[0]?.id);
      romeo.does("moderate", { id, reason: "Spells" });
      const by = `${room.address}/Guard`;
      const seen = await romeo.hears("moderated", { room: room.address, id, by, reason: "Spells" });
      expect(seen.occupant).to.be.a("string").that.is.not.equal("");
      await romeo.hears("done");
      await client.next((stanza) => stanza.getChild("retract", "urn:xmpp:message-retract:1") !== undefined);

      await crash(room.component);
      const nurse = await stage.client("nurse");
      await room.adds(nurse);
      expect((await room.admits(nurse)).said.map(({ text }) => text)).to.deep.equal(["sorry"]);
      expect(await romeo.asks("archive", {}, "archive")).to.deep.include({
        bodies: ["", "sorry", ""],
        moderators: [by],
      });
      romeo.does("moderate", { id: "1" });
      await romeo.hears("refused", { condition: "item-not-found" });
    });

    it("finds the room's picture, also after a crash, and sets and removes it as an owner", async () => {
      await begin("picture");
      await room.adds(romeo.jid);
      await romeo.asks("join", { nick: "Romeo" }, "joined");
      romeo.does("set-picture", { base64: PNG.toString("base64") });
      await romeo.hears("refused", { condition: "forbidden" });
      const photo = [xml("TYPE", {}, "image/png"), xml("BINVAL", {}, PICTURE.toString("base64"))];
      const vcard = xml("vCard", { xmlns: "vcard-temp" }, xml("PHOTO", {}, ...photo));
      expect((await juliet.iq("set", vcard)).attrs.type).to.equal("result");
      await seesPicture(juliet, sha1(PICTURE));
      await romeo.hears("configured", { codes: [104] });
      for (const again of [false, true]) {
        if (again) await crash(room.component);
        expect(await romeo.asks("picture", {}, "picture")).to.deep.include({
          advertised: [sha1(PICTURE)],
          sha1: sha1(PICTURE),
        });
      }
      const late = await stage.client("late");
      await room.adds(late);
      expect((await room.admits(late)).heard.map(pictureOf)).to.include(sha1(PICTURE));
      await juliet.administers({ affiliation: "owner", jid: romeo.jid });
      await romeo.hears("presence", { nick: "Romeo", affiliation: "owner" });
      await romeo.asks("set-picture", { base64: PNG.toString("base64") });
      await seesPicture(juliet, sha1(PNG));
      await romeo.asks("set-picture");
      await seesPicture(juliet, "");
    });
  });
});
