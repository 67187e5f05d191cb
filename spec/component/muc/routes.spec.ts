/** Which stanzas to a room are for whom, where that isn't told by what they ask for. */
import { expect } from "chai";
import { crone, DOMAIN, errorXml, hag, onStage, ROOM } from "./play.js";

describe("a message to a room", () => {
  const play = onStage({}, (play) => play.coven());

  it("that is nothing known is refused, and told to nobody, be it to a room or to the service", async () => {
    for (const to of [ROOM, DOMAIN]) {
      await play.sends(crone, `<message to="${to}"><body>psst</body></message>`);
      play.refused(crone, "cancel/service-unavailable");
    }
    play.told(hag);
  });

  it("that comes back is passed on to nobody, whatever came back, and isn't answered", async () => {
    const error = errorXml("feature-not-implemented");
    for (const stanza of ["message", "presence"]) {
      for (const to of [ROOM, `${ROOM}/hag`])
        await play.sends(crone, `<${stanza} to="${to}" type="error"><body>psst</body>${error}</${stanza}>`);
    }
    for (const who of [hag, crone]) play.told(who);
  });

  it("that comes back from who is gone takes them out, by the room's address or by somebody's in it", async () => {
    const error = errorXml("service-unavailable");
    for (const stanza of ["message", "presence"]) {
      for (const to of [ROOM, `${ROOM}/hag`]) {
        await play.sends(crone, `<${stanza} to="${to}" type="error">${error}</${stanza}>`);
        play.told(hag, "presence coven/crone unavailable none/none 333");
        await play.enters(crone, "crone");
        play.hush();
      }
    }
  });

  it("has a higher number than all before it, also where the clock was put back meanwhile", async () => {
    await play.says(crone, "one");
    play.db.exec("UPDATE archive SET id = id + 3600000000");
    await play.restarts();
    await play.says(crone, "two");
    const texts = play.db.prepare("SELECT stanza FROM archive ORDER BY id").pluck().all().join("\n");
    expect(texts).to.match(/>one<[^]*>two</);
  });
});
