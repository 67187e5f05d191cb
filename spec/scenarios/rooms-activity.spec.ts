/** Activity in rooms that a client has left (XEP-0437). */
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { CalledRoom } from "./rooms-people.js";

const RAI = "urn:xmpp:rai:0";
const isNews = (stanza: Element): boolean =>
  stanza.is("message") && stanza.getChild("rai", RAI) !== undefined;

describe("Rooms that a client isn't in", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);

    it("announce activity once, also after the client was offline, and nothing after it logged out", async () => {
      const { domain } = stage;
      const owner = await stage.client("romeo");
      const account = await stage.account("juliet");
      const juliet = await stage.client(account);
      const room = await CalledRoom.make(running(), ["forum", domain], owner, juliet);
      const romeo = await room.admits(owner);
      await (await room.admits(juliet)).leaves();

      const subscribes = (client: Client): Promise<unknown> =>
        client.send(xml("presence", { to: domain }, xml("rai", { xmlns: RAI })));
      const isTold = async (client: Client): Promise<void> => {
        const activity = (await client.next(isNews)).getChild("rai", RAI)?.getChildren("activity") ?? [];
        expect(activity.map((each) => each.getText())).to.deep.equal([room.address]);
      };
      await subscribes(juliet);
      await romeo.says("Are you there?");
      await isTold(juliet);
      await romeo.says("Hello?");

      // She logs out, which her server tells the service of; another session of hers hasn't asked for anything.
      await juliet.close();
      const later = await stage.client(account);
      await romeo.says("Nobody there.");
      const again = await room.admits(later);
      expect(later.received.filter(isNews)).to.deep.equal([]);
      await again.leaves();
      await romeo.says("Gone again.");
      await subscribes(later);
      await isTold(later);
    });
  });
});
