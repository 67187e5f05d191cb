/** Whoever comes on duty is told, or else the room of the webhook is: what can't be said is no loop, and not silent. */
import { expect } from "chai";
import fc from "fast-check";
import { DAY, DutyWorld, JULIET, MINUTE, NURSE, ROMEO, ROOM } from "./duty-world.js";

describe("Who comes on duty", () => {
  let world: DutyWorld;
  beforeEach(() => (world = new DutyWorld()));
  afterEach(() => world.ends());

  it("is told once", async () => {
    await world.passes(10 * MINUTE);
    expect(world.tried).to.have.length(1);
    expect(world.tried[0]).to.match(/^juliet@y\.test: 📟 You are on duty now \(calls\)/);
    expect(await world.untold()).to.equal("none");
  });

  it("is told at each handover, as is whoever leaves, once each, over a restart", async () => {
    world.turns([JULIET, ROMEO]);
    await world.passes(MINUTE);
    world.heard();
    await world.passes(5 * DAY);
    await world.restarts(MINUTE);
    await world.passes(DAY);
    const said = world.heard();
    expect(said).to.have.length(2);
    expect(said[0]).to.match(
      /^romeo@y\.test: 📟 You are on duty now \(calls\) until Mon 2026-01-12 09:00.*; then juliet/,
    );
    expect(said[1]).to.equal(`${JULIET}: 📟 Your duty is over (calls); romeo is on duty now.`);
  });

  it("is told within a minute after the machine slept over the handover, or its clock was set past it", async () => {
    world.turns([JULIET, ROMEO]);
    await world.passes(MINUTE);
    for (const passes of ["suspend", "set"] as const) {
      world.heard();
      world.clock[passes](7 * DAY);
      await world.passes(MINUTE);
      expect(world.heard()).to.have.length(2);
    }
  });

  it("is told, as are all before, though the next handover comes before anybody could be told", async () => {
    await world.passes(MINUTE);
    world.heard();
    for (const person of [JULIET, ROMEO, NURSE]) world.faults.set(person, "unavailable");
    world.covers(ROMEO, DAY);
    await world.passes(5 * MINUTE);
    await world.restarts(MINUTE);
    world.covers(NURSE, DAY / 2);
    await world.passes(5 * MINUTE);
    expect(world.heard()).to.deep.equal([]);
    world.faults.clear();
    await world.restarts(MINUTE);
    await world.passes(5 * MINUTE);
    const [ended, began, missed, ...more] = world.heard();
    expect(ended).to.equal(`${JULIET}: 📟 Your duty is over (calls); nurse is on duty now.`);
    expect(began).to.match(/^nurse@y\.test: 📟 You are on duty now \(calls\) until Thu 2026-01-01 12:07/);
    expect(missed).to.equal(
      `${ROMEO}: 📟 You were on duty (calls) and could not be told in time. It is over; nurse is on duty now.`,
    );
    expect(more).to.deep.equal([]);
  });

  it("is told the newest, once, when a cover comes while the message about another is on its way", async () => {
    await world.passes(MINUTE);
    world.heard();
    world.onWay = () => {
      world.onWay = () => undefined;
      world.covers(NURSE, DAY / 2);
    };
    world.covers(ROMEO, DAY);
    await world.passes(MINUTE);
    const said = world.heard().map((text) => text.replace(/ \(calls\).*/, ""));
    expect(said.filter((text) => text.startsWith(ROMEO))).to.deep.equal([
      `${ROMEO}: 📟 You are on duty now`,
      `${ROMEO}: 📟 Your duty is over`,
    ]);
    expect(said.filter((text) => !text.startsWith(ROMEO))).to.have.members([
      `${JULIET}: 📟 Your duty is over`,
      `${NURSE}: 📟 You are on duty now`,
    ]);
    await world.passes(DAY / 2);
    expect(world.heard().map((text) => text.replace(/ \(calls\).*/, ""))).to.deep.equal([
      `${ROMEO}: 📟 You are on duty now`,
      `${NURSE}: 📟 Your duty is over`,
    ]);
  });

  it("is told as soon as a webhook uses the roster, and nobody of what was before", async () => {
    world.isUsed = false;
    world.turns([JULIET, ROMEO]);
    await world.passes(7 * DAY);
    world.isUsed = true;
    world.duty.forget();
    await world.passes(MINUTE);
    const said = world.heard();
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/^romeo@y\.test: 📟 You are on duty now/);
  });

  it("believes what is so, whatever happens: covers, swaps, restarts, people who can't be reached", async () => {
    const people = [JULIET, ROMEO, NURSE] as const;
    const person = fc.constantFrom(...people);
    const acts = fc.oneof(
      fc.record({ do: fc.constant("cover" as const), person, hours: fc.integer({ min: 1, max: 9 }) }),
      fc.record({
        do: fc.constant("turns" as const),
        people: fc.shuffledSubarray([...people], { minLength: 1 }),
      }),
      fc.record({ do: fc.constant("away" as const), person, isAway: fc.boolean() }),
      fc.record({ do: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 300 }) }),
      fc.record({ do: fc.constant("restart" as const), minutes: fc.integer({ min: 1, max: 300 }) }),
    );
    const { CASES: count = "60", SEED: seed = "53" } = process.env;
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { minLength: 5, maxLength: 20, size: "max" }), async (all) => {
        const played = new DutyWorld();
        try {
          await plays(played, all);
        } finally {
          await played.ends();
        }
      }),
      { numRuns: Number(count), seed: Number(seed) },
    );
    type Act = typeof acts extends fc.Arbitrary<infer T> ? T : never;
    async function plays(played: DutyWorld, all: readonly Act[]): Promise<void> {
      played.db.exec(`CREATE TEMP TABLE served (person TEXT);
        CREATE TEMP TRIGGER serve AFTER UPDATE OF on_duty ON main.rosters BEGIN
          INSERT INTO served VALUES (new.on_duty);
        END`);
      for (const act of all) {
        if (act.do === "cover") played.covers(act.person, act.hours * 60 * MINUTE);
        else if (act.do === "away" && act.isAway) played.faults.set(act.person, "unavailable");
        else if (act.do === "away") played.faults.delete(act.person);
        else if (act.do === "pass") await played.passes(act.minutes * MINUTE);
        else if (act.do === "restart") await played.restarts(act.minutes * MINUTE);
        else {
          played.turns(act.people);
          played.duty.forget();
        }
        await played.passes(0);
      }
      played.faults.clear();
      await played.passes(2 * MINUTE);
      const served = played.db.prepare<[], string>("SELECT person FROM served").pluck().all();
      const onDuty = played.duty.at("calls", played.clock.now())?.person;
      for (const each of people) {
        const heard = played.said
          .filter((text) => text.startsWith(each))
          .map((text) => /are on duty now|were on duty/.exec(text)?.[0] ?? "over");
        expect(heard.at(-1) === "are on duty now", `${each}: ${heard.join()}`).to.equal(each === onDuty);
        const isServed = served.includes(each);
        expect(heard.length > 0, `${each} was ${isServed ? "" : "never "}on duty`).to.equal(isServed);
        // Who is on duty again before they heard that it was over is told of its new end; nothing else is told twice.
        expect(heard.join()).not.to.match(/over,over|were on duty,over/);
      }
    }
  }).timeout(3600_000);

  for (const kind of ["unavailable", "unanswered", "fast"] as const)
    it(`is told later if that can't be done now: ${kind}`, async () => {
      world.faults.set(JULIET, kind);
      await world.passes(3.5 * MINUTE);
      expect(world.tried).to.have.length(4);
      world.faults.clear();
      await world.passes(10 * MINUTE);
      expect(world.tried).to.have.length(5);
      expect(await world.untold()).to.equal("none");
    });

  for (const kind of ["payload", "forbidden", "gone"] as const)
    it(`isn't told for ever if that can never be done, and the room is told so: ${kind}`, async () => {
      world.faults.set(JULIET, kind);
      await world.passes(60 * MINUTE);
      expect(world.tried).to.have.length(2);
      expect(world.tried[1]).to.equal(
        `${ROOM}: 📟 juliet could not be told about the duty (calls): it is ${kind}`,
      );
      expect(await world.untold()).to.equal('qtalk_hook_unsaid_total{what="duty"} 1');
    });

  it("is given up, counted and logged if the room can't be told either", async () => {
    world.faults.set(JULIET, "payload").set(ROOM, "gone");
    await world.passes(60 * MINUTE);
    expect(world.tried).to.have.length(2);
    expect(await world.untold()).to.equal('qtalk_hook_unsaid_total{what="duty"} 1');
  });
});
