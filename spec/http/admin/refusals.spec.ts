/** What operations refuse of their arguments: the field, and what to enter instead. */
import { expect } from "chai";
import { allOperations } from "../../../component/administration/operation-families.js";
import { ALL_FAMILIES } from "../../../http/admin/run.js";
import { ConsoleStage, faultOf } from "../console/stage.js";

type Given = Readonly<Record<string, unknown>>;

/** Arguments, and what the refusal says; undefined: they are accepted. */
const EXPECTATIONS: readonly (readonly [Given, RegExp | undefined])[] = [
  [{ grace: "1h" }, /^grace: only together with expect_every$/],
  [{ expect_every: "59s" }, /^expect_every: expected a duration from 1m to 366d/],
  [{ expect_every: "367d" }, /^expect_every: expected a duration from 1m to 366d/],
  [{ expect_every: "soon" }, /^expect_every: .*not "soon"$/],
  [
    { expect_every: "1h", grace: "soon" },
    /^grace: expected a duration such as 1h, at most 366d, not "soon"$/,
  ],
  [{ expect_every: "1h", grace: "367d" }, /^grace: expected a duration/],
  [{ expect_every: "1m", grace: "1m" }, undefined],
  [{ grace: "366d" }, undefined],
  [{ expect_every: "never" }, undefined],
  [{ grace: "1h" }, /^grace: only together with expect_every$/],
];

describe("Operations' refusals", () => {
  let stage: ConsoleStage;
  beforeEach(async () => {
    stage = await ConsoleStage.open();
    await stage.desk.play.coven();
  });
  afterEach(() => stage.close());

  it("name the bounds of the posts that a hook expects", async () => {
    await stage.does("hook/add", { name: "ci", to: "coven" });
    for (const [given, refusal] of EXPECTATIONS) {
      const answer = await stage.posts("hook/set", { name: "ci", ...given });
      const told = JSON.stringify(given);
      if (refusal === undefined) expect(answer.status, told).to.equal(200);
      else {
        expect(faultOf(answer).slice(0, 2), told).to.eql([422, "input"]);
        expect(answer.json.error?.message, told).to.match(refusal);
        expect(answer.json.error?.field, told).to.equal(refusal.source.slice(1).split(":")[0]);
      }
    }
  });

  it("are counted and listed, if they are of a caller's calls", async () => {
    expect(await stage.does("caller/refused", {})).to.eql({ calls: [] });
    await stage.http.request("/qtalk/send_thirdmessage", { method: "POST" });
    const { calls } = (await stage.does("caller/refused", {})) as { calls: Given[] };
    expect(calls).to.have.length(1);
    const { result } = (await allOperations(ALL_FAMILIES)).find(({ name }) => name === "caller refused")!;
    expect(result.safeParse({ calls }).error?.message).to.equal(undefined);
    expect(calls[0]).to.include({ endpoint: "send_thirdmessage" });
    expect(calls[0]?.reason).to.be.a("string").and.not.equal("");
  });

  it("leave a roster as it is, which its list describes", async () => {
    const people = ["hag66@qtalk.test.org"];
    const week = { every: "week", from: "2026-12-07 09:00", zone: "Europe/Berlin" };
    await stage.does("duty/set", { name: "ops", people, ...week });
    const { rosters: before } = (await stage.does("duty/list", {})) as { rosters: Given[] };
    expect(before).to.have.length(1);
    expect(before[0]).to.include({ name: "ops", zone: "Europe/Berlin" });
    expect(before[0]?.by).to.equal("1 person, every week from 2026-12-07 09:00");
    expect(before[0], "nothing is wrong with it").not.to.have.property("trouble");
    for (const given of [{ zone: "Europe/Nowhere" }, { every: "fortnight and a half" }, { from: "then" }])
      expect(
        (await stage.posts("duty/set", { name: "ops", ...given })).status,
        JSON.stringify(given),
      ).to.equal(422);
    expect(await stage.does("duty/list", {})).to.eql({ rosters: before });
  });
});
