/** A room's password, for which the form has two fields. */
import { expect } from "chai";
import { crone, errorOf, hag, onStage } from "../play.js";

const NEEDED = "muc#roomconfig_passwordprotectedroom";
const SECRET = "muc#roomconfig_roomsecret";

describe("a room's password", () => {
  const play = onStage({}, (play) => play.roomOf(hag, "hag"));

  const isNeeded = async (): Promise<boolean> => {
    const [answer] = await play.enters(crone, "crone");
    if (answer?.attrs.type === "error") expect(errorOf(answer)).to.equal("auth/not-authorized by coven");
    return answer?.attrs.type === "error";
  };

  for (const no of ["0", "false"]) {
    it(`isn't set by a form that requires none (${no})`, async () => {
      await play.configures(hag, { [NEEDED]: no, [SECRET]: "cauldron" });
      expect(await isNeeded()).to.equal(false);
    });
  }

  it("is set by the secret alone, or with the field that requires one", async () => {
    await play.configures(hag, { [SECRET]: "cauldron" });
    expect(await isNeeded()).to.equal(true);
    await play.configures(hag, { [NEEDED]: "0", [SECRET]: "cauldron" });
    await play.configures(hag, { [NEEDED]: "1", [SECRET]: "cauldron" });
    expect(await isNeeded()).to.equal(true);
  });

  it("is removed by a form that requires none, even with another secret", async () => {
    await play.configures(hag, { [SECRET]: "cauldron" });
    await play.configures(hag, { [NEEDED]: "0", [SECRET]: "broom" });
    expect(await isNeeded()).to.equal(false);
  });

  it("stays if the form is invalid", async () => {
    await play.configures(hag, { [SECRET]: "cauldron" });
    const answer = await play.configures(hag, { [NEEDED]: "perhaps" });
    expect(errorOf(answer)).to.equal("modify/not-acceptable by coven");
    expect(await isNeeded()).to.equal(true);
  });

  it("must be given if the form requires one", async () => {
    const answer = await play.configures(hag, { [NEEDED]: "1" });
    expect(errorOf(answer)).to.equal("modify/not-acceptable by coven");
    expect(answer.getChild("error")?.getChildText("text")).to.contain(NEEDED);
  });
});
