/** Who may write to whom in private (muc#roomconfig_allowpm), and that moderators can be reached. */
import { expect } from "chai";
import { crone, CRONE, errorOf, hag, Play, ROOM, told, wiccarocks } from "../play.js";

const ALLOW = "muc#roomconfig_allowpm";
const MODERATORS = "{xmpp:prosody.im}muc#allow_modpm";

describe("private messages", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.coven([wiccarocks, "wicca"]);
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}"/>`);
    for (const who of [hag, crone, wiccarocks]) play.hears(who);
  });
  afterEach(() => play.close());

  /** Whether it arrives. */
  const writes = async (from: string, nick: string, to: string): Promise<boolean> => {
    for (const who of [from, to]) play.hears(who);
    await play.sends(from, `<message to="${ROOM}/${nick}" type="chat"><body>psst</body></message>`);
    const heard = play.hears(to).map(told).join();
    if (!heard.includes("psst")) {
      expect(play.hears(from).map(told)).to.deep.equal([
        `message coven/${nick} error auth/forbidden by coven`,
      ]);
    }
    return heard.includes("psst");
  };

  it("are everybody's to send, and to whomever, where the room says nothing of it", async () => {
    await play.administers(hag, `<item nick="wicca" role="visitor"/>`);
    expect(await writes(wiccarocks, "crone", crone)).to.equal(true);
    expect(await writes(crone, "wicca", wiccarocks)).to.equal(true);
  });

  it("may be for members to send", async () => {
    await play.configures(hag, { [ALLOW]: "members" });
    expect(await writes(crone, "wicca", wiccarocks)).to.equal(true);
    expect(await writes(wiccarocks, "crone", crone)).to.equal(false);
  });

  it("reach moderators where nobody may send any, and are answered by them", async () => {
    await play.configures(hag, { [ALLOW]: "none" });
    expect(await writes(wiccarocks, "hag", hag)).to.equal(true);
    expect(await writes(hag, "wicca", wiccarocks)).to.equal(true);
    expect(await writes(wiccarocks, "crone", crone)).to.equal(false);
    expect(await writes(crone, "wicca", wiccarocks)).to.equal(false);
  });

  it("don't where the room leaves its moderators in peace", async () => {
    await play.configures(hag, { [ALLOW]: "none", [MODERATORS]: "0" });
    expect(await writes(wiccarocks, "hag", hag)).to.equal(false);
    await play.configures(hag, { [ALLOW]: "moderators" });
    expect(await writes(wiccarocks, "hag", hag)).to.equal(false);
    expect(await writes(hag, "wicca", wiccarocks)).to.equal(true);
  });

  it("are no longer than others", async () => {
    play.close();
    play = await new Play({ messageBytes: 1000 }).ready();
    await play.coven();
    const long = "x".repeat(1000);
    await play.sends(hag, `<message to="${ROOM}/crone" type="chat"><body>${long}</body></message>`);
    expect(play.hears(hag).map(errorOf)).to.deep.equal(["modify/policy-violation by coven"]);
    expect(play.hears(crone)).to.deep.equal([]);
  });
});
