/** Covers and swaps of turns on duty, at a time that stands still. */
import { expect } from "chai";
import type { DutyStore } from "../../../storage/duty-store.js";
import { DOMAIN } from "../muc/play.js";
import type { Desk } from "./desk.js";
import { at, CRONE, HAG, NOW, RosterDesk, WEEKS, WICCA } from "./roster-desk.js";

describe("Turns on duty", () => {
  let rosters: RosterDesk;
  let desk: Desk;
  let store: DutyStore;
  beforeEach(async () => {
    rosters = await RosterDesk.open();
    ({ desk, store } = rosters);
  });
  afterEach(() => rosters.close());

  const set: RosterDesk["set"] = (given) => rosters.set(given);
  const show: RosterDesk["show"] = () => rosters.show();
  const refusal: RosterDesk["refusal"] = (name, given) => rosters.refusal(name, given);

  it("are covered for a while: by a time of their zone, or a duration after the beginning", async () => {
    await set(WEEKS);
    const cover = (given: object) => desk.operates("duty cover", { name: "ops", person: WICCA, ...given });
    expect((await cover({ until: "8h" })).message).to.equal(
      `${WICCA} covers the roster ops from 2026-12-07T09:30Z to 2026-12-07T17:30Z.`,
    );
    expect(await show()).to.deep.include({ on_duty: WICCA, until: at("2026-12-07T17:30"), next: HAG });
    expect((await cover({ from: "2026-12-08 10:00", until: "2h" })).message).to.equal(
      `${WICCA} covers the roster ops from 2026-12-08T09:00Z to 2026-12-08T11:00Z.`,
    );
    expect((await cover({ from: "1h", until: "2026-12-07 12:00" })).message).to.equal(
      `${WICCA} covers the roster ops from 2026-12-07T10:30Z to 2026-12-07T11:00Z.`,
    );
    expect(
      (await cover({ from: "2026-12-01", until: "2026-12-07 10:31" })).message,
      "it began before",
    ).to.match(/to 2026-12-07T09:31Z\.$/);
    const { covers } = store;
    const kept = covers("ops", 0).length;
    for (const [given, reason] of [
      [
        { until: "later" },
        /^until: expected a time such as "2026-12-08 18:00" \(Europe\/Berlin\) or a duration such as 8h, not "later"$/,
      ],
      [{ until: "8h", from: "then" }, /^from: expected a time .* not "then"$/],
      [{ until: "2026-12-07 10:30" }, /^until: "2026-12-07 10:30" is over, or isn't after the beginning$/],
      [{ from: "2026-12-09", until: "2026-12-09" }, /isn't after the beginning$/],
      [{ from: "2026-12-01", until: "2026-12-02" }, /is over/],
      [{ until: "2027-12-08 11:00" }, /^until: expected a time within a year$/],
      [{ until: "8h", person: `nobody@${DOMAIN}` }, /^person: .* is no person/],
    ] as const)
      expect((await cover(given)).refused, JSON.stringify(given)).to.match(reason);
    expect(covers("ops", 0)).to.have.length(kept);
    expect((await cover({ until: "2027-12-08 10:00" })).message).to.match(/covers/);
  });

  it("keep at most 200 covers and swaps that aren't over, and nothing of a swap that is too much", async () => {
    await set(WEEKS);
    desk.play.db.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 199)
      INSERT INTO duty_covers (roster, starts, ends, person)
        SELECT 'ops', ${NOW + 40 * 86_400_000}, ${NOW + 41 * 86_400_000}, '${WICCA}' FROM n;
      INSERT INTO duty_covers (roster, starts, ends, person) VALUES ('ops', 1, ${NOW}, '${WICCA}')`);
    const full = "name: the roster ops has too many covers and swaps; they end by themselves";
    expect(await refusal("duty swap", { person: HAG, other: CRONE })).to.equal(full);
    expect(store.covers("ops", 0)).to.have.length(200);
    expect((await desk.operates("duty cover", { name: "ops", person: WICCA, until: "1h" })).message).to.match(
      /covers/,
    );
    expect(store.covers("ops", 0), "what is over makes room").to.have.length(200);
    expect(await refusal("duty cover", { person: WICCA, until: "1h" })).to.equal(full);
  });

  it("swap turns of the coming half year, and say both times", async () => {
    await set({ ...WEEKS, people: [HAG, CRONE, WICCA] });
    expect((await desk.operates("duty swap", { name: "ops", person: CRONE, other: HAG })).message).to.equal(
      `Swapped in the roster ops: ${HAG} is on duty from 2026-12-14T08:00Z to 2026-12-21T08:00Z, ${CRONE} from 2026-12-07T09:30Z to 2026-12-14T08:00Z.`,
    );
    await set({ every: "month", people: [HAG, CRONE, WICCA, ...[1, 2, 3, 4].map((i) => `u${i}@a.test`)] });
    const reason = (who: string) => `person: ${who} has no turn in the roster ops in the coming months`;
    expect(await refusal("duty swap", { person: "u4@a.test", other: "u1@a.test" })).to.equal(
      reason("u4@a.test"),
    );
    expect(await refusal("duty swap", { person: "u1@a.test", other: "u4@a.test" })).to.equal(
      reason("u4@a.test"),
    );
    expect(
      (await desk.operates("duty swap", { name: "ops", person: "u3@a.test", other: "u1@a.test" })).message,
    ).to.match(/^Swapped/);
  });
});
