/** Lists that are too long are refused by their length alone: neither their items nor policies are looked at. */
import { expect } from "chai";
import { bearer, Interface, sha256 } from "../support/interface.js";

const TOKEN = "t";
const token_sha256 = sha256(TOKEN);
/** None of the items is what it should be. */
const LIST = [1, 2, 3];
const ROOM = { muc_id: "r", muc_owner: "o", muc_domain: "c.x.test" };

const CALLS: [string, unknown, string][] = [
  ["send_thirdmessage", LIST, "3 messages in one call, more than the 2 allowed"],
  ["send_notify", { to: LIST }, "to: 3 receivers, more than the 2 allowed"],
  ["send_message", { To: LIST }, "To: 3 receivers, more than the 2 allowed"],
  ["add_muc_user", { ...ROOM, muc_member: LIST }, "muc_member: 3 users in one call, more than the 2 allowed"],
  ["del_muc_user", { ...ROOM, muc_member: LIST }, "muc_member: 3 users in one call, more than the 2 allowed"],
  ["clear_staff", { users: LIST }, "users: 3 users in one call, more than the 2 allowed"],
];

describe("Lists that are too long", () => {
  for (const [name, call, sentence] of CALLS) {
    it(`are counted first by ${name}`, async () => {
      const http = await Interface.open({ limits: { batch: 2, recipients: 2, members: 2 } });
      expect(await http.fault(name, call)).to.equal(sentence);
      await http.close();
    });
  }

  it("are counted before anybody's policy is asked about each item", async () => {
    const asked: string[] = [];
    const http = await Interface.open({
      config: { callers: [{ name: "hr", token_sha256, senders: ["nobody@x.test"] }] },
      limits: { members: 2 },
      resolve: ({ id }) => {
        asked.push(id);
        return id;
      },
    });
    const headers = bearer(TOKEN);
    asked.length = 0;
    expect(await http.fault("clear_staff", { users: ["a", "b", "c"] }, headers)).to.contain("users: 3 users");
    expect(asked).to.deep.equal([]);
    expect((await http.post("clear_staff", { users: ["a", "b"] }, headers)).status).to.equal(403);
    expect(asked).to.deep.equal(["a"]);
    await http.close();
  });
});
