/**
 * The guarantees of bots in rooms of other services under random events: posts keep their order; the room says nothing
 * twice that its archive shows; in the end each accepted post is said or refused; none is confirmed that the room didn't
 * send back or show; attempts don't become more frequent than the pauses allow; list and metrics agree.
 */
import { expect } from "chai";
import fc from "fast-check";
import { Guarantees } from "./guarantees.js";
import { ROOM, SILENT_ROOM } from "./played-room.js";
import { World } from "./world.js";

const CONDITIONS = [
  "forbidden",
  "not-acceptable",
  "policy-violation",
  "resource-constraint",
  "internal-server-error",
  "remote-server-timeout",
  "remote-server-not-found",
  "service-unavailable",
  "item-not-found",
  "gone",
  "__proto__",
  "registration-required",
  "not-authorized",
  "conflict",
  "not-allowed",
  "bad-request",
  "recipient-unavailable",
];

type Step = (world: World) => unknown;

/** A kind of event: how often it comes, what it varies in, and what it does. */
function kind<T>(
  name: string,
  weight: number,
  varied: fc.Arbitrary<T>,
  run: (world: World, given: T) => unknown,
) {
  const named = (given: T): Step =>
    Object.assign((world: World) => run(world, given), {
      [fc.toStringMethod]: () => `${name} ${JSON.stringify(given)}`,
    });
  return { weight, arbitrary: varied.map(named) };
}

const simple = (name: string, weight: number, run: (world: World) => unknown) =>
  kind(name, weight, fc.constant(""), run);

const few = fc.integer({ min: 1, max: 6 });
/** A condition, as often as it comes. */
const errors = fc
  .tuple(fc.constantFrom(...CONDITIONS), fc.constantFrom(1, 1, 2, 15))
  .map(([condition, count]) => Array<string>(count).fill(condition));

const steps = fc.oneof(
  kind("post", 6, fc.integer({ min: 1, max: 3 }), (world, count) => void world.post(count)),
  kind("repeat", 1, fc.nat(20), (world, which) => world.repeat(`m${which}`)),
  kind("receive", 2, few, (world, count) => world.receive(count)),
  kind("deliver", 2, few, (world, count) => world.deliver(count)),
  kind(
    "pass",
    3,
    fc.tuple(fc.constantFrom(1, 6, 21, 61, 700), fc.boolean()),
    (world, [seconds, isConnected]) => world.pass(seconds * 1000, isConnected),
  ),
  kind("refuse", 2, errors, ({ room }, refusals) => Object.assign(room, { refusals })),
  kind("refuse entry", 2, errors, ({ room }, joinErrors) => Object.assign(room, { joinErrors })),
  kind(
    "ping error",
    1,
    fc.constantFrom(undefined, "service-unavailable", "remote-server-timeout"),
    ({ room }, pingError) => Object.assign(room, { pingError }),
  ),
  kind("silence", 1, fc.boolean(), ({ room }, isSilent) => Object.assign(room, { isSilent })),
  kind("members only", 1, fc.boolean(), ({ room }, isMembersOnly) => Object.assign(room, { isMembersOnly })),
  kind("ban", 1, fc.boolean(), ({ room }, isBanned) => Object.assign(room, { isBanned })),
  kind("read-only", 1, fc.boolean(), (world, isReadOnly) => world.setReadOnly(isReadOnly)),
  kind("expel", 2, fc.constantFrom("307", "301", "321", "332"), ({ room }, code) => room.expel([code])),
  kind("rename", 1, fc.constantFrom("Valet", "", " ", "\u0000", "x".repeat(1100)), ({ room }, nick) =>
    room.rename(nick),
  ),
  simple("exchange", 10, (world) => world.exchange()),
  simple("up", 5, (world) => world.up()),
  simple("down", 1, (world) => world.down()),
  simple("destroy", 1, ({ room }) => room.destroy()),
  simple("make", 1, ({ room }) => Object.assign(room, { isThere: true })),
  simple("invite", 1, (world) => world.invite()),
  simple("operator", 1, (world) => world.operatorEnters()),
  simple("restart room", 1, ({ room }) => Object.assign(room, { nick: undefined })),
  simple("restart server", 1, (world) => {
    world.down();
    world.toRoom = [];
    world.room.nick = undefined;
  }),
  kind("set elsewhere", 1, fc.boolean(), (world, move_waiting) =>
    world.operator.run("hook set", { name: "h", to: SILENT_ROOM, move_waiting }),
  ),
  kind("set back", 2, fc.boolean(), (world, move_waiting) =>
    world.operator.run("hook set", { name: "h", to: ROOM, move_waiting }),
  ),
  simple("leave", 1, (world) => world.operator.run("bot leave", { bot: "bot", room: ROOM })),
  simple("leave elsewhere", 1, (world) => world.operator.run("bot leave", { bot: "bot", room: SILENT_ROOM })),
  simple("replace hook", 1, (world) => world.operator.replacesHook()),
  kind("clock", 1, fc.constantFrom(-40, -1, 1, 40), (world, days) => world.setClock(days * 86_400_000)),
  simple("restart component", 1, (world) => world.restart()),
);

const { CASES: count = "40", CASE_PATH: path } = process.env;
const { SEED: seed = process.env.CASES === undefined ? "1" : undefined } = process.env;
const CASES = {
  numRuns: Number(count),
  endOnFailure: process.env.SHRINK === undefined,
  includeErrorInReport: true,
  ...(seed !== undefined && { seed: Number(seed) }),
  ...(path !== undefined && { path }),
};
const PATIENCE_MS = 120_000 * Math.max(1, Number(count) / 150);

describe("A bot in a room of another service as a state machine", () => {
  for (const hasArchive of [true, false]) {
    it(`keeps its guarantees if the room has ${hasArchive ? "an archive" : "no archive"}`, async () => {
      const seen = { said: 0, refused: 0 };
      const property = fc.asyncProperty(fc.array(steps, { maxLength: 60, size: "max" }), async (all) => {
        const world = new World({ hasArchive });
        const guarantees = new Guarantees(world);
        try {
          for (const step of all) {
            await step(world);
            await world.settle();
            const violations = await guarantees.violations();
            if (violations.length > 0) throw new Error(violations.join("\n"));
          }
          await world.heal();
          const violations = await guarantees.violations(true);
          if (violations.length > 0) throw new Error(violations.join("\n"));
          seen.said += new Set(world.room.said).size;
          seen.refused += world.bounces.length;
        } finally {
          world.close();
        }
      });
      await fc.assert(property, CASES);
      // The cases must not become trivial.
      expect([seen.said > Number(count) / 2, seen.refused > Number(count) / 4]).to.deep.equal([true, true]);
    }).timeout(PATIENCE_MS);
  }
});
