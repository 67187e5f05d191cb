/** Bots in a room of another service, which the test plays. */
import { expect } from "chai";
import type { AccountJid } from "../../../../component/addresses/address.js";
import { jid, ROOM } from "./played-room.js";
import { scenes } from "./script.js";
import { World } from "./world.js";

const MINUTE = 60_000;

describe("A bot in a room of another service", () => {
  scenes(`
    uses its registered nickname, else its title
      room registered=Butler; link up; room entered = Butler
    enters with its title if its registered nickname is none
      room registered=\u0000; link up; room entered = Bot
    keeps its nickname if the room gives it one that is none, and says posts
      inside; room renames; exchange; post = confirmed
      room renames \u0000; exchange; post = confirmed
      room renames Valet; exchange; post = confirmed
      operator; exchange; bot = inside; room entered = Bot
    pings itself after a silence, and enters again if it is outside
      inside; pass 660; room pings = 1; room entered = Bot
      room nick=none; pass 660; room pings = 2; room entered = Bot Bot
    stays if it is still inside when the link is back, and enters if it isn't
      inside; link down; bot = unsure
      link up; bot = inside; room entered = Bot
      link down; room nick=none
      link up; bot = inside; room entered = Bot Bot
    enters when the link is back, if it was outside
      room isSilent=true; link up
      pass 21; bot = outside remote-server-timeout
      link down; link loses; room isSilent=false
      link up; bot = inside
    enters at once for an operator if it only believes that it is inside, though stays were short
      inside; room expels 332; exchange; room expels 332; exchange; pass 6
      room expels 332; exchange; pass 17; bot = inside
      room nick=none; operator; exchange; bot = inside; room entered = Bot Bot Bot Bot Bot
    enters again after a shutdown of the room's service, and says waiting posts
      inside; room expels 332; post = confirmed; room said = m1
    that takes members alone is entered with the next post after it was made one, at most once a minute
      room joinErrors=registration-required; link up; bot = refused registration-required
      pass 3600; bot = refused registration-required
      post = confirmed; bot = inside
    that was destroyed isn't entered by it if somebody makes it again
      inside; room destroys; exchange; bot = refused gone
      room isThere=true; pass 120; post = gone
      link down; link up
      pass 3600; room entered = Bot
    that it has made by entering is destroyed again, and isn't entered until it says that it is there
      room isThere=false missing=service-unavailable; link up
      pass 3600; room made = 1; room destroyed = 1; room entered = Bot; room left = Bot
      bot = outside item-not-found
      room isThere=true; pass 660; bot = inside`);
  scenes(
    `
    that isn't there isn't entered if its service says $
      room isThere=false missing=$; link up
      room entered =; bot = outside item-not-found; post = missing`,
    ["item-not-found", "bad-request"],
  );
  scenes(
    `
    goes on after an error with the condition $, for itself and for a post
      room joinErrors=$; link up; bot = outside undefined-condition
      pass 10; bot = inside
      room refusals=$; post = undelivered; bounced = undefined-condition`,
    ["__proto__", "constructor"],
  );

  it("enters again after a kick, later each time, and no earlier for posts and invitations", async () => {
    const world = await new World().enters();
    for (const [kicks, pause] of [MINUTE, 2 * MINUTE, 4 * MINUTE].entries()) {
      world.room.expel(["307"]);
      await world.exchange();
      void world.post();
      for (let ms = 0; ms < pause - 1_000; ms += 10_000) {
        world.invite();
        await world.exchange();
        await world.pass(9_999);
      }
      expect(world.room.entered).to.have.length(kicks + 1);
      await world.pass(10_000);
      expect(world.room.entered).to.have.length(kicks + 2);
      expect(world.room.said).to.have.length(kicks + 1);
    }
    world.close();
  });

  it("enters less and less often if the room's service expels it each time", async () => {
    const world = await new World().enters();
    for (let n = 0; n < 60; n += 1) {
      world.room.expel(["332"]);
      await world.exchange();
      await world.pass(1_000);
    }
    expect(world.room.entered.length).to.be.within(3, 6);
    world.close();
  });

  it("is no room if it is a bot of another component that has rooms", async () => {
    const world = new World();
    world.room.identity = { category: "client", type: "bot" };
    world.up();
    await world.exchange();
    expect(world.store.list()).to.deep.equal([]);
    const answer = world.rooms.isRoom(jid(ROOM) as AccountJid);
    await world.exchange();
    expect(await answer).to.equal(false);
    world.close();
    // From now on, the database can't be read.
    world.rooms.refresh();
    expect(world.log.about("can't be read", "error")).to.have.length(1);
  });
});
