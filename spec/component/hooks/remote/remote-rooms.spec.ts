/** Bots in a room of another service, which the test plays. */
import { setTimeout as lapse } from "node:timers/promises";
import { expect } from "chai";
import type { AccountJid } from "../../../../component/addresses/address.js";
import type { Element } from "../../../../component/xml/builder.js";
import { INHERITED } from "../../../support/inherited-names.js";
import { BOT, jid, ROOM } from "./played-room.js";
import { World, type WorldOptions } from "./world.js";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe("A bot in a room of another service", () => {
  let world: World;
  const begin = (options: WorldOptions = {}): World => (world = new World(options));
  afterEach(() => world.close());

  const inside = async (options?: WorldOptions): Promise<World> => (world = await World.inside(options));

  it("uses its registered nickname, else its title", async () => {
    begin().room.registered = "Butler";
    world.up();
    await world.exchange();
    expect([world.room.entered, world.stored.nick]).to.deep.equal([["Butler"], "Butler"]);
  });

  it("enters again after a kick, later each time, and no earlier for posts and invitations", async () => {
    await inside();
    for (const [kicks, pause] of [MINUTE, 2 * MINUTE, 4 * MINUTE].entries()) {
      world.room.expel("110", "307");
      await world.exchange();
      void world.post();
      for (let seconds = 0; seconds < pause - SECOND; seconds += 10 * SECOND) {
        world.invite();
        await world.exchange();
        await world.pass(10 * SECOND - 1);
      }
      expect(world.room.entered).to.have.length(kicks + 1);
      await world.pass(10 * SECOND);
      expect(world.room.entered).to.have.length(kicks + 2);
      expect(world.room.said).to.have.length(kicks + 1);
    }
  });

  it("notices that it is expelled in the same moment in which it enters", async () => {
    begin().up();
    await world.settle();
    await world.receive(3);
    await world.deliver(2);
    await world.receive();
    world.room.expel("110", "307");
    for (const stanza of world.toBot.splice(0))
      world.rooms.presence(stanza as Element, jid(`${ROOM}/Bot`), jid(BOT));
    await world.exchange();
    expect(world.stored).to.include({ state: "outside", condition: "kicked" });
  });

  it("pings itself after a silence, and enters again if it is outside", async () => {
    await inside();
    await world.pass(11 * MINUTE);
    expect([world.room.pings, world.room.entered]).to.deep.equal([1, ["Bot"]]);
    world.room.nick = undefined;
    await world.pass(11 * MINUTE);
    expect([world.room.pings, world.room.entered]).to.deep.equal([2, ["Bot", "Bot"]]);
  });

  it("stays if it is still inside when the link is back, and enters if it isn't", async () => {
    await inside();
    world.down();
    await world.settle();
    expect(world.stored.state).to.equal("unsure");
    world.up();
    await world.exchange();
    expect([world.stored.state, world.room.entered.length]).to.deep.equal(["inside", 1]);
    world.down();
    world.room.nick = undefined;
    world.up();
    await world.exchange();
    expect([world.stored.state, world.room.entered.length]).to.deep.equal(["inside", 2]);
  });

  it("enters when the link is back, if it was outside", async () => {
    begin().room.isSilent = true;
    world.up();
    await world.pass(21 * SECOND);
    expect(world.stored).to.include({ state: "outside", condition: "remote-server-timeout" });
    world.down();
    world.toRoom = [];
    world.room.isSilent = false;
    world.up();
    await world.exchange();
    expect(world.stored.state).to.equal("inside");
  });

  it("enters again after a shutdown of the room's service, and says waiting posts", async () => {
    await inside();
    world.room.expel("110", "332");
    expect(await world.posted()).to.equal("confirmed");
    expect(world.room.said).to.deep.equal(["m1"]);
  });

  it("enters less and less often if the room's service expels it each time", async () => {
    await inside();
    for (let n = 0; n < 60; n += 1) {
      world.room.expel("110", "332");
      await world.exchange();
      await world.pass(SECOND);
    }
    expect(world.room.entered.length).to.be.within(3, 6);
  });

  for (const name of INHERITED)
    it(`goes on after an error with the condition ${name}, for itself and for a post`, async () => {
      begin().room.joinErrors = [name];
      world.up();
      await world.exchange();
      expect(world.stored).to.include({ state: "outside", condition: "undefined-condition" });
      await world.pass(10 * SECOND);
      expect(world.stored.state).to.equal("inside");
      world.room.refusals = [name];
      expect(await world.posted()).to.equal("undelivered");
      expect(world.bounces.map(({ condition }) => condition)).to.deep.equal(["undefined-condition"]);
    });

  describe("that isn't there", () => {
    for (const missing of ["item-not-found", "bad-request"])
      it(`isn't entered if its service says ${missing}`, async () => {
        const { room } = begin();
        Object.assign(room, { isThere: false, missing });
        world.up();
        await world.exchange();
        expect([room.entered, world.stored.condition]).to.deep.equal([[], "item-not-found"]);
        expect(await world.posted()).to.equal("missing");
      });

    it("is destroyed again if entering has made it, and isn't entered until it says that it is there", async () => {
      const { room } = begin();
      Object.assign(room, { isThere: false, missing: "service-unavailable" });
      world.up();
      await world.pass(60 * MINUTE);
      expect([room.made, room.destroyed, room.isThere]).to.deep.equal([1, 1, false]);
      expect([room.entered, room.left]).to.deep.equal([["Bot"], ["Bot"]]);
      expect(world.stored).to.include({ state: "outside", condition: "item-not-found" });
      room.isThere = true;
      await world.pass(11 * MINUTE);
      expect(world.stored.state).to.equal("inside");
    });

    it("isn't entered by whoever makes it again after it was destroyed", async () => {
      await inside();
      world.room.destroy();
      await world.exchange();
      expect(world.stored).to.include({ state: "refused", condition: "gone" });
      world.room.isThere = true;
      await world.pass(2 * MINUTE);
      expect(await world.posted()).to.equal("gone");
      world.down();
      world.up();
      await world.pass(60 * MINUTE);
      expect(world.room.entered).to.have.length(1);
    });
  });

  it("is no room if it is a bot of another component that has rooms", async () => {
    begin().room.identity = { category: "client", type: "bot" };
    world.up();
    await world.exchange();
    expect(world.store.list()).to.deep.equal([]);
    const answer = world.rooms.isRoom(jid(ROOM) as AccountJid);
    await world.exchange();
    expect(await answer).to.equal(false);
  });

  it("survives that the database can't be read", async () => {
    await inside();
    world.close();
    world.rooms.refresh();
    const isLogged = (): boolean => world.log.lines.some(({ message }) => message.includes("can't be read"));
    while (!isLogged()) await lapse(10);
  });
});
