/** What operators do while posts wait for a room of another service, which the test plays. */
import { expect } from "chai";
import { ROOM, SILENT_ROOM } from "./played-room.js";
import { elsewhere } from "./stage.js";
import { bot, component, hook, link, operator, room } from "../../../plays/elsewhere.js";
import { time } from "../../../plays/time.js";
import { World } from "./world.js";

describe("Posts that wait for a room of another service", () => {
  elsewhere().scenes({
    "are refused if the hook is set to another room: the calls are answered, and each bounces once": [
      bot.isInside(),
      room.is({ isSilent: true }),
      hook.takes`2`,
      hook.takes`1`,
      operator.setsHook({ to: SILENT_ROOM }),
      hook.bounced`= recipient-unavailable recipient-unavailable recipient-unavailable`,
      hook.tells`m1 m2 m3 = undelivered`,
      hook.answered`m1 = undelivered`,
      hook.answered`m3 = undelivered`,
      bot.is`= nowhere`,
      room.is({ isSilent: false }),
      time.passes`20 seconds`,
      operator.isTold`= The hook h was changed. 3 posts that waited were refused.`,
      room.saw("left", "Bot"),
    ],

    "go to another room of another service if the operator says so, in order and with its address": [
      bot.isInside(),
      room.is({ isSilent: true }),
      hook.takes`2`,
      operator.setsHook({ to: SILENT_ROOM, move_waiting: true }),
      hook.takes`1`,
      hook.bounced`=`,
      link.loses(),
      room.is({ isSilent: false }),
      operator.setsHook({ to: ROOM, move_waiting: true }),
      link.delivers(),
      time.passes`3 seconds`,
      hook.tells`m1 m2 m3 = confirmed`,
      room.saw("said", "m1 m2 m3"),
      room.saw("addresses", `${ROOM} ${ROOM} ${ROOM}`),
    ],

    "that the room has said already aren't said again if they are moved away and back": [
      bot.isInside(),
      hook.takes`1`,
      room.receives(),
      operator.setsHook({ to: SILENT_ROOM, move_waiting: true }),
      component.restarts(),
      link.rises(),
      operator.setsHook({ to: ROOM, move_waiting: true }),
      link.delivers(),
      time.passes`3 seconds`,
      hook.tells`m1 = confirmed`,
      room.saw("said", "m1"),
    ],

    "stay if another reason to be in the room is left": [
      bot.isInside(),
      operator.letsBotEnter(),
      room.is({ isSilent: true }),
      hook.takes`1`,
      operator.setsHook({ to: SILENT_ROOM }),
      hook.bounced`=`,
      room.is({ isSilent: false }),
      time.passes`60 seconds`,
      hook.tells`m1 = confirmed`,
    ],

    "are refused if the hook is removed, or if the bot leaves": [
      bot.isInside(),
      room.is({ isSilent: true }),
      hook.takes`2`,
      operator.removesHook(),
      hook.bounced`= recipient-unavailable recipient-unavailable`,
      hook.answered`m1 = undelivered`,
      operator.isTold`= The hook h was removed. 2 posts that waited were refused.`,
    ],

    "are refused if the bot leaves": [
      bot.isInside(),
      operator.letsBotEnter(),
      link.delivers(),
      room.is({ isSilent: true }),
      hook.takes`1`,
      operator.setsHook({ to: "juliet@x.test" }),
      hook.bounced`=`,
      operator.letsBotLeave(),
      hook.bounced`= recipient-unavailable`,
      hook.tells`m1 = undelivered`,
      hook.answered`m1 = undelivered`,
      operator.isTold`= bot@c.test leaves ${ROOM}. 1 post that waited was refused.`,
    ],

    "aren't moved to what can't be a room of another service": [
      bot.isInside(),
      operator.setsHook({ to: "juliet@x.test", move_waiting: true }),
      operator.isTold`= move_waiting: only together with \`to\`, and to a room of another group chat service`,
    ],
  });

  it("are refused with the reason in the log, by a command while the component is stopped, too", async () => {
    const world = await new World().enters();
    world.room.isSilent = true;
    void world.post();
    await world.settle();
    world.restart();
    await world.operator.run("hook set", { name: "h", to: SILENT_ROOM });
    const reason = `The message m1 of bot@c.test was not delivered to ${ROOM}: the hook h was changed before`;
    expect(world.log.about(reason, "warn")).to.have.length(1);
    expect(await world.bounceCount()).to.equal(1);
    world.close();
  });
});

describe("A room's password", () => {
  elsewhere().scenes({
    "is stored without naming the receiver again, and the bot tries again": [
      bot.isInside(),
      room.is({ nick: undefined, isMembersOnly: true }),
      operator.setsHook({ password: "s3cret" }),
      hook.knows`= s3cret`,
      link.delivers(),
      bot.is`= refused registration-required`,
    ],

    "is refused if the hook has no room of another service": [
      bot.isInside(),
      operator.setsHook({ to: "juliet@x.test" }),
      operator.setsHook({ password: "s3cret" }),
      operator.isTold`= password: this hook's bot enters no room of another group chat service`,
    ],
  });
});

describe("bot enter", () => {
  elsewhere().scenes({
    "waits until the bot has entered again, if it only believed that it was inside": [
      bot.isInside(),
      room.is({ nick: undefined }),
      operator.letsBotEnter(),
      link.delivers(),
      operator.isTold`= bot@c.test is in ${ROOM} as Bot.`,
    ],

    "says that the bot is still trying, if the service doesn't answer in time": [
      bot.isInside(),
      room.is({ isSilent: true }),
      operator.letsBotEnter(),
      time.passes`16 seconds`,
      operator.isTold`= bot@c.test is still entering ${ROOM}: see bot list.`,
    ],
  });
});
