/** Two people swap their next turns on duty. */
import { expect } from "chai";
import { DUTY_OPERATIONS } from "../../../component/administration/duty.js";
import { scheduleOf } from "../../../component/hooks/duty/schedule.js";
import { DutyStore } from "../../../storage/duty-store.js";
import { Desk } from "./desk.js";

const WHO = { name: "ann", way: "console", may: ["all"] } as const;
const DAY = 24 * 3600_000;
const [HAG, CRONE, WICCA] = ["hag", "crone", "wiccarocks"].map((name) => `${name}@qtalk.test.org`);

describe("A swap of turns on duty", () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.open();
    await runs("duty set", { name: "ops", people: [HAG, CRONE, WICCA], every: "week" });
  });
  afterEach(() => desk.close());

  const runs = async (name: string, given: object): Promise<unknown> => {
    const operation = DUTY_OPERATIONS.find((each) => each.name === name);
    return await desk.administration.run(operation!, given, WHO);
  };
  const swap = (person: string | undefined, other: string | undefined): Promise<unknown> =>
    runs("duty swap", { name: "ops", person, other });
  /** Who is on duty in the coming weeks. */
  const turns = (): string[] => {
    const store = new DutyStore(desk.play.db);
    const now = Date.now();
    return scheduleOf(store, store.find("ops")!, now, now + 28 * DAY)
      .slice(0, 4)
      .map(({ person }) => person);
  };

  it("is said with both times, and changes the next turn of each, and no later one", async () => {
    const [first, second, third] = turns();
    const said = (await swap(first, third)) as { readonly message: string };
    expect(said.message)
      .to.match(/^Swapped in the roster ops: /)
      .and.contain(first)
      .and.contain(third);
    // Two turns in a row are one.
    expect(turns()).to.deep.equal([third, second, first, second]);
  });

  it("is refused with the reason for one person, and for people without a turn", async () => {
    const before = turns();
    expect(((await swap(HAG, HAG)) as Error).message).to.contain("name two people");
    const stranger = await swap(HAG, "maid@qtalk.test.org");
    expect((stranger as Error).message).to.contain("maid@qtalk.test.org has no turn in the roster ops");
    expect(turns()).to.deep.equal(before);
  });
});
