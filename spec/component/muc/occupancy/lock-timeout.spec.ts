import { mock } from "node:test";
import { expect } from "chai";
import { crone, hag, onStage, lineOf } from "../play.js";

const MINUTE = 60_000;

describe("a room that isn't configured", () => {
  const play = onStage();
  beforeEach(async () => {
    await play.begins({ rooms: { lock_minutes: 10 } });
  });
  afterEach(() => {
    mock.timers.reset();
    play.close();
  });
  const after = (minutes: number) => play.service.housekeeping.endLocked(Date.now() + minutes * MINUTE);

  it("is destroyed after lock_minutes, and its address is free", async () => {
    await play.enters(hag, "hag");
    await after(9);
    play.receives(hag);
    await after(11);
    const [gone] = play.hears(hag);
    expect(gone && lineOf(gone)).to.equal("presence coven/hag unavailable none/none 110");
    const destroy = gone?.getChild("x", "http://jabber.org/protocol/muc#user")?.getChild("destroy");
    expect(destroy?.getChildText("reason")).to.equal("The room was not configured in time.");
    expect((await play.entry(crone, "crone"))[0]).to.equal("presence coven/crone owner/moderator 201 110");
    expect(play.log.about("could not be removed")).to.deep.equal([]);
  });

  it("is destroyed after a restart, too", async () => {
    await play.enters(hag, "hag");
    const { db } = play;
    await play.begins({ db, rooms: { lock_minutes: 10 } });
    await after(11);
    play.receives(hag, "presence coven/hag unavailable none/none 110");
    expect(play.service.rooms.count).to.equal(0);
  });

  it("is destroyed later if the disk refuses it, and is announced only then", async () => {
    await play.enters(hag, "hag");
    play.fillsDisk("INSERT ON outbox");
    await after(11);
    play.receives(hag);
    expect(play.log.about("could not be removed")).to.have.length(1);
    play.freesDisk();
    await after(11);
    play.receives(hag, "presence coven/hag unavailable none/none 110");
  });

  it("stays if it is configured at that moment", async () => {
    await play.enters(hag, "hag");
    const configured = play.configures(hag, {});
    await Promise.all([configured, after(11)]);
    expect((await configured).attrs.type).to.equal("result");
    expect(play.lines(hag).join()).not.to.contain("unavailable");
    expect(play.service.rooms.count).to.equal(1);
    expect(play.log.about("could not be removed")).to.deep.equal([]);
  });
});
