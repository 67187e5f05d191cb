/** What the servers themselves decide for rooms: sessions, lost connections, and messages for users who are offline. */
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { codesOf, errorIn, Person, USER } from "./rooms-people.js";

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
  });
});
