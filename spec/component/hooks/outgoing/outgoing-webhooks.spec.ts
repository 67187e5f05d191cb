/** The metrics of outgoing webhooks. */
import { expect } from "chai";
import { Bots } from "../../../../component/hooks/known-bots.js";
import { OutgoingWebhooks } from "../../../../component/hooks/outgoing/outgoing-webhooks.js";
import { hooksConfig } from "../../../../component/config.js";
import { Metrics } from "../../../../component/metrics.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase } from "../../../../storage/database.js";
import { GroupCommit } from "../../../../storage/group-commit.js";
import { LogLines } from "../../../support/log-lines.js";
import { BOUNDS, event, hook, storesOf } from "./parts.js";

describe("The metrics of outgoing webhooks", () => {
  it("tell how many events wait, and in seconds how long the oldest has waited", async () => {
    const db = openDatabase(":memory:");
    const metrics = new Metrics();
    const domain = "c.test";
    const bots = new Bots(new BotsStore(db), { domain, nickLength: 64 });
    const commit = new GroupCommit(db);
    const config = hooksConfig.parse({});
    new OutgoingWebhooks({ db, commit, bots, domain, config, metrics, log: new LogLines().logger });
    const valueOf = async (name: string): Promise<number> => {
      const text = await metrics.registry.metrics();
      return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
    };
    expect(await valueOf("qtalk_hook_events_oldest_seconds")).to.equal(0);
    const { store, events } = storesOf(db);
    const id = store.add(hook());
    const now = Date.now();
    events.add(event(id, "old", { happenedAt: now - 90_000 }), BOUNDS);
    events.add(event(id, "young", { happenedAt: now }), BOUNDS);
    expect(await valueOf("qtalk_hook_events_waiting")).to.equal(2);
    expect(await valueOf("qtalk_hook_events_oldest_seconds")).to.be.within(90, 180);
    db.close();
  });
});
