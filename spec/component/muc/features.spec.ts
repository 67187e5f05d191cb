import { expect } from "chai";
import { FEATURES, HOOKS } from "../../../component/muc/features.js";

describe("the table of what rooms can do", () => {
  it("says of everything that newcomers are told when it comes", () => {
    const telling = FEATURES.filter((feature) => "tellNewcomer" in feature);
    expect(HOOKS.tellNewcomer).to.have.length(telling.length);
  });
});
