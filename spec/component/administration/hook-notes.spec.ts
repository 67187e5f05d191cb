/** What `hook add` says beside the new URL, and `hook remove` of what still waits. */
import { expect } from "chai";
import { HOOK_OPERATIONS } from "../../../component/administration/hook.js";
import { DOMAIN, ROOM } from "../muc/play.js";
import { Desk } from "./desk.js";
import { hag } from "../../plays/people.js";

describe("Adding a hook", () => {
  let desk: Desk;
  beforeEach(async () => (desk = await Desk.open()));
  afterEach(() => desk.close());

  const notes = async (options: string): Promise<readonly string[]> => {
    await desk.play.acts([hag.opens`${options}`]);
    const [add] = HOOK_OPERATIONS;
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

describe("Removing a hook", () => {
  let desk: Desk;
  beforeEach(async () => (desk = await Desk.open()));
  afterEach(() => desk.close());

  it("refuses the posts whose files are being uploaded, and says how many: they were accepted", async () => {
    const { db } = desk.play;
    const who = { name: "ann", way: "console", may: ["all"] } as const;
    const run = (name: string, given: object): Promise<object> =>
      desk.administration.run(
        HOOK_OPERATIONS.find((one) => one.name === name)!,
        given,
        who,
      );
    await desk.play.acts([hag.opens()]);
    await run("hook add", { name: "ci", to: "coven" });
    await run("hook add", { name: "cd", to: "coven" });
    db.exec(`INSERT INTO hook_posts (id, hook, accepted_at, request, content)
      SELECT name || n, id, 1, 'r', '{}' FROM hooks, (SELECT 1 AS n UNION SELECT 2)`);
    expect(await run("hook remove", { name: "ci" })).to.deep.include({
      message: "The hook ci was removed. 2 posts that waited were refused.",
    });
    expect(db.prepare("SELECT id FROM hook_posts").pluck().all()).to.deep.equal(["cd1", "cd2"]);
    const by = `ci@${DOMAIN}`;
    const reason = "the hook ci was removed before the message was sent";
    expect(desk.refused).to.deep.equal(
      ["ci1", "ci2"].map((id) => ({
        ...{ id, sender: by, receiver: ROOM, condition: "recipient-unavailable" },
        reason,
      })),
    );
  });
});
