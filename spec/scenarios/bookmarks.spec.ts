/** Bookmarks of members (XEP-0402) on real servers: Prosody sets them, ejabberd before 25.03 sends requests back. */
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { operate } from "../support/command-line.js";
import { componentOn, onServer, type TestServer } from "../support/servers.js";

const BOOKMARKS = "urn:xmpp:bookmarks:1";
const PUBSUB = "http://jabber.org/protocol/pubsub";
const DOMAIN = "groups.qtalk.test.org";
const ROOM = `oncall@${DOMAIN}`;
const OPTIONS = {
  components: [{ domain: DOMAIN, sendsAsUsers: false, privileged: true }],
  modules: { pep: true },
};

async function bookmarksOf(client: Client): Promise<readonly Element[]> {
  const answer = await client.iq("get", xml("pubsub", { xmlns: PUBSUB }, xml("items", { node: BOOKMARKS })));
  return answer.getChild("pubsub")?.getChild("items")?.getChildren("item") ?? [];
}

async function keep(client: Client, room: string): Promise<void> {
  const conference = xml("conference", { xmlns: BOOKMARKS, name: "mine", autojoin: "false" });
  const publish = xml("publish", { node: BOOKMARKS }, xml("item", { id: room }, conference));
  await client.iq("set", xml("pubsub", { xmlns: PUBSUB }, publish));
}

describe("A member of a room", () => {
  for (const kind of ["prosody", "ejabberd"] as const)
    onServer(kind, OPTIONS, (stage: TestServer) => {
      const component = componentOn(stage);
      const counted = async (result: string, count: number): Promise<void> => {
        for (;;) {
          const text = await (await component().get("/metrics"))?.text();
          if (text?.includes(`qtalk_bookmarks_total{result="${result}"} ${count}\n`)) return;
        }
      };

      it("who is offline has the room as a bookmark, and keeps a bookmark of their own", async () => {
        const [juliet, romeo, benvolio] = [
          await stage.client("juliet"),
          await stage.account("romeo"),
          await stage.absentClient("benvolio"),
        ];
        await keep(benvolio, ROOM);
        await operate(component(), "room", "make", "oncall", "--owner", juliet.bareJid, "--title", "On call");
        await operate(component(), "room", "member", "oncall", `${romeo.username}@${romeo.host}`);
        await operate(component(), "room", "member", "oncall", benvolio.bareJid);
        const [kept] = await bookmarksOf(benvolio);
        expect(kept?.getChild("conference")?.attrs.name).to.equal("mine");
        const late = await stage.client(romeo);
        if (kind === "prosody") {
          await counted("set", 2);
          await counted("kept", 1);
          const [bookmark, ...others] = await bookmarksOf(late);
          expect(others).to.deep.equal([]);
          expect(bookmark?.attrs.id).to.equal(ROOM);
          expect(bookmark?.getChild("conference")?.attrs).to.include({ name: "On call", autojoin: "true" });
          for (const each of [`${romeo.username}@${romeo.host}`, benvolio.bareJid])
            await operate(component(), "room", "expel", "oncall", each);
          await component().until(async () => (await bookmarksOf(late)).length === 0, "taken back");
          expect((await bookmarksOf(benvolio)).map(({ attrs }) => attrs.id)).to.deep.equal([ROOM]);
        } else {
          await counted("refused", 1);
          expect(await bookmarksOf(late)).to.deep.equal([]);
          expect(component().log).to.include("permits bookmarks of its users (XEP-0356), but doesn't");
        }
      });
    });
});
