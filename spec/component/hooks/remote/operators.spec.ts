/** What operators do while posts wait for a room of another service, which the test plays. */
import { expect } from "chai";
import { ROOM, SILENT_ROOM } from "./played-room.js";
import { scenes } from "./script.js";
import { World } from "./world.js";

describe("Posts that wait for a room of another service", () => {
  scenes(`
    are refused if the hook is set to another room: the calls are answered, and each bounces once
      inside; room isSilent=true; posts 2; posts; hook set to=${SILENT_ROOM}
      bounced = recipient-unavailable recipient-unavailable recipient-unavailable
      m1 m2 m3 = undelivered; answer m1 = undelivered; answer m3 = undelivered; bot = nowhere
      room isSilent=false; pass 20
      told = The hook h was changed. 3 posts that waited were refused.
      room left = Bot
    go to another room of another service if the operator says so, in order and with its address
      inside; room isSilent=true; posts 2; hook set to=${SILENT_ROOM} move_waiting=true; posts
      bounced =; link loses; room isSilent=false; hook set to=${ROOM} move_waiting=true; exchange
      pass 3; m1 m2 m3 = confirmed; room said = m1 m2 m3; room addresses = ${ROOM} ${ROOM} ${ROOM}
    that the room has said already aren't said again if they are moved away and back
      inside; posts; receive; hook set to=${SILENT_ROOM} move_waiting=true; restart; link up
      hook set to=${ROOM} move_waiting=true; exchange; pass 3; m1 = confirmed; room said = m1
    stay if another reason to be in the room is left
      inside; bot enter; room isSilent=true; posts; hook set to=${SILENT_ROOM}; bounced =
      room isSilent=false; pass 60; m1 = confirmed
    are refused if the hook is removed, or if the bot leaves
      inside; room isSilent=true; posts 2; hook remove
      bounced = recipient-unavailable recipient-unavailable; answer m1 = undelivered
      told = The hook h was removed. 2 posts that waited were refused.
    are refused if the bot leaves
      inside; bot enter; exchange; room isSilent=true; posts; hook set to=juliet@x.test; bounced =
      bot leave; bounced = recipient-unavailable; m1 = undelivered; answer m1 = undelivered
      told = bot@c.test leaves ${ROOM}. 1 post that waited was refused.
    aren't moved to what can't be a room of another service
      inside; hook set to=juliet@x.test move_waiting=true
      told = move_waiting: only together with \`to\`, and to a room of another group chat service`);

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
  scenes(`
    is stored without naming the receiver again, and the bot tries again
      inside; room nick=none isMembersOnly=true; hook set password=s3cret
      password = s3cret; exchange; bot = refused registration-required
    is refused if the hook has no room of another service
      inside; hook set to=juliet@x.test; hook set password=s3cret
      told = password: this hook's bot enters no room of another group chat service`);
});

describe("bot enter", () => {
  scenes(`
    waits until the bot has entered again, if it only believed that it was inside
      inside; room nick=none; bot enter; exchange; told = bot@c.test is in ${ROOM} as Bot.
    says that the bot is still trying, if the service doesn't answer in time
      inside; room isSilent=true; bot enter; pass 16
      told = bot@c.test is still entering ${ROOM}: see bot list.`);
});
