/** Posts to a room of another service, which the test plays. */
import { expect } from "chai";
import { NS, xml } from "../../../../component/xml/builder.js";
import { BOT, jid, ROOM } from "./played-room.js";
import { scenes } from "./script.js";
import { World } from "./world.js";

describe("A bot with a post to a room of another service", () => {
  scenes(
    `
    says it again, in order, after the room has refused it for now with $
      inside; room refusals=$; post 2 = confirmed
      room messages = m1 m1 m2; room entered = Bot; bounced =`,
    ["policy-violation", "resource-constraint", "internal-server-error"],
  );
  scenes(
    `
    tries less and less often if each message comes back with $, and gives up
      inside; room refusals=$*1000; posts 3; exchange
      pass 10; room messages <= 5; room entered <= 3
      pass 72000; room messages <= 36
      m1 m2 m3 = undelivered; waiting = 0`,
    ["internal-server-error", "remote-server-timeout"],
  );
  scenes(
    `
    keeps it if the room forgot the bot, didn't respond, and answers $ to a ping
      inside; room notInside=$ nick=none; posts; link loses
      pass 60; m1 = confirmed; room said = m1`,
    ["not-acceptable", "item-not-found", "forbidden"],
  );
  // mu-conference says not-allowed to who isn't inside.
  scenes(
    `
    enters again and says it if its service restarted, and refuses it with $
      inside; room nick=none refusals=$; post = confirmed
      room entered = Bot Bot; room said = m1; bounced =
    refuses it if the room says that the bot is inside, and the error is $
      inside; room refusals=$; posts; exchange; bounced = $
      bot = inside; room entered = Bot; room messages = m1; room pings = 1`,
    ["not-allowed", "forbidden", "not-acceptable", "bad-request", "recipient-unavailable"],
  );
  scenes(`
    that never comes, as the room refuses all, is refused in the end
      inside; room refusals=not-allowed*90 notInside=item-not-found; posts
      room nick=none; exchange; room nick=none; exchange; room nick=none; exchange; pass 600
      m1 = forbidden
    refuses it if the room was destroyed, and tries no more
      inside; room refusals=gone; post = gone; bot = refused gone
    says it as soon as the link is back, if the room didn't get it
      inside; posts; link down; link loses
      link up; m1 = confirmed; room said = m1
    keeps it if the room doesn't know the bot any more
      inside; room nick=none; post = confirmed; room entered = Bot Bot
    says it once if the room was silent for a while after it was said
      inside; posts; receive; link loses; room isSilent=true
      pass 21; link loses; room isSilent=false nick=none
      pass 60; m1 = confirmed; room said = m1
    says it once if the room was silent for a while before it was said
      inside; posts; link loses; room isSilent=true
      pass 21; link loses; room isSilent=false nick=none
      pass 60; m1 = confirmed; room said = m1
    says none again that the archive has after the component was killed, however many pages that takes
      inside; room pageSize=2 archive=a,b,c,m1,m2; posts 3; link down; link loses
      restart; link up; m1 m2 m3 = confirmed
      room searches = 4; room messages = m3
    accepts at most hooks.queue of them while it is outside
      with queue=3; inside; room expels 307; exchange; posts; posts; posts; waiting = 3
      post = unanswered
      pass 120; room said = m1 m2 m3
    isn't kept waiting for the first answer of a silent service
      room isSilent=true; link up; post = unanswered
    stores the outcome as soon as the disk takes it again
      inside; posts; disk fails; exchange; disk works
      pass 10; m1 = confirmed; room said = m1`);

  it("gives it up, unconfirmed, if the room never sends it back", async () => {
    const world = await new World({ hasArchive: false }).enters();
    void world.post();
    await world.settle();
    for (let n = 0; n < 8; n += 1) {
      await world.receive();
      world.toBot = world.toBot.filter((what) => typeof what === "function" || what.name !== "message");
      await world.deliver();
      await world.pass(10_000, false);
    }
    expect(world.room.messages).to.deep.equal(["m1", "m1", "m1"]);
    expect(world.repeat("m1")).to.equal("undelivered");
    world.close();
  });

  it("is told at once that it came back with its own addresses, as jabberd2 returns it, and of no other message", async () => {
    const world = await new World().enters();
    void world.post();
    await world.settle();
    world.toRoom = [];
    for (const [id, nick] of [
      ["other", "Bot"],
      ["m1", "Another"],
    ])
      world.rooms.message(xml("message", { type: "groupchat", id }), jid(`${ROOM}/${nick}`), jid(BOT));
    await world.settle();
    expect(world.repeat("m1")).to.equal("queued");
    const error = xml("error", { type: "cancel" }, xml("forbidden", NS.stanzas));
    const unswapped = { from: `${BOT}/bot`, to: ROOM, type: "error", id: "m1" };
    expect(world.rooms.consume(xml("message", { ...unswapped, from: "x@y.test" }, error))).to.equal(false);
    expect(world.rooms.consume(xml("message", unswapped, error))).to.equal(true);
    await world.exchange();
    expect(world.repeat("m1")).to.equal("forbidden");
    world.close();
  });
});
