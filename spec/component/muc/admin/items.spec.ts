/** What items may name, and what may be asked for though it changes nothing. */
import { expect } from "chai";
import { CRONE, crone, errorOf, hag, Play, told, wiccarocks } from "../play.js";

const ADMIN = "http://jabber.org/protocol/muc#admin";
const OWNER = `<query xmlns="http://jabber.org/protocol/muc#owner"/>`;

describe("items of a room's lists", () => {
  let play: Play;
  const open = async (rooms: object = {}): Promise<void> => {
    play = await new Play({ rooms }).ready();
    await play.coven([wiccarocks, "wicca"]);
  };
  beforeEach(() => open());
  afterEach(() => play.close());

  const outcome = async (from: string, items: string): Promise<string> => {
    const answer = await play.administers(from, items);
    return answer.attrs.type === "error" ? errorOf(answer) : "result";
  };
  const member = (jid: string): unknown =>
    play.db.prepare("SELECT affiliation, nick FROM affiliations WHERE jid = ?").get(jid);

  it("name somebody, by address or by nickname, and a rank that there is", async () => {
    for (const [item, error] of [
      [`<item role="visitor"/>`, "modify/bad-request"],
      [`<item jid="${CRONE}"/>`, "modify/bad-request"],
      [`<item affiliation="king" jid="${CRONE}"/>`, "modify/bad-request"],
      [`<item affiliation="member"/>`, "cancel/item-not-found"],
      [`<item affiliation="outcast" jid="a b@@"/>`, "modify/jid-malformed"],
    ] as const)
      expect(await outcome(hag, item), item).to.equal(`${error} by coven`);
    expect(await outcome(hag, `<item affiliation="member" nick="crone"/>`)).to.equal("result");
    expect(member(CRONE)).to.deep.equal({ affiliation: "member", nick: null });
  });

  it("reserve no nickname that is another's", async () => {
    expect(await outcome(hag, `<item affiliation="member" jid="${CRONE}" nick="wicca"/>`)).to.equal("result");
    expect(member(CRONE)).to.deep.equal({ affiliation: "member", nick: null });
  });

  it("are read by administrators, also where members read no list", async () => {
    await play.administers(hag, `<item affiliation="admin" jid="${CRONE}"/>`);
    await play.configures(hag, { "muc#roomconfig_getmemberlist": [] });
    const list = `<query xmlns="${ADMIN}"><item affiliation="member"/></query>`;
    expect((await play.asks(crone, "get", list)).attrs.type).to.equal("result");
  });

  it("give a higher rank the role that it has, and let oneself go, whatever one is", async () => {
    await play.administers(hag, `<item role="moderator" nick="wicca"/>`);
    expect(await outcome(wiccarocks, `<item role="moderator" nick="hag"/>`)).to.equal("result");
    play.close();
    await open({ admins: [CRONE] });
    expect(await outcome(crone, `<item role="none" nick="crone"/>`)).to.equal("result");
    expect(play.hears(crone).map(told)).to.deep.equal([
      "presence coven/crone unavailable owner/none 307 110",
    ]);
  });

  it("are left out of the form where they are too many, which then changes none of them", async () => {
    const add = play.db.prepare(
      "INSERT INTO affiliations (room, jid, affiliation, since) SELECT id, ?, 'admin', 1 FROM rooms",
    );
    for (let count = 0; count < 2_000; count++) add.run(`administrator-${count}@${"x".repeat(20)}.test`);
    play.service.rooms.sweep(Infinity);
    const form = (await play.asks(hag, "get", OWNER)).getChild("query")?.getChild("x");
    const names = form?.getChildren("field").map(({ attrs }) => attrs.var);
    expect(names).to.include("muc#roomconfig_roomowners").and.not.include("muc#roomconfig_roomadmins");
  });
});
