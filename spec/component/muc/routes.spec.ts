/** Which stanzas to a room are for whom, where that isn't told by what they ask for. */
import { expect } from "chai";
import { crone, errorOf, hag, Play, ROOM, told } from "./play.js";

describe("a message to a room", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.coven();
  });
  afterEach(() => play.close());

  it("that is nothing known is refused, and told to nobody", async () => {
    await play.sends(crone, `<message to="${ROOM}"><body>psst</body></message>`);
    expect(play.hears(crone).map(errorOf)).to.deep.equal(["cancel/service-unavailable"]);
    expect(play.hears(hag)).to.deep.equal([]);
  });

  it("that comes back is passed on to nobody, whatever came back, and isn't answered", async () => {
    const error = `<error type="cancel"><feature-not-implemented xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`;
    for (const stanza of ["message", "presence"]) {
      for (const to of [ROOM, `${ROOM}/hag`])
        await play.sends(crone, `<${stanza} to="${to}" type="error"><body>psst</body>${error}</${stanza}>`);
    }
    for (const who of [hag, crone]) expect(play.hears(who).map(told), who).to.deep.equal([]);
  });

  it("that comes back from who is gone takes them out, by the room's address or by somebody's in it", async () => {
    const error = `<error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`;
    for (const stanza of ["message", "presence"]) {
      for (const to of [ROOM, `${ROOM}/hag`]) {
        await play.sends(crone, `<${stanza} to="${to}" type="error">${error}</${stanza}>`);
        expect(play.hears(hag).map(told)).to.deep.equal(["presence coven/crone unavailable none/none 333"]);
        await play.enters(crone, "crone");
        for (const who of [hag, crone]) play.hears(who);
      }
    }
  });

  it("has a higher number than all before it, also where the clock was put back meanwhile", async () => {
    await play.says(crone, "one");
    play.db.exec("UPDATE archive SET id = id + 3600000000");
    play.close();
    play = await new Play({ db: play.db }).ready();
    await play.says(crone, "two");
    const texts = play.db.prepare("SELECT stanza FROM archive ORDER BY id").pluck().all().join("\n");
    expect(texts).to.match(/>one<[^]*>two</);
  });
});
