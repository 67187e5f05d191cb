/**
 * Whatever happens, in whatever order: nothing accepted is missing in the end, nothing refused is sent, first
 * deliveries keep the order of acceptance, nothing is sent twice over one connection, and `confirmed` is said only of
 * what the server routed.
 */
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import type { StreamEnd } from "../../../component/link/stream-end.js";
import type { UptimeAnswer } from "../../support/fake-uptime.js";
import { scratch } from "../../support/sender.js";
import { World, type Call, type Kind } from "./world.js";
import { HOSTS } from "./world-server.js";

type Action =
  | { readonly do: "accept"; readonly calls: readonly Call[] }
  | { readonly do: "repeat"; readonly which: number }
  | { readonly do: "receive" | "serve" | "give back"; readonly count: number }
  | { readonly do: "exchange" }
  | { readonly do: "open" }
  | { readonly do: "close"; readonly closed: StreamEnd }
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: "trouble" | "refuse"; readonly on: boolean }
  | { readonly do: "permit"; readonly host: (typeof HOSTS)[number]; readonly on: boolean }
  | { readonly do: "uptime"; readonly answer: UptimeAnswer }
  | { readonly do: "restart" | "crash server" };

const rare = fc.constantFrom<Kind[]>("poison", "copied, poison", "expiring", "many");
const people = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<Kind[]>("plain", "plain", "copied") },
  { weight: 1, arbitrary: rare },
);
const rooms = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<Kind[]>("room", "room", "aside") },
  { weight: 3, arbitrary: fc.constant<Kind>("plain") },
  { weight: 1, arbitrary: fc.oneof(rare, fc.constant<Kind>("room, poison")) },
);
const calls = (kind: fc.Arbitrary<Kind>): fc.Arbitrary<Call> =>
  fc.record({ kinds: fc.array(kind, { minLength: 1, maxLength: 6 }), isKnowable: fc.boolean() });
const closed: fc.Arbitrary<StreamEnd> = fc.constantFrom(
  { cause: "network", text: "ECONNRESET" },
  { cause: "closed", text: "closed" },
  { cause: "silent", text: "silent" },
  { cause: "stream-error", condition: "system-shutdown", text: "bye" },
  { cause: "stream-error", condition: "invalid-from", text: "no" },
);
const uptimes = fc.constantFrom<UptimeAnswer[]>("seconds", "seconds", "error", "nonsense");
const actions = (kind: fc.Arbitrary<Kind>, ...more: fc.WeightedArbitrary<Action>[]): fc.Arbitrary<Action> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("accept" as const),
        calls: fc.array(calls(kind), { minLength: 1, maxLength: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("repeat" as const), which: fc.nat(20) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constantFrom("receive" as const, "serve" as const, "give back" as const),
        count: fc.integer({ min: 1, max: 12 }),
      }),
    },
    { weight: 4, arbitrary: fc.constant({ do: "exchange" as const }) },
    { weight: 4, arbitrary: fc.constant({ do: "open" as const }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("close" as const), closed }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(1, 59, 601) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("trouble" as const), on: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ do: "restart" as const }) },
    { weight: 2, arbitrary: fc.constant({ do: "crash server" as const }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("uptime" as const), answer: uptimes }) },
    ...more,
  );
const refusing = fc.record({ do: fc.constant("refuse" as const), on: fc.boolean() });
const permitting = fc.record({
  do: fc.constant("permit" as const),
  host: fc.constantFrom(...HOSTS),
  on: fc.boolean(),
});

async function perform(world: World, step: Action): Promise<void> {
  switch (step.do) {
    case "accept":
      for (const one of step.calls) world.accept(one);
      break;
    case "repeat":
      world.repeat(step.which);
      break;
    case "receive":
      world.link.receive(step.count);
      break;
    case "serve":
      world.link.serve(step.count);
      break;
    case "refuse":
      world.link.isRefusing = step.on;
      break;
    case "give back":
      world.link.giveBack(step.count);
      break;
    case "exchange":
      await world.exchange();
      break;
    case "open":
      world.link.open();
      break;
    case "close":
      world.link.close(step.closed);
      break;
    case "wait":
      world.clock += step.seconds * 1000;
      break;
    case "trouble":
      world.trouble(step.on);
      break;
    case "permit":
      world.link.permit(step.host, step.on);
      break;
    case "uptime":
      world.link.uptimeAnswer = step.answer;
      break;
    case "restart":
      await world.restart();
      break;
    case "crash server":
      world.crashServer();
      break;
  }
  await world.settle();
}

/**
 * The same few cases each time, so that a change is what makes them fail. CASES=2500 runs more, and others each time; a
 * failure names its seed and its path, and SEED and CASE_PATH repeat it.
 */
const { CASES: count = "40", CASE_PATH: path } = process.env;
const { SEED: seed = process.env.CASES === undefined ? "1" : undefined } = process.env;
const CASES = {
  numRuns: Number(count),
  endOnFailure: true,
  ...(seed !== undefined && { seed: Number(seed) }),
  ...(path !== undefined && { path }),
};
/** Whether there are enough cases for each kind of event to occur. */
const IS_LONG = CASES.numRuns >= 150;
const PATIENCE_MS = 300_000 * Math.max(1, Number(count) / 150);

describe("The outbox as a state machine", () => {
  const folder = scratch();
  let worlds = 0;
  after(() => folder.remove());

  let multicasts = 0;
  let refusals = 0;
  let envelopes = { routed: 0, refused: 0 };
  const property = (poison: StreamEnd, action = actions(people), isForging = true, isPermitted = false) =>
    fc.asyncProperty(fc.array(action, { maxLength: 60, size: "max" }), async (steps) => {
      const world = new World(join(folder.path, `${++worlds}.db`), poison, isForging);
      if (isPermitted) world.link.permitting = new Set(HOSTS);
      try {
        // Permissions come and go while there is a stream: most of these cases begin with one.
        if (isPermitted && steps.length > 3) await perform(world, { do: "open" });
        if (isPermitted && steps.length > 3) await perform(world, { do: "exchange" });
        for (const step of steps) {
          await perform(world, step);
          const disagreements = await world.disagreements();
          if (disagreements.length > 0) throw new Error(disagreements.join("\n"));
        }
        world.trouble(false);
        await world.drain();
        const violations = world.violations();
        if (violations.length > 0) throw new Error(violations.join("\n"));
        multicasts += world.link.multicasts;
        refusals += world.link.refusals;
        envelopes.routed += world.link.envelopes.routed;
        envelopes.refused += world.link.envelopes.refused;
      } finally {
        await world.end();
      }
    });

  it("keeps its promises, with stanzas that the server blames", async () => {
    const poison: StreamEnd = { cause: "stream-error", condition: "policy-violation", text: "no" };
    await fc.assert(property(poison), CASES);
  }).timeout(PATIENCE_MS);

  it("keeps its promises, with stanzas for which the server closes without a word", async () => {
    await fc.assert(property({ cause: "closed", text: "closed" }), CASES);
  }).timeout(PATIENCE_MS);

  it("keeps its promises, with rooms that speak through a multicast service", async () => {
    multicasts = 0;
    await fc.assert(property({ cause: "closed", text: "closed" }, actions(rooms)), CASES);
    if (IS_LONG) expect(multicasts).to.be.greaterThan(200);
  }).timeout(PATIENCE_MS);

  it("keeps its promises, with a multicast service that refuses now and then", async () => {
    refusals = 0;
    const action = actions(rooms, { weight: 2, arbitrary: refusing });
    const poison: StreamEnd = { cause: "stream-error", condition: "policy-violation", text: "no" };
    await fc.assert(property(poison, action), CASES);
    if (IS_LONG) expect(refusals).to.be.greaterThan(50);
  }).timeout(PATIENCE_MS);

  const permission = { weight: 8, arbitrary: permitting };
  for (const isForging of [true, false]) {
    const otherwise = isForging ? "goes as it is then" : "waits for it";
    it(`keeps its promises, with a permission that comes and goes: what is without it ${otherwise}`, async () => {
      envelopes = { routed: 0, refused: 0 };
      const poison: StreamEnd = { cause: "stream-error", condition: "policy-violation", text: "no" };
      await fc.assert(property(poison, actions(people, permission), isForging, true), CASES);
      if (IS_LONG) expect(envelopes.routed).to.be.greaterThan(500);
      if (IS_LONG) expect(envelopes.refused).to.be.greaterThan(20);
    }).timeout(PATIENCE_MS);

    it(`keeps its promises, with such a permission and rooms: what is without it ${otherwise}`, async () => {
      const action = actions(rooms, permission);
      await fc.assert(property({ cause: "closed", text: "closed" }, action, isForging, true), CASES);
    }).timeout(PATIENCE_MS);
  }
});
