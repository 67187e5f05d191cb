/** Housekeeping starts and stops with the component. */
import { mock } from "node:test";
import { expect } from "chai";
import { hag, onStage, ROOM, crone, lineOf } from "./play.js";

const DAY_MS = 24 * 3600 * 1000;
const SETTLED_MS = 10_000;

describe("housekeeping of rooms", () => {
  const play = onStage();
  beforeEach(async () => {
    mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
    await play.begins({ rooms: { archive_days: 1, lock_minutes: 1, tombstone_days: 1 } });
  });
  afterEach(() => {
    mock.timers.reset();
    play.close();
  });

  const pass = async (ms: number): Promise<void> => {
    mock.timers.tick(ms);
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  };
  /** A room, and a message of it from so long ago. */
  const past = async (ms: number): Promise<void> => {
    await play.roomOf(hag, "hag", { "muc#roomconfig_persistentroom": "1" });
    await play.says(hag, "Fire burn");
    play.db.prepare("UPDATE archive SET id = id - ?").run(ms * 1000);
  };

  it("deletes expired messages and tombstones while it runs", async () => {
    await past(2 * DAY_MS);
    await play.enters(hag, "hag", "", ROOM.replace("coven", "cave"));
    await play.configures(hag, { "muc#roomconfig_persistentroom": "1" }, ROOM.replace("coven", "cave"));
    await play.destroys(hag, ROOM.replace("coven", "cave"));
    play.db.exec("UPDATE room_tombstones SET destroyed_at = 0");
    await pass(60_000);
    expect([play.count("archive"), play.count("room_tombstones")]).to.deep.equal([1, 1]);
    play.service.start();
    await pass(60_000);
    expect([play.count("archive"), play.count("room_tombstones")]).to.deep.equal([0, 0]);
    play.service.stop();
    await past(2 * DAY_MS);
    await pass(120_000);
    expect(play.count("archive")).to.equal(1);
  });

  it("destroys locked rooms while it runs", async () => {
    const enters = async (): Promise<void> => {
      await play.enters(hag, "hag");
      play.db.exec("UPDATE rooms SET created_at = 0");
      play.service.rooms.sweep(Infinity);
    };
    await enters();
    await pass(60_000);
    expect(play.count("rooms")).to.equal(1);
    play.service.start();
    await pass(60_000);
    expect(play.count("rooms")).to.equal(0);
    play.service.stop();
    await enters();
    await pass(60_000);
    expect(play.count("rooms")).to.equal(1);
  });

  it("indexes messages while it runs", async () => {
    const indexed = (): unknown => play.db.prepare("SELECT up_to FROM archive_indexed").pluck().get();
    await past(SETTLED_MS + 1_000);
    play.service.start();
    expect(indexed()).to.equal(0);
    await pass(10_000);
    const last = play.db.prepare("SELECT max(id) FROM archive").pluck().get();
    expect(indexed()).to.equal(last);
    play.service.stop();
    await play.says(hag, "and cauldron bubble");
    play.db.exec(`UPDATE archive SET id = id - ${(SETTLED_MS + 500) * 1000} WHERE id > ${String(last)}`);
    await pass(60_000);
    expect(indexed()).to.equal(last);
  });

  it("doesn't index the newest messages, as earlier ones may still follow", async () => {
    await past(0);
    while (play.service.housekeeping.index(Date.now()));
    const indexed = play.db.prepare("SELECT up_to FROM archive_indexed").pluck();
    expect(indexed.get()).to.equal(0);
    while (play.service.housekeeping.index(Date.now() + SETTLED_MS + 1_000));
    expect(indexed.get()).to.be.greaterThan(0);
  });

  it("pings occupants after a reconnect when the server accepts data again", async () => {
    await play.coven();
    await pass(1_000);
    const before = play.pings.length;
    play.link.buffered = 2 ** 40;
    play.link.emit("up");
    await pass(1_000);
    await pass(1_000);
    expect(play.pings.length).to.equal(before);
    play.link.buffered = 0;
    play.link.emit("drain");
    await pass(1_000);
    expect(play.pings.length).to.equal(before + 2);
  });

  for (const [when, ends] of [
    ["the link is lost", () => play.link.emit("down", { cause: "network", text: "cut" })],
    ["the component ends", () => play.service.stop()],
  ] as const) {
    it(`pings nobody once ${when}`, async () => {
      await play.coven();
      const before = play.pings.length;
      play.link.emit("up");
      ends();
      await pass(1_000);
      expect(play.pings.length).to.equal(before);
    });
  }
});

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
