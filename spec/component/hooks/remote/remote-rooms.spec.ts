/** Bots in a room of another service, which the test plays. */
import { expect } from "chai";
import type { AccountJid } from "../../../../component/addresses/address.js";
import { jid, ROOM } from "./played-room.js";
import { elsewhere } from "./stage.js";
import { bot, hook, link, operator, room } from "../../../plays/elsewhere.js";
import { time } from "../../../plays/time.js";
import { World } from "./world.js";

const MINUTE = 60_000;

describe("A bot in a room of another service", () => {
  elsewhere().scenes({
    "uses its registered nickname, else its title": [
      room.is({ registered: "Butler" }),
      link.rises(),
      room.saw("entered", "Butler"),
    ],

    "enters with its title if its registered nickname is none": [
      room.is({ registered: "\u0000" }),
      link.rises(),
      room.saw("entered", "Bot"),
    ],

    "keeps its nickname if the room gives it one that is none, and says posts": [
      bot.isInside(),
      room.renames(),
      link.delivers(),
      hook.posts`= confirmed`,
      room.renames`\u0000`,
      link.delivers(),
      hook.posts`= confirmed`,
      room.renames`Valet`,
      link.delivers(),
      hook.posts`= confirmed`,
      operator.insists(),
      link.delivers(),
      bot.is`= inside`,
      room.saw("entered", "Bot"),
    ],

    "pings itself after a silence, and enters again if it is outside": [
      bot.isInside(),
      time.passes`660 seconds`,
      room.saw("pings", 1),
      room.saw("entered", "Bot"),
      room.is({ nick: undefined }),
      time.passes`660 seconds`,
      room.saw("pings", 2),
      room.saw("entered", "Bot Bot"),
    ],

    "stays if it is still inside when the link is back, and enters if it isn't": [
      bot.isInside(),
      link.falls(),
      bot.is`= unsure`,
      link.rises(),
      bot.is`= inside`,
      room.saw("entered", "Bot"),
      link.falls(),
      room.is({ nick: undefined }),
      link.rises(),
      bot.is`= inside`,
      room.saw("entered", "Bot Bot"),
    ],

    "enters when the link is back, if it was outside": [
      room.is({ isSilent: true }),
      link.rises(),
      time.passes`21 seconds`,
      bot.is`= outside remote-server-timeout`,
      link.falls(),
      link.loses(),
      room.is({ isSilent: false }),
      link.rises(),
      bot.is`= inside`,
    ],

    "enters at once for an operator if it only believes that it is inside, though stays were short": [
      bot.isInside(),
      room.expels`332`,
      link.delivers(),
      room.expels`332`,
      link.delivers(),
      time.passes`6 seconds`,
      room.expels`332`,
      link.delivers(),
      time.passes`17 seconds`,
      bot.is`= inside`,
      room.is({ nick: undefined }),
      operator.insists(),
      link.delivers(),
      bot.is`= inside`,
      room.saw("entered", "Bot Bot Bot Bot Bot"),
    ],

    "enters again after a shutdown of the room's service, and says waiting posts": [
      bot.isInside(),
      room.expels`332`,
      hook.posts`= confirmed`,
      room.saw("said", "m1"),
    ],

    "that takes members alone is entered with the next post after it was made one, at most once a minute": [
      room.is({ joinErrors: ["registration-required"] }),
      link.rises(),
      bot.is`= refused registration-required`,
      time.passes`3600 seconds`,
      bot.is`= refused registration-required`,
      hook.posts`= confirmed`,
      bot.is`= inside`,
    ],

    "that was destroyed isn't entered by it if somebody makes it again": [
      bot.isInside(),
      room.isDestroyed(),
      link.delivers(),
      bot.is`= refused gone`,
      room.is({ isThere: true }),
      time.passes`120 seconds`,
      hook.posts`= gone`,
      link.falls(),
      link.rises(),
      time.passes`3600 seconds`,
      room.saw("entered", "Bot"),
    ],

    "that it has made by entering is destroyed again, and isn't entered until it says that it is there": [
      room.is({ isThere: false, missing: "service-unavailable" }),
      link.rises(),
      time.passes`3600 seconds`,
      room.saw("made", 1),
      room.saw("destroyed", 1),
      room.saw("entered", "Bot"),
      room.saw("left", "Bot"),
      bot.is`= outside item-not-found`,
      room.is({ isThere: true }),
      time.passes`660 seconds`,
      bot.is`= inside`,
    ],
  });
  for (const condition of ["item-not-found", "bad-request"])
    elsewhere().scenes({
      [`that isn't there isn't entered if its service says ${condition}`]: [
        room.is({ isThere: false, missing: condition }),
        link.rises(),
        room.saw("entered", ""),
        bot.is`= outside item-not-found`,
        hook.posts`= missing`,
      ],
    });
  for (const condition of ["__proto__", "constructor"])
    elsewhere().scenes({
      [`goes on after an error with the condition ${condition}, for itself and for a post`]: [
        room.is({ joinErrors: [condition] }),
        link.rises(),
        bot.is`= outside undefined-condition`,
        time.passes`10 seconds`,
        bot.is`= inside`,
        room.is({ refusals: [condition] }),
        hook.posts`= undelivered`,
        hook.bounced`= undefined-condition`,
      ],
    });

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
