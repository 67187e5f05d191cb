/** The secret of an incoming webhook's address, and what posts cost. */
import { expect } from "chai";
import { Bots } from "../../../component/hooks/known-bots.js";
import { Hooks, type HooksDependencies } from "../../../component/hooks/hooks.js";
import { hashOf } from "../../../component/hooks/secrets.js";
import { Metrics } from "../../../component/metrics.js";
import { BotsStore } from "../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { storedHook } from "../../support/stored-hook.js";

describe("An incoming webhook", () => {
  let db: Database;
  let hooks: Hooks;
  beforeEach(() => {
    db = openDatabase(":memory:");
    new HooksStore(db).add(storedHook({ secret: hashOf("secret"), sender: "c@b.test" }));
    const bots = new Bots(new BotsStore(db), { domain: "c.test", nickLength: 64 });
    const config = { rate: 10, body_bytes: 1024 };
    const dependencies = { db, bots, domain: "c.test", config, metrics: new Metrics() };
    hooks = new Hooks(dependencies as unknown as HooksDependencies);
  });
  afterEach(() => db.close());

  it("is found by id and secret only", () => {
    const find = (id: string, secret: string): boolean => hooks.find(id, secret) !== undefined;
    const found = [find("h", "secret"), find("h", "other"), find("i", "secret"), find("i", "")];
    expect(found).to.deep.equal([true, false, false, false]);
  });

  it("accepts fewer posts after a large one", () => {
    const hook = hooks.find("h", "secret")!;
    hooks.charge(hook, 320 * 1024);
    const accepted = Array.from({ length: 20 }, () => hooks.refuse(hook)).filter(
      (fault) => fault === undefined,
    );
    expect(accepted).to.have.length(5);
  });
});
