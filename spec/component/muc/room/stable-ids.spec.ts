import { expect } from "chai";
import { StanzaIds } from "../../../../component/muc/room/stable-ids.js";

describe("ids that others can rely on", () => {
  it("a number is given to nobody else, also where many are taken together", () => {
    const stanzaIds = new StanzaIds(Number.MAX_SAFE_INTEGER - 1_000);
    const first = stanzaIds.next(100);
    expect(stanzaIds.next()).to.equal(first + 100);
    expect(stanzaIds.next()).to.equal(first + 101);
  });
});
