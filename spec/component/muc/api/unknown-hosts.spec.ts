/** A mistyped host in an offboarding program must not look like a removed user. */
import { expect } from "chai";
import { addMucUser, delMucUser } from "../../../../component/operations/members.js";
import { clearStaff } from "../../../../component/operations/users.js";
import { Refusal } from "../../../../component/refusal.js";
import { CRONE, DOMAIN, hag, HAG, onStage } from "../play.js";

const TYPO = "crone1@qtalk.tset.org";
const room = { id: "coven", domain: DOMAIN };

describe("a call for users of an unserved host", () => {
  const play = onStage({}, async (play) => {
    await play.coven();
    await play.affiliates(hag, CRONE, "member");
  });

  const isMember = (jid: string): boolean => play.stored(jid) !== undefined;

  it("is refused by clear_staff as for unknown users, and removes nobody", async () => {
    for (const call of [
      { users: [CRONE, TYPO], host: undefined },
      { users: ["crone1"], host: "qtalk.tset.org" },
    ]) {
      const refusal = await clearStaff(play.context, call);
      expect(refusal).to.be.instanceOf(Refusal).and.to.include({ errcode: 4 });
      expect((refusal as Refusal).message).to.match(
        /^users\[\d\]: the host "qtalk\.tset\.org" is not served here; expected qtalk\.test\.org$/,
      );
      expect(isMember(CRONE)).to.equal(true);
    }
  });

  it("is refused by del_muc_user unless the user is a member of the room", async () => {
    const actor = HAG;
    const refusal = await delMucUser(play.context, { room, actor, members: [CRONE, TYPO] });
    expect(refusal).to.include({ errcode: 4 });
    expect(isMember(CRONE)).to.equal(true);
    const foreign = "partner@partner.test";
    await addMucUser(play.context, { room, actor, members: [foreign] });
    expect(isMember(foreign)).to.equal(true);
    expect(await delMucUser(play.context, { room, actor, members: [foreign] })).to.not.have.property(
      "errcode",
    );
    expect(isMember(foreign)).to.equal(false);
  });
});
