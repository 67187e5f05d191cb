/** Lists that are too long are refused by their length alone: neither their items nor policies are looked at. */
import { expect } from "chai";
import { Interface, sha256 } from "../support/interface.js";
import { DONE, interfaceWith } from "./talk.js";
import { program } from "../plays/program.js";
import { acts, forEach } from "../plays/steps.js";

const members = { muc_id: "r", muc_owner: "o", muc_domain: "c.x.test", muc_member: [1, 2, 3] };

describe("Lists that are too long", () => {
  // None of the items is what it should be.
  interfaceWith({ limits: { batch: 2, recipients: 2, members: 2 } }).scenes({
    "are counted first": [
      program.POST`send_thirdmessage [1, 2, 3] = 1 3 messages in one call, more than the 2 allowed`,
      program.POST`send_notify {to: [1, 2, 3]} = 1 to: 3 receivers, more than the 2 allowed`,
      program.POST`send_message {To: [1, 2, 3]} = 1 To: 3 receivers, more than the 2 allowed`,
      forEach(["add_muc_user", "del_muc_user"], (call) => [
        program.POST`${call} ${members} = 1 muc_member: 3 users in one call, more than the 2 allowed`,
      ]),
      program.POST`clear_staff {users: [1, 2, 3]} = 1 users: 3 users in one call, more than the 2 allowed`,
    ],
  });

  it("are counted before anybody's policy is asked about each item", async () => {
    const asked: string[] = [];
    const http = await Interface.open({
      runs: DONE,
      config: { callers: [{ name: "hr", token_sha256: sha256("t"), senders: ["nobody@x.test"] }] },
      limits: { members: 2 },
      resolve: ({ id }) => (asked.push(id), id),
    });
    asked.length = 0;
    await acts(http, [program.POST`clear_staff {users: [a, b, c]} as t = 1 users: 3 users *`]);
    expect(asked).to.deep.equal([]);
    await acts(http, [program.POST`clear_staff {users: [a, b]} as t = 403 6 *`]);
    expect(asked).to.deep.equal(["a"]);
    await http.close();
  });
});
