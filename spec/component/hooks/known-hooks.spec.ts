/** Hooks as they are known while others change them. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { StoredHook } from "../../../storage/hooks-store.js";
import { KnownHooks } from "../../../component/hooks/known-hooks.js";
import { botsOf } from "../../../component/hooks/hooks.js";
import { openDatabase } from "../../../storage/database.js";

const HOOK: StoredHook = {
  ...{ id: "h", name: "h", secret: Buffer.alloc(32), receiver: "a@b.test", sender: "c@b.test" },
  ...{ bot: undefined, format: "auto", template: undefined, signatureKey: undefined, corrects: false },
  ...{ limits: { rate: undefined, bodyBytes: undefined }, madeAt: 0, test: undefined },
};

describe("Hooks that others change", () => {
  it("are looked for now and then, however many posts come, and known a moment after the change", async () => {
    const db = openDatabase(":memory:");
    let looks = 0;
    let hooks: StoredHook[] = [];
    const store = {
      get version() {
        looks += 1;
        return hooks.length;
      },
      list: () => hooks,
    };
    const known = new KnownHooks(store, botsOf(db, { domain: "c.test", nickLength: 64 }), "c.test");
    for (let n = 0; n < 1_000; n += 1) expect(known.find("h")).to.equal(undefined);
    expect(looks).to.be.lessThan(500);
    hooks = [HOOK];
    await sleep(10);
    expect(known.find("h")?.hook?.to.text).to.equal("a@b.test");
    db.close();
  });
});
