/** How much may wait, be traced and be kept, as it may be configured. */
import { expect } from "chai";
import { outboxConfig } from "../../../component/outbox/config.js";

describe("The outbox' configuration", () => {
  const takes = (key: string, value: number): boolean => outboxConfig.safeParse({ [key]: value }).success;

  for (const [key, least, most] of [
    ["max_stanzas", 1, 1e12],
    ["max_bytes", 1, 1e12],
    ["trace", 0, 1e12],
    ["keep", 0, 600],
    ["keep_bytes", 0, 1e12],
  ] as const) {
    it(`takes for ${key} whatever makes sense, and nothing less`, () => {
      for (const value of [least, least + 1, most]) expect(takes(key, value), `${value}`).to.equal(true);
      expect(takes(key, least - 1)).to.equal(false);
      if (most === 600) expect(takes(key, most + 1)).to.equal(false);
    });
  }

  it("is a gibibyte, three seconds and 32 mebibytes where nobody says otherwise", () => {
    expect(outboxConfig.parse({})).to.deep.equal({
      ...{ max_stanzas: 1_000_000, max_bytes: 1_073_741_824, trace: 100_000 },
      ...{ keep: 3, keep_bytes: 33_554_432 },
    });
  });
});
