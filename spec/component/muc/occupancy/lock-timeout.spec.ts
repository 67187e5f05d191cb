import { mock } from "node:test";
import { expect } from "chai";
import { crone, hag, onStage, ROOM, told } from "../play.js";

const MINUTE = 60_000;

describe("a room that nobody configures", () => {
  const play = onStage();
  beforeEach(async () => {
    await play.begins({ rooms: { lock_minutes: 10 } });
  });
  afterEach(() => {
    mock.timers.reset();
    play.close();
  });
  const after = (minutes: number) =>
    play.service.housekeeping.lockTimeout.round(Date.now() + minutes * MINUTE);

  it("goes after a while, and its address is anybody's", async () => {
    await play.enters(hag, "hag");
    await after(9);
    play.told(hag);
    await after(11);
    const [gone] = play.hears(hag);
    expect(gone && told(gone)).to.equal("presence coven/hag unavailable none/none 110");
    const destroy = gone?.getChild("x", "http://jabber.org/protocol/muc#user")?.getChild("destroy");
    expect(destroy?.getChildText("reason")).to.equal("The room was not configured in time.");
    expect((await play.entry(crone, "crone"))[0]).to.equal("presence coven/crone owner/moderator 201 110");
    expect(play.log.about("could not be removed")).to.deep.equal([]);
  });

  it("goes also where the component was restarted meanwhile", async () => {
    await play.enters(hag, "hag");
    const { db } = play;
    await play.begins({ db, rooms: { lock_minutes: 10 } });
    await after(11);
    play.told(hag, "presence coven/hag unavailable none/none 110");
    expect(play.service.rooms.count).to.equal(0);
  });

  it("goes later where the disk doesn't take it, and nobody is told before", async () => {
    await play.enters(hag, "hag");
    play.fillsDisk("INSERT ON outbox");
    await after(11);
    play.told(hag);
    expect(play.log.about("could not be removed")).to.have.length(1);
    play.freesDisk();
    await after(11);
    play.told(hag, "presence coven/hag unavailable none/none 110");
  });

  it("stays when it is being configured at that moment", async () => {
    await play.enters(hag, "hag");
    const configured = play.configures(hag, {});
    await Promise.all([configured, after(11)]);
    expect((await configured).attrs.type).to.equal("result");
    expect(play.lines(hag).join()).not.to.contain("unavailable");
    expect(play.service.rooms.count).to.equal(1);
    expect(play.log.about("could not be removed")).to.deep.equal([]);
  });

  it("stays when it is configured, however late", async () => {
    await play.roomOf(hag, "hag");
    await after(1_000);
    play.told(hag);
    expect((await play.enters(crone, "crone", "", ROOM)).length).to.be.greaterThan(0);
    expect(play.service.rooms.count).to.equal(1);
  });
});
