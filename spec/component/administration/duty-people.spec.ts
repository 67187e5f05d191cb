/** What operators read about a roster's people whom the directory doesn't know, or marks as having left. */
import { expect } from "chai";
import { DUTY_OPERATIONS } from "../../../component/administration/duty.js";
import { USER_OPERATIONS } from "../../../component/administration/user.js";
import { Desk } from "./desk.js";

const WHO = { name: "ann", way: "console", may: ["all"] } as const;
const [HAG, CRONE] = ["hag@qtalk.test.org", "crone@qtalk.test.org"];

describe("A roster's people", () => {
  let desk: Desk;
  beforeEach(async () => (desk = await Desk.open()));
  afterEach(() => desk.close());

  const runs = async (name: string, given: object): Promise<unknown> => {
    const operation = [...DUTY_OPERATIONS, ...USER_OPERATIONS].find((each) => each.name === name);
    return await desk.administration.run(operation!, given, WHO);
  };
  const trouble = async (): Promise<string | undefined> => {
    const { rosters } = (await runs("duty list", {})) as { rosters: { trouble?: string }[] };
    return rosters[0]?.trouble;
  };

  it("are no trouble while the directory is empty", async () => {
    const { notes } = (await runs("duty set", { name: "ops", people: [HAG, CRONE] })) as {
      notes: string[];
    };
    expect(notes.join()).not.to.contain("directory");
    expect(await trouble()).to.equal(undefined);
  });

  it("have left only if the directory says so, and otherwise just aren't in it", async () => {
    await runs("user set", { user: HAG, name: "Hag" });
    const { notes } = (await runs("duty set", { name: "ops", people: [HAG, CRONE] })) as {
      notes: string[];
    };
    expect(notes).to.include(`${CRONE} isn't in the directory: nobody may be reached there.`);
    expect(await trouble()).to.equal(`${CRONE} isn't in the directory: duty set --people`);
    await runs("user set", { user: CRONE, employed: false });
    expect(await trouble()).to.equal(`${CRONE} has left (user set --employed no): duty set --people`);
    await runs("user set", { user: CRONE, employed: true });
    expect(await trouble()).to.equal(undefined);
  });
});
