import { mock } from "node:test";
import { expect } from "chai";
import type { RoomContext } from "../../../../component/muc/context.js";
import { LockTimeout } from "../../../../component/muc/occupancy/lock-timeout.js";
import { crone, hag, Play, ROOM, told } from "../play.js";

const MINUTE = 60_000;

describe("a room that nobody configures", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play({ rooms: { lock_minutes: 10 } }).ready();
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
    expect(play.hears(hag)).to.deep.equal([]);
    await after(11);
    const [gone] = play.hears(hag);
    expect(gone && told(gone)).to.equal("presence coven/hag unavailable none/none 110");
    const destroy = gone?.getChild("x", "http://jabber.org/protocol/muc#user")?.getChild("destroy");
    expect(destroy?.getChildText("reason")).to.equal("Nobody has configured the room.");
    expect(told((await play.enters(crone, "crone"))[0]!)).to.equal(
      "presence coven/crone owner/moderator 201 110",
    );
    expect(play.log.about("could not be removed")).to.deep.equal([]);
  });

  it("goes also where the component was restarted meanwhile", async () => {
    await play.enters(hag, "hag");
    const { db } = play;
    play.close();
    play = await new Play({ db, rooms: { lock_minutes: 10 } }).ready();
    await after(11);
    expect(play.hears(hag).map(told)).to.deep.equal(["presence coven/hag unavailable none/none 110"]);
    expect(play.service.rooms.count).to.equal(0);
  });

  it("goes later where the disk doesn't take it, and nobody is told before", async () => {
    await play.enters(hag, "hag");
    play.db.exec("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    await after(11);
    expect(play.hears(hag)).to.deep.equal([]);
    expect(play.log.about("could not be removed")).to.have.length(1);
    play.db.exec("DROP TRIGGER full");
    await after(11);
    expect(play.hears(hag).map(told)).to.deep.equal(["presence coven/hag unavailable none/none 110"]);
  });

  it("stays when it is being configured at that moment", async () => {
    await play.enters(hag, "hag");
    const configured = play.configures(hag, {});
    await Promise.all([configured, after(11)]);
    expect((await configured).attrs.type).to.equal("result");
    expect(play.hears(hag).map(told).join()).not.to.contain("unavailable");
    expect(play.service.rooms.count).to.equal(1);
    expect(play.log.about("could not be removed")).to.deep.equal([]);
  });

  it("is looked for twice a minute, as long as the component runs", () => {
    play.close();
    mock.timers.enable({ apis: ["setInterval"] });
    const asked: number[] = [];
    const stores = { rooms: { lockedSince: (before: number) => (asked.push(before), []) } };
    const context = { stores, config: { lock_minutes: 10 } } as unknown as RoomContext;
    const timeout = new LockTimeout(context);
    timeout.start();
    mock.timers.tick(MINUTE);
    expect(asked).to.have.length(2);
    expect(asked[0]).to.be.closeTo(Date.now() - 10 * MINUTE, 5_000);
    timeout.stop();
    mock.timers.tick(MINUTE);
    expect(asked).to.have.length(2);
  });

  it("stays when it is configured, however late", async () => {
    await play.roomOf(hag, "hag");
    await after(1_000);
    expect(play.hears(hag)).to.deep.equal([]);
    expect((await play.enters(crone, "crone", "", ROOM)).length).to.be.greaterThan(0);
    expect(play.service.rooms.count).to.equal(1);
  });
});
