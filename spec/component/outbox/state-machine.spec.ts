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

interface Step {
  readonly [fc.toStringMethod]: () => string;
  readonly run: (world: World) => unknown;
}

/** Makes an event with a random value. */
const step = <T>(
  weight: number,
  name: string,
  values: fc.Arbitrary<T>,
  run: (world: World, value: T) => unknown,
): fc.WeightedArbitrary<Step> => ({
  weight,
  arbitrary: values.map((value) => ({
    [fc.toStringMethod]: () => `${name} ${fc.stringify(value)}`,
    run: (world: World) => run(world, value),
  })),
});

const rare = fc.constantFrom<Kind[]>("rejected", "copied, rejected", "expiring", "many", "many, copied");
const people = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<Kind[]>("plain", "plain", "copied") },
  { weight: 1, arbitrary: rare },
);
const rooms = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<Kind[]>("room", "room", "occupant") },
  { weight: 3, arbitrary: fc.constant<Kind>("plain") },
  { weight: 1, arbitrary: fc.oneof(rare, fc.constant<Kind>("room, rejected")) },
);
const calls = (kind: fc.Arbitrary<Kind>): fc.Arbitrary<Call[]> => {
  const call = fc.record({
    kinds: fc.array(kind, { minLength: 1, maxLength: 6 }),
    hasFingerprints: fc.boolean(),
  });
  return fc.array(call, { minLength: 1, maxLength: 4 });
};
const closed: fc.Arbitrary<StreamEnd> = fc.constantFrom(
  { cause: "network", text: "ECONNRESET" },
  { cause: "closed", text: "closed" },
  { cause: "silent", text: "silent" },
  { cause: "stream-error", condition: "system-shutdown", text: "bye" },
  { cause: "stream-error", condition: "invalid-from", text: "no" },
);
const uptimes = fc.constantFrom<UptimeAnswer[]>("seconds", "seconds", "error", "nonsense");
const few = fc.integer({ min: 1, max: 12 });
const none = fc.constant(undefined);
const hostAndState = fc.tuple(fc.constantFrom(...HOSTS), fc.boolean());

const steps = (kind: fc.Arbitrary<Kind>, ...more: fc.WeightedArbitrary<Step>[]): fc.Arbitrary<Step> =>
  fc.oneof(
    step(6, "accept", calls(kind), (world, all) => all.forEach((one) => world.accept(one))),
    step(1, "repeat", fc.nat(20), (world, which) => world.repeat(which)),
    step(2, "receive", few, (world, count) => world.link.receive(count)),
    step(2, "serve", few, (world, count) => world.link.serve(count)),
    step(2, "deliver", few, (world, count) => world.link.deliver(count)),
    step(4, "exchange", none, (world) => world.exchange()),
    step(4, "open", none, (world) => world.link.open()),
    step(2, "close", closed, (world, end) => world.link.close(end)),
    step(1, "wait", fc.constantFrom(1, 59, 601), (world, seconds) => (world.clock += seconds * 1000)),
    step(1, "read-only", fc.boolean(), (world, on) => world.setReadOnly(on)),
    step(1, "restart", none, (world) => world.restart()),
    step(2, "crash server", none, (world) => world.crashServer()),
    step(1, "uptime", uptimes, (world, answer) => (world.link.uptimeAnswer = answer)),
    ...more,
  );
const refusing = step(2, "refuse", fc.boolean(), (world, on) => (world.link.isRefusing = on));
const permitting = step(8, "permit", hostAndState, (world, [host, on]) => world.link.permit(host, on));

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
  const property = (rejection: StreamEnd, any = steps(people), isDirect = true, isPermitted = false) =>
    fc.asyncProperty(fc.array(any, { maxLength: 60, size: "max" }), async (all) => {
      const world = new World(folder.at(`${++worlds}.db`), rejection, isDirect);
      if (isPermitted) world.link.permitting = new Set(HOSTS);
      try {
        // Permissions change only on a stream, so most of these cases begin with one.
        if (isPermitted && all.length > 3) {
          world.link.open();
          await world.exchange();
        }
        for (const { run } of all) {
          await run(world);
          await world.settle();
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
    await fc.assert(property(WITHOUT_REASON, steps(rooms)), CASES);
    if (IS_LONG) expect(multicasts).to.be.greaterThan(200);
  }).timeout(PATIENCE_MS);

  it("keeps its guarantees if the multicast service sometimes refuses stanzas", async () => {
    refusals = 0;
    await fc.assert(property(POLICY, steps(rooms, refusing)), CASES);
    if (IS_LONG) expect(refusals).to.be.greaterThan(50);
  }).timeout(PATIENCE_MS);

  for (const isDirect of [true, false]) {
    const otherwise = isDirect ? "direct mode is allowed" : "direct mode isn't";
    it(`keeps its guarantees if permissions change and ${otherwise}`, async () => {
      privileged = { routed: 0, refused: 0 };
      await fc.assert(property(POLICY, steps(people, permitting), isDirect, true), CASES);
      if (IS_LONG) expect(privileged.routed).to.be.greaterThan(500);
      if (IS_LONG) expect(privileged.refused).to.be.greaterThan(20);
    }).timeout(PATIENCE_MS);

    it(`keeps its guarantees of rooms if permissions change and ${otherwise}`, async () => {
      await fc.assert(property(WITHOUT_REASON, steps(rooms, permitting), isDirect, true), CASES);
    }).timeout(PATIENCE_MS);
  }
});
