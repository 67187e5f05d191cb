/** Housekeeping starts and stops with the component. */
import { mock } from "node:test";
import { expect } from "chai";
import { onStage } from "./stage.js";
import { component, coven, db, disk, everybody, link } from "../../plays/component.js";
import { time } from "../../plays/time.js";
import { crone, hag } from "../../plays/people.js";
import { meanwhile } from "../../plays/steps.js";

const DAY_MS = 24 * 3600 * 1000;
const SETTLED_MS = 10_000;
const LATER_MS = SETTLED_MS + 1_000;

describe("housekeeping of rooms", () => {
  const play = onStage();
  beforeEach(async () => {
    mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
    await play.begins({ rooms: { archive_days: 1, lock_minutes: 1, tombstone_days: 1 } });
  });
  afterEach(() => mock.timers.reset());

  const pass = async (ms: number): Promise<void> => {
    mock.timers.tick(ms);
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  };

  for (const [what, table, scene] of [
    [
      "deletes expired messages",
      "archive",
      [
        hag.opens`persistentroom=1`,
        hag.says`Fire burn`,
        db.runs`UPDATE archive SET id = id - ${2 * DAY_MS * 1000}`,
      ],
    ],
    [
      "deletes tombstones",
      "room_tombstones",
      [hag.opens`persistentroom=1`, hag.destroys(), db.runs`UPDATE room_tombstones SET destroyed_at = 0`],
    ],
    [
      "destroys locked rooms",
      "rooms",
      [hag.enters(), db.runs`UPDATE rooms SET created_at = 0`, component.forgets()],
    ],
  ] as const)
    it(`${what} while it runs`, async () => {
      await play.acts(scene);
      await pass(60_000);
      await play.acts([db.has`${table} = 1`]);
      play.service.start();
      await pass(60_000);
      await play.acts([db.has`${table} = 0`]);
      play.service.stop();
      await play.acts(scene);
      await pass(120_000);
      await play.acts([db.has`${table} = 1`]);
    });

  it("brings messages back from the future, into which a clock that was ahead had put them", async () => {
    const db = (sql: string): unknown[] => play.db.prepare(sql).raw().all();
    const ahead = 40 * DAY_MS;
    await play.acts([hag.opens`persistentroom=1`, hag.says`Fire burn`]);
    const clock = mock.method(
      Date,
      "now",
      (
        (now) => () =>
          now() + ahead
      )(Date.now.bind(Date)),
    );
    await play.acts([hag.says`and cauldron`, hag.says`bubble`, crone.enters(), crone.leaves()]);
    while (play.service.housekeeping.index(Date.now() + LATER_MS));
    clock.mock.restore();
    await play.acts([hag.says`Cool it`]);
    const limit = (Date.now() + 60_000) * 1000;
    expect(db(`SELECT count(*) FROM archive WHERE id > ${limit}`)).to.deep.equal([[3]]);
    play.service.start();
    await pass(50);
    await play.acts([hag.says`with a baboon's blood`]);
    const texts = ["fire burn", "and cauldron", "bubble", "cool it", "with a baboon's blood"];
    expect(db("SELECT text FROM archive WHERE said ORDER BY id")).to.deep.equal(texts.map((text) => [text]));
    expect(db(`SELECT id FROM archive WHERE id > ${limit} OR stanza NOT LIKE '%' || id || '%'`)).to.be.empty;
    expect(db(`SELECT up_to FROM archive_indexed WHERE up_to > ${limit}`)).to.be.empty;
    expect(play.log.about("clock was ahead", "warn")).to.have.length(1);
    while (play.service.housekeeping.index(Date.now() + LATER_MS));
    expect(db("SELECT count(*) FROM archive_grams")).to.deep.equal([[texts.length]]);
    play.service.stop();
  });

  it("indexes messages while it runs, but not the newest, as earlier ones may still follow", async () => {
    const indexed = (): unknown => play.db.prepare("SELECT up_to FROM archive_indexed").pluck().get();
    await play.acts([hag.opens`persistentroom=1`, hag.says`Fire burn`]);
    while (play.service.housekeeping.index(Date.now()));
    expect(indexed()).to.equal(0);
    play.db.exec(`UPDATE archive SET id = id - ${LATER_MS * 1000}`);
    play.service.start();
    expect(indexed()).to.equal(0);
    await pass(10_000);
    const last = play.db.prepare("SELECT max(id) FROM archive").pluck().get();
    expect(indexed()).to.equal(last);
    play.service.stop();
    await play.acts([
      hag.says`and cauldron bubble`,
      db.runs`UPDATE archive SET id = id - ${(SETTLED_MS + 500) * 1000} WHERE id > ${String(last)}`,
    ]);
    await pass(60_000);
    expect(indexed()).to.equal(last);
  });

  it("pings occupants after a reconnect when the server accepts data again", async () => {
    await play.acts([coven.meets()]);
    await pass(1_000);
    const before = play.pings.length;
    play.link.buffered = 2 ** 40;
    await play.acts([link.returns()]);
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
      await play.acts([coven.meets()]);
      const before = play.pings.length;
      play.link.emit("up");
      ends();
      await pass(1_000);
      expect(play.pings.length).to.equal(before);
    });
  }
});

describe("a room that isn't configured", () => {
  const GONE = "presence coven/hag unavailable none/none 110";

  onStage({ rooms: { lock_minutes: 10 } }, [hag.enters(), everybody.hush()]).scenes({
    "is destroyed after lock_minutes, and its address is free": [
      time.passes`9 minutes`,
      hag.hears`nothing`,
      time.passes`11 minutes`,
      hag.hears`${GONE} | <destroy><reason>The room was not configured in time.</reason></destroy>`,
      crone.enters(),
      crone.notices`presence coven/crone owner/moderator 201 110`,
    ],

    "is destroyed after a restart, too": [
      component.restarts`{"rooms": {"lock_minutes": 10}}`,
      time.passes`11 minutes`,
      hag.hears`${GONE}`,
      db.has`rooms = 0`,
    ],

    "is destroyed later if the disk refuses it, and is announced only then": [
      disk.refuses`INSERT ON outbox`,
      time.passes`11 minutes`,
      hag.hears`nothing`,
      component.logs`"could not be removed" = 1`,
      disk.recovers(),
      time.passes`11 minutes`,
      hag.hears`${GONE}`,
    ],

    "stays if it is configured at that moment": [
      meanwhile(hag.configures()),
      time.passes`11 minutes`,
      hag.misses`unavailable`,
      db.has`rooms = 1`,
      component.logs`"could not be removed" = 0`,
    ],
  });
});
