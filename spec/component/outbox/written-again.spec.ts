/** What is written once more, and why: what a server may have lost, and what it gave back. */
import { expect } from "chai";
import { Metrics } from "../../../component/metrics.js";
import type { RefusedEnvelope } from "../../../component/outbox/envelopes.js";
import { Refusals, type RefusalsParts } from "../../../component/outbox/refusals.js";
import { Replay, type ReplayParts } from "../../../component/outbox/replay.js";
import { xml } from "../../../component/xml/builder.js";
import type { Position } from "../../../storage/outbox-progress.js";
import { LogLines } from "../../support/log-lines.js";
import { row } from "./rows.js";

const at = (seq: number, done = 0): Position => ({ seq, done });
const value = async (metric: { get(): Promise<{ values: { value: number }[] }> }): Promise<number> =>
  (await metric.get()).values.reduce((sum, one) => sum + one.value, 0);

describe("What the server may have lost", () => {
  let log: LogLines;
  let metrics: Metrics;
  /** What is done, in order. */
  const done: string[] = [];
  let kept = { isEmpty: false, keepsNothing: true, knowsRouted: false };
  let [isQuarantineEmpty, isDiskFull, confirmed]: [boolean, boolean, Position] = [true, false, at(9)];
  let waiting: unknown;
  let replay: Replay;

  beforeEach(() => {
    [log, metrics] = [new LogLines(), new Metrics()];
    done.length = 0;
    kept = { isEmpty: false, keepsNothing: true, knowsRouted: false };
    [isQuarantineEmpty, isDiskFull, confirmed, waiting] = [true, false, at(9), undefined];
    const parts = {
      ...{ log: log.logger, metrics, onWaiting: (weight: unknown) => (waiting = weight) },
      store: {
        between: (from: Position, to: Position) => ({ stanzas: to.seq - from.seq, bytes: 100 }),
        now: (work: () => void) => {
          if (isDiskFull) throw new Error("full");
          work();
        },
        progress: { note: () => done.push("noted") },
        explain: String,
      },
      retention: {
        start: at(4),
        get isEmpty() {
          return kept.isEmpty;
        },
        get confirmation() {
          return { confirmed, by: { peer: "a", upAt: Date.now() - 3_600_000, heardAt: Date.now() } };
        },
        rewind: () => done.push("rewound"),
        linked: (peer: string, upAt: number) => done.push(`linked to ${peer} at ${upAt}`),
      },
      cursor: {
        find: (_: Position, __: Position, isWanted: (one: unknown) => boolean) =>
          [row(5), row(6)].filter(isWanted),
        replay: (from: Position, to: Position) => done.push(`again ${from.seq} to ${to.seq}`),
      },
      poison: {
        search: { replayed: ({ seq }: Position) => done.push(`innocent before ${seq}`) },
        quarantine: {
          get keepsNothing() {
            return kept.keepsNothing;
          },
          get isEmpty() {
            return isQuarantineEmpty;
          },
          replay: () => ({ stanzas: 2, bytes: 7 }),
          holds: ({ seq }: { seq: number }) => seq === 6,
          addReplayed: (rows: { seq: number }[]) => done.push(`apart ${rows.map(({ seq }) => seq).join()}`),
        },
      },
      refused: {
        get knowsRouted() {
          return kept.knowsRouted;
        },
        forget: () => done.push("forgotten"),
      },
      history: {
        rewritten: ({ first, last, reason }: { first: number; last: number; reason: string }) =>
          done.push(`${first} to ${last}: ${reason}`),
      },
    };
    replay = new Replay(parts as unknown as ReplayParts);
  });

  it("is sent again where it is another server, or doesn't tell", async () => {
    replay.begin({ peer: "b", upAt: 5 }, 3_600);
    expect(done).to.deep.equal([
      ...["forgotten", "rewound", "noted", "again 4 to 9", "innocent before 9"],
      ...["4 to 8: the link is to another server than before", "linked to b at 5"],
    ]);
    expect(waiting).to.deep.equal({ stanzas: 7, bytes: 107 });
    expect(log.about("What was confirmed last is sent again (7 stanzas)", "warn")).to.have.length(1);
    expect(await value(metrics.replayed)).to.equal(7);
    replay.begin({ peer: "a", upAt: 6 }, undefined);
    expect(log.about("doesn't tell since when it runs", "warn")).to.have.length(1);
  });

  it("is nothing where the server lived on, or nothing is kept, apart from the others or not", () => {
    replay.begin({ peer: "a", upAt: 5 }, 1e9);
    expect(done.splice(0)).to.deep.equal(["linked to a at 5"]);
    kept = { isEmpty: true, keepsNothing: true, knowsRouted: false };
    replay.begin({ peer: "b", upAt: 5 }, undefined);
    expect([replay.isNeeded, done.splice(0)]).to.deep.equal([false, ["linked to b at 5"]]);
    for (const some of [{ keepsNothing: false }, { knowsRouted: true }]) {
      kept = { isEmpty: true, keepsNothing: true, knowsRouted: false, ...some };
      expect(replay.isNeeded).to.equal(true);
    }
  });

  it("goes with a part of a row, and overtakes nothing of a sender in quarantine", () => {
    [confirmed, isQuarantineEmpty] = [at(9, 2), false];
    replay.begin({ peer: "b", upAt: 5 }, 1);
    expect(done[0]).to.equal("apart 6");
    expect(done.find((what) => what.startsWith("4 to"))).to.contain("4 to 9: ");
  });

  it("is sent again though that can't be noted", () => {
    isDiskFull = true;
    replay.begin({ peer: "b", upAt: 5 }, 1);
    expect(done).to.include("again 4 to 9").and.not.to.include("noted");
    expect(log.about("can't be noted", "warn")).to.have.length(1);
  });
});

describe("An envelope that the server gives back", () => {
  let log: LogLines;
  let metrics: Metrics;
  let refusal: RefusedEnvelope | undefined;
  let isTrying = false;
  const done: string[] = [];
  let refusals: Refusals;

  beforeEach(() => {
    [log, metrics, isTrying] = [new LogLines(), new Metrics(), false];
    done.length = 0;
    refusal = { place: at(7, 1), host: "h", condition: "forbidden" };
    const parts = {
      ...{ log: log.logger, metrics },
      envelopes: { refusedBy: () => refusal },
      quarantine: {
        get isTrying() {
          return isTrying;
        },
        refused: ({ seq }: Position) => done.push(`tried ${seq}`),
      },
      refused: { add: ({ seq }: Position) => done.push(`refused ${seq}`) },
      window: { hold: ({ seq }: Position) => done.push(`held ${seq}`) },
      ways: { forbidden: (host: string) => done.push(`without ${host}`) },
      history: {
        bouncedRow: ({ seq, receiver }: { seq: number; receiver: string }) => `call of ${seq} to ${receiver}`,
      },
    };
    refusals = new Refusals(parts as unknown as RefusalsParts);
  });
  const comes = (confirmed = at(7)): boolean => refusals.consume(xml("message"), confirmed);

  it("goes another way, and nothing from there on is confirmed", async () => {
    expect(comes()).to.equal(true);
    expect(done).to.deep.equal(["refused 7", "held 7", "without h"]);
    expect([await value(metrics.forbidden), await value(metrics.bounces)]).to.deep.equal([1, 0]);
  });

  it("is tried again where it was a trial, and lost where it was confirmed already", () => {
    isTrying = true;
    comes();
    expect(done.splice(0)).to.deep.equal(["tried 7", "without h"]);
    isTrying = false;
    comes(at(8));
    expect(done).to.deep.equal(["without h"]);
    expect(log.about("it is lost", "warn")).to.have.length(1);
  });

  it("is what was in it where its receiver gives that back", async () => {
    refusal = { place: at(7), host: "h", condition: "not-acceptable" };
    expect([comes(), done]).to.deep.equal([true, []]);
    expect([await value(metrics.bounces), await value(metrics.forbidden)]).to.deep.equal([1, 0]);
    expect(log.lines.at(-1)).to.include({ level: "warn", request: "call of 7 to h" });
  });

  it("is nobody's where it is another stanza", () => {
    refusal = undefined;
    expect([comes(), done]).to.deep.equal([false, []]);
  });
});
