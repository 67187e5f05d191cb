/** Short names of emoji in programs' texts. */
import { expect } from "chai";
import { emojiOf, withEmoji } from "../../../component/hooks/formats/emoji.js";

describe("Short names of emoji", () => {
  it("become emoji, with or without a skin tone", () => {
    expect(withEmoji(":rocket: done :+1::skin-tone-3:, :large_green_circle:")).to.equal("🚀 done 👍, 🟢");
  });

  it("stay if no emoji has them, and in times", () => {
    for (const text of [":nothing_such:", "at 10:30:15", ":constructor:", "a:b", "::"])
      expect(withEmoji(text)).to.equal(text);
    expect(emojiOf("toString")).to.equal(undefined);
  });
});
