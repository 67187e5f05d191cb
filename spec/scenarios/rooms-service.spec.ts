/** The group-chat service with ordinary clients, behind both servers. */
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { codesOf, errorIn, MUC, Person, USER } from "./rooms-people.js";

const MAM = "urn:xmpp:mam:2";

describe("Rooms for ordinary clients", () => {
  onEachServer((stage) => {
    componentOn(stage);
    let count = 0;
    let hag: Person;
    let crone: Person;

    /** A room of the hag's, with the crone in it. */
    beforeEach(async () => {
      const room = `coven-${++count}@${stage.domain}`;
      const [one, other] = await Promise.all([stage.client("hag"), stage.client("crone")]);
      hag = new Person(one, room, "hag");
      crone = new Person(other, room, "crone");
      const [made] = await hag.enters();
      expect(codesOf(made!), made?.toString()).to.deep.equal(["201", "110"]);
      expect((await hag.configures()).attrs.type).to.equal("result");
      await crone.enters();
      await hag.sees("crone");
    });

    const also = (client: Client, nick: string): Person => new Person(client, hag.room, nick);

    it("take several sessions under one nickname, and everything goes to each", async () => {
      const account = await stage.account("witch");
      const [desk, phone] = [await stage.client(account, "desk"), await stage.client(account, "phone")];
      const [atDesk, onPhone] = [also(desk, "witch"), also(phone, "witch")];
      await atDesk.enters();
      await onPhone.enters();
      await hag.says("to both");
      for (const person of [atDesk, onPhone]) expect(await person.hears("to both")).to.equal("hag");
      await onPhone.leaves();
      await hag.says("to one");
      await atDesk.hears("to one");
      await hag.client.settle();
      expect(hag.heard.filter(({ attrs }) => attrs.type === "unavailable")).to.deep.equal([]);
    });

    it("notice who loses their connection", async () => {
      crone.client.cut();
      expect(codesOf(await hag.sees("crone", "unavailable"))).to.deep.equal([]);
    });

    it("notice it of those who were refused something before, too", async () => {
      await crone.client.send(xml("presence", { to: hag.address }));
      expect(errorIn(await crone.sees("hag", "error"))).to.equal("cancel/conflict");
      await crone.client.send(
        xml("message", { to: `${hag.room}/nobody`, type: "chat" }, xml("body", {}, "x")),
      );
      await crone.client.next((stanza) => errorIn(stanza) === "cancel/item-not-found");
      crone.client.cut();
      await hag.sees("crone", "unavailable");
    });

    it("let people take another nickname, whisper and set the subject", async () => {
      await crone.client.send(xml("presence", { to: `${hag.room}/第三女巫` }));
      expect(codesOf(await hag.sees("crone", "unavailable"))).to.deep.equal(["303"]);
      await hag.sees("第三女巫");
      await hag.client.send(
        xml("message", { to: `${hag.room}/第三女巫`, type: "chat" }, xml("body", {}, "psst")),
      );
      const whispered = await crone.client.next((stanza) => stanza.getChildText("body") === "psst");
      expect(whispered.attrs.from).to.equal(hag.address);
      expect(whispered.getChild("x", USER)).not.to.equal(undefined);
      await hag.client.send(xml("message", { to: hag.room, type: "groupchat" }, xml("subject", {}, "brew")));
      await crone.client.next((stanza) => stanza.getChildText("subject") === "brew");
    });

    it("refuse with the error that clients know, and go on", async () => {
      const wicca = also(await stage.client("wicca"), "hag");
      const refused = async (person: Person, ...inside: Element[]): Promise<string> =>
        errorIn((await person.enters(...inside)).at(-1)!);
      expect(await refused(wicca)).to.equal("cancel/conflict");
      const newcomer = also(wicca.client, "wicca");
      await hag.configures({ passwordprotectedroom: "1", roomsecret: "cauldron" });
      expect(await refused(newcomer)).to.equal("auth/not-authorized");
      expect(await refused(newcomer, xml("password", {}, "cauldron"))).to.equal("");
      await newcomer.leaves();
      await hag.configures({ passwordprotectedroom: "0", membersonly: "1" });
      expect(await refused(newcomer)).to.equal("auth/registration-required");
      await hag.administers({ affiliation: "outcast", jid: wicca.client.bareJid });
      expect(await refused(newcomer)).to.equal("auth/forbidden");
      const text = xml("message", { to: hag.room, type: "groupchat", id: "out" }, xml("body", {}, "x"));
      await wicca.client.send(text);
      const error = await wicca.client.next((stanza) => stanza.attrs.id === "out");
      expect(errorIn(error)).to.equal("modify/not-acceptable");
    });

    it("send the voiceless, the kicked and the banned what is theirs", async () => {
      await hag.administers({ nick: "crone", role: "visitor" });
      await crone.client.send(
        xml("message", { to: hag.room, type: "groupchat", id: "v" }, xml("body", {}, "x")),
      );
      expect(errorIn(await crone.client.next((stanza) => stanza.attrs.id === "v"))).to.equal(
        "auth/forbidden",
      );
      await hag.administers({ nick: "crone", role: "none" }, "avaunt");
      const kicked = await crone.sees("crone", "unavailable");
      expect(codesOf(kicked)).to.deep.equal(["307", "110"]);
      expect(kicked.getChild("x")?.getChild("item")?.getChildText("reason")).to.equal("avaunt");
      await crone.enters();
      await hag.administers({ affiliation: "outcast", jid: crone.client.bareJid });
      await crone.sees("crone", "unavailable", "301");
      await hag.sees("crone", "unavailable", "301");
    });

    it("invite people, also those who are offline, and pass declines on", async () => {
      const absent = await stage.account("absent");
      const invite = (to: string): Element => xml("invite", { to }, xml("reason", {}, "come"));
      const to = `${absent.username}@${absent.host}`;
      await hag.client.send(xml("message", { to: hag.room }, xml("x", { xmlns: USER }, invite(to))));
      // Comes behind the invitation: the server has stored it.
      await hag.says("the absent are invited, too");
      const back = also(await stage.client(absent), "absent");
      expect(await back.isInvited()).to.equal(hag.address);
      const decline = xml("decline", { to: hag.address }, xml("reason", {}, "busy"));
      await back.client.send(xml("message", { to: hag.room }, xml("x", { xmlns: USER }, decline)));
      const passed = await hag.client.next(
        (stanza) => stanza.getChild("x", USER)?.getChild("decline") !== undefined,
      );
      expect(passed.getChild("x", USER)?.getChild("decline")?.attrs.from).to.equal(to);
    });

    it("can be found, tell what they are, and whether one is inside", async () => {
      const { domain } = stage;
      const items = xml("query", { xmlns: "http://jabber.org/protocol/disco#items" });
      const info = xml("query", { xmlns: "http://jabber.org/protocol/disco#info" });
      await hag.configures({ publicroom: "1", roomname: "The coven" });
      const listed = (await crone.iq("get", items, domain)).getChild("query")?.getChildren("item") ?? [];
      expect(listed.map(({ attrs }) => attrs.jid)).to.include(hag.room);
      const features = (await crone.iq("get", info)).getChild("query")?.getChildren("feature") ?? [];
      expect(features.map(({ attrs }) => attrs.var)).to.include.members([
        "muc_public",
        MAM,
        "urn:xmpp:sid:0",
      ]);
      const ping = xml("ping", { xmlns: "urn:xmpp:ping" });
      expect((await crone.iq("get", ping, crone.address)).attrs.type).to.equal("result");
      await crone.leaves();
      expect(errorIn(await crone.iq("get", ping, crone.address))).to.equal("cancel/not-acceptable");
    });

    it("keep an archive that is read in pages", async () => {
      for (const text of ["one", "two", "three"]) await crone.says(text);
      const rsm = (...inside: Element[]): Element =>
        xml(
          "query",
          { xmlns: MAM, queryid: "q" },
          xml("set", { xmlns: "http://jabber.org/protocol/rsm" }, ...inside),
        );
      const read = async (...inside: Element[]): Promise<[string[], Element | undefined]> => {
        const before = hag.client.received.length;
        const fin = (await hag.iq("set", rsm(...inside))).getChild("fin", MAM);
        const results = hag.client.received
          .slice(before)
          .flatMap((stanza) => stanza.getChild("result", MAM) ?? []);
        const texts = results.map(
          (result) => result.getChild("forwarded")?.getChild("message")?.getChildText("body") ?? "",
        );
        return [texts, fin];
      };
      const [last, fin] = await read(xml("max", {}, "2"), xml("before"));
      expect(last).to.deep.equal(["two", "three"]);
      const first = fin?.getChild("set")?.getChildText("first") ?? "";
      expect((await read(xml("max", {}, "2"), xml("before", {}, first)))[0]).to.deep.equal(["one"]);
    });

    it("end with a notice to all occupants, and name the alternative room to users who enter later", async () => {
      const other = `new@${stage.domain}`;
      await hag.configures({ persistentroom: "1" });
      const destroy = xml("destroy", { jid: other }, xml("reason", {}, "dawn"));
      await hag.iq("set", xml("query", { xmlns: `${MUC}#owner` }, destroy));
      const told = (await crone.sees("crone", "unavailable")).getChild("x", USER)?.getChild("destroy");
      expect(told?.getChildText("reason")).to.equal("dawn");
      const refused = (await crone.enters()).at(-1)?.getChild("error");
      expect(refused?.getChildText("gone")).to.equal(`xmpp:${other}?join`);
      expect(refused?.getChildText("text")).to.equal("dawn");
    });

    it("stay unharmed by what makes no sense", async () => {
      const nonsense = [
        xml(
          "iq",
          { to: hag.room, type: "set", id: "n1" },
          xml("query", { xmlns: `${MUC}#admin` }, xml("item")),
        ),
        xml("iq", { to: hag.room, type: "set", id: "n2" }, xml("query", { xmlns: `${MUC}#owner` })),
        xml("iq", { to: hag.room, type: "set", id: "n3" }, xml("unknown", { xmlns: "urn:unknown" })),
        xml("iq", { to: hag.address, type: "get", id: "n4" }, xml("unknown", { xmlns: "urn:unknown" })),
        xml("message", { to: hag.room, id: "n5" }, xml("body", {}, "to whom?")),
      ];
      for (const stanza of nonsense) {
        await crone.client.send(stanza);
        const answer = await crone.client.next(({ attrs }) => attrs.id === stanza.attrs.id);
        expect(errorIn(answer)).not.to.equal("");
      }
      await crone.says("still fine");
      await hag.hears("still fine");
      expect(hag.heard.filter(({ name }) => name === "iq")).to.deep.equal([]);
    });
  });
});
