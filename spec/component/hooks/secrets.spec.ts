/** The secrets of an incoming webhook's address. */
import { expect } from "chai";
import { Bots } from "../../../component/hooks/bots.js";
import { Hooks, type HooksDependencies } from "../../../component/hooks/hooks.js";
import { hashOf } from "../../../component/hooks/secrets.js";
import { Metrics } from "../../../component/metrics.js";
import { BotsStore } from "../../../storage/bots-store.js";
import { openDatabase } from "../../../storage/database.js";
import { HooksStore } from "../../../storage/hooks-store.js";

describe("An incoming webhook", () => {
  it("is found by id and secret only, or a test secret until that expires", () => {
    const db = openDatabase(":memory:");
    const store = new HooksStore(db);
    const limits = { rate: undefined, bodyBytes: undefined };
    store.add({
      ...{ id: "h", name: "h", secret: hashOf("secret"), receiver: "a@b.test", sender: "c@b.test", limits },
      ...{
        bot: undefined,
        format: "auto",
        template: undefined,
        signatureKey: undefined,
        corrects: false,
        announces: false,
      },
      madeAt: 0,
    });
    const find = (id: string, secret: string): boolean => {
      const bots = new Bots(new BotsStore(db), { domain: "c.test", nickLength: 64 });
      const hooks = {
        db,
        bots,
        domain: "c.test",
        config: { rate: 1, body_bytes: 1024 },
        metrics: new Metrics(),
      };
      return new Hooks(hooks as unknown as HooksDependencies).find(id, secret) !== undefined;
    };
    expect([find("h", "secret"), find("h", "other"), find("i", "secret"), find("i", "")]).to.eql([
      ...[true, false, false, false],
    ]);
    db.close();
  });
});
