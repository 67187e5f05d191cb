/** What of the quarantine is tried together. */
import { expect } from "chai";
import { Envelopes } from "../../../component/outbox/envelopes.js";
import type { OutboxRow } from "../../../component/outbox/origin.js";
import { QuarantineRetention } from "../../../component/outbox/quarantine-retention.js";
import { RowWays } from "../../../component/outbox/row-ways.js";
import { makeTrial, upTo, type Trial, type TrialOptions } from "../../../component/outbox/trial.js";
import { PLAIN } from "../../../component/outbox/ways.js";
import { together } from "../../../component/xml/splice.js";
import { stanzasOf } from "../../../component/xml/stored.js";
import { asStored } from "../../../component/xml/wire-text.js";
import type { Way } from "../../../storage/outbox-row.js";
import { row } from "./rows.js";

const FRONT = { seq: 0, done: 0 };
const NOW = 100_000;

describe("A trial of what is in quarantine", () => {
  /** In which way each sender's stanzas go; absent: plain. */
  let allowed: Readonly<Record<string, Way | undefined>> = {};
  let kept: QuarantineRetention;
  beforeEach(() => {
    allowed = {};
    kept = new QuarantineRetention({ isOver: () => false });
  });

  const tryRows = (rows: readonly OutboxRow[], more: Partial<TrialOptions> = {}, start = FRONT) =>
    makeTrial(rows, start, {
      ...{ now: NOW, domain: "rooms.h", envelopes: new Envelopes("rooms.h"), kept },
      ways: new RowWays({ ...PLAIN, of: (_, sender) => (sender in allowed ? allowed[sender] : "plain") }),
      budget: { first: 64, again: 64 },
      ...more,
    });
  const places = ({ places: all }: Trial): string[] => all.map(({ seq, done }) => `${seq}-${done}`);
  const several = (seq: number, count: number, more: Partial<OutboxRow> = {}): OutboxRow => {
    const some = Array.from({ length: count }, () => row(seq).stanza);
    return row(seq, { stanza: together(some), stanzas: count, ...more });
  };
  const fresh = { acceptedAt: NOW };

  it("is as many stanzas as may be tried at once, from where the last one ended", () => {
    const rows = [several(3, 2, fresh), several(4, 3, fresh)];
    const budget = { first: 3, again: 64 };
    const { trial, stuck } = tryRows(rows, { budget });
    expect([places(trial), trial.stanzas, trial.end, stuck]).to.deep.equal([
      ...[["3-0", "3-1", "4-0"], 3, { seq: 4, done: 1 }, undefined],
    ]);
    expect(trial.text).to.equal(together([]) + [row(3), row(3), row(4)].map(({ stanza }) => stanza).join(""));
    expect(trial.first).to.include({ place: 0, text: row(3).stanza });
    expect(trial.rows.map(({ start, end, isFinished }) => [start, end, isFinished])).to.deep.equal([
      ...[
        [0, 2, true],
        [0, 1, false],
      ],
    ]);
    expect(trial).to.deep.include({ isAgain: false, expired: 0, dropped: [] });
    const next = tryRows(rows.slice(1), { budget }, trial.end).trial;
    expect([places(next), next.end]).to.deep.equal([["4-1", "4-2"], { seq: 5, done: 0 }]);
    expect(next.first?.place).to.equal(1);
  });

  it("begins behind what of a row is routed", () => {
    expect(places(tryRows([several(3, 3, { ...fresh, done: 2 })]).trial)).to.deep.equal(["3-2"]);
    kept.routed(row(3), { start: 0, end: 1, isFinished: false });
    expect(places(tryRows([several(3, 3, fresh)]).trial)).to.deep.equal(["3-1", "3-2"]);
    const start = { seq: 3, done: 2 };
    expect(places(tryRows([several(3, 3, fresh), several(4, 1, fresh)], {}, start).trial)).to.deep.equal([
      "3-2",
      "4-0",
    ]);
  });

  it("passes over what is routed and only kept", () => {
    kept.routed(row(3), { start: 0, end: 1, isFinished: true });
    kept.routed(row(5), { start: 0, end: 1, isFinished: true });
    const { trial } = tryRows([3, 4, 5].map((seq) => row(seq, fresh)));
    expect([places(trial), trial.end]).to.deep.equal([["4-0"], { seq: 6, done: 0 }]);
    expect(tryRows([row(3, fresh)]).trial).to.deep.include({
      stanzas: 0,
      end: { seq: 4, done: 0 },
      isAgain: undefined,
    });
  });

  it("drops what is too old, and counts it", () => {
    const old = { ...fresh, expiresAt: NOW };
    const { trial } = tryRows([several(3, 4, { ...old, done: 1 }), row(4, { ...fresh, expiresAt: NOW + 1 })]);
    expect([places(trial), trial.expired]).to.deep.equal([["4-0"], 3]);
    expect(trial.dropped).to.deep.equal([{ seq: 3, stanzas: 3 }]);
    expect(trial.rows[0]).to.include({ start: 1, end: 4, isFinished: true });
  });

  it("doesn't count as too old what was sent before", () => {
    kept.routed(row(3), { start: 0, end: 3, isFinished: false });
    kept.replay();
    const { trial } = tryRows([several(3, 4, { ...fresh, expiresAt: NOW })]);
    expect([trial.expired, trial.dropped]).to.deep.equal([1, [{ seq: 3, stanzas: 4 }]]);
  });

  it("leaves out the sender's copy that the server makes itself", () => {
    allowed = { "alice@h": "privileged" };
    const { trial } = tryRows([row(3, fresh), row(4, { ...fresh, way: "plain" })]);
    expect([places(trial), trial.dropped, trial.expired]).to.deep.equal([
      ["3-0"],
      [{ seq: 4, stanzas: 1 }],
      0,
    ]);
  });

  it("tries a message's copy by itself, and leaves it out where the server makes it", () => {
    const copied = row(3, { ...fresh, stanzas: 2, isCopied: true });
    const { trial } = tryRows([copied], { budget: { first: 1, again: 1 } });
    expect([places(trial), trial.end]).to.deep.equal([["3-0"], { seq: 3, done: 1 }]);
    const next = tryRows([copied], {}, trial.end).trial;
    expect([places(next), next.end]).to.deep.equal([["3-1"], { seq: 4, done: 0 }]);
    expect(next.first?.text).to.contain("<sent ");
    allowed = { "alice@h": "privileged" };
    const privileged = tryRows([copied, row(4, fresh)]).trial;
    expect([places(privileged), privileged.dropped]).to.deep.equal([
      ["3-0", "4-0"],
      [{ seq: 3, stanzas: 1 }],
    ]);
    expect(privileged.rows.map(({ start, end, isFinished }) => [start, end, isFinished])).to.deep.equal([
      ...[
        [0, 2, true],
        [0, 1, true],
      ],
    ]);
    const refused = upTo(privileged, { seq: 3, done: 0 });
    expect([refused.rows, refused.dropped, refused.stanzas]).to.deep.equal([[], [], 0]);
  });

  it("is by one permission: that of one host, or none", () => {
    allowed = { "alice@h": "privileged", "bob@h": "privileged", "carol@i": "privileged" };
    const from = (seq: number, sender: string): OutboxRow => row(seq, { ...fresh, sender });
    const { trial } = tryRows([from(3, "alice@h"), from(4, "bob@h"), from(5, "carol@i")]);
    expect([places(trial), trial.end]).to.deep.equal([["3-0", "4-0"], { seq: 5, done: 0 }]);
    for (const stanza of stanzasOf(trial.text))
      expect(stanza).to.contain("<privilege").and.to.contain('to="h"');
    expect(trial.first?.text, "as it would be plain").to.equal(row(3).stanza);
    expect(places(tryRows([from(3, "dan@h"), from(4, "alice@h")]).trial)).to.deep.equal(["3-0"]);
    expect(tryRows([from(3, "dan@h")]).trial.text).to.equal(row(3).stanza);
  });

  it("waits where its first can't be written now, and ends before another that can't", () => {
    allowed = { "alice@h": undefined };
    const [stuck, free] = [row(3, fresh), row(3, { ...fresh, sender: "bob@h" })];
    expect(tryRows([stuck, row(4, { ...fresh, sender: "bob@h" })])).to.deep.include({ stuck });
    expect(tryRows([stuck]).trial).to.include({ stanzas: 0, end: FRONT });
    const { trial, stuck: none } = tryRows([free, row(4, fresh), row(5, { ...fresh, sender: "bob@h" })]);
    expect([places(trial), trial.end, none]).to.deep.equal([["3-0"], { seq: 4, done: 0 }, undefined]);
  });

  it("is of what is sent again alone, or of what was never routed, each with its own number", () => {
    kept.routed(row(3), { start: 0, end: 2, isFinished: false });
    kept.routed(row(4), { start: 0, end: 1, isFinished: true });
    kept.replay();
    const rows = [several(3, 3, fresh), row(4, fresh)];
    const again = tryRows(rows, { budget: { first: 1, again: 64 } }).trial;
    expect([places(again), again.isAgain, again.end]).to.deep.equal([
      ["3-0", "3-1"],
      true,
      { seq: 3, done: 2 },
    ]);
    expect(again.text, "it says when it was accepted").to.contain("<delay");
    const rest = tryRows(rows, { budget: { first: 1, again: 64 } }, again.end).trial;
    expect([places(rest), rest.isAgain]).to.deep.equal([["3-2"], false]);
    expect(places(tryRows([row(4, fresh), row(5, fresh)]).trial)).to.deep.equal(["4-0"]);
    expect(places(tryRows(rows, { budget: { first: 64, again: 1 } }).trial)).to.deep.equal(["3-0"]);
  });

  it("says when its stanzas were accepted where that was long ago", () => {
    expect(tryRows([row(3, { acceptedAt: NOW - 5_001 })]).trial.text).to.contain("<delay");
    expect(tryRows([row(3, { acceptedAt: NOW - 5_000 })]).trial.text).not.to.contain("<delay");
  });

  it("isn't much longer than sixty-four kibibytes, however few stanzas those are", () => {
    const sized = (seq: number, size: number): OutboxRow =>
      row(seq, { ...fresh, stanza: asStored("x".repeat(size)) });
    expect(places(tryRows([sized(3, 65_535), sized(4, 1), sized(5, 1)]).trial)).to.deep.equal(["3-0", "4-0"]);
    expect(places(tryRows([sized(3, 65_536), sized(4, 1)]).trial)).to.deep.equal(["3-0"]);
  });

  it("that was refused from some place on is routed to there", () => {
    const trial = tryRows([
      several(3, 2, fresh),
      row(4, { ...fresh, expiresAt: NOW }),
      several(5, 3, fresh),
      row(6, fresh),
    ]).trial;
    const part = upTo(trial, { seq: 5, done: 1 });
    expect([places(part), part.stanzas, part.end]).to.deep.equal([
      ["3-0", "3-1", "5-0"],
      3,
      { seq: 5, done: 1 },
    ]);
    expect(part.rows.map((one) => [one.row.seq, one.start, one.end, one.isFinished])).to.deep.equal([
      ...[
        [3, 0, 2, true],
        [4, 0, 1, true],
        [5, 0, 1, false],
      ],
    ]);
    expect(part.dropped).to.deep.equal([{ seq: 4, stanzas: 1 }]);
    const nothing = upTo(trial, { seq: 3, done: 0 });
    expect([places(nothing), nothing.rows, nothing.dropped]).to.deep.equal([[], [], []]);
    const whole = upTo(trial, { seq: 5, done: 0 });
    expect([whole.rows.length, whole.stanzas]).to.deep.equal([2, 2]);
    expect(upTo(trial, { seq: 4, done: 0 }).dropped).to.deep.equal([]);
  });
});
