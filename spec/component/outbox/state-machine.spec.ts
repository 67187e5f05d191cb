/**
 * The guarantees of the outbox under random events: in the end, no accepted stanza is missing and no refused one was
 * sent; first deliveries keep the order of acceptance; nothing is sent twice over one connection; calls are `confirmed`
 * only if the server routed their stanzas.
 */
import { expect } from "chai";
import fc from "fast-check";
import type { StreamEnd } from "../../../component/link/stream-end.js";
import { Folder } from "../../support/folder.js";
import { ENDS, happen } from "./world-events.js";
import { World, type Kind } from "./world.js";
import { HOSTS, POLICY, WITHOUT_REASON } from "./world-server.js";

/** Makes an event's line of one of these values. */
const event = (weight: number, name: string, values: fc.Arbitrary<string | number> = fc.constant("")) => ({
  weight,
  arbitrary: values.map((value) => `${name} ${value}`.trim()),
});
const any = (...all: readonly (string | number)[]) => fc.constantFrom(...all);

const rare = fc.constantFrom<Kind[]>("rejected", "copied-rejected", "expiring", "many", "many-copied");
const people = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<Kind[]>("plain", "plain", "copied") },
  { weight: 1, arbitrary: rare },
);
const rooms = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<Kind[]>("room", "room", "occupant") },
  { weight: 3, arbitrary: fc.constant<Kind>("plain") },
  { weight: 1, arbitrary: fc.oneof(rare, fc.constant<Kind>("room-rejected")) },
);
const calls = (kind: fc.Arbitrary<Kind>): fc.Arbitrary<string> => {
  const rows = fc.array(kind, { minLength: 1, maxLength: 6 });
  const call = fc.tuple(fc.constantFrom("ids ", ""), rows).map(([ids, kinds]) => ids + kinds.join(" "));
  return fc.array(call, { minLength: 1, maxLength: 4 }).map((all) => all.join(" | "));
};
const few = fc.integer({ min: 1, max: 12 });

const events = (kind: fc.Arbitrary<Kind>, ...more: fc.WeightedArbitrary<string>[]): fc.Arbitrary<string> =>
  fc.oneof(
    event(6, "accept", calls(kind)),
    event(1, "repeat", fc.nat(20)),
    ...["receive", "serve", "deliver"].map((name) => event(2, name, few)),
    event(4, "exchange"),
    event(4, "open"),
    event(2, "close", any(...Object.keys(ENDS))),
    event(1, "wait", any(1, 59, 601)),
    event(1, "clock", any(-1, -601, 601, 40 * 86_400)),
    event(1, "retry", fc.nat(5)),
    event(1, "drop", fc.nat(5)),
    event(1, "accept-and-retry", any("plain", "ids plain*2", "expiring", "copied many")),
    { weight: 1, arbitrary: fc.constantFrom("read-only", "writable") },
    event(1, "restart"),
    event(2, "crash-server"),
    event(1, "uptime", any("seconds", "seconds", "error", "nonsense")),
    ...more,
  );
const refusing = event(2, "refusing", any("on", "off"));
const permitting = [event(4, "permit", any(...HOSTS)), event(4, "revoke", any(...HOSTS))];

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
  const property = (rejection: StreamEnd, any = events(people), isDirect = true, isPermitted = false) =>
    fc.asyncProperty(fc.array(any, { maxLength: 60, size: "max" }), async (all) => {
      const world = new World(folder.at(`${++worlds}.db`), rejection, isDirect);
      // Permissions change only on a stream, so most of these cases begin with one.
      const first = isPermitted ? ["permitting", ...(all.length > 3 ? ["link"] : [])] : [];
      try {
        for (const line of [...first, ...all]) {
          await happen(world, line);
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
    await fc.assert(property(WITHOUT_REASON, events(rooms)), CASES);
    if (IS_LONG) expect(multicasts).to.be.greaterThan(200);
  }).timeout(PATIENCE_MS);

  it("keeps its guarantees if the multicast service sometimes refuses stanzas", async () => {
    refusals = 0;
    await fc.assert(property(POLICY, events(rooms, refusing)), CASES);
    if (IS_LONG) expect(refusals).to.be.greaterThan(50);
  }).timeout(PATIENCE_MS);

  for (const isDirect of [true, false]) {
    const otherwise = isDirect ? "direct mode is allowed" : "direct mode isn't";
    it(`keeps its guarantees if permissions change and ${otherwise}`, async () => {
      privileged = { routed: 0, refused: 0 };
      await fc.assert(property(POLICY, events(people, ...permitting), isDirect, true), CASES);
      if (IS_LONG) expect(privileged.routed).to.be.greaterThan(500);
      if (IS_LONG) expect(privileged.refused).to.be.greaterThan(20);
    }).timeout(PATIENCE_MS);

    it(`keeps its guarantees of rooms if permissions change and ${otherwise}`, async () => {
      await fc.assert(property(WITHOUT_REASON, events(rooms, ...permitting), isDirect, true), CASES);
    }).timeout(PATIENCE_MS);
  }
});
