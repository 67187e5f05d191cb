/**
 * The guarantees of the outbox under random events: in the end, no accepted stanza is missing and no refused one was
 * sent; first deliveries keep the order of acceptance; nothing is sent twice over one connection; calls are `confirmed`
 * only if the server routed their stanzas.
 */
import { expect } from "chai";
import fc from "fast-check";
import type { StreamEnd } from "../../../component/link/stream-end.js";
import type { UptimeAnswer } from "../../support/fake-link.js";
import { Folder } from "../../support/folder.js";
import { World, type Call, type Kind } from "./world.js";
import { HOSTS, POLICY, WITHOUT_REASON } from "./world-server.js";

type Action =
  | { readonly do: "accept"; readonly calls: readonly Call[] }
  | { readonly do: "repeat"; readonly which: number }
  | { readonly do: "receive" | "serve" | "deliver"; readonly count: number }
  | { readonly do: "exchange" }
  | { readonly do: "open" }
  | { readonly do: "close"; readonly closed: StreamEnd }
  | { readonly do: "wait"; readonly seconds: number }
  | { readonly do: "read-only" | "refuse"; readonly on: boolean }
  | { readonly do: "permit"; readonly host: (typeof HOSTS)[number]; readonly on: boolean }
  | { readonly do: "uptime"; readonly answer: UptimeAnswer }
  | { readonly do: "restart" | "crash server" };

const rare = fc.constantFrom<Kind[]>("rejected", "copied, rejected", "expiring", "many");
const people = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<Kind[]>("plain", "plain", "copied") },
  { weight: 1, arbitrary: rare },
);
const rooms = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<Kind[]>("room", "room", "occupant") },
  { weight: 3, arbitrary: fc.constant<Kind>("plain") },
  { weight: 1, arbitrary: fc.oneof(rare, fc.constant<Kind>("room, rejected")) },
);
const calls = (kind: fc.Arbitrary<Kind>): fc.Arbitrary<Call> =>
  fc.record({ kinds: fc.array(kind, { minLength: 1, maxLength: 6 }), hasFingerprints: fc.boolean() });
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
        do: fc.constantFrom("receive" as const, "serve" as const, "deliver" as const),
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
    { weight: 1, arbitrary: fc.record({ do: fc.constant("read-only" as const), on: fc.boolean() }) },
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
    case "deliver":
      world.link.deliver(step.count);
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
    case "read-only":
      world.setReadOnly(step.on);
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
 * By default, the same few cases run each time, so that only a change makes them fail. CASES=2500 runs that many random
 * cases; SEED and CASE_PATH repeat a failure by the seed and path in its message.
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
  const folder = new Folder();
  let worlds = 0;
  after(() => folder.remove());

  let multicasts = 0;
  let refusals = 0;
  let privileged = { routed: 0, refused: 0 };
  const property = (rejection: StreamEnd, action = actions(people), isDirect = true, isPermitted = false) =>
    fc.asyncProperty(fc.array(action, { maxLength: 60, size: "max" }), async (steps) => {
      const world = new World(folder.at(`${++worlds}.db`), rejection, isDirect);
      if (isPermitted) world.link.permitting = new Set(HOSTS);
      try {
        // Permissions change only on a stream, so most of these cases begin with one.
        if (isPermitted && steps.length > 3) await perform(world, { do: "open" });
        if (isPermitted && steps.length > 3) await perform(world, { do: "exchange" });
        for (const step of steps) {
          await perform(world, step);
          const disagreements = await world.disagreements();
          if (disagreements.length > 0) throw new Error(disagreements.join("\n"));
        }
        world.setReadOnly(false);
        await world.drain();
        const violations = world.violations();
        if (violations.length > 0) throw new Error(violations.join("\n"));
        multicasts += world.link.multicasts;
        refusals += world.link.refusals;
        privileged.routed += world.link.privileged.routed;
        privileged.refused += world.link.privileged.refused;
      } finally {
        await world.end();
      }
    });

  it("keeps its guarantees if the server rejects stanzas with an error about content", async () => {
    await fc.assert(property(POLICY), CASES);
  }).timeout(PATIENCE_MS);

  it("keeps its guarantees if the server closes the stream without a reason", async () => {
    await fc.assert(property(WITHOUT_REASON), CASES);
  }).timeout(PATIENCE_MS);

  it("keeps its guarantees if rooms use a multicast service", async () => {
    multicasts = 0;
    await fc.assert(property(WITHOUT_REASON, actions(rooms)), CASES);
    if (IS_LONG) expect(multicasts).to.be.greaterThan(200);
  }).timeout(PATIENCE_MS);

  it("keeps its guarantees if the multicast service sometimes refuses stanzas", async () => {
    refusals = 0;
    const action = actions(rooms, { weight: 2, arbitrary: refusing });
    await fc.assert(property(POLICY, action), CASES);
    if (IS_LONG) expect(refusals).to.be.greaterThan(50);
  }).timeout(PATIENCE_MS);

  const permission = { weight: 8, arbitrary: permitting };
  for (const isDirect of [true, false]) {
    const otherwise = isDirect ? "direct mode is allowed" : "direct mode isn't";
    it(`keeps its guarantees if permissions change and ${otherwise}`, async () => {
      privileged = { routed: 0, refused: 0 };
      await fc.assert(property(POLICY, actions(people, permission), isDirect, true), CASES);
      if (IS_LONG) expect(privileged.routed).to.be.greaterThan(500);
      if (IS_LONG) expect(privileged.refused).to.be.greaterThan(20);
    }).timeout(PATIENCE_MS);

    it(`keeps its guarantees of rooms if permissions change and ${otherwise}`, async () => {
      const action = actions(rooms, permission);
      await fc.assert(property(WITHOUT_REASON, action, isDirect, true), CASES);
    }).timeout(PATIENCE_MS);
  }
});
