/** What items may name, and what may be asked for though it changes nothing. */
import { expect } from "chai";
import { CRONE, crone, hag, onStage, wiccarocks } from "../play.js";

describe("items of a room's lists", () => {
  const play = onStage();
  const open = async (rooms: object = {}): Promise<void> => {
    await play.begins({ rooms });
    await play.coven([wiccarocks, "wicca"]);
  };
  beforeEach(() => open());

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
      expect(await play.outcome(hag, item), item).to.equal(`${error} by coven`);
    expect(await play.outcome(hag, `<item affiliation="member" nick="crone"/>`)).to.equal("result");
    expect(member(CRONE)).to.deep.equal({ affiliation: "member", nick: null });
  });

  it("reserve no nickname that is another's", async () => {
    expect(await play.outcome(hag, `<item affiliation="member" jid="${CRONE}" nick="wicca"/>`)).to.equal(
      "result",
    );
    expect(member(CRONE)).to.deep.equal({ affiliation: "member", nick: null });
  });

  it("give a higher rank the role that it has, and let oneself go, whatever one is", async () => {
    await play.administers(hag, `<item role="moderator" nick="wicca"/>`);
    expect(await play.outcome(wiccarocks, `<item role="moderator" nick="hag"/>`)).to.equal("result");
    play.close();
    await open({ admins: [CRONE] });
    expect(await play.outcome(crone, `<item role="none" nick="crone"/>`)).to.equal("result");
    play.told(crone, "presence coven/crone unavailable owner/none 307 110");
  });
});
