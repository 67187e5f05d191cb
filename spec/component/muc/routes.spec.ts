/** Stanzas to a room that no feature handles. */
import { expect } from "chai";
import { crone, DOMAIN, errorXml, hag, onStage, ROOM } from "./play.js";

describe("a stanza to a room", () => {
  const play = onStage({}, (play) => play.coven());

  it("is refused if it is of no known kind", async () => {
    for (const to of [ROOM, DOMAIN]) {
      await play.sends(crone, `<message to="${to}"><body>psst</body></message>`);
      play.refused(crone, "cancel/service-unavailable");
    }
    play.receives(hag);
  });

  it("isn't relayed or answered if it is an error", async () => {
    const error = errorXml("feature-not-implemented");
    for (const stanza of ["message", "presence"]) {
      for (const to of [ROOM, `${ROOM}/hag`])
        await play.sends(crone, `<${stanza} to="${to}" type="error"><body>psst</body>${error}</${stanza}>`);
    }
    for (const who of [hag, crone]) play.receives(who);
  });

  it("gets a higher archive id than all before, even if the clock was put back", async () => {
    await play.says(crone, "one");
    play.db.exec("UPDATE archive SET id = id + 3600000000");
    await play.restarts();
    await play.says(crone, "two");
    const texts = play.db.prepare("SELECT stanza FROM archive ORDER BY id").pluck().all().join("\n");
    expect(texts).to.match(/>one<[^]*>two</);
  });
});
