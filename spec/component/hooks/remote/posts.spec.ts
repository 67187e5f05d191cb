/** Posts to a room of another service, which the test plays. */
import { expect } from "chai";
import { NS, xml } from "../../../../component/xml/builder.js";
import { BOT, jid, ROOM } from "./played-room.js";
import { World, type WorldOptions } from "./world.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe("A bot with a post to a room of another service", () => {
  let world: World;
  const begin = (options: WorldOptions = {}): World => (world = new World(options));
  afterEach(() => world.close());

  const inside = async (options?: WorldOptions): Promise<World> => (world = await World.inside(options));

  for (const condition of ["policy-violation", "resource-constraint", "internal-server-error"])
    it(`says it again, in order, after the room has refused it for now with ${condition}`, async () => {
      await inside();
      world.room.refusals = [condition];
      expect(await world.posted(2)).to.equal("confirmed");
      expect(world.room.messages).to.deep.equal(["m1", "m1", "m2"]);
      expect([world.bounces, world.room.entered]).to.deep.equal([[], ["Bot"]]);
    });

  for (const condition of ["internal-server-error", "remote-server-timeout"])
    it(`tries less and less often if each message comes back with ${condition}, and gives up`, async () => {
      await inside();
      world.room.refusals = Array<string>(1_000).fill(condition);
      void world.post(3);
      await world.exchange();
      await world.pass(10 * SECOND);
      expect(world.room.messages.length).to.be.most(5);
      expect(world.room.entered.length).to.be.most(3);
      await world.pass(20 * 60 * MINUTE);
      expect([1, 2, 3].map((n) => world.repeat(`m${n}`))).to.deep.equal(Array(3).fill("undelivered"));
      expect(world.room.messages.length).to.be.most(36);
      expect(world.stored.posts).to.equal(0);
    });

  it("reports at once that it came back with its own addresses, as jabberd2 returns it", async () => {
    await inside();
    void world.post();
    await world.settle();
    const error = xml("error", { type: "cancel" }, xml("forbidden", NS.stanzas));
    const unswapped = { from: `${BOT}/bot`, to: ROOM, type: "error", id: "m1" };
    expect(world.rooms.consume(xml("message", unswapped, error))).to.equal(true);
    await world.settle();
    expect(world.repeat("m1")).to.equal("forbidden");
    expect(world.rooms.consume(xml("message", { ...unswapped, from: "x@y.test" }, error))).to.equal(false);
  });

  it("refuses it if the room was destroyed, and tries no more", async () => {
    await inside();
    world.room.refusals = ["gone"];
    expect(await world.posted()).to.equal("gone");
    expect(world.stored).to.include({ state: "refused", condition: "gone" });
  });

  for (const answer of ["not-acceptable", "item-not-found", "forbidden"])
    it(`keeps it if the room forgot the bot, didn't respond, and answers ${answer} to a ping`, async () => {
      await inside();
      Object.assign(world.room, { notInside: answer, nick: undefined });
      void world.post();
      await world.settle();
      world.toRoom = [];
      await world.pass(MINUTE);
      expect([world.repeat("m1"), world.room.said]).to.deep.equal(["confirmed", ["m1"]]);
    });

  it("takes no other message under its nickname for the confirmation", async () => {
    await inside();
    const answer = world.post();
    await world.settle();
    world.rooms.message(xml("message", { type: "groupchat", id: "other" }), jid(`${ROOM}/Bot`), jid(BOT));
    world.rooms.message(xml("message", { type: "groupchat", id: "m1" }), jid(`${ROOM}/Another`), jid(BOT));
    await world.settle();
    expect(world.repeat("m1")).to.equal("queued");
    await world.exchange();
    expect(await answer).to.equal("confirmed");
  });

  it("says it as soon as the link is back, if the room didn't get it", async () => {
    await inside();
    void world.post();
    await world.settle();
    world.down();
    world.toRoom = [];
    world.up();
    await world.exchange();
    expect([world.repeat("m1"), world.room.said]).to.deep.equal(["confirmed", ["m1"]]);
  });

  it("keeps it if the room doesn't know the bot any more", async () => {
    await inside();
    world.room.nick = undefined;
    expect(await world.posted()).to.equal("confirmed");
    expect(world.room.entered).to.have.length(2);
  });

  it("says it once if the room was silent, for a while, before or after it was said", async () => {
    for (const isSaid of [true, false]) {
      await inside();
      void world.post();
      await world.settle();
      if (isSaid) await world.receive();
      world.toBot = [];
      world.toRoom = [];
      world.room.isSilent = true;
      await world.pass(21 * SECOND);
      world.toRoom = [];
      world.room.nick = undefined;
      world.room.isSilent = false;
      await world.pass(MINUTE);
      expect(world.room.said).to.deep.equal(["m1"]);
      expect(world.repeat("m1")).to.equal("confirmed");
      world.close();
    }
    await inside();
  });

  it("gives it up, unconfirmed, if the room never sends it back", async () => {
    await inside({ hasArchive: false });
    void world.post();
    await world.settle();
    for (let n = 0; n < 8; n += 1) {
      await world.receive();
      world.toBot = world.toBot.filter((what) => typeof what === "function" || what.name !== "message");
      await world.deliver();
      await world.pass(10 * SECOND, false);
    }
    expect(world.room.messages).to.deep.equal(["m1", "m1", "m1"]);
    expect(world.repeat("m1")).to.equal("undelivered");
  });

  it("says none again that the archive has after the component was killed, however many pages that takes", async () => {
    await inside();
    world.room.pageSize = 2;
    world.room.archive = ["a", "b", "c"];
    void world.post(3);
    await world.settle();
    world.down();
    world.room.archive.push("m1", "m2");
    world.toRoom = [];
    world.restart();
    world.up();
    await world.exchange();
    expect(world.room.searches).to.equal(3);
    expect(world.room.messages).to.deep.equal(["m3"]);
    expect([1, 2, 3].map((n) => world.repeat(`m${n}`))).to.deep.equal(Array(3).fill("confirmed"));
  });

  it("accepts at most hooks.queue of them while it is outside", async () => {
    await inside({ queue: 3 });
    world.room.expel("110", "307");
    await world.exchange();
    const posts = [1, 2, 3].map(() => world.post());
    await world.settle();
    expect(world.stored.posts).to.equal(3);
    expect(await world.post()).to.equal("unavailable");
    await world.pass(2 * MINUTE);
    expect(await Promise.all(posts)).to.deep.equal(["queued", "queued", "queued"]);
    expect(world.room.said).to.deep.equal(["m1", "m2", "m3"]);
  });

  it("isn't kept waiting for the first answer of a silent service", async () => {
    begin().room.isSilent = true;
    world.up();
    const answer = world.post();
    await world.pass(3 * SECOND);
    expect(await answer).to.equal("unavailable");
  });

  it("stores the outcome as soon as the disk takes it again", async () => {
    await inside();
    const answer = world.post();
    await world.settle();
    world.setReadOnly(true);
    await world.exchange();
    world.setReadOnly(false);
    await world.pass(10 * SECOND);
    expect([await answer, world.repeat("m1"), world.room.said]).to.deep.equal([
      "queued",
      "confirmed",
      ["m1"],
    ]);
  });
});
