import { expect } from "chai";
import { Moments } from "../../../component/rooms/stable-ids.js";

describe("ids that others can rely on", () => {
  it("a moment is given to nobody else, also where many are taken together", () => {
    const moments = new Moments(Number.MAX_SAFE_INTEGER - 1_000);
    const first = moments.next(100);
    expect(moments.next()).to.equal(first + 100);
    expect(moments.next()).to.equal(first + 101);
  });
});
