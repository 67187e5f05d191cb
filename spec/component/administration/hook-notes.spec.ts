/** What `hook add` says beside the new URL. */
import { expect } from "chai";
import { HOOK } from "../../../component/administration/hook.js";
import { Desk } from "./desk.js";

describe("Adding a hook", () => {
  let desk: Desk;
  beforeEach(async () => (desk = await Desk.open()));
  afterEach(() => desk.close());

  const notes = async (options: string): Promise<readonly string[]> => {
    await desk.play.acts(`hag opens ${options}`);
    const [add] = HOOK;
    const who = { name: "ann", way: "console", may: ["all"] } as const;
    const done = await desk.administration.run(add!, { name: "ci", to: "coven" }, who);
    return (done as { readonly notes?: readonly string[] }).notes ?? [];
  };

  for (const options of ["membersonly=0 whois=anyone", "membersonly=1 whois=moderators"])
    it(`says that clients won't ring in a room with ${options}, and how to change it`, async () => {
      const [note = "", ...others] = await notes(options);
      expect(note)
        .to.contain("Clients won't ring")
        .and.contain("room set coven members_only=yes whois=anyone");
      expect(others).to.deep.equal([]);
    });

  it("says nothing of it if they will", async () => {
    expect(await notes("membersonly=1 whois=anyone")).to.deep.equal([]);
  });
});
