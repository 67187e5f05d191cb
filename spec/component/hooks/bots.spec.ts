/** Bots as they are known while others make them. */
import { setTimeout as lapse } from "node:timers/promises";
import { expect } from "chai";
import { Bots } from "../../../component/hooks/bots.js";
import type { BotsStore, StoredBot } from "../../../storage/bots-store.js";
import { NOTICED_MS } from "../../../storage/changes-beside.js";

const BOT: StoredBot = { name: "deploys", title: "Deploys", picture: undefined };

describe("A bot that a command makes", () => {
  let looks = 0;
  let all: StoredBot[] = [];
  const store = {
    get version() {
      looks += 1;
      return all.length;
    },
    all: () => all,
    places: () => all.map(({ name, title }) => ({ name, title, at: "ops@rooms.test" })),
  };
  let bots: Bots;
  beforeEach(() => {
    [looks, all] = [0, []];
    bots = new Bots(store as unknown as BotsStore, { domain: "rooms.test", nickLength: 64 });
  });

  it("is known when the command has ended, and not looked for at each address until then", async () => {
    for (let times = 0; times < 1_000; times++) expect(bots.has("deploys")).to.equal(false);
    expect(looks).to.be.lessThan(500);
    all = [BOT];
    await lapse(NOTICED_MS + 5);
    expect(bots.has("deploys")).to.equal(true);
  });

  it("is known at once to whoever must know of this very moment", () => {
    expect(bots.find("deploys")).to.equal(undefined);
    all = [BOT];
    expect(bots.find("deploys", true)).to.equal(BOT);
  });
});
