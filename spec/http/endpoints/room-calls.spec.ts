/** The calls on rooms and their members, beyond their examples. */
import { expect } from "chai";
import { CalledComponent } from "../../support/called-component.js";

const ROOM = { muc_id: "r", muc_domain: "conference.qtalk.test.org" };

describe("Calls on rooms", () => {
  let called: CalledComponent;
  beforeEach(async () => {
    called = await CalledComponent.open();
    await called.done("create_muc", { ...ROOM, muc_owner: "test" });
  });
  afterEach(() => called.close());

  it("list all members of a large room, the oldest first", async () => {
    const ids = Array.from({ length: 600 }, (_, i) => `user-${i}`);
    await called.done("add_muc_user", { ...ROOM, muc_owner: "test", muc_member: ids });
    const { data } = JSON.parse((await called.post("muc_users", ROOM)).text) as { data: { U: string }[] };
    expect(data.map(({ U }) => U)).to.deep.equal(["test", ...ids]);
  });

  it("make a room once: again for the same owner nothing changes, for another it is refused", async () => {
    await called.done("create_muc", { ...ROOM, muc_owner: "test" });
    expect((await called.refused("create_muc", { ...ROOM, muc_owner: "other" }))[0]).to.equal(3);
    await called.done("create_muc", { ...ROOM, muc_owner: "other", muc_true_owner: "test" });
    expect(
      called.sent().filter((text) => text.includes('to="test@')),
      "invitations",
    ).to.have.length(1);
  });

  it("are refused to users without the right to them", async () => {
    await called.done("add_muc_user", { ...ROOM, muc_owner: "test", muc_member: "member" });
    for (const [name, muc_owner, errmsg] of [
      ["add_muc_user", "stranger", "User not in Room"],
      ["del_muc_user", "member", "owner error"],
      ["destroy_muc", "member", "owner error"],
    ] as const)
      expect(await called.refused(name, { ...ROOM, muc_owner, muc_member: "x" })).to.deep.equal([2, errmsg]);
    await called.done("add_muc_user", { ...ROOM, muc_owner: "member", muc_member: "guest" });
  });
});
