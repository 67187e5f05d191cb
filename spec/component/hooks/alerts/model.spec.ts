/**
 * Stored alerts under what people, programs, operators, sources, time, stops and kills do, in random order: no step for an alert that
 * is taken, silenced or resolved; no step twice, or to somebody who is no longer on duty; no alert that nobody can take; no silence
 * that isn't said; nothing that tells of a person who is erased.
 */
import { expect } from "chai";
import fc from "fast-check";
import type { Taker } from "../../../../component/hooks/alerts/alert-types.js";
import { alertOf } from "../../../../component/hooks/alerts/records.js";
import { HookFault } from "../../../../component/hooks/fault.js";
import { AlertWorld, MINUTE } from "./alert-world.js";

const AWAY = new HookFault("unavailable", "the room is away");
const NAMES = ["DiskFull", "HostDown"] as const;
const PEOPLE = ["juliet", "romeo"] as const;
const names = fc.constantFrom(...NAMES);
const people = fc.constantFrom(...PEOPLE);
const signs = fc.constantFrom(["👀"], [], ["🔕"], ["👀", "🔕"], ["👍"]);

type Act =
  | { readonly do: "post"; readonly name: string; readonly status: "firing" | "resolved" }
  | {
      readonly do: "react";
      readonly name: string;
      readonly all: readonly (readonly [string, readonly string[]])[];
      /** Whether clients name the latest correction of the alert's message. */
      readonly isLatest: boolean;
    }
  | { readonly do: "word"; readonly name: string; readonly person: string; readonly word: string }
  | { readonly do: "source"; readonly is: AlertWorld["source"]["state"] }
  | { readonly do: "room"; readonly isAway: boolean }
  | { readonly do: "move" }
  | { readonly do: "swap" }
  | { readonly do: "erase"; readonly person: string }
  /** Whoever a step called does something in the chat: a client confirms the message, or the person reacts. */
  | { readonly do: "called"; readonly name: string; readonly does: "receive" | "take" | "drop" }
  | { readonly do: "pass"; readonly minutes: number }
  | { readonly do: "restart"; readonly isKilled: boolean; readonly isBusy: boolean };

function often<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.WeightedArbitrary<T> {
  return { weight: 4, arbitrary: fc.record(model) };
}

const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ do: "move" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "swap" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("erase" as const), person: people }) },
  often({
    do: fc.constant("post" as const),
    name: names,
    status: fc.constantFrom("firing", "firing", "resolved" as const),
  }),
  // One person, or two at once.
  often({
    do: fc.constant("react" as const),
    name: names,
    all: fc.array(fc.tuple(people, signs), { minLength: 1, maxLength: 2 }),
    isLatest: fc.boolean(),
  }),
  often({
    do: fc.constant("word" as const),
    name: names,
    person: people,
    word: fc.constantFrom("!take", "!drop", "!silence 10m", "!unsilence", "!resolve", "!silence soon"),
  }),
  often({
    do: fc.constant("source" as const),
    is: fc.constantFrom("answers", "fails", "is silent", "late" as const),
  }),
  often({ do: fc.constant("room" as const), isAway: fc.boolean() }),
  often({
    do: fc.constant("called" as const),
    name: names,
    does: fc.constantFrom("receive", "take", "drop" as const),
  }),
  often({ do: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 25 }) }),
  often({ do: fc.constant("restart" as const), isKilled: fc.boolean(), isBusy: fc.boolean() }),
);

const { CASES: count = "40", SEED: seed = "56" } = process.env;

describe("Stored alerts", () => {
  for (const room of ["here", "elsewhere"] as const)
    for (const hasSource of [false, true])
      it(`keep their guarantees in rooms ${room}, silenced ${hasSource ? "at the source" : "here"}`, async () => {
        const seen = { steps: 0, silences: 0, taken: 0 };
        await fc.assert(
          fc.asyncProperty(fc.array(acts, { minLength: 5, maxLength: 25, size: "max" }), async (all) => {
            const world = await AlertWorld.open({ room, hasSource });
            try {
              await plays(world, all, seen);
            } finally {
              await world.ends();
            }
          }),
          { numRuns: Number(count), seed: Number(seed) },
        );
        expect(
          Object.values(seen).every((times) => times > Number(count) / 4),
          JSON.stringify(seen),
        ).to.equal(true);
      }).timeout(3600_000);
});

async function plays(
  world: AlertWorld,
  all: readonly Act[],
  seen: { steps: number; silences: number; taken: number },
): Promise<void> {
  const made = new Set<string>();
  // What is thrown inside the component's work is logged, and the work repeated.
  const faults: string[] = [];
  world.onStep = (row, step, called) => {
    if (step === 0 && called !== world.onDuty) faults.push(`${called} is called, ${world.onDuty} is on duty`);
    const { takers, silence, resolvedAt, run } = alertOf(row);
    if (takers.length > 0 || silence !== undefined || resolvedAt !== undefined)
      faults.push(`step ${step} of an alert that is ${row.state}: ${row.status}`);
    const key = `${row.id} ${run?.since ?? "over"} ${step}`;
    if (run !== undefined && made.has(key)) faults.push(`step ${step} twice`);
    made.add(key);
    seen.steps += 1;
  };
  world.source.firing = NAMES;
  await world.posts(NAMES[0], "firing");
  for (const act of all) {
    const before = new Map(world.store.list(0, 100, false).map((row) => [row.id, row]));
    const { length } = world.said;
    await acted(world, act);
    if (act.do === "react") checkTakenBack(world, act);
    for (const row of world.store.list(0, 100, false)) {
      const was = before.get(row.id);
      const [old, now] = [was && alertOf(was).silence, alertOf(row).silence];
      if (row.state === "taken" && was?.state === "open") seen.taken += 1;
      if (JSON.stringify(old) === JSON.stringify(now) || row.state === "resolved") continue;
      seen.silences += 1;
      if (act.do === "restart" || world.room.fault !== undefined) continue;
      // The end of a silence is said by a line, or by a correction without its sign, or that the person is gone.
      const shows = ({ text }: { readonly text: string }): boolean =>
        now !== undefined ? text.includes("🔕") : /🔔|^↩ Whoever|^(?!.*🔕).*firing/u.test(text);
      if (!world.said.slice(length).some(shows))
        throw new Error(`a change of a silence that isn't said: ${JSON.stringify(old)} → ${row.status}`);
    }
  }
  world.source.state = "answers";
  world.room.fault = undefined;
  await world.passes(10_000);
  expect(faults).to.deep.equal([]);
  // Nothing is tried for ever.
  expect(world.store.dueTasks(world.clock.now(), 100)).to.deep.equal([]);
  for (const { id, title } of world.store.list(0, 100, true).filter(({ state }) => state === "open")) {
    const found = world.store.find(id);
    if (world.room.left.has(found?.receiver ?? "")) {
      // A silenced alert is said anew when the silence ends, any other by its next post.
      await world.passes(180 * MINUTE);
      await world.posts(title, "firing");
    }
    const row = world.store.find(id)!;
    await world.reacts("nurse", row, ["👀"]);
    await world.idle();
    const after = world.store.find(row.id);
    if (after?.state !== "taken") throw new Error(`nobody can take ${JSON.stringify(after)}`);
  }
}

/** Whoever has taken an alert by a reaction has it no longer when the reaction is taken back. */
function checkTakenBack(world: AlertWorld, { name, all }: Extract<Act, { do: "react" }>): void {
  const row = world.find(name);
  if (row === undefined || row.state === "resolved" || world.room.left.has(row.receiver)) return;
  const message = world.store.message(row.receiver, row.message);
  for (const [person, given] of new Map(all)) {
    const isTheirs = ({ id, on }: Taker): boolean =>
      id.startsWith(`${person}@`) && on === (message?.stanzaId ?? row.message);
    if (!given.includes("👀") && alertOf(row).takers.some(isTheirs))
      throw new Error(`${person} has taken 👀 back, and still has it: ${row.status}`);
  }
}

async function acted(world: AlertWorld, act: Act): Promise<void> {
  switch (act.do) {
    case "post": {
      await world.posts(act.name, act.status);
      return;
    }
    case "source":
      world.source.state = act.is;
      return;
    case "room":
      world.room.fault = act.isAway ? AWAY : undefined;
      return;
    case "move":
      world.moves();
      await world.idle();
      return;
    case "called": {
      const row = world.find(act.name);
      if (row === undefined) return;
      if (act.does === "receive") await world.receives(row);
      else await world.reactsInChat(row, act.does === "take" ? ["👀"] : []);
      return;
    }
    case "swap":
      world.swaps();
      return;
    case "erase": {
      const id = await world.erases(act.person);
      const left = world.store.list(0, 1000, false).find(({ status }) => status.includes(id));
      if (left !== undefined) throw new Error(`${id} is erased, and ${left.status}`);
      return;
    }
    case "pass": {
      await world.passes(act.minutes * MINUTE);
      return;
    }
    case "restart": {
      const row = world.find(NAMES[0]);
      if (act.isBusy && row !== undefined) void world.reacts("juliet", row, ["👀"]);
      await world.restarts(act.isKilled);
      return;
    }
    case "react":
    case "word": {
      const row = world.find(act.name);
      if (row === undefined) return;
      if (act.do === "word") await world.answers(act.person, row, act.word);
      else
        await Promise.all(act.all.map(([person, given]) => world.reacts(person, row, given, act.isLatest)));
      await world.passes(6_000);
      return;
    }
  }
}
