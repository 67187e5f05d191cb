/** Activity in rooms that a client has left (XEP-0437). */
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { call, Person } from "./rooms-people.js";

const RAI = "urn:xmpp:rai:0";

describe("Rooms that a client isn't in", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);

    it("announce activity once, also after the client was offline, and nothing after it logged out", async () => {
      const component = running();
      const { domain } = stage;
      const room = `forum@${domain}`;
      const romeo = new Person(await stage.client("romeo"), room, "Romeo");
      const account = await stage.account("juliet");
      const juliet = await stage.client(account);
      const muc = { muc_id: "forum", muc_owner: romeo.client.bareJid, muc_domain: domain };
      await call(component, "create_muc", muc);
      await call(component, "add_muc_user", { ...muc, muc_member: [juliet.bareJid] });
      await romeo.enters();
      const person = new Person(juliet, room, "Juliet");
      await person.enters();
      await person.leaves();

      const subscribes = (client: Client): Promise<unknown> =>
        client.send(xml("presence", { to: domain }, xml("rai", { xmlns: RAI })));
      const news = (client: Client): Promise<string[]> => client.next(isNews).then(roomsIn);
      await subscribes(juliet);
      await romeo.says("Are you there?");
      expect(await news(juliet)).to.deep.equal([room]);
      await romeo.says("Hello?");

      // She logs out, which her server tells the service of; another session of hers hasn't asked for anything.
      await juliet.close();
      const later = await stage.client(account);
      await romeo.says("Nobody there.");
      const again = new Person(later, room, "Juliet");
      await again.enters();
      expect(later.received.filter(isNews)).to.deep.equal([]);
      await again.leaves();
      await romeo.says("Gone again.");
      await subscribes(later);
      expect(await news(later)).to.deep.equal([room]);
    });
  });
});

function isNews(stanza: Element): boolean {
  return stanza.is("message") && stanza.getChild("rai", RAI) !== undefined;
}

function roomsIn(stanza: Element): string[] {
  return (stanza.getChild("rai", RAI)?.getChildren("activity") ?? []).map((room) => room.getText());
}
