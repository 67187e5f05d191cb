/** The ids of what hooks say. */
import { expect } from "chai";
import { newMessageId } from "../../../component/hooks/message-id.js";

const AT = Date.UTC(2022, 1, 22, 19, 22, 22);

describe("The id of what a hook says", () => {
  it("is a UUID that begins with its time, as RFC 9562 has it", () => {
    expect(newMessageId(AT)).to.match(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("comes after those of all moments before, and differs from those of the same", () => {
    const [first, same, next] = [newMessageId(AT), newMessageId(AT), newMessageId(AT + 1)];
    expect(first).to.not.equal(same);
    expect([next > first, next > same]).to.deep.equal([true, true]);
  });
});
