/** Hooks that are made and removed by another process, as commands do it. */
import { expect } from "chai";
import { WebhooksByEvent } from "../../../../component/hooks/outgoing/webhooks-by-event.js";
import { openDatabase } from "../../../../storage/database.js";
import { scratch } from "../../../support/sender.js";
import { hook, storesOf } from "./parts.js";

describe("Hooks that are told", () => {
  it("count from the moment on at which they are made beside, and no more once they are removed", async () => {
    const folder = scratch();
    const [own, beside] = [1, 2].map(() => openDatabase(`${folder.path}/q.db`));
    if (own === undefined || beside === undefined) throw new Error("no database");
    const registry = new WebhooksByEvent(storesOf(own).store);
    let changes = 0;
    registry.onChange = () => (changes += 1);
    const names = async (): Promise<string[]> => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return registry.of("room-message").map(({ name }) => name);
    };
    expect(await names()).to.deep.equal([]);
    const { store } = storesOf(beside);
    const id = store.add(hook());
    store.add(hook({ name: "other", events: ["room", "member"] }));
    expect(await names()).to.deep.equal(["ops"]);
    expect(registry.of("member").map(({ name }) => name)).to.deep.equal(["other"]);
    store.remove(id);
    expect([await names(), changes]).to.deep.equal([[], 3]);
    own.close();
    beside.close();
    folder.remove();
  });
});
