/** A room's picture: set, shown, kept through a crash, replaced and removed. */
import { hash, randomBytes } from "node:crypto";
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { componentOn, onServer } from "../support/servers.js";
import { needsSlixmpp, SlixmppClient } from "../support/slixmpp.js";
import { call, codesOf, Person } from "./rooms-people.js";

/** As large as pictures of 512 by 512 points are. */
const PICTURE = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), randomBytes(120_000)]);
const SMALL = Buffer.from("89504e470d0a1a0a", "hex");
const sha1 = (bytes: Buffer): string => hash("sha1", bytes);

const vcard = (...children: Element[]): Element => xml("vCard", { xmlns: "vcard-temp" }, ...children);
const vcardOf = (picture: Buffer): Element =>
  vcard(xml("PHOTO", {}, xml("TYPE", {}, "image/png"), xml("BINVAL", {}, picture.toString("base64"))));
const pictureIn = (answer: Element): string =>
  answer.getChild("vCard")?.getChild("PHOTO")?.getChildText("BINVAL") ?? "";
/** The hash that a presence tells; undefined where it tells of no picture. */
const advertisedBy = (stanza: Element): string | undefined =>
  stanza.getChild("x", "vcard-temp:x:update")?.getChild("photo")?.getText();

describe("A room with a picture", () => {
  needsSlixmpp();

  onServer("ejabberd", {}, (stage) => {
    const running = componentOn(stage);

    it("shows it to all who are in it, come to it, or only look at it", async () => {
      const component = running();
      const { domain } = stage;
      const account = await stage.account("slix");
      const jid = `${account.username}@${account.host}`;
      const [julietsClient, lateClient] = await Promise.all([stage.client("juliet"), stage.client("late")]);
      const room = `picture@${domain}`;
      const juliet = new Person(julietsClient, room, "Juliet");
      const late = new Person(lateClient, room, "Late");
      const muc = { muc_id: "picture", muc_owner: julietsClient.bareJid, muc_domain: domain };
      const info = async (person: Person): Promise<string> =>
        (await person.iq("get", xml("query", { xmlns: "http://jabber.org/protocol/disco#info" }))).toString();
      const seesPicture = (person: Person, picture: string): Promise<Element> =>
        person.client.next((stanza) => stanza.attrs.from === room && advertisedBy(stanza) === picture);
      const isTold104 = (person: Person): Promise<Element> =>
        person.client.next((stanza) => stanza.attrs.from === room && codesOf(stanza).includes("104"));

      await call(component, "create_muc", muc);
      await call(component, "add_muc_user", { ...muc, muc_member: [jid, lateClient.bareJid] });
      const port = stage.server.clientPort;
      const romeo = await SlixmppClient.login({ jid, password: account.password, port });
      try {
        await juliet.enters();
        romeo.does("join", { room, nick: "Romeo" });
        expect(await romeo.hears("joined")).to.deep.include({ occupants: ["Juliet", "Romeo"] });

        // There is none, and only owners may set one.
        expect((await juliet.iq("get", vcard())).getChild("vCard", "vcard-temp")?.children).to.deep.equal([]);
        expect(await info(juliet)).not.to.contain("avatarhash");
        romeo.does("set-picture", { room, base64: SMALL.toString("base64") });
        await romeo.hears("refused", { condition: "forbidden" });

        // The owner does.
        expect((await juliet.iq("set", vcardOf(PICTURE))).attrs.type).to.equal("result");
        await isTold104(juliet);
        await seesPicture(juliet, sha1(PICTURE));
        await romeo.hears("configured", { codes: [104] });
        romeo.does("picture", { room });
        expect(await romeo.hears("picture")).to.deep.include({
          advertised: [sha1(PICTURE)],
          sha1: sha1(PICTURE),
        });

        // Those outside can look at it.
        expect(await info(late))
          .to.contain(sha1(PICTURE))
          .and.to.contain('var="vcard-temp"');
        expect(pictureIn(await late.iq("get", vcard()))).to.equal(PICTURE.toString("base64"));

        // The component is killed; who comes then is shown the same.
        await component.end("SIGKILL");
        component.launch();
        await component.ready();
        const heard = await late.enters();
        const own = heard.findIndex(({ attrs }) => attrs.from === late.address);
        expect(heard.map(advertisedBy).slice(own)).to.deep.equal([undefined, sha1(PICTURE), undefined]);
        expect(pictureIn(await late.iq("get", vcard()))).to.equal(PICTURE.toString("base64"));

        // Another user becomes an owner, sets another picture, and removes it.
        await juliet.administers({ affiliation: "owner", jid });
        await romeo.hears("presence", { nick: "Romeo", affiliation: "owner" });
        romeo.does("set-picture", { room, base64: SMALL.toString("base64") });
        await romeo.hears("done");
        for (const person of [juliet, late]) await seesPicture(person, sha1(SMALL));
        romeo.does("set-picture", { room });
        await romeo.hears("done");
        for (const person of [juliet, late]) await seesPicture(person, "");
        expect(await info(late)).not.to.contain("avatarhash");

        // Another room of this name has nothing of it.
        await juliet.iq("set", vcardOf(SMALL));
        await call(component, "destroy_muc", muc);
        await call(component, "create_muc", muc);
        expect((await juliet.iq("get", vcard())).getChild("vCard", "vcard-temp")?.children).to.deep.equal([]);
      } finally {
        await romeo.close();
      }
    });
  });
});
