/** Which rooms are held in memory, and for how long; nobody notices which, as what is forgotten is read again. */
import { mock } from "node:test";
import { expect } from "chai";
import type { Room } from "../../../component/muc/room/room.js";
import { UNWATCHED, type RoomWatch } from "../../../component/muc/room/watch.js";
import { roomJid, type Rooms } from "../../../component/muc/rooms.js";
import { crone, DOMAIN, errorOf, hag, Play, ROOM, told } from "./play.js";

const SWEEP_MS = 30_000;
const IDLE_MS = 5 * 60_000;
const MANY = 5_000;

describe("rooms in memory", () => {
  let play: Play;
  let rooms: Rooms;
  const open = async (options: ConstructorParameters<typeof Play>[0] = {}): Promise<void> => {
    play = await new Play(options).ready();
    rooms = play.service.rooms;
  };
  beforeEach(async () => {
    await open();
    await play.roomOf(hag, "hag", { "muc#roomconfig_persistentroom": "1" });
  });
  afterEach(() => {
    mock.timers.reset();
    play.close();
  });

  const jid = (name: string) => roomJid(name, DOMAIN)!;
  const find = (name = "coven"): Room => rooms.find(jid(name))!;
  const holds = (name = "coven"): boolean => rooms.holds(jid(name));

  it("are forgotten that nobody touched since then, and are as they were when they are touched again", async () => {
    rooms.sweep(find().touchedAt);
    expect([holds(), rooms.loaded]).to.deep.equal([true, 1]);
    rooms.sweep(find().touchedAt + 0.001);
    expect([holds(), rooms.loaded, rooms.count]).to.deep.equal([false, 0, 1]);
    await play.says(hag, "still here");
    expect(play.hears(hag).map(told)).to.deep.equal(['message coven/hag groupchat "still here"']);
  });

  it("stay where something is still to be written, and where somebody was quicker", () => {
    const room = find();
    room.uncommitted = 1;
    rooms.sweep(Infinity);
    rooms.drop(room, room.touchedAt);
    expect(holds()).to.equal(true);
    room.uncommitted = 0;
    rooms.drop(room, room.touchedAt - 1);
    expect(holds()).to.equal(true);
    rooms.drop(room, room.touchedAt);
    expect(holds()).to.equal(false);
    const again = find();
    rooms.drop(room, room.touchedAt);
    expect(find(), "another has taken its place").to.equal(again);
  });

  it("are looked through from time to time, until the component ends", async () => {
    play.close();
    mock.timers.enable({ apis: ["setInterval"] });
    await open({ db: play.db });
    const pass = async (): Promise<void> => {
      mock.timers.tick(SWEEP_MS);
      await new Promise(setImmediate);
    };
    find().touchedAt = performance.now() - IDLE_MS + 60_000;
    await pass();
    expect(holds()).to.equal(true);
    const touchedAt = performance.now() - IDLE_MS - 1;
    find().touchedAt = touchedAt;
    await pass();
    expect(holds()).to.equal(false);
    play.close();
    find().touchedAt = touchedAt;
    await pass();
    expect(holds()).to.equal(true);
  });

  it("are looked through in turns where that takes long", async () => {
    play.close();
    mock.timers.enable({ apis: ["setInterval"] });
    await open({ db: play.db });
    for (const name of ["one", "two"]) await play.enters(hag, "hag", "", ROOM.replace("coven", name));
    const pass = (ms: number): void => {
      for (const name of ["coven", "one", "two"]) find(name).touchedAt = -Infinity;
      let now = 0;
      const clock = mock.method(performance, "now", () => (now += ms));
      mock.timers.tick(SWEEP_MS);
      clock.mock.restore();
    };
    pass(0);
    expect(rooms.loaded).to.equal(0);
    pass(100);
    expect(rooms.loaded, "one in this turn").to.equal(2);
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    expect(rooms.loaded).to.equal(0);
  });

  it("are read again, with all that they were, where what is in memory isn't on the disk", async () => {
    await play.sends(hag, `<message to="${ROOM}" type="groupchat"><subject>Fire burn</subject></message>`);
    const room = find();
    rooms.reread(room);
    expect([room.isLost, holds(), rooms.count]).to.deep.equal([true, false, 1]);
    expect(find()).not.to.equal(room);
    expect((await play.enters(crone, "crone")).map(told).at(-1)).to.equal(
      'message coven/hag groupchat "Fire burn" delayed',
    );
  });

  it("are fewer again where very many are touched, but for those that are in use", () => {
    play.db.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY + 10})
      INSERT INTO rooms (name, secret, created_at, locked, listed, options)
        SELECT 'r' || i, x'00', 0, 0, 0, '{}' FROM n`);
    const touch = (from: number, to: number, at: number): void => {
      for (let id = from; id <= to; id++) find(`r${id}`).touchedAt = at;
    };
    find().touchedAt = performance.now() + 60_000;
    touch(1, MANY - 2, -Infinity);
    expect(rooms.loaded).to.equal(MANY - 1);
    touch(MANY - 1, MANY - 1, performance.now());
    expect(rooms.loaded).to.equal(MANY);
    touch(MANY, MANY, Infinity);
    expect([rooms.loaded, holds(), holds("r1"), holds(`r${MANY - 1}`)]).to.deep.equal([3, true, false, true]);
    touch(1, MANY - 3, Infinity);
    expect(rooms.loaded, "all are in use").to.equal(MANY);
    touch(MANY + 1, MANY + 1, Infinity);
    find("r1").touchedAt = -Infinity;
    touch(MANY + 2, MANY + 3, Infinity);
    expect(holds("r1"), "it is looked at again where there are twice as many").to.equal(true);
  });

  it("are in use when somebody looks for them", () => {
    find().touchedAt = -1;
    expect(find().touchedAt).to.be.greaterThan(-1);
  });

  it("are made once, also where two enter in the same moment, and no more than somebody may have", async () => {
    play.close();
    await open({ rooms: { per_user: 1 } });
    const cave = ROOM.replace("coven", "cave");
    const [owner, other] = await Promise.all([
      play.enters(hag, "hag", "", cave),
      play.enters(crone, "crone", "", cave),
    ]);
    expect([owner, other].map((heard) => told(heard[0]!))).to.deep.equal([
      "presence cave/hag owner/moderator 201 110",
      "presence cave/crone error cancel/item-not-found by cave",
    ]);
    const names = ["one", "two"].map((name) => ROOM.replace("coven", name));
    const [first, second] = await Promise.all(names.map((room) => play.enters(crone, "crone", "", room)));
    expect(first?.length).to.equal(2);
    expect(second?.map(errorOf)).to.deep.equal(["cancel/not-allowed by two"]);
    expect(rooms.count).to.equal(2);
  });

  it("are made and destroyed in the eyes of whoever watches", async () => {
    play.close();
    const seen: string[] = [];
    const watch: RoomWatch = {
      ...UNWATCHED,
      made: ({ room }) => seen.push(`made ${room.jid.text}`),
      destroyed: ({ room }) => seen.push(`destroyed ${room.jid.text}`),
    };
    await open({ watch });
    await play.enters(hag, "hag");
    expect(seen).to.deep.equal([`made ${ROOM}`]);
    await play.sends(hag, `<presence to="${ROOM}" type="unavailable"/>`);
    expect(seen).to.deep.equal([`made ${ROOM}`, `destroyed ${ROOM}`]);
  });

  it("that stay go all the same where they were never configured, once everybody has left", async () => {
    play.close();
    await open({ rooms: { entered: { persistent: true } } });
    await play.enters(hag, "hag");
    await play.sends(hag, `<presence to="${ROOM}" type="unavailable"/>`);
    expect(rooms.count).to.equal(0);
    await play.roomOf(hag, "hag");
    await play.sends(hag, `<presence to="${ROOM}" type="unavailable"/>`);
    expect(rooms.count).to.equal(1);
  });

  it("are each other's strangers: two that are made have nothing in common, and are counted", async () => {
    await play.enters(crone, "crone", "", ROOM.replace("coven", "cave"));
    expect([find().id === find("cave").id, rooms.count]).to.deep.equal([false, 2]);
    const ids = play.db.prepare("SELECT id FROM rooms ORDER BY id").pluck().all();
    expect(ids).to.deep.equal([find().id, find("cave").id]);
  });

  it("are those that the disk has where one couldn't be made", async () => {
    play.db.exec("CREATE TRIGGER full BEFORE INSERT ON rooms BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    const cave = ROOM.replace("coven", "cave");
    const answer = await play.enters(crone, "crone", "", cave);
    expect(answer.map(errorOf)).to.deep.equal(["wait/resource-constraint"]);
    expect([rooms.count, holds("cave")]).to.deep.equal([1, false]);
    expect(play.log.about(`The room ${cave} is read from the disk again`)).to.have.length(1);
  });

  it("are none where a name can't be a room's", () => {
    expect(roomJid("a b", DOMAIN)).to.equal(undefined);
    expect(roomJid("", DOMAIN)).to.equal(undefined);
    expect(rooms.find(jid("nowhere"))).to.equal(undefined);
    expect(() => rooms.get(jid("nowhere"))).to.throw("There is no such room.");
  });

  it("aren't found any more once they are destroyed, nor where what is due first ends them", async () => {
    const { settleFirst } = rooms;
    rooms.settleFirst = () => false;
    expect(rooms.find(jid("coven"))).to.equal(undefined);
    rooms.settleFirst = settleFirst;
    await play.asks(hag, "set", `<query xmlns="http://jabber.org/protocol/muc#owner"><destroy/></query>`);
    expect(rooms.find(jid("coven"))).to.equal(undefined);
    expect([rooms.count, holds()]).to.deep.equal([0, false]);
  });
});
