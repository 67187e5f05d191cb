/** Posts to a room of another service, which the test plays. */
import { expect } from "chai";
import { NS, xml } from "../../../../component/xml/builder.js";
import { BOT, jid, ROOM } from "./played-room.js";
import { elsewhere } from "./stage.js";
import { bot, component, disk, hook, link, room, type ElsewhereStep } from "../../../plays/elsewhere.js";
import { time } from "../../../plays/time.js";
import { World } from "./world.js";

/** The bot says a post, of which nothing comes back as the room falls silent. @param before what happens before that */
const silentAfter = (...before: readonly ElsewhereStep[]) => [
  bot.isInside(),
  hook.takes`1`,
  ...before,
  link.loses(),
  room.is({ isSilent: true }),
  time.passes`21 seconds`,
  link.loses(),
  room.is({ isSilent: false, nick: undefined }),
  time.passes`60 seconds`,
  hook.tells`m1 = confirmed`,
  room.saw("said", "m1"),
];

describe("A bot with a post to a room of another service", () => {
  for (const condition of ["policy-violation", "resource-constraint", "internal-server-error"])
    elsewhere().scenes({
      [`says it again, in order, after the room has refused it for now with ${condition}`]: [
        bot.isInside(),
        room.is({ refusals: [condition] }),
        hook.posts`2 = confirmed`,
        room.saw("messages", "m1 m1 m2"),
        room.saw("entered", "Bot"),
        hook.bounced`=`,
      ],
    });
  for (const condition of ["internal-server-error", "remote-server-timeout"])
    elsewhere().scenes({
      [`tries less and less often if each message comes back with ${condition}, and gives up`]: [
        bot.isInside(),
        room.is({ refusals: [...Array<string>(1000).fill(condition)] }),
        hook.takes`3`,
        link.delivers(),
        time.passes`10 seconds`,
        room.sawAtMost(5, "messages"),
        room.sawAtMost(3, "entered"),
        time.passes`72000 seconds`,
        room.sawAtMost(36, "messages"),
        hook.tells`m1 m2 m3 = undelivered`,
        hook.waits`= 0`,
      ],
    });
  for (const condition of ["not-acceptable", "item-not-found", "forbidden"])
    elsewhere().scenes({
      [`keeps it if the room forgot the bot, didn't respond, and answers ${condition} to a ping`]: [
        bot.isInside(),
        room.is({ notInside: condition, nick: undefined }),
        hook.takes`1`,
        link.loses(),
        time.passes`60 seconds`,
        hook.tells`m1 = confirmed`,
        room.saw("said", "m1"),
      ],
    });
  // mu-conference says not-allowed to who isn't inside.
  for (const condition of [
    "not-allowed",
    "forbidden",
    "not-acceptable",
    "bad-request",
    "recipient-unavailable",
  ])
    elsewhere().scenes({
      [`enters again and says it if its service restarted, and refuses it with ${condition}`]: [
        bot.isInside(),
        room.is({ nick: undefined, refusals: [condition] }),
        hook.posts`= confirmed`,
        room.saw("entered", "Bot Bot"),
        room.saw("said", "m1"),
        hook.bounced`=`,
      ],

      [`refuses it if the room says that the bot is inside, and the error is ${condition}`]: [
        bot.isInside(),
        room.is({ refusals: [condition] }),
        hook.takes`1`,
        link.delivers(),
        hook.bounced`= ${condition}`,
        bot.is`= inside`,
        room.saw("entered", "Bot"),
        room.saw("messages", "m1"),
        room.saw("pings", 1),
      ],
    });
  elsewhere().scenes({
    "that never comes, as the room refuses all, is refused in the end": [
      bot.isInside(),
      room.is({ refusals: [...Array<string>(90).fill("not-allowed")], notInside: "item-not-found" }),
      hook.takes`1`,
      room.is({ nick: undefined }),
      link.delivers(),
      room.is({ nick: undefined }),
      link.delivers(),
      room.is({ nick: undefined }),
      link.delivers(),
      time.passes`600 seconds`,
      hook.tells`m1 = forbidden`,
    ],

    "refuses it if the room was destroyed, and tries no more": [
      bot.isInside(),
      room.is({ refusals: ["gone"] }),
      hook.posts`= gone`,
      bot.is`= refused gone`,
    ],

    "says it as soon as the link is back, if the room didn't get it": [
      bot.isInside(),
      hook.takes`1`,
      link.falls(),
      link.loses(),
      link.rises(),
      hook.tells`m1 = confirmed`,
      room.saw("said", "m1"),
    ],

    "keeps it if the room doesn't know the bot any more": [
      bot.isInside(),
      room.is({ nick: undefined }),
      hook.posts`= confirmed`,
      room.saw("entered", "Bot Bot"),
    ],

    "says it once if the room was silent for a while after it was said": silentAfter(room.receives()),
    "says it once if the room was silent for a while before it was said": silentAfter(),

    "says none again that the archive has after the component was killed, however many pages that takes": [
      bot.isInside(),
      room.is({ pageSize: 2, archive: ["a", "b", "c", "m1", "m2"] }),
      hook.takes`3`,
      link.falls(),
      link.loses(),
      component.restarts(),
      link.rises(),
      hook.tells`m1 m2 m3 = confirmed`,
      room.saw("searches", 4),
      room.saw("messages", "m3"),
    ],

    "isn't kept waiting for the first answer of a silent service": [
      room.is({ isSilent: true }),
      link.rises(),
      hook.posts`= unanswered`,
    ],

    "stores the outcome as soon as the disk takes it again": [
      bot.isInside(),
      hook.takes`1`,
      disk.fails(),
      link.delivers(),
      disk.works(),
      time.passes`10 seconds`,
      hook.tells`m1 = confirmed`,
      room.saw("said", "m1"),
    ],
  });
  elsewhere({ queue: 3 }).scenes({
    "accepts at most hooks.queue of them while it is outside": [
      bot.isInside(),
      room.expels`307`,
      link.delivers(),
      hook.takes`1`,
      hook.takes`1`,
      hook.takes`1`,
      hook.waits`= 3`,
      hook.posts`= unanswered`,
      time.passes`120 seconds`,
      room.saw("said", "m1 m2 m3"),
    ],
  });

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
