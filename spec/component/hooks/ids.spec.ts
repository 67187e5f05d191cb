/** The ids of hooks. */
import { expect } from "chai";
import { newId } from "../../../component/hooks/ids.js";

describe("The id of a hook", () => {
  it('never begins with "-", which Postfix refuses at the beginning of a recipient', () => {
    const ids = Array.from({ length: 2_000 }, newId);
    expect(ids.filter((id) => !/^\w[\w-]{11}$/.test(id))).to.deep.equal([]);
    expect(new Set(ids).size).to.equal(ids.length);
  });
});
