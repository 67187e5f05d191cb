/**
 * The states of an alert under random events and times: steps come only while nobody has taken or silenced it, each once
 * in a run and in order; every silence is said, and its end; an alert that is open can be taken.
 */
import { expect } from "chai";
import fc from "fast-check";
import { alertDueAt, isMuted, next, opened, stateOf } from "../../../../component/hooks/alerts/alert.js";
import type {
  Alert,
  AlertEvent,
  Effect,
  Plan,
  Silence,
} from "../../../../component/hooks/alerts/alert-types.js";

const MINUTE = 60_000;
const [juliet, romeo] = ["juliet", "romeo"].map((name) => ({ id: `${name}@example.org`, name })) as [
  { id: string; name: string },
  { id: string; name: string },
];
const DELAYS = [5 * MINUTE, 15 * MINUTE, 15 * MINUTE, 30 * MINUTE];
const planOf = (hasSource: boolean): Plan => ({
  delays: DELAYS,
  hasSource,
  isUrgent: (severity) => severity === "critical",
});

/** Stands for the silence that was last asked for. */
const ASKED: Silence = { by: juliet, at: 0, until: 0 };
const people = fc.constantFrom(juliet, romeo);
const places = fc.constantFrom(undefined, "m1", "m2");
const events = fc.oneof(
  fc.constantFrom("critical", "warning").map((severity): AlertEvent => ({ kind: "fired", severity })),
  fc.constantFrom(undefined, juliet).map((by): AlertEvent => ({ kind: "resolved", by })),
  fc
    .tuple(fc.constantFrom("take", "take", "drop", "unsilence" as const), people, places)
    .map(([kind, by, on]): AlertEvent => ({ kind, by, on })),
  fc
    .tuple(people, places, fc.integer({ min: 1, max: 90 }))
    .map(([by, on, minutes]): AlertEvent => ({ kind: "silence", by, on, until: minutes * MINUTE })),
  fc
    .tuple(
      fc.constantFrom("silenced", "silenced", "not silenced" as const),
      fc.constantFrom(true, true, false),
    )
    .map(([kind, isAsked]): AlertEvent => ({
      kind,
      source: "s",
      silence: isAsked ? ASKED : { by: juliet, at: -1, until: 1 },
    })),
  people.map(({ id }): AlertEvent => ({ kind: "person erased", id })),
  fc
    .tuple(fc.constantFrom("step failed", "receipt" as const), fc.nat(3))
    .map(([kind, step]): AlertEvent => ({ kind, step })),
);
/** Minutes that pass, and then an event, or nothing but time. */
const moments = fc.array(fc.tuple(fc.nat(20), fc.option(events, { nil: undefined })), {
  maxLength: 60,
  size: "max",
});

const { CASES: count = "500" } = process.env;

describe("An alert's states", () => {
  for (const hasSource of [true, false])
    it(`keep their guarantees if alerts are silenced ${hasSource ? "at the source" : "here"}`, () => {
      const plan = planOf(hasSource);
      const seen = { steps: 0, taken: 0, silenced: 0 };
      fc.assert(
        fc.property(moments, (all) => {
          let at = 0;
          let alert = opened("critical", at, plan);
          let made = 0;
          const handle = (event: AlertEvent): void => {
            const before = alert;
            const outcome = next(before, moved(event, at, before), at, plan);
            alert = outcome.alert;
            made = check({ before, after: alert, effects: outcome.effects, made });
            for (const effect of outcome.effects) {
              if (effect.do === "step") {
                seen.steps += 1;
                // The message of a step is sent to a chat, and asks for a receipt.
                alert = next(alert, { kind: "step made", step: effect.step, isChat: true }, at, plan).alert;
              }
              if (effect.do === "show" && effect.why === "taken") seen.taken += 1;
              if (effect.do === "show" && effect.why === "silenced") seen.silenced += 1;
            }
          };
          for (const [minutes, event] of all) {
            // Time passes from one due time to the next, or over all of them, as after a stop of the component.
            const until = at + minutes * MINUTE;
            for (let due = alertDueAt(alert, plan); minutes % 2 === 0 && due !== undefined && due <= until;) {
              at = Math.max(at, due);
              handle({ kind: "time" });
              const after = alertDueAt(alert, plan);
              if (after === due) throw new Error(`${due} stays due`);
              due = after;
            }
            at = until;
            handle(event ?? { kind: "time" });
          }
          if (stateOf(alert) === "open")
            expect(stateOf(next(alert, { kind: "take", by: juliet }, at, plan).alert)).to.equal("taken");
        }),
        { numRuns: Number(count), ...(process.env.CASES === undefined && { seed: 1 }) },
      );
      // The cases must not become trivial.
      expect(Object.values(seen).every((times) => times > Number(count) / 4)).to.equal(true);
    }).timeout(120_000);

  it("know nothing more of a person who is erased: what only they did ends, and steps start anew", () => {
    for (const hasSource of [true, false]) {
      const plan = planOf(hasSource);
      const after = (...all: readonly AlertEvent[]) =>
        all.reduce((outcome, event) => next(outcome.alert, event, MINUTE, plan), {
          ...{ alert: opened("critical", 0, plan), effects: [] as readonly Effect[], isNew: true },
        });
      const erased: AlertEvent = { kind: "person erased", id: juliet.id };
      const [take, other] = [juliet, romeo].map((by) => ({ kind: "take", by }) as const) as [
        AlertEvent,
        AlertEvent,
      ];
      const said = { do: "show", why: "person erased" };
      const alone = after(take, erased);
      expect([stateOf(alone.alert), alone.alert.run?.since, alone.effects]).to.deep.equal([
        "open",
        MINUTE,
        [said],
      ]);
      const shared = after(take, other, erased);
      expect([shared.alert.takers.map(({ name }) => name), shared.alert.run]).to.deep.equal([
        ["romeo"],
        undefined,
      ]);
      const over = after(take, { kind: "resolved" }, erased);
      expect(over.alert.takers).to.deep.equal([{ id: "erased", name: "erased", at: MINUTE }]);
      expect(over.effects).to.deep.equal([]);
      expect(after(other, erased).isNew, "somebody else's").to.equal(false);
      const silence: AlertEvent = { kind: "silence", by: juliet, until: 60 * MINUTE };
      const asked = after(silence).alert.asked;
      const accepted: readonly AlertEvent[] =
        asked === undefined ? [] : [{ kind: "silenced", source: "s", silence: asked }];
      const silenced = after(silence, ...accepted, erased);
      expect(silenced.alert.silence).to.equal(undefined);
      expect(silenced.effects).to.deep.equal(
        hasSource ? [{ do: "unsilence", source: "s", until: 60 * MINUTE }, said] : [said],
      );
      expect(JSON.stringify(after(silence, erased).alert), "asked for").not.to.contain(juliet.id);
      const muted = after(silence, ...accepted, { kind: "fired", severity: "critical" }, erased);
      expect(muted.effects.at(-1)).to.deep.equal(hasSource ? said : { do: "tell end of silence", unsaid: 1 });
    }
  });

  it("make each overdue step once, in order, after a long stop", () => {
    const plan = planOf(false);
    const { effects, alert } = next(opened("critical", 0, plan), { kind: "time" }, 60 * MINUTE, plan);
    expect(effects.map((effect) => (effect.do === "step" ? effect.step : effect.do))).to.deep.equal([
      0, 1, 2, 3,
    ]);
    expect(next(alert, { kind: "time" }, 120 * MINUTE, plan).effects).to.deep.equal([]);
  });

  it("make the next step if no client confirms the message of one within a minute", () => {
    const plan = planOf(false);
    const first = next(opened("critical", 0, plan), { kind: "time" }, 5 * MINUTE, plan);
    const sent = next(first.alert, { kind: "step made", step: 0, isChat: true }, 5 * MINUTE, plan);
    expect(alertDueAt(sent.alert, plan)).to.equal(6 * MINUTE);
    const late = next(sent.alert, { kind: "time" }, 6 * MINUTE, plan);
    expect(late.effects).to.deep.include({ do: "step", step: 1 });
    const received = next(sent.alert, { kind: "receipt", step: 0 }, 5.5 * MINUTE, plan);
    expect(alertDueAt(received.alert, plan)).to.equal(15 * MINUTE);
  });

  it("have no steps if the hook had none when the alert opened, whatever it is given later", () => {
    const alert = opened("critical", 0, { ...planOf(false), delays: [] });
    expect(next(alert, { kind: "time" }, 60 * MINUTE, planOf(false)).effects).to.deep.equal([]);
    expect(alertDueAt(alert, planOf(false))).to.be.above(60 * MINUTE);
  });

  it("silence nothing until the source has accepted it", () => {
    const plan = planOf(true);
    const wanted: AlertEvent = { kind: "silence", by: juliet, until: 120 * MINUTE };
    const { alert: asked } = next(opened("critical", 0, plan), wanted, MINUTE, plan);
    expect(next(asked, { kind: "time" }, 5 * MINUTE, plan).effects).to.deep.equal([{ do: "step", step: 0 }]);
    const silence = asked.asked!;
    const { alert } = next(asked, { kind: "silenced", source: "s", silence }, MINUTE, plan);
    expect(alert).to.deep.include({ silence: { ...silence, source: "s" }, asked: undefined });
    expect(next(alert, { kind: "time" }, 5 * MINUTE, plan).effects).to.deep.equal([]);
  });

  it("mute an alert here if its source fails", () => {
    const plan = planOf(true);
    const wanted: AlertEvent = { kind: "silence", by: juliet, until: 120 * MINUTE };
    const { alert: asked } = next(opened("critical", 0, plan), wanted, MINUTE, plan);
    const failed: AlertEvent = { kind: "not silenced", silence: asked.asked! };
    const { alert, effects } = next(asked, failed, MINUTE, plan);
    expect(isMuted(alert, 2 * MINUTE)).to.equal(true);
    expect(effects).to.deep.equal([{ do: "show", why: "silenced", by: juliet }]);
  });

  it("end at the source what nobody wants any more, when it answers late", () => {
    const plan = planOf(true);
    const wanted: AlertEvent = { kind: "silence", by: juliet, until: 120 * MINUTE };
    const { alert: asked } = next(opened("critical", 0, plan), wanted, MINUTE, plan);
    const late: AlertEvent = { kind: "silenced", source: "s", silence: asked.asked! };
    // Before, nothing is silenced, or it is for a shorter time.
    const shorter = { by: juliet, at: 0, until: 30 * MINUTE, source: "r" };
    for (const [before, event] of [
      [asked, { kind: "unsilence", by: juliet }],
      [asked, { kind: "resolved" }],
      [
        { ...asked, silence: shorter },
        { kind: "unsilence", by: juliet },
      ],
      [{ ...asked, silence: shorter }, { kind: "resolved" }],
    ] as const) {
      const { alert, effects } = next(next(before, event, MINUTE, plan).alert, late, MINUTE, plan);
      expect(effects).to.deep.equal([{ do: "unsilence", source: "s", until: asked.asked!.until }]);
      expect(alert.silence).to.equal(undefined);
    }
  });
});

/** Silences last from now on, and sources answer what was asked of them. */
function moved(event: AlertEvent, at: number, { asked }: Alert): AlertEvent {
  if (event.kind === "silence") return { ...event, until: at + event.until };
  const isAnswer = event.kind === "silenced" || event.kind === "not silenced";
  return isAnswer && event.silence === ASKED && asked !== undefined ? { ...event, silence: asked } : event;
}

/** @param made how many steps of this run were made before @returns how many are now */
function check({
  before,
  after,
  effects,
  made,
}: {
  before: Alert;
  after: Alert;
  effects: readonly Effect[];
  made: number;
}): number {
  const isWaiting = stateOf(after) === "open" && after.silence === undefined;
  const steps = effects.flatMap((effect) => (effect.do === "step" ? effect.step : []));
  if (steps.length > 0 && !isWaiting) throw new Error(`a step for ${JSON.stringify(after)}`);
  if (after.run !== undefined && !isWaiting) throw new Error(`a run of ${JSON.stringify(after)}`);
  const isSameRun = before.run !== undefined && after.run !== undefined && after.run.next >= before.run.next;
  const first = isSameRun ? made : 0;
  for (const [at, step] of steps.entries())
    if (step !== first + at) throw new Error(`step ${step}, not ${first + at}`);
  const kinds = effects.map((effect) => (effect.do === "show" ? effect.why : effect.do));
  if (after.silence !== before.silence) {
    const isSaid = ["silenced", "unsilenced", "tell end of silence", "person erased"].some((kind) =>
      kinds.includes(kind as never),
    );
    const isOver = after.resolvedAt !== undefined && before.silence?.source !== undefined;
    if (!isSaid && !isOver) throw new Error("a silence that isn't said");
  }
  if (isMuted(after, after.silence?.at ?? 0) && after.silence?.source !== undefined)
    throw new Error("muted here, though silenced at the source");
  return after.run?.next ?? 0;
}
