/**
 * The guarantees of bots in rooms of other services under random events: posts keep their order; the room says nothing
 * twice that its archive shows; in the end each accepted post is said or refused; none is confirmed that the room didn't
 * send back or show; attempts don't become more frequent than the pauses allow; list and metrics agree.
 */
import { expect } from "chai";
import fc from "fast-check";
import { Guarantees } from "./guarantees.js";
import { World } from "./world.js";

const CONDITIONS = [
  ...["forbidden", "not-acceptable", "policy-violation", "resource-constraint", "internal-server-error"],
  ...[
    "remote-server-timeout",
    "remote-server-not-found",
    "service-unavailable",
    "item-not-found",
    "gone",
    "__proto__",
  ],
  ...[
    "registration-required",
    "not-authorized",
    "conflict",
    "not-allowed",
    "bad-request",
    "recipient-unavailable",
  ],
];

type Action =
  | { readonly do: "post" | "receive" | "deliver"; readonly count: number }
  | { readonly do: "repeat"; readonly which: number }
  | { readonly do: "pass"; readonly seconds: number; readonly isConnected: boolean }
  | { readonly do: "refuse" | "refuse entry"; readonly condition: string; readonly count: number }
  | { readonly do: "ping error"; readonly condition: string | undefined }
  | { readonly do: "silence" | "members only" | "ban" | "read-only"; readonly on: boolean }
  | { readonly do: "expel"; readonly code: string }
  | {
      readonly do:
        | "exchange"
        | "destroy"
        | "make"
        | "up"
        | "down"
        | "invite"
        | "operator"
        | "restart room"
        | "restart server"
        | "restart component";
    };

const one = (name: Exclude<Action, { count: number }>["do"]): fc.Arbitrary<Action> =>
  fc.constant({ do: name } as Action);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("post" as const), count: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("repeat" as const), which: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("receive" as const, "deliver" as const),
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      seconds: fc.constantFrom(1, 6, 21, 61, 700),
      isConnected: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("refuse" as const, "refuse entry" as const),
      condition: fc.constantFrom(...CONDITIONS),
      count: fc.constantFrom(1, 1, 2, 15),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("ping error" as const),
      condition: fc.constantFrom(undefined, "service-unavailable", "remote-server-timeout"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("silence" as const, "members only" as const, "ban" as const, "read-only" as const),
      on: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("expel" as const),
      code: fc.constantFrom("307", "301", "321", "332"),
    }),
  },
  { weight: 8, arbitrary: one("exchange") },
  { weight: 5, arbitrary: one("up") },
  ...(
    [
      "destroy",
      "make",
      "down",
      "invite",
      "operator",
      "restart room",
      "restart server",
      "restart component",
    ] as const
  ).map((name) => ({ weight: 1, arbitrary: one(name) })),
);

async function perform(world: World, step: Action): Promise<void> {
  const { room } = world;
  switch (step.do) {
    case "post":
      void world.post(step.count);
      break;
    case "repeat":
      world.repeat(`m${step.which}`);
      break;
    case "receive":
      await world.receive(step.count);
      break;
    case "deliver":
      await world.deliver(step.count);
      break;
    case "pass":
      await world.pass(step.seconds * 1000, step.isConnected);
      break;
    case "refuse":
      room.refusals = Array<string>(step.count).fill(step.condition);
      break;
    case "refuse entry":
      room.joinErrors = Array<string>(step.count).fill(step.condition);
      break;
    case "ping error":
      room.pingError = step.condition;
      break;
    case "silence":
      room.isSilent = step.on;
      break;
    case "members only":
      room.isMembersOnly = step.on;
      break;
    case "ban":
      room.isBanned = step.on;
      break;
    case "read-only":
      world.setReadOnly(step.on);
      break;
    case "expel":
      room.expel("110", step.code);
      break;
    case "exchange":
      await world.exchange();
      break;
    case "destroy":
      room.destroy();
      break;
    case "make":
      room.isThere = true;
      break;
    case "up":
      world.up();
      break;
    case "down":
      world.down();
      break;
    case "invite":
      world.invite();
      break;
    case "operator":
      world.operatorEnters();
      break;
    case "restart room":
      room.nick = undefined;
      break;
    case "restart server":
      world.down();
      world.toRoom = [];
      room.nick = undefined;
      break;
    case "restart component":
      world.restart();
  }
  await world.settle();
}

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
      const property = fc.asyncProperty(fc.array(action, { maxLength: 60, size: "max" }), async (steps) => {
        const world = new World({ hasArchive });
        const guarantees = new Guarantees(world);
        try {
          for (const step of steps) {
            await perform(world, step);
            const violations = await guarantees.violations();
            if (violations.length > 0) throw new Error(violations.join("\n"));
          }
          await world.heal();
          const violations = await guarantees.violations(true);
          if (violations.length > 0) throw new Error(violations.join("\n"));
          for (const id of world.accepted) seen[world.repeat(id) === "confirmed" ? "said" : "refused"] += 1;
        } finally {
          world.close();
        }
      });
      await fc.assert(property, CASES);
      // The cases must not become trivial.
      expect([seen.said > Number(count), seen.refused > Number(count) / 4]).to.deep.equal([true, true]);
    }).timeout(PATIENCE_MS);
  }
});
