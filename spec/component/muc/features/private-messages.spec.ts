/** Permission to send private messages (muc#roomconfig_allowpm), also to moderators. */
import { expect } from "chai";
import { crone, CRONE, hag, onStage, ROOM, wiccarocks } from "../play.js";

const ALLOW = "muc#roomconfig_allowpm";
const MODERATORS = "{xmpp:prosody.im}muc#allow_modpm";

describe("private messages", () => {
  const play = onStage({}, async (play) => {
    await play.coven([wiccarocks, "wicca"]);
    await play.affiliates(hag, CRONE, "member");
    play.hush();
  });

  /** Whether it arrives. */
  const writes = async (from: string, nick: string, to: string): Promise<boolean> => {
    play.hush();
    await play.sends(from, `<message to="${ROOM}/${nick}" type="chat"><body>psst</body></message>`);
    const heard = play.lines(to).join();
    if (!heard.includes("psst")) {
      play.receives(from, `message coven/${nick} error auth/forbidden by coven`);
    }
    return heard.includes("psst");
  };

  it("can be sent by everybody to everybody by default", async () => {
    await play.gives(hag, "wicca", "visitor");
    expect(await writes(wiccarocks, "crone", crone)).to.equal(true);
    expect(await writes(crone, "wicca", wiccarocks)).to.equal(true);
  });

  it("can be limited to participants", async () => {
    await play.configures(hag, { [ALLOW]: "participants", [MODERATORS]: "0" });
    await play.gives(hag, "wicca", "visitor");
    expect(await writes(wiccarocks, "hag", hag)).to.equal(false);
    expect(await writes(crone, "wicca", wiccarocks)).to.equal(true);
  });

  it("can be limited to members", async () => {
    await play.configures(hag, { [ALLOW]: "members" });
    expect(await writes(crone, "wicca", wiccarocks)).to.equal(true);
    expect(await writes(wiccarocks, "crone", crone)).to.equal(false);
  });

  it("reach moderators if they are off for all, and moderators can answer", async () => {
    await play.configures(hag, { [ALLOW]: "none" });
    expect(await writes(wiccarocks, "hag", hag)).to.equal(true);
    expect(await writes(hag, "wicca", wiccarocks)).to.equal(true);
    expect(await writes(wiccarocks, "crone", crone)).to.equal(false);
    expect(await writes(crone, "wicca", wiccarocks)).to.equal(false);
  });

  it("don't reach moderators if the room says so", async () => {
    await play.configures(hag, { [ALLOW]: "none", [MODERATORS]: "0" });
    expect(await writes(wiccarocks, "hag", hag)).to.equal(false);
    await play.configures(hag, { [ALLOW]: "moderators" });
    expect(await writes(wiccarocks, "hag", hag)).to.equal(false);
    expect(await writes(hag, "wicca", wiccarocks)).to.equal(true);
  });
});
